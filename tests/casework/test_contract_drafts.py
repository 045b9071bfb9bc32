"""Versions of a contract's draft: kept as they came, read, set beside what people decided; nothing counts by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework import contract_drafts, contracts, draft_gaps, draft_intake
from casework.errors import BadInput, FileRejected, NotFound, NotPermitted, StaleVersion, WrongState
from casework.evidence import Upload
from models.contract import Contract
from models.vocabulary import ClauseState, GapResult
from tests.casework.draft_desk import (
    AUDIT,
    CLOSED,
    GAPPY,
    HEAD,
    PICTURES,
    RESUBCONTRACTING,
    RETURN,
    RETURN_ARTICLE,
    SECRECY,
    SECRECY_ARTICLE,
    bring_in,
    check_of,
    decide,
    look_at,
    outsourced,
    reader_at_hand,
)
from tests.casework.test_at_once import race, refused
from tests.office import Office

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")


def test_a_version_is_kept_as_it_came_with_its_files_and_what_the_machine_said(office: Office) -> None:
    contract = outsourced(office)

    made = bring_in(office, contract, GAPPY, "別記 個人情報の取扱い")

    detail = look_at(office, contract)
    assert (made.draft_no, detail.row.draft.received_from, detail.row.entered_by) == (
        1,
        "□□株式会社 営業部",
        "佐藤 いと",
    )
    assert [each.name for each in detail.row.files] == ["契約書案1.txt", "契約書案2.txt"]
    assert office.store.get(detail.row.files[0].sha256).decode() == GAPPY
    assert detail.reading.readable
    assert {provision: detail.gaps[provision].result for provision in (SECRECY, RESUBCONTRACTING, RETURN)} == {
        SECRECY: GapResult.PRESENT,
        RESUBCONTRACTING: GapResult.WEAK,
        RETURN: GapResult.MISSING,
    }
    span = detail.gaps[RESUBCONTRACTING].spans[0]
    assert detail.reading.text[span["start"] : span["end"]] == span["quote"]


def test_what_the_machine_finds_confirms_nothing(office: Office) -> None:
    contract = outsourced(office)
    before = office.look("procurement", contracts.contract_detail, contract.number).open_provisions

    bring_in(office, contract, CLOSED)

    detail = office.look("procurement", contracts.contract_detail, contract.number)
    assert detail.open_provisions == before
    assert {check.state for check in detail.checks} == {ClauseState.UNCHECKED}
    with pytest.raises(WrongState, match="確認の済んでいない条項"):
        office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today)


def test_a_decision_keeps_what_the_person_and_what_the_machine_said(office: Office) -> None:
    contract = outsourced(office)
    bring_in(office, contract, GAPPY)

    decide(
        office,
        contract,
        RESUBCONTRACTING,
        ClauseState.WEAK,
        place="第2条",
        note_inside="前回も同じ書き方",
        note_outside="事前の承諾としてください",
        draft_no=1,
    )

    row = office.sql(
        "SELECT state, machine_result, draft_id, note_inside, note_outside, decided_by_id FROM clause_decision"
    )
    assert [tuple(each) for each in row] == [
        ("weak", "weak", 1, "前回も同じ書き方", "事前の承諾としてください", office.user_id("procurement"))
    ]
    check = check_of(office, contract, RESUBCONTRACTING)
    assert (check.machine_result, check.draft_no, check.note_outside) == ("weak", 1, "事前の承諾としてください")


def test_whoever_calls_present_what_the_machine_does_not_says_why(office: Office) -> None:
    contract = outsourced(office)
    bring_in(office, contract, GAPPY)

    with pytest.raises(BadInput) as told:
        decide(office, contract, RETURN, ClauseState.PRESENT, place="仕様書 4")
    decide(office, contract, RETURN, ClauseState.PRESENT, place="仕様書 4", reason="別に綴じた仕様書の4にある")

    assert [error.code for error in told.value.errors] == ["reason_against_machine"]
    assert office.one("SELECT machine_result FROM clause_decision") == "missing"


def test_the_same_said_again_by_the_same_person_is_said_once(office: Office) -> None:
    contract = outsourced(office)
    bring_in(office, contract, GAPPY)
    seen = check_of(office, contract, SECRECY).version

    first, again = (
        decide(office, contract, SECRECY, ClauseState.PRESENT, place="第1条", version=seen) for _ in range(2)
    )

    assert (first.version, again.version) == (seen + 1, seen + 1)
    assert office.one("SELECT count(*) FROM clause_decision") == 1
    with pytest.raises(StaleVersion):
        decide(office, contract, SECRECY, ClauseState.WEAK, place="第1条", version=seen)


def test_two_who_decide_one_clause_at_once_make_one_decision(office: Office) -> None:
    contract = outsourced(office)
    bring_in(office, contract, GAPPY)
    seen = check_of(office, contract, SECRECY).version

    outcomes = race(
        lambda: decide(office, contract, SECRECY, ClauseState.PRESENT, place="第1条", version=seen),
        lambda: decide(office, contract, SECRECY, ClauseState.MISSING, version=seen, by="security_manager"),
    )

    assert refused(outcomes) == [StaleVersion]
    assert office.one("SELECT count(*) FROM clause_decision") == 1
    said = office.one("SELECT state FROM clause_decision")
    assert check_of(office, contract, SECRECY).state == said


def test_two_versions_brought_in_at_once_get_numbers_of_their_own(office: Office) -> None:
    contract = outsourced(office)

    race(*[lambda: bring_in(office, contract, GAPPY) for _ in range(3)])

    assert [row.draft.draft_no for row in office.look("auditor", contract_drafts.list_drafts, contract.number)] == [
        1,
        2,
        3,
    ]


# -- the next version --


def settled(office: Office) -> Contract:
    """Return a contract whose first version was looked through: one clause of each kind is decided."""
    contract = outsourced(office)
    bring_in(office, contract, GAPPY)
    decide(office, contract, SECRECY, ClauseState.PRESENT, place="第1条")
    decide(office, contract, RESUBCONTRACTING, ClauseState.WEAK, place="第2条")
    decide(office, contract, RETURN, ClauseState.MISSING)
    decide(office, contract, AUDIT, ClauseState.WAIVED, reason="約款による")
    return contract


def test_the_next_version_keeps_what_rests_on_the_same_words_and_asks_for_the_rest_again(office: Office) -> None:
    contract = settled(office)

    bring_in(office, contract, CLOSED)

    states = {p: check_of(office, contract, p).state for p in (SECRECY, RESUBCONTRACTING, RETURN, AUDIT)}
    assert states == {
        SECRECY: ClauseState.PRESENT,
        RESUBCONTRACTING: ClauseState.UNCHECKED,
        RETURN: ClauseState.UNCHECKED,
        AUDIT: ClauseState.WAIVED,
    }
    gap = look_at(office, contract, 2).gaps[RESUBCONTRACTING]
    assert not gap.earlier_holds
    earlier = office.sql("SELECT state, place FROM clause_decision WHERE id = :id", id=gap.earlier_decision_id)
    assert [tuple(row) for row in earlier] == [("weak", "第2条")]
    assert look_at(office, contract, 2).gaps[SECRECY].earlier_holds


def test_an_article_that_only_moved_is_found_at_its_new_number(sqlite_office: Office) -> None:
    contract = settled(sqlite_office)
    moved = HEAD + RETURN_ARTICLE.format(no=1) + SECRECY_ARTICLE.format(no=2)

    bring_in(sqlite_office, contract, moved)

    check = check_of(sqlite_office, contract, SECRECY)
    assert (check.state, check.place) == (ClauseState.PRESENT, "第1条(新しい版では第2条)")


@pytest.mark.parametrize(
    "changed",
    [
        SECRECY_ARTICLE.format(no=1).replace("、また同様とする", "、努めて同様とする"),
        SECRECY_ARTICLE.format(no=1).replace("この契約が終了した後も、また同様とする。", ""),
        SECRECY_ARTICLE.format(no=1) + "2 前項の規定は、乙の関連会社には適用しない。\n",
    ],
    ids=["softened", "shortened", "an exception in a second paragraph"],
)
def test_a_changed_article_is_looked_at_again(sqlite_office: Office, changed: str) -> None:
    contract = settled(sqlite_office)

    bring_in(sqlite_office, contract, HEAD + changed)

    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.UNCHECKED


def test_another_answer_of_the_machine_is_enough_to_look_again(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exclusion far away in the draft leaves the article as it was."""
    contract = settled(sqlite_office)
    usual = draft_gaps.answers_on

    def sees_an_exclusion(*asked: Any) -> object:
        return tuple(
            each if each.provision != SECRECY else type(each)(SECRECY, each.clause, GapResult.WEAK, 0.5, ("survival",))
            for each in usual(*asked)
        )

    monkeypatch.setattr(draft_gaps, "answers_on", sees_an_exclusion)
    bring_in(sqlite_office, contract, GAPPY + "(適用除外)\n第3条 第1条の規定は、適用しない。\n")

    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.UNCHECKED


