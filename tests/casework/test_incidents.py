"""Incidents 5-3 and 7-3: reported at once, told up the chain by clocks, decided, read twice, closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework import incident_clocks, incidents
from casework.clock import day_in_japan
from casework.errors import BadInput, NotPermitted, StaleVersion, WrongState
from models.incident import Incident
from models.vocabulary import (
    IncidentSource,
    LeakedKind,
    LeakGround,
    LeakReport,
)
from tests.casework.incident_desk import (
    HOUR,
    clocks,
    decide_leak,
    newest,
    reported,
    tell,
)
from tests.office import Office


def pointers(refusal: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {error.pointer for error in refusal.value.errors}


# -- reporting --


def test_anybody_reports_and_whoever_leads_is_told(office: Office) -> None:
    row = reported(office)

    assert (row.number, row.state, row.leaked) == ("I8-0001", "reported", "unknown")
    told = office.sql("SELECT user_id FROM alert WHERE kind = 'incident_reported'")
    names = ("security_manager", "security_officer", "supervising_officer", "deputy_officer", "ciso")
    assert {user for (user,) in told} == {office.user_id(name) for name in names}
    assert office.one("SELECT count(*) FROM audit_event WHERE action = 'incident_reported'") == 1


def test_a_report_needs_only_what_and_when(sqlite_office: Office) -> None:
    with pytest.raises(BadInput) as refused:
        reported(sqlite_office, what=" ", known_at=None)

    assert pointers(refused) == {"/what", "/known_at"}
    assert reported(sqlite_office, what="端末が動かない\n画面に脅しの文").title == "端末が動かない 画面に脅しの文"


def test_nothing_is_known_before_it_happens(sqlite_office: Office) -> None:
    now = sqlite_office.clock()

    with pytest.raises(BadInput) as refused:
        reported(sqlite_office, known_at=now + HOUR)
    with pytest.raises(BadInput) as also_refused:
        reported(sqlite_office, source=IncidentSource.CONTRACTOR, known_at=now - HOUR, informant_knew_at=now)

    assert pointers(refused) == {"/known_at"}
    assert pointers(also_refused) == {"/informant_knew_at"}


def test_the_chain_starts_with_the_report(sqlite_office: Office) -> None:
    row = reported(sqlite_office)
    found = clocks(sqlite_office, row)

    assert [*found] == [
        "manager", "contact_point", "supervising_officer", "system_manager", "security_officer", "ciso", "subjects",
        "commission_first", "commission_final",
    ]  # fmt: skip
    assert found["manager"].due_at == row.known_at + HOUR
    assert found["supervising_officer"].due_at == row.known_at + 4 * HOUR  # an hour, and three more
    assert (found["manager"].provision, found["manager"].strength) == ("5-3(1)①", "must")
    assert "既定の1時間" in found["manager"].basis


def test_a_citizen_is_heard_by_another_provision(sqlite_office: Office) -> None:
    found = clocks(sqlite_office, reported(sqlite_office, source=IncidentSource.CITIZEN, informant="市民"))

    assert found["manager"].provision == "5-3(2)①"
    assert (found["ciso"].provision, found["ciso"].strength) == ("5-3(2)③", "as_needed")
    assert found["supervising_officer"].strength == "must"


def test_a_cloud_has_its_contacts_too(sqlite_office: Office) -> None:
    assert "cloud_contacts" in clocks(sqlite_office, reported(sqlite_office, is_cloud=True))


def test_a_manager_who_reports_knows_already(sqlite_office: Office) -> None:
    row = reported(sqlite_office, "security_manager")

    first = clocks(sqlite_office, row)["manager"]
    assert (first.state, first.told_to) == ("told", "上田 あき(報告した本人)")
    other = reported(sqlite_office, "other_manager", department="子育て支援課")
    assert clocks(sqlite_office, other)["manager"].state == "open"


def test_another_section_is_named(sqlite_office: Office) -> None:
    row = reported(sqlite_office, department="情報政策課")

    assert row.department_id == sqlite_office.one(
        "SELECT id FROM department WHERE code = 'joho' AND organisation_id = 2"
    )
    with pytest.raises(BadInput, match="ない課"):
        reported(sqlite_office, department="ない課")


# -- the clocks --


def test_the_next_clock_runs_from_when_the_one_before_was_told(sqlite_office: Office) -> None:
    row = reported(sqlite_office)
    at = sqlite_office.clock() - HOUR / 4

    tell(sqlite_office, row, "manager", "staff", told_at=at, told_to="上田 あき", how="電話")

    found = clocks(sqlite_office, row)
    assert (found["manager"].told_by, found["manager"].told_how) == ("青木 はる", "電話")
    assert found["supervising_officer"].due_at == at + 3 * HOUR
    assert found["contact_point"].due_at == row.known_at + HOUR


def test_a_clock_says_how_long_there_is(sqlite_office: Office) -> None:
    row = reported(sqlite_office)
    found = clocks(sqlite_office, row)
    now = sqlite_office.clock()

    assert incident_clocks.remaining(found["manager"], now) == "あと30分"
    assert incident_clocks.remaining(found["manager"], now + 2 * HOUR) == "1時間30分過ぎています"
    assert incident_clocks.remaining(found["commission_first"], now) == "あと4日"
    assert incident_clocks.remaining(found["commission_first"], now + timedelta(days=4)) == "今日まで"
    assert incident_clocks.remaining(found["commission_first"], now + timedelta(days=5)) == "1日過ぎています"
    assert not incident_clocks.is_late(found["commission_first"], now + timedelta(days=4, hours=13))
    assert incident_clocks.is_late(found["commission_first"], now + timedelta(days=4, hours=14))  # midnight in Japan


def test_a_notice_is_told_between_knowledge_and_now(sqlite_office: Office) -> None:
    row = reported(sqlite_office)
    now = sqlite_office.clock()

    for at in (row.known_at - HOUR, now + HOUR):
        with pytest.raises(BadInput) as refused:
            tell(sqlite_office, row, "manager", told_at=at)
        assert pointers(refused) == {"/told_at"}
    with pytest.raises(BadInput) as refused:
        tell(sqlite_office, row, "manager", told_to=" ")
    assert pointers(refused) == {"/told_to"}


def test_what_was_told_is_told_once_and_on_what_was_read(sqlite_office: Office) -> None:
    row = reported(sqlite_office)
    with pytest.raises(StaleVersion):
        tell(sqlite_office, row, "manager", version=7)
    tell(sqlite_office, row, "manager")

    with pytest.raises(WrongState):
        tell(sqlite_office, row, "manager")


@pytest.mark.parametrize(
    ("login_name", "step", "may"),
    [
        ("staff", "manager", True),
        ("colleague", "manager", False),
        ("staff", "ciso", False),
        ("security_manager", "ciso", True),
        ("other_manager", "ciso", False),
        ("system_manager", "system_manager", False),  # of another section
        ("ciso", "ciso", True),
        ("auditor", "manager", False),
        ("admin", "manager", False),
    ],
)
def test_who_sends_or_receives_or_leads_records_it(
    sqlite_office: Office,
    login_name: str,
    step: str,
    may: bool,  # noqa: FBT001 (the expectation of a case)
) -> None:
    row = reported(sqlite_office)

    if may:
        tell(sqlite_office, row, step, login_name)
        assert clocks(sqlite_office, row)[step].state == "told"
    else:
        with pytest.raises(NotPermitted):
            tell(sqlite_office, row, step, login_name)


def test_a_must_is_left_out_by_the_window_alone(sqlite_office: Office) -> None:
    row = reported(sqlite_office)

    def leave(login_name: str, step: str, reason: str = "この課に情報システムはない") -> None:
        version = clocks(sqlite_office, row)[step].version
        sqlite_office.do(login_name, incident_clocks.leave_out, row.number, step, version=version, reason=reason)

    with pytest.raises(NotPermitted, match="必須の報告"):
        leave("security_manager", "system_manager")
    with pytest.raises(BadInput):
        leave("ciso", "system_manager", " ")
    leave("ciso", "system_manager")
    leave("security_manager", "subjects", "本人は分からない")
    with pytest.raises(WrongState, match="漏えいの判断"):
        leave("ciso", "commission_first")

    assert clocks(sqlite_office, row)["system_manager"].note == "この課に情報システムはない"


def test_earlier_knowledge_moves_every_deadline_and_later_none(office: Office) -> None:
    row = reported(office)
    before = clocks(office, row)

    def correct(known_at: datetime, **said: Any) -> Incident:
        facts: dict[str, Any] = {"version": newest(office, row.number).version, "reason": "隣の係が知っていた"}
        return office.do(
            "security_manager", incidents.correct_knowledge, row.number, known_at=known_at, **(facts | said)
        )

    with pytest.raises(BadInput, match="確認が必要") as refused:
        correct(row.known_at + HOUR / 4, reason="")
    correct(row.known_at - timedelta(days=2))

    assert pointers(refused) == {"/known_at", "/reason"}
    after = clocks(office, row)
    assert after["manager"].due_at == before["manager"].due_at - timedelta(days=2)
    assert after["commission_first"].due_on == date(2026, 11, 22)


# -- leaks --


def test_the_commission_is_told_within_its_days(sqlite_office: Office) -> None:
    row = reported(sqlite_office, leaked=LeakedKind.PERSONAL)
    first, final = (clocks(sqlite_office, row)[step] for step in ("commission_first", "commission_final"))

    assert (first.due_on, first.aim_on) == (date(2026, 11, 24), date(2026, 11, 22))
    assert final.due_on == date(2026, 12, 21)
    assert first.provision == "5-3(1)④"
    assert day_in_japan(final.due_at) == date(2026, 12, 22)  # the whole last day is in time


def test_no_personal_information_no_commission(sqlite_office: Office) -> None:
    row = reported(sqlite_office, leaked=LeakedKind.NONE)
    assert "commission_first" not in clocks(sqlite_office, row)

    decide_leak(sqlite_office, row, leaked=LeakedKind.SPECIFIC_PERSONAL)

    assert clocks(sqlite_office, row)["commission_first"].due_on == date(2026, 11, 24)


def test_a_contractors_notice_is_our_knowledge(sqlite_office: Office) -> None:
    now = sqlite_office.clock()
    row = reported(
        sqlite_office,
        source=IncidentSource.CONTRACTOR,
        informant="△△株式会社",
        informant_knew_at=now - timedelta(days=8),
        leaked=LeakedKind.PERSONAL,
    )

    assert clocks(sqlite_office, row)["commission_first"].due_on == date(2026, 11, 24)


def test_a_wrongful_purpose_gives_sixty_days(sqlite_office: Office) -> None:
    row = reported(sqlite_office, leaked=LeakedKind.PERSONAL)

    decide_leak(sqlite_office, row, grounds=[LeakGround.WRONGFUL])

    final = clocks(sqlite_office, row)["commission_final"]
    assert final.due_on == date(2027, 1, 18)
    assert "60日以内" in final.basis


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"report": LeakReport.NOT_NEEDED, "people_affected": 101, "reason": "軽い"}, "/report"),
        ({"report": LeakReport.NOT_NEEDED, "grounds": [LeakGround.SENSITIVE], "reason": "軽い"}, "/report"),
        ({"report": LeakReport.NOT_NEEDED, "leaked": LeakedKind.UNKNOWN, "reason": "軽い"}, "/report"),
        ({"report": LeakReport.NOT_NEEDED}, "/reason"),
        ({"leaked": LeakedKind.NONE}, "/reason"),
        ({"leaked": LeakedKind.NONE, "people_affected": 3, "reason": "無い"}, "/leaked"),
        ({"grounds": [LeakGround.NUMBER_SYSTEM]}, "/grounds"),
        ({"people_affected": -1}, "/people_affected"),
    ],
)
def test_a_leak_is_not_talked_away(sqlite_office: Office, said: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        decide_leak(sqlite_office, reported(sqlite_office), **said)

    assert pointers(refused) == {pointer}


def test_what_need_not_be_reported_is_settled_and_opened_again_when_it_must(office: Office) -> None:
    row = reported(office)

    decide_leak(office, row, report=LeakReport.NOT_NEEDED, people_affected=3, reason="3人、氏名だけ")
    let_go = clocks(office, row)["commission_first"]
    decide_leak(office, row, people_affected=150, grounds=[LeakGround.MANY])

    assert (let_go.state, let_go.note) == ("not_needed", "報告の対象に当たらない: 3人、氏名だけ")
    again = clocks(office, row)["commission_first"]
    assert (again.state, again.due_on) == ("open", date(2026, 11, 24))


def test_what_the_commission_was_told_is_not_taken_back(sqlite_office: Office) -> None:
    row = decide_leak(sqlite_office, reported(sqlite_office))
    tell(sqlite_office, row, "commission_first", "security_manager")

    with pytest.raises(WrongState, match="もう報告しています"):
        decide_leak(sqlite_office, row, report=LeakReport.NOT_NEEDED, reason="誤り")
