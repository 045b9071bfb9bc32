"""例外措置 7-4 and what lapses: nothing against a must is approved without one, and a lapsed one is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework import conditions, duties, exceptions
from casework.decisions import Condition
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from casework.exceptions import ExceptionIn
from casework.paging import PageWish
from models.policy_exception import PolicyException
from models.request import Request
from models.vocabulary import DecisionAction as Action
from tests.casework.routes_of_ours import MUST, act, against_the_policy, set_steps
from tests.office import Office

UNTIL = date(2027, 3, 31)


def ask(
    office: Office, request: Request | None = None, login_name: str = "security_manager", **said: Any
) -> PolicyException:
    facts: dict[str, Any] = {
        "title": "改修までの措置",
        "provisions": [MUST],
        "reason": "改修が間に合わない",
        "alternative": "接続元を庁内に限る",
        "until_on": UNTIL,
        "request_number": request.number if request else "",
    } | said
    return office.do(login_name, exceptions.ask, ExceptionIn(**facts))


def permit(office: Office, row: PolicyException, login_name: str = "ciso", **said: Any) -> PolicyException:
    facts: dict[str, Any] = {"version": row.version, "is_permitted": True} | said
    return office.do(login_name, exceptions.decide_exception, row.number, **facts)


def run(office: Office, day: date) -> conditions.Lapsed:
    office.clock.set_day(day)
    return conditions.suspend_lapsed(office.installation, day)


def state(office: Office) -> str:
    return str(office.one("SELECT state FROM approved_service"))


def test_what_is_against_a_must_is_approved_only_with_a_permitted_exception(office: Office) -> None:
    waiting = against_the_policy(office)
    assert waiting.overall == "not_met"

    with pytest.raises(BadInput) as refused:
        act(office, waiting, "supervising_officer", reason="必要")
    row = ask(office, waiting)
    with pytest.raises(BadInput):
        act(office, waiting, "supervising_officer", reason="必要")
    permit(office, row)
    approved = act(office, waiting, "supervising_officer", reason="例外措置による")

    assert [error.code for error in refused.value.errors] == ["exception_missing"]
    assert MUST in refused.value.errors[0].message
    assert approved.state == "approved"


def test_conditions_alone_are_no_exception(office: Office) -> None:
    waiting = against_the_policy(office)

    with pytest.raises(BadInput, match="確認が必要"):
        act(
            office,
            waiting,
            "supervising_officer",
            Action.APPROVE_WITH_CONDITIONS,
            reason="必要",
            conditions=[Condition("直す", date(2027, 1, 29))],
        )


def test_an_exception_covers_only_the_findings_it_names(office: Office) -> None:
    waiting = against_the_policy(office, "staff", MUST, "8-3(3)③")
    permit(office, ask(office, waiting))

    with pytest.raises(BadInput, match="確認が必要") as refused:
        act(office, waiting, "supervising_officer", reason="必要")
    assert "8-3(3)③" in refused.value.errors[0].message
    assert f"({MUST}" not in refused.value.errors[0].message


def test_where_the_organisation_asks_for_none_a_reason_is_enough(office: Office) -> None:
    set_steps(office, needs_exception=False)
    waiting = against_the_policy(office)

    assert act(office, waiting, "supervising_officer", reason="必要").state == "approved"


def test_an_exception_says_what_why_what_instead_and_until_when(office: Office) -> None:
    waiting = against_the_policy(office)

    with pytest.raises(BadInput) as empty:
        ask(office, waiting, title="", provisions=[" "], reason="", alternative="", until_on=None)
    with pytest.raises(BadInput) as elsewhere:
        ask(office, waiting, provisions=["9-9"], until_on=date(2031, 1, 1))
    with pytest.raises(NotPermitted):
        ask(office, waiting, "staff")
    with pytest.raises(NotFound):
        ask(office, waiting, "next_officer")

    pointers = ["/title", "/reason", "/alternative", "/provisions", "/until_on"]
    assert [error.pointer for error in empty.value.errors] == pointers
    assert [error.pointer for error in elsewhere.value.errors] == ["/provisions", "/until_on"]


def test_only_the_ciso_permits_and_never_what_they_asked_for(office: Office) -> None:
    row = ask(office, against_the_policy(office))

    for login_name in ("security_manager", "supervising_officer", "auditor"):
        with pytest.raises(NotPermitted):
            permit(office, row, login_name)
    office.sql("UPDATE role_grant SET role = 'ciso' WHERE user_id = :id", id=office.user_id("security_manager"))
    with pytest.raises(NotPermitted, match="1\\(8\\)①"):
        permit(office, row, "security_manager")
    with pytest.raises(StaleVersion):
        permit(office, row, version=7)
    with pytest.raises(BadInput):
        permit(office, row, is_permitted=False)
    with pytest.raises(BadInput):
        permit(office, row, until_on=date(2026, 11, 19))
    permit(office, row, is_permitted=False, note="代わりの措置が足りない")
    with pytest.raises(WrongState):
        permit(office, row, version=2)


def test_an_exception_counts_to_its_last_day(office: Office) -> None:
    waiting = against_the_policy(office)
    row = permit(office, ask(office, waiting), until_on=date(2026, 12, 10))
    standing = [exceptions.standing_on(row, day) for day in (date(2026, 12, 10), date(2026, 12, 11))]

    office.clock.set_day(date(2026, 12, 11))

    assert standing == ["permitted", "lapsed"]
    with pytest.raises(BadInput):
        act(office, waiting, "supervising_officer", reason="必要")


def test_an_emergency_is_recorded_at_once_and_permitted_in_time(office: Office) -> None:
    waiting = against_the_policy(office)
    row = ask(office, waiting, is_emergency=True)
    last_day = row.permit_by_on or UNTIL
    days = [exceptions.standing_on(row, last_day + timedelta(days=more)) for more in (0, 1)]

    act(office, waiting, "supervising_officer", reason="緊急の措置による")
    told_in_time = run(office, date(2026, 11, 27)).exceptions_told
    late = run(office, date(2026, 12, 2))

    assert row.permit_by_on == date(2026, 11, 30)  # five open days after 20 November; the 23rd is a holiday
    assert days == ["emergency", "overdue"]
    assert (told_in_time, late.exceptions_told > 0) == (0, True)
    assert "許可されていません" in str(office.one("SELECT min(title) FROM alert WHERE kind = 'exception_lapsed'"))


def test_a_lapsed_exception_reopens_its_finding_and_is_told_once(office: Office) -> None:
    waiting = against_the_policy(office)
    permit(office, ask(office, waiting))
    act(office, waiting, "supervising_officer", reason="例外措置による")

    in_time, first, second = run(office, UNTIL), run(office, date(2027, 4, 1)), run(office, date(2027, 4, 2))

    told = {row[0] for row in office.sql("SELECT user_id FROM alert WHERE kind = 'exception_lapsed'")}
    assert (in_time.exceptions_told, second.exceptions_told) == (0, 0)
    assert {office.user_id("service_manager"), office.user_id("supervising_officer"), office.user_id("ciso")} <= told
    assert first.exceptions_told == len(told)
    assert state(office) == "active"  # told of; the organisation does not suspend for it
    found = office.look("auditor", exceptions.exceptions_of, waiting.key)
    assert [row.counts for row in found] == [False]


def test_where_the_organisation_wants_it_the_use_is_suspended_until_a_new_permission(office: Office) -> None:
    set_steps(office, suspends_when_exception_lapses=True)
    waiting = against_the_policy(office)
    permit(office, ask(office, waiting))
    act(office, waiting, "supervising_officer", reason="例外措置による")

    suspended = run(office, date(2027, 4, 1)).suspended
    again = run(office, date(2027, 4, 2)).suspended
    stopped = state(office)
    permit(office, ask(office, waiting, until_on=date(2027, 9, 30)))

    assert (suspended, again, stopped, state(office)) == (1, 0, "suspended", "active")


def test_every_exception_is_reviewed(office: Office) -> None:
    row = ask(office)
    with pytest.raises(WrongState):
        office.do("ciso", exceptions.review, row.number, version=1, note="x")
    row = permit(office, row, until_on=date(2028, 3, 31))
    first = row.next_review_on

    with pytest.raises(NotPermitted):
        office.do("security_manager", exceptions.review, row.number, version=row.version, note="x")
    with pytest.raises(BadInput) as refused:
        office.do(
            "ciso", exceptions.review, row.number, version=row.version, note=" ", next_review_on=office.clock.today
        )
    reviewed = office.do("ciso", exceptions.review, row.number, version=row.version, note="続ける理由がある")

    assert first == date(2027, 11, 20)
    assert [error.pointer for error in refused.value.errors] == ["/note", "/next_review_on"]
    assert (reviewed.reviewed_on, reviewed.next_review_on) == (office.clock.today, date(2027, 11, 20))


def test_the_register_holds_our_exceptions_and_no_one_elses(office: Office) -> None:
    row = ask(office)

    ours = office.look("auditor", exceptions.list_exceptions, wish=PageWish())
    theirs = office.look("next_officer", exceptions.list_exceptions, wish=PageWish())

    assert ([each.exception.number for each in ours.items], theirs.items) == ([row.number], [])
    with pytest.raises(NotFound):
        office.look("next_officer", exceptions.find_exception, row.number)


def conditional(office: Office) -> int:
    waiting = office.submitted()
    act(
        office,
        waiting,
        "supervising_officer",
        Action.APPROVE_WITH_CONDITIONS,
        conditions=[Condition("訓練をする", date(2026, 12, 10))],
    )
    return int(
        str(
            office.one("SELECT o.id FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.is_condition = true")
        )
    )


def test_a_condition_that_lapses_suspends_the_use_until_it_is_done(office: Office) -> None:
    occurrence = conditional(office)

    in_time = run(office, date(2026, 12, 10))
    late, again = run(office, date(2026, 12, 11)), run(office, date(2026, 12, 12))
    stopped = state(office)
    told = {row[0] for row in office.sql("SELECT user_id FROM alert WHERE kind = 'service_suspended'")}
    facts: dict[str, Any] = {"version": 1, "done_on": date(2026, 12, 12), "note": "訓練をした", "upload": None}
    office.do("service_manager", duties.complete, occurrence, **facts)

    assert (in_time.suspended, late.suspended, again.suspended) == (0, 1, 0)
    assert (stopped, state(office)) == ("suspended", "active")
    assert told == {office.user_id("service_manager"), office.user_id("supervising_officer")}
    assert [
        row[0]
        for row in office.sql("SELECT action FROM audit_event WHERE object_kind = 'approved_service' ORDER BY seq")
    ] == [
        "service_suspended",
        "service_resumed",
    ]


def test_a_duty_that_is_no_condition_suspends_nothing(office: Office) -> None:
    office.approved()

    assert run(office, date(2028, 11, 20)).suspended == 0
