"""Endings: one checklist with evidence, two people for a deletion, closed only when nothing is open."""

from datetime import date
from typing import Any

import pytest

from casework import contracts, data_holdings, endings
from casework.contracts import TermIn
from casework.endings import RoadIn
from casework.errors import BadInput, ClosingIncomplete, NotFound, NotPermitted, StaleVersion, WrongState
from models.vocabulary import ContractState, EndingRoad, EndingState, ItemState, ServiceState
from tests.casework.ending_desk import (
    PDF,
    certificate,
    close,
    confirm,
    holdings_of,
    items_of,
    opened,
    prove_all,
    record,
    settle,
    settle_all,
)
from tests.office import Office, information

KEYS = "encryption_keys_deleted"
DATA = "all_copies_erased"


def test_an_ending_takes_its_checklist_from_what_the_use_handled(office: Office) -> None:
    contract = opened(office)

    _, detail = office.look("auditor", endings.find_ending, contract.number)
    codes = [item.code for item in detail.items]
    assert {DATA, KEYS, "integration_keys_revoked", "accounts_removed", "ledger_updated"} <= set(codes)
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
    item = items_of(office, contract.number)[KEYS]

    with pytest.raises(NotPermitted):
        settle(office, contract.number, item, by="colleague")
    with pytest.raises(NotPermitted):
        close(office, contract.number, by="auditor")


def test_a_deletion_waits_for_a_second_person(office: Office) -> None:
    contract = opened(office)
    recorded = settle(office, contract.number, items_of(office, contract.number)[KEYS])

    with pytest.raises(NotPermitted, match="記録した本人"):
        office.do("service_manager", endings.confirm_item, contract.number, KEYS, version=recorded.version)
    confirmed = office.do("procurement", endings.confirm_item, contract.number, KEYS, version=recorded.version)

    assert (recorded.state, confirmed.state) == (ItemState.OPEN, ItemState.DONE)
    assert (confirmed.done_by_id, confirmed.confirmed_by_id) == (
        office.user_id("service_manager"),
        office.user_id("procurement"),
    )


