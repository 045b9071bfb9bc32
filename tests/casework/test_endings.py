"""Endings: one checklist with evidence, two people for a deletion, closed only when nothing is open."""

from datetime import date

import pytest

from casework import contracts, endings
from casework.contracts import TermIn
from casework.errors import BadInput, ClosingIncomplete, NotFound, NotPermitted, StaleVersion, WrongState
from casework.evidence import Upload
from models.contract import Contract
from models.ending_item import EndingItem
from models.vocabulary import ContractState, EndingState, ItemState, ServiceState
from tests.office import Office

PDF = Upload("証明書.pdf", b"%PDF-1.7 x")
ERASURE = "all_copies_erased"


def opened(office: Office, contract: Contract | None = None) -> Contract:
    found = contract or office.concluded()
    office.do("service_manager", endings.open_ending, found.number, version=found.version)
    return found


def items_of(office: Office, number: str) -> dict[str, EndingItem]:
    _, detail = office.look("procurement", endings.find_ending, number)
    return {item.code: item for item in detail.items}


def settle(office: Office, number: str, item: EndingItem, by: str = "service_manager") -> EndingItem:
    return office.do(
        by,
        endings.settle_item,
        number,
        item.code,
        version=item.version,
        note="確かめた",
        details={name: "2028-04-03" for name in item.evidence_fields if name != "file"},
        upload=PDF,
    )


def settle_all(office: Office, number: str, *, but: str = "") -> None:
    for item in items_of(office, number).values():
        if item.code != but:
            done = settle(office, number, item)
            if item.needs_second_checker:
                office.do("security_manager", endings.confirm_item, number, item.code, version=done.version)


def close(office: Office, number: str, by: str = "service_manager") -> None:
    _, detail = office.look(by, endings.find_ending, number)
    office.do(by, endings.close_ending, number, version=detail.ending.version)


def test_an_ending_takes_its_checklist_from_what_the_use_handled(office: Office) -> None:
    contract = opened(office)

    _, detail = office.look("auditor", endings.find_ending, contract.number)
    codes = [item.code for item in detail.items]
    assert {ERASURE, "encryption_keys_deleted", "accounts_removed", "ledger_updated"} <= set(codes)
    assert [item.position for item in detail.items] == list(range(1, len(codes) + 1))
    assert (detail.ending.ends_on, detail.ending.complete_by_on) == (date(2028, 3, 31), date(2028, 5, 1))
    assert office.one("SELECT state FROM contract") == ContractState.ENDING
    assert office.one("SELECT state FROM approved_service") == ServiceState.ENDING


def test_only_a_concluded_contract_ends_and_only_once(office: Office) -> None:
    drafting = office.contract()
    with pytest.raises(WrongState):
        office.do("procurement", endings.open_ending, drafting.number, version=1)

    contract = opened(office)

    with pytest.raises(WrongState):
        office.do("procurement", endings.open_ending, contract.number, version=contract.version + 1)