def test_width_and_line_breaks_are_no_change_of_words(sqlite_office: Office) -> None:
    contract = settled(sqlite_office)

    bring_in(
        sqlite_office, contract, GAPPY.replace("第1条 乙は、", "第１条　乙は、").replace("この契約が", "この\n契約が")
    )

    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.PRESENT


def test_what_was_decided_before_any_draft_came_rests_on_no_words(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, place="第1条")

    bring_in(sqlite_office, contract, GAPPY)

    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.UNCHECKED
    assert look_at(sqlite_office, contract).gaps[SECRECY].earlier_decision_id is not None


def test_a_decision_stands_over_two_versions_that_leave_it_alone(sqlite_office: Office) -> None:
    contract = settled(sqlite_office)

    bring_in(sqlite_office, contract, CLOSED)
    bring_in(sqlite_office, contract, CLOSED + "(雑則)\n第4条 この契約に定めのない事項は、甲乙協議して定める。\n")

    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.PRESENT


def test_nobody_decides_in_front_of_an_old_version(sqlite_office: Office) -> None:
    contract = settled(sqlite_office)
    bring_in(sqlite_office, contract, CLOSED)

    with pytest.raises(WrongState, match="第2版が届いています"):
        decide(sqlite_office, contract, RETURN, ClauseState.MISSING, draft_no=1)
    with pytest.raises(WrongState, match="契約案はありません"):
        decide(sqlite_office, sqlite_office.contract(), "8-3(4)②-03", ClauseState.MISSING, draft_no=1)


