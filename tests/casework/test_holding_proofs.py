"""Every kind of information at every holder is shown to be gone, by two people, before anything ends."""

from datetime import date
from typing import Any

import pytest

from casework import data_holdings, duties, endings, holding_proofs, subcontractors
from casework.data_holdings import GivenIn
from casework.errors import BadInput, ClosingIncomplete, NotFound, NotPermitted, StaleVersion, WrongState
from casework.subcontractors import NodeIn
from models.contract import Contract
from models.vocabulary import ErasureMethod, HoldingState, ProofKind, ProofState
from tests.casework.ending_desk import (
    AFTER,
    LAST_DAY,
    certificate,
    close,
    confirm,
    holdings_of,
    items_of,
    opened,
    prove_all,
    record,
    settle_all,
)
from tests.office import Office, cloud, information

BACKUPS = date(2028, 7, 31)


def with_a_node(office: Office, **facts: Any) -> Contract:
    """Return a contract with two kinds of information and one approved node below the contractor."""
    two = [information(), information("1") | {"name": "施設の案内"}]
    contract = office.concluded(office.approved(information=two, subjects=[cloud(subcontracting=True)]))
    asked = office.do("procurement", subcontractors.ask_for, contract.number, NodeIn("◇◇株式会社", "保管", **facts))
    office.do(
        "supervising_officer",
        subcontractors.decide_node,
        contract.number,
        asked.key,
        version=asked.version,
        is_approved=True,
    )
    return contract


def test_every_kind_of_information_stands_at_every_holder(office: Office) -> None:
    number = opened(office, with_a_node(office)).number

    held = [row.holding for row in holdings_of(office, number)]

    assert [(row.information_name, row.holder, row.rigour) for row in held] == [
        ("予約者の氏名と連絡先", "△△株式会社", "strict"),
        ("予約者の氏名と連絡先", "◇◇株式会社", "strict"),
        ("施設の案内", "△△株式会社", "plain"),
        ("施設の案内", "◇◇株式会社", "plain"),
    ]
    assert {(row.state, row.last_used_on, row.prove_by_on) for row in held} == {("open", LAST_DAY, date(2028, 5, 1))}


def test_a_node_whose_work_ended_earlier_may_have_given_back_earlier(office: Office) -> None:
    contract = with_a_node(office)
    (node,) = office.look("procurement", subcontractors.list_nodes, contract.number).nodes
    office.clock.set_day(date(2027, 10, 1))
    office.do(
        "procurement",
        subcontractors.end_node,
        contract.number,
        node.row.key,
        version=node.row.version,
        ended_on=date(2027, 9, 30),
    )

    opened(office, contract)

    last = {row.holding.holder: row.holding.last_used_on for row in holdings_of(office, contract.number)}
    assert last == {"△△株式会社": LAST_DAY, "◇◇株式会社": date(2027, 9, 30)}


def test_the_ending_waits_for_the_last_holder(office: Office) -> None:
    number = opened(office, with_a_node(office)).number
    *first, last = holdings_of(office, number)
    for row in first:
        confirm(office, number, record(office, number, row))
    settle_all(office, number, but="all_copies_erased")

    with pytest.raises(ClosingIncomplete, match="◇◇株式会社「施設の案内」"):
        close(office, number)
    confirm(office, number, record(office, number, last))
    close(office, number)

    assert items_of(office, number)["all_copies_erased"].state == "done"
    assert office.one("SELECT state FROM contract") == "closed"


def test_nobody_confirms_the_own_proof_and_only_once(office: Office) -> None:
    """A37."""
    number = opened(office).number
    (row,) = holdings_of(office, number)
    proof = record(office, number, row)

    with pytest.raises(NotPermitted, match="記録した本人"):
        confirm(office, number, proof, by="service_manager")
    with pytest.raises(NotPermitted):
        confirm(office, number, proof, by="staff")
    with pytest.raises(StaleVersion):
        office.do("procurement", holding_proofs.look_at, number, proof.key, version=9, is_confirmed=True)
    done = confirm(office, number, proof)
    with pytest.raises(WrongState):
        confirm(office, number, done)

    assert holdings_of(office, number)[0].holding.state == HoldingState.SETTLED


def test_a_refused_proof_leaves_the_holding_open_and_stands(office: Office) -> None:
    number = opened(office).number
    (row,) = holdings_of(office, number)
    proof = record(office, number, row)
    with pytest.raises(WrongState, match="2人目"):
        record(office, number, row)
    facts: dict[str, Any] = {"version": proof.version, "is_confirmed": False}

    with pytest.raises(BadInput):
        office.do("procurement", holding_proofs.look_at, number, proof.key, **facts)
    office.do("procurement", holding_proofs.look_at, number, proof.key, refusal="製造番号が違う", **facts)
    record(office, number, row)

    (now,) = holdings_of(office, number)
    assert [each.state for each in now.proofs] == [ProofState.RECORDED, ProofState.REFUSED]
    assert now.holding.state == HoldingState.OPEN