def test_nothing_is_confirmed_before_it_is_recorded(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(WrongState):
        sqlite_office.do("procurement", endings.confirm_item, contract.number, KEYS, version=1)


def test_proof_is_asked_for_in_words_a_person_knows(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "service_manager", endings.settle_item, contract.number, KEYS, version=1, details={"key_id": "鍵1"}
        )

    missing = {error.pointer: error.message for error in refused.value.errors}
    assert missing["/details/method"] == "方法を書いてください。"
    assert "/file" in missing
    assert "/details/key_id" not in missing
    assert "/details/file" not in missing


def test_a_migration_that_lost_something_says_why(sqlite_office: Office) -> None:
    number = opened(sqlite_office).number
    item = items_of(sqlite_office, number)["assets_migrated"]
    said = dict.fromkeys(item.evidence_fields, "2028-04-03") | {"count_sent": "12,034件", "count_received": "12,030"}
    facts: dict[str, Any] = {"version": item.version, "upload": PDF}

    with pytest.raises(BadInput) as refused:
        sqlite_office.do("service_manager", endings.settle_item, number, item.code, details=said, **facts)
    done = sqlite_office.do(
        "service_manager",
        endings.settle_item,
        number,
        item.code,
        details=said | {"count_received": "１２０３４"},
        **facts,
    )

    assert [error.code for error in refused.value.errors] == ["count_differs"]
    assert done.state == "done"


def test_an_attached_file_is_the_file_that_is_asked_for(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    item = settle(sqlite_office, contract.number, items_of(sqlite_office, contract.number)[KEYS])

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


def test_the_proof_of_deletion_cannot_be_left_out_but_other_items_can_by_two_people(office: Office) -> None:
    number = opened(office).number

    def leave_out(code: str, reason: str = "台帳の対象外") -> None:
        office.do("procurement", endings.leave_out_item, number, code, version=1, reason=reason)

    for code in (KEYS, DATA):
        with pytest.raises(WrongState, match="省けません"):
            leave_out(code)
    with pytest.raises(WrongState, match="廃棄の許可は省けません"):
        leave_out("disposal_permitted")
    with pytest.raises(BadInput):
        leave_out("ledger_updated", " ")
    leave_out("ledger_updated")
    with pytest.raises(NotPermitted):
        office.do("procurement", endings.confirm_item, number, "ledger_updated", version=2)
    waiting = items_of(office, number)["ledger_updated"]
    left_out = office.do("service_manager", endings.confirm_item, number, "ledger_updated", version=2)

    assert waiting.state == ItemState.OPEN
    assert (left_out.state, left_out.note) == (ItemState.NOT_APPLICABLE, "台帳の対象外")


def test_what_the_second_person_sends_back_is_open_again(office: Office) -> None:
    number = opened(office).number
    done = settle(office, number, items_of(office, number)[KEYS])

    with pytest.raises(NotPermitted):
        office.do("service_manager", endings.refuse_item, number, KEYS, version=done.version, reason="鍵が違う")
    with pytest.raises(BadInput):
        office.do("procurement", endings.refuse_item, number, KEYS, version=done.version, reason=" ")
    back = office.do("procurement", endings.refuse_item, number, KEYS, version=done.version, reason="鍵が違う")
    again = settle(office, number, back)

    assert (back.state, back.done_by_id, back.note) == (ItemState.OPEN, None, "差し戻し: 鍵が違う")
    assert again.done_by_id == office.user_id("service_manager")


def test_only_the_security_manager_of_the_section_permits_a_disposal(office: Office) -> None:
    number = opened(office).number
    item = items_of(office, number)["disposal_permitted"]
    facts: dict[str, Any] = {"version": 1, "details": dict.fromkeys(item.evidence_fields, "2028-04-01"), "upload": PDF}

    for other in ("service_manager", "procurement"):
        with pytest.raises(NotPermitted, match="情報セキュリティ管理者"):
            office.do(other, endings.settle_item, number, item.code, **facts)
    done = office.do("security_manager", endings.settle_item, number, item.code, **facts)

    assert (done.state, done.done_by_id) == (ItemState.DONE, office.user_id("security_manager"))


def test_lines_about_data_follow_from_the_holdings_alone(office: Office) -> None:
    number = opened(office).number
    with pytest.raises(WrongState, match="欄ごとに"):
        settle(office, number, items_of(office, number)[DATA])

    prove_all(office, number)

    item = items_of(office, number)[DATA]
    assert (item.state, item.done_by_id, item.confirmed_by_id) == (
        ItemState.DONE,
        office.user_id("service_manager"),
        office.user_id("procurement"),
    )
    assert item.evidence_id is not None


def test_an_ending_without_proof_from_a_holder_cannot_be_closed_and_names_it(office: Office) -> None:
    number = opened(office).number
    settle_all_by_hand(office, number)

    with pytest.raises(ClosingIncomplete, match="△△株式会社「予約者の氏名と連絡先」") as refused:
        close(office, number)

    assert refused.value.facts["open_items"] == [DATA]
    assert len(refused.value.facts["open_holdings"]) == 1


def settle_all_by_hand(office: Office, number: str) -> None:
    for code in items_of(office, number):
        if code != DATA:
            item = items_of(office, number)[code]
            done = settle(office, number, item)
            if item.needs_second_checker:
                office.do("security_manager", endings.confirm_item, number, code, version=done.version)


@pytest.mark.parametrize(
    ("road", "asked"),
    [
        (EndingRoad.EARLY, {"early_end_agreed"}),
        (EndingRoad.BANKRUPTCY, {"administrator_asked", "access_cut_off"}),
        (EndingRoad.SHUTDOWN, {"shutdown_notice_kept"}),
        (EndingRoad.LIST_REMOVAL, {"removal_confirmed", "successor_decided"}),
    ],
)
def test_each_road_asks_for_its_own(sqlite_office: Office, road: EndingRoad, asked: set[str]) -> None:
    by = RoadIn(road, "事情の説明", date(2026, 11, 18))
    contract = opened(sqlite_office, ends_on=date(2027, 9, 30), by=by)

    _, detail = sqlite_office.look("auditor", endings.find_ending, contract.number)

    assert asked <= {item.code for item in detail.items}
    assert (detail.ending.road, detail.ending.road_reason) == (road, "事情の説明")
    assert detail.ending.ends_on == detail.holdings[0].holding.last_used_on == date(2027, 9, 30)


@pytest.mark.parametrize(
    ("ends_on", "by", "pointers"),
    [
        (date(2027, 9, 30), RoadIn(), {"/road"}),
        (date(2028, 4, 1), RoadIn(), {"/ends_on"}),
        (None, RoadIn(EndingRoad.BANKRUPTCY), {"/reason", "/on"}),
        (None, RoadIn(EndingRoad.EARLY, "合意", date(2026, 11, 21)), {"/on"}),
    ],
)
def test_a_road_that_does_not_fit_is_refused(
    sqlite_office: Office, ends_on: date | None, by: RoadIn, pointers: set[str]
) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "procurement", endings.open_ending, contract.number, version=contract.version, ends_on=ends_on, by=by
        )

    assert {error.pointer for error in refused.value.errors} == pointers


def test_an_ending_may_turn_into_another_road_and_loses_nothing_it_asked_for(office: Office) -> None:
    contract = opened(office)
    before = set(items_of(office, contract.number))

    ending = office.do(
        "procurement",
        endings.change_road,
        contract.number,
        version=1,
        by=RoadIn(EndingRoad.BANKRUPTCY, "破産手続の開始", date(2028, 4, 1)),
    )

    assert (ending.road, ending.version) == (EndingRoad.BANKRUPTCY, 2)
    assert set(items_of(office, contract.number)) - before == {"administrator_asked", "access_cut_off"}


def test_what_ended_in_part_before_is_not_asked_for_again(office: Office) -> None:
    both = [information(), information("2") | {"name": "日程"}]
    contract = office.concluded(office.approved(information=both))
    number = contract.number
    office.do(
        "service_manager",
        data_holdings.end_part,
        number,
        version=contract.version,
        information_nos=[2],
        last_used_on=office.clock.today,
        reason="日程の掲載をやめた",
    )
    assert office.one("SELECT state FROM contract") == ContractState.CONCLUDED
    assert [row.holding.state for row in holdings_of(office, number)] == ["held", "open"]
    office.clock.set_day(date(2026, 11, 30))
    (part,) = (row for row in holdings_of(office, number) if row.holding.information_no == 2)
    confirm(office, number, record(office, number, part, certificate(done_on=date(2026, 11, 20))))

    now = office.look("procurement", contracts.contract_detail, number).contract
    opened(office, now)

    assert [row.holding.state for row in holdings_of(office, number)] == ["open", "settled"]


def test_an_ending_with_an_open_item_cannot_be_closed_and_names_it(office: Office) -> None:
    contract = opened(office)
    prove_all(office, contract.number)
    settle_all(office, contract.number, but=KEYS)
    settle(office, contract.number, items_of(office, contract.number)[KEYS])  # recorded, not yet confirmed

    with pytest.raises(ClosingIncomplete) as refused:
        close(office, contract.number)

    assert refused.value.facts == {"open_items": [KEYS], "open_holdings": []}
    assert office.one("SELECT state FROM ending") == EndingState.OPEN


def test_a_settled_ending_closes_contract_and_service_for_good(office: Office) -> None:
    contract = opened(office)
    prove_all(office, contract.number)
    settle_all(office, contract.number)

    close(office, contract.number)

    assert office.one("SELECT state FROM contract") == ContractState.CLOSED
    assert office.one("SELECT state FROM approved_service") == ServiceState.CLOSED
    with pytest.raises(WrongState):
        close(office, contract.number)
    with pytest.raises(WrongState):
        settle(office, contract.number, items_of(office, contract.number)[KEYS])


def test_a_stale_closer_is_refused(sqlite_office: Office) -> None:
    contract = opened(sqlite_office)

    with pytest.raises(StaleVersion):
        sqlite_office.do("service_manager", endings.close_ending, contract.number, version=7)


def test_a_service_lives_on_while_another_contract_for_it_runs(office: Office) -> None:
    request = office.approved()
    first = office.concluded(request)
    second = office.concluded(request, title="保守", term=TermIn(date(2027, 4, 1), date(2029, 3, 31)))

    opened(office, first)
    prove_all(office, first.number)
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