# -- files that cannot be read, and people who may not --


def test_an_unreadable_version_is_kept_says_why_and_lets_nothing_stand(office: Office) -> None:
    contract = settled(office)

    made = bring_in(office, contract, PICTURES)

    assert not made.is_readable
    assert "写し.pdf" in made.problem
    assert {gap.result for gap in look_at(office, contract, 2).gaps.values()} == {GapResult.UNREADABLE}
    assert check_of(office, contract, SECRECY).state == ClauseState.UNCHECKED
    assert check_of(office, contract, AUDIT).state == ClauseState.WAIVED
    decide(office, contract, SECRECY, ClauseState.PRESENT, place="第1条", draft_no=2)
    assert check_of(office, contract, SECRECY).machine_result == GapResult.UNREADABLE


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([], "not_chosen"),
        ([Upload("案.xlsx", b"PK\x03\x04")], "wrong_kind"),
        ([Upload(f"{no}.txt", b"a") for no in range(11)], "too_many"),
    ],
)
def test_what_is_no_draft_is_refused(sqlite_office: Office, files: list[Upload], reason: str) -> None:
    wanted = sqlite_office.look("procurement", draft_intake.wanted_for, outsourced(sqlite_office).number)

    with pytest.raises(FileRejected) as told:
        draft_gaps.read_draft(files, wanted)

    assert told.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [({"received_from": " "}, "/received_from"), ({"received_on": None}, "/received_on")],
)
def test_it_is_said_from_whom_and_when_it_came(sqlite_office: Office, stated: dict[str, Any], pointer: str) -> None:
    contract = outsourced(sqlite_office)
    if "received_on" in stated:
        stated = {"received_on": sqlite_office.clock.today + timedelta(days=1)}

    with pytest.raises(BadInput) as told:
        bring_in(sqlite_office, contract, GAPPY, **stated)

    assert [error.pointer for error in told.value.errors] == [pointer]
    assert sqlite_office.one("SELECT count(*) FROM contract_draft") == 0


@pytest.mark.parametrize("stranger", ["staff", "auditor", "other_manager", "system_manager"])
def test_only_procurement_and_the_managers_of_the_own_section_work_on_a_draft(
    sqlite_office: Office, stranger: str
) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY, by="security_manager")

    with pytest.raises(NotPermitted):
        bring_in(sqlite_office, contract, GAPPY, by=stranger)
    with pytest.raises(NotPermitted):
        decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, place="第1条", by=stranger)


def test_the_next_town_sees_no_draft_and_brings_none(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)

    for deed in (
        lambda: sqlite_office.look("next_procurement", contract_drafts.list_drafts, contract.number),
        lambda: look_at(sqlite_office, contract, by="next_procurement"),
        lambda: bring_in(sqlite_office, contract, GAPPY, by="next_procurement"),
    ):
        with pytest.raises(NotFound):
            deed()


def test_a_concluded_contract_takes_no_draft(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(WrongState):
        bring_in(sqlite_office, contract, GAPPY)


def test_the_stored_text_gives_the_stored_answers_again(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    made = bring_in(sqlite_office, contract, GAPPY)

    again = sqlite_office.look("auditor", contract_drafts.replay, contract.number, 1)

    stored = look_at(sqlite_office, contract).gaps
    assert {
        p: (a.result, a.score, list(a.missing_elements), [s.as_json() for s in a.spans]) for p, a in again.items()
    } == {p: (gap.result, gap.score, gap.missing_elements, gap.spans) for p, gap in stored.items()}
    assert len(made.analysis_hash) == 64


def test_a_waived_clause_may_also_be_waived_by_the_supervising_officer(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)

    decide(
        sqlite_office, contract, AUDIT, ClauseState.WAIVED, by="supervising_officer", reason="第三者の監査報告で見る"
    )
    with pytest.raises(NotPermitted):
        decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, by="supervising_officer", place="第1条")

    assert check_of(sqlite_office, contract, AUDIT).state == ClauseState.WAIVED