def test_an_ending_that_never_began_is_not_there(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(NotFound):
        sqlite_office.look("procurement", endings.find_ending, contract.number)


def test_who_has_no_part_in_it_touches_nothing(office: Office) -> None:
    contract = office.concluded()
    with pytest.raises(NotPermitted):
        office.do("staff", endings.open_ending, contract.number, version=contract.version)
    opened(office, contract)
    item = items_of(office, contract.number)[ERASURE]

    with pytest.raises(NotPermitted):
        settle(office, contract.number, item, by="colleague")
    with pytest.raises(NotPermitted):
        close(office, contract.number, by="auditor")


def test_a_deletion_waits_for_a_second_person(office: Office) -> None:
    contract = opened(office)
    recorded = settle(office, contract.number, items_of(office, contract.number)[ERASURE])

    with pytest.raises(NotPermitted, match="記録した本人"):
        office.do("service_manager", endings.confirm_item, contract.number, ERASURE, version=recorded.version)
    confirmed = office.do("procurement", endings.confirm_item, contract.number, ERASURE, version=recorded.version)

    assert (recorded.state, confirmed.state) == (ItemState.OPEN, ItemState.DONE)
    assert (confirmed.done_by_id, confirmed.confirmed_by_id) == (
        office.user_id("service_manager"),
        office.user_id("procurement"),
    )


def test_nothing_is_confirmed_before_it_is_recorded(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(WrongState):
        sqlite_office.do("procurement", endings.confirm_item, contract.number, ERASURE, version=1)


def test_proof_is_asked_for_in_words_a_person_knows(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "service_manager", endings.settle_item, contract.number, ERASURE, version=1, details={"target": "全件"}
        )

    missing = {error.pointer: error.message for error in refused.value.errors}
    assert missing["/details/method"] == "方法を書いてください。"
    assert "/file" in missing
    assert "/details/target" not in missing
    assert "/details/file" not in missing


def test_an_attached_file_is_the_file_that_is_asked_for(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    item = settle(sqlite_office, contract.number, items_of(sqlite_office, contract.number)[ERASURE])

    assert item.details["file"] == PDF.name
    assert sqlite_office.one("SELECT sha256 FROM evidence_file WHERE id = :id", id=item.evidence_id)


def test_an_item_is_recorded_once(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)
    done = settle(sqlite_office, contract.number, items_of(sqlite_office, contract.number)["ledger_updated"])

    with pytest.raises(WrongState):
        settle(sqlite_office, contract.number, done)
    with pytest.raises(WrongState):
        sqlite_office.do(
            "procurement", endings.leave_out_item, contract.number, done.code, version=done.version, reason="やめた"
        )


def test_the_proof_of_deletion_cannot_be_left_out_but_other_items_can(office: Office) -> None:
    contract = opened(office)

    with pytest.raises(WrongState, match="省けません"):
        office.do("procurement", endings.leave_out_item, contract.number, ERASURE, version=1, reason="不要")
    with pytest.raises(BadInput):
        office.do("procurement", endings.leave_out_item, contract.number, "ledger_updated", version=1, reason=" ")
    left_out = office.do(
        "procurement", endings.leave_out_item, contract.number, "ledger_updated", version=1, reason="台帳の対象外"
    )

    assert (left_out.state, left_out.note) == (ItemState.NOT_APPLICABLE, "台帳の対象外")


def test_an_ending_with_an_open_item_cannot_be_closed_and_names_it(office: Office) -> None:
    contract = opened(office)
    settle_all(office, contract.number, but=ERASURE)
    settle(office, contract.number, items_of(office, contract.number)[ERASURE])  # recorded, not yet confirmed

    with pytest.raises(ClosingIncomplete) as refused:
        close(office, contract.number)

    assert refused.value.facts == {"open_items": [ERASURE]}
    assert office.one("SELECT state FROM ending") == EndingState.OPEN


def test_a_settled_ending_closes_contract_and_service_for_good(office: Office) -> None:
    contract = opened(office)
    settle_all(office, contract.number)

    close(office, contract.number)

    assert office.one("SELECT state FROM contract") == ContractState.CLOSED
    assert office.one("SELECT state FROM approved_service") == ServiceState.CLOSED
    with pytest.raises(WrongState):
        close(office, contract.number)
    with pytest.raises(WrongState):
        settle(office, contract.number, items_of(office, contract.number)[ERASURE])


def test_a_stale_closer_is_refused(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(StaleVersion):
        sqlite_office.do("service_manager", endings.close_ending, contract.number, version=7)


def test_a_service_lives_on_while_another_contract_for_it_runs(office: Office) -> None:
    request = office.approved()
    first = office.concluded(request)
    second = office.concluded(request, title="保守", term=TermIn(date(2027, 4, 1), date(2029, 3, 31)))

    opened(office, first)
    settle_all(office, first.number)
    close(office, first.number)

    assert office.one("SELECT state FROM approved_service") == ServiceState.ACTIVE
    opened(office, second)
    assert office.one("SELECT state FROM approved_service") == ServiceState.ENDING


def test_an_ended_contract_is_not_renewed(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(WrongState):
        sqlite_office.do(
            "procurement",
            contracts.renew,
            contract.number,
            version=contract.version + 1,
            term=TermIn(date(2028, 4, 1), date(2029, 3, 31)),
        )
