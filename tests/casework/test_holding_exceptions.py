"""Where a holder is gone, the CISO may permit to go without proof (7-4); nothing else stands in for it."""

from datetime import date
from typing import Any

import pytest

from casework import exceptions, holding_proofs
from casework.errors import BadInput, WrongState
from casework.exceptions import ExceptionIn
from models.policy_exception import PolicyException
from models.vocabulary import HoldingState, ProofKind
from tests.casework.ending_desk import AFTER, certificate, close, confirm, holdings_of, opened, record, settle_all
from tests.office import Office


def permitted(office: Office, request_number: str, *, provision: str, until: date = date(2029, 3, 31)) -> str:
    """Return the number of an exception the CISO permitted for a request."""
    wish = ExceptionIn(
        "証明が得られない", [provision], "相手方の倒産", "媒体の所在を確かめ、暗号鍵を消した", until, request_number
    )
    asked: PolicyException = office.do("system_manager", exceptions.ask, wish)
    facts: dict[str, Any] = {"version": asked.version, "is_permitted": True, "note": ""}
    office.do("ciso", exceptions.decide_exception, asked.number, **facts)
    return asked.number


def exception_of(number: str) -> Any:
    return certificate(kind=ProofKind.EXCEPTION, exception_number=number, method="", count=None)


def test_where_the_holder_is_gone_the_ciso_permits_to_go_without_proof(office: Office) -> None:
    request = office.approved()
    number = opened(office, office.concluded(request)).number
    (row,) = holdings_of(office, number)
    provision, *_ = office.look("auditor", holding_proofs.provisions_of_data, number)
    allowed = permitted(office, request.number, provision=provision)

    confirm(office, number, record(office, number, row, exception_of(allowed)))
    settle_all(office, number)
    close(office, number)

    assert holdings_of(office, number)[0].holding.state == HoldingState.EXCEPTED


def test_no_other_exception_and_none_that_is_not_permitted_stands_in(office: Office) -> None:
    mine, other = office.approved(), office.approved()
    number = opened(office, office.concluded(mine)).number
    (row,) = holdings_of(office, number)
    provision, *_ = office.look("auditor", holding_proofs.provisions_of_data, number)
    of_another_request = permitted(office, other.number, provision=provision)
    about_something_else = permitted(office, mine.number, provision="8-3(8)③-02")
    wish = ExceptionIn("未許可", [provision], "倒産", "鍵を消した", date(2029, 3, 31), mine.number)
    not_permitted = office.do("system_manager", exceptions.ask, wish).number
    run_out = permitted(office, mine.number, provision=provision, until=AFTER)
    office.clock.set_day(date(2028, 4, 4))

    found = {}
    for exception in (of_another_request, about_something_else, not_permitted, run_out, "X8-9999"):
        with pytest.raises(BadInput) as refused:
            record(office, number, row, exception_of(exception))
        found[exception] = [error.code for error in refused.value.errors]

    assert found == {
        of_another_request: ["other_exception"],
        about_something_else: ["other_exception"],
        not_permitted: ["not_permitted"],
        run_out: ["not_permitted"],
        "X8-9999": ["unknown_exception"],
    }


def test_a_permission_that_ran_out_before_the_second_person_looked_does_not_count(sqlite_office: Office) -> None:
    request = sqlite_office.approved()
    number = opened(sqlite_office, sqlite_office.concluded(request)).number
    (row,) = holdings_of(sqlite_office, number)
    provision, *_ = sqlite_office.look("auditor", holding_proofs.provisions_of_data, number)
    allowed = permitted(sqlite_office, request.number, provision=provision, until=AFTER)
    proof = record(sqlite_office, number, row, exception_of(allowed))
    sqlite_office.clock.set_day(date(2028, 4, 4))

    with pytest.raises(WrongState, match="期限が過ぎました"):
        confirm(sqlite_office, number, proof)