def test_a_certificate_that_does_not_count_is_not_kept(office: Office) -> None:
    number = opened(office).number
    (row,) = holdings_of(office, number)

    with pytest.raises(BadInput) as refused:
        record(office, number, row, certificate(method=ErasureMethod.FORMAT, done_on=date(2028, 3, 30), done_by=""))

    assert {error.pointer for error in refused.value.errors} == {"/method", "/done_on", "/done_by"}
    assert holdings_of(office, number)[0].proofs == []


def test_proof_needs_its_file(sqlite_office: Office) -> None:
    number = opened(sqlite_office).number
    (row,) = holdings_of(sqlite_office, number)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "procurement",
            holding_proofs.record_proof,
            number,
            row.holding.key,
            version=row.holding.version,
            proof=certificate(),
            upload=None,
        )

    assert [error.pointer for error in refused.value.errors] == ["/file"]


def test_proof_is_compared_with_what_was_handed_over(office: Office) -> None:
    contract = office.concluded()
    given = GivenIn(1250, "外付けSSD 1台", date(2026, 11, 20))
    office.do("procurement", data_holdings.note_given, contract.number, 1, version=1, given=given)
    number = opened(office, contract).number
    (row,) = holdings_of(office, number)

    with pytest.raises(BadInput) as refused:
        record(office, number, row)
    serials = {"media": "外付けSSD", "serials": "AB-001", "difference": "2件は期間中に返却を受けた"}
    proof = record(office, number, row, certificate(**serials))
    (now,) = holdings_of(office, number)
    with pytest.raises(WrongState, match="渡した数を変えられません"):
        office.do("procurement", data_holdings.note_given, number, 1, version=now.holding.version, given=given)

    assert {error.pointer for error in refused.value.errors} == {"/difference", "/media", "/serials"}
    assert (proof.count, row.holding.count_given) == (1248, 1250)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (GivenIn(None), "/count"),
        (GivenIn(-1), "/count"),
        (GivenIn(1, given_on=date(2026, 11, 21)), "/given_on"),
    ],
)
def test_what_was_handed_over_is_told_in_full(sqlite_office: Office, given: GivenIn, pointer: str) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(BadInput) as refused:
        sqlite_office.do("procurement", data_holdings.note_given, contract.number, 1, version=1, given=given)
    with pytest.raises(NotFound):
        sqlite_office.do("procurement", data_holdings.note_given, contract.number, 2, version=1, given=GivenIn(1))

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_backups_that_remain_become_a_duty_and_keep_the_ending_open_while_the_rest_goes_on(office: Office) -> None:
    number = opened(office).number
    (row,) = holdings_of(office, number)
    confirm(office, number, record(office, number, row, certificate(backup_until_on=BACKUPS)))
    settle_all(office, number, but="all_copies_erased")

    (waiting,) = holdings_of(office, number)
    with pytest.raises(ClosingIncomplete) as refused:
        close(office, number)
    due = office.sql(
        "SELECT o.due_on, o.state, d.title FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.id = :duty",
        duty=waiting.holding.backup_duty_id,
    )

    assert waiting.holding.state == HoldingState.BACKUPS
    assert refused.value.facts["open_holdings"] == [row.holding.id]
    assert [(str(each[0]), each[1]) for each in due] == [("2028-07-31", "scheduled")]
    assert "バックアップの消去の証明" in due[0][2]


def test_the_erasure_of_the_backups_settles_the_holding_and_its_duty(office: Office) -> None:
    number = opened(office).number
    (row,) = holdings_of(office, number)
    confirm(office, number, record(office, number, row, certificate(backup_until_on=BACKUPS)))
    with pytest.raises(WrongState, match="バックアップの消去"):
        record(office, number, row)
    office.clock.set_day(date(2028, 8, 1))

    later = certificate(kind=ProofKind.BACKUP_ERASURE, done_on=date(2028, 7, 31), count=3)
    confirm(office, number, record(office, number, row, later))

    (now,) = holdings_of(office, number)
    state = office.one("SELECT state FROM duty_occurrence WHERE duty_id = :duty", duty=now.holding.backup_duty_id)
    assert (now.holding.state, state) == (HoldingState.SETTLED, "done")
    settle_all(office, number)
    close(office, number)


