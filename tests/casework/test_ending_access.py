"""Who was let in is shut out at the end, and what ends with its term is not closed before its last day."""

from datetime import date
from typing import Any

import pytest

from casework import data_holdings, endings
from casework.errors import WrongState
from models.vocabulary import ContractState
from tests.casework.ending_desk import certificate, close, confirm, holdings_of, items_of, opened, record, settle_all
from tests.office import Office, outsourcing


@pytest.mark.parametrize(
    ("subject", "is_asked"),
    [
        (outsourcing(), False),
        (outsourcing(activities=["operate"]), True),
        (outsourcing(privileged_access=True), True),
    ],
)
def test_a_contractor_that_was_let_in_is_shut_out_at_the_end(
    sqlite_office: Office,
    subject: dict[str, Any],
    is_asked: bool,  # noqa: FBT001 (the expectation of a case)
) -> None:
    request = sqlite_office.approved("security_manager", subjects=[subject])
    contract = opened(sqlite_office, sqlite_office.concluded(request))

    items = items_of(sqlite_office, contract.number)

    access = {"contractor_accounts_removed", "integration_keys_revoked"}
    assert access & set(items) == (access if is_asked else set())
    assert {items[code].provision for code in access & set(items)} <= {items["returned_and_erased"].provision}


def test_what_ends_with_its_term_is_not_closed_before_its_last_day(office: Office) -> None:
    contract, before = office.concluded(), date(2028, 3, 10)
    office.clock.set_day(before)
    office.do("service_manager", endings.open_ending, contract.number, version=contract.version)
    for row in holdings_of(office, contract.number):
        facts: dict[str, Any] = {
            "version": row.holding.version,
            "last_used_on": date(2028, 3, 1),
            "reason": "使い終えた",
        }
        office.do("service_manager", data_holdings.set_last_use, contract.number, row.holding.key, **facts)
        confirm(office, contract.number, record(office, contract.number, row, certificate(done_on=before)))
    settle_all(office, contract.number)

    with pytest.raises(WrongState, match="2028-03-31") as refused:
        close(office, contract.number)
    office.clock.set_day(date(2028, 3, 31))
    close(office, contract.number)

    assert "中途解約" in refused.value.message
    assert office.one("SELECT state FROM contract") == ContractState.CLOSED