def test_a_duty_ticked_off_does_not_settle_the_holding(sqlite_office: Office) -> None:
    number = opened(sqlite_office).number
    (row,) = holdings_of(sqlite_office, number)
    confirm(sqlite_office, number, record(sqlite_office, number, row, certificate(backup_until_on=BACKUPS)))
    (now,) = holdings_of(sqlite_office, number)
    occurrence = int(
        str(sqlite_office.one("SELECT id FROM duty_occurrence WHERE duty_id = :d", d=now.holding.backup_duty_id))
    )

    facts: dict[str, Any] = {"version": 1, "done_on": AFTER, "note": "消えたはず", "upload": None}
    sqlite_office.do("service_manager", duties.complete, occurrence, **facts)

    assert holdings_of(sqlite_office, number)[0].holding.state == HoldingState.BACKUPS


def test_a_holder_may_show_that_it_never_had_it(sqlite_office: Office) -> None:
    number = opened(sqlite_office).number
    (row,) = holdings_of(sqlite_office, number)

    confirm(sqlite_office, number, record(sqlite_office, number, row, certificate(kind=ProofKind.NEVER_HELD)))

    assert holdings_of(sqlite_office, number)[0].holding.state == HoldingState.SETTLED


def test_the_last_day_of_use_may_be_earlier_with_a_reason(sqlite_office: Office) -> None:
    number = opened(sqlite_office).number
    (row,) = holdings_of(sqlite_office, number)
    facts: dict[str, Any] = {"version": row.holding.version}

    for day, reason, pointer in ((date(2028, 4, 1), "移行", "/last_used_on"), (date(2028, 2, 1), " ", "/reason")):
        with pytest.raises(BadInput) as refused:
            sqlite_office.do(
                "procurement",
                data_holdings.set_last_use,
                number,
                row.holding.key,
                last_used_on=day,
                reason=reason,
                **facts,
            )
        assert [error.pointer for error in refused.value.errors] == [pointer]
    facts |= {"last_used_on": date(2028, 2, 1), "reason": "2月に移行を終えた"}
    sqlite_office.do("procurement", data_holdings.set_last_use, number, row.holding.key, **facts)

    record(sqlite_office, number, row, certificate(done_on=date(2028, 2, 3)))


def test_what_is_still_used_takes_no_proof(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    sqlite_office.do("procurement", data_holdings.note_given, contract.number, 1, version=1, given=GivenIn(5))
    (row,) = holdings_of(sqlite_office, contract.number)

    with pytest.raises(WrongState, match="まだ使っています"):
        record(sqlite_office, contract.number, row)


@pytest.mark.parametrize(
    ("nos", "day", "reason", "pointer"),
    [
        ([], date(2026, 11, 20), "やめた", "/information"),
        ([9], date(2026, 11, 20), "やめた", "/information"),
        ([1], date(2026, 11, 20), " ", "/reason"),
        ([1], date(2026, 11, 21), "やめた", "/last_used_on"),
    ],
)
def test_a_part_ends_only_by_choice_with_a_reason(
    sqlite_office: Office, nos: list[int], day: date, reason: str, pointer: str
) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "procurement",
            data_holdings.end_part,
            contract.number,
            version=contract.version,
            information_nos=nos,
            last_used_on=day,
            reason=reason,
        )

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_the_next_town_sees_and_touches_nothing(office: Office) -> None:
    number = opened(office).number
    (row,) = holdings_of(office, number)
    proof = record(office, number, row)

    with pytest.raises(NotFound):
        office.look("next_officer", data_holdings.list_holdings, number)
    with pytest.raises(NotFound):
        confirm(office, number, proof, by="next_procurement")
    with pytest.raises(NotFound):
        office.do("next_procurement", endings.change_road, number, version=1, by=endings.RoadIn())


def test_a_node_that_appears_late_is_asked_too(sqlite_office: Office) -> None:
    contract = with_a_node(sqlite_office)
    number = opened(sqlite_office, contract).number
    prove_all(sqlite_office, number)
    settle_all(sqlite_office, number)
    sqlite_office.sql(
        "INSERT INTO subcontractor (organisation_id, created_at, version, contract_id, tier, name, work, information,"
        " place, measures, state, requested_on, entered_by_id, reason, ended_note) SELECT organisation_id, created_at,"
        " 1, contract_id, 1, '◎◎有限会社', work, '', '', '', 'requested', requested_on, entered_by_id, '', ''"
        " FROM subcontractor"
    )

    with pytest.raises(ClosingIncomplete, match="◎◎有限会社"):
        close(sqlite_office, number)
