"""Whose turn it is: the pack's route narrowed to the steps at which a person decides."""

from datetime import date
from typing import Any

import pytest

from casework import request_views, requests, route_progress
from casework.decisions import Condition
from casework.errors import BadInput, NotYourTurn
from casework.routes import Step, steps_of
from models.vocabulary import DecisionAction, RequestState
from tests.office import Office, document

TWO_STEPS = (
    Step(("security_officer",), "8-4(2)②", is_last=False),
    Step(("supervising_officer",), "8-3(5)②", is_last=True),
)


def route(*steps: tuple[str, list[str], str]) -> dict[str, Any]:
    told = [{"action": action, "roles": roles, "provision": at} for action, roles, at in steps]
    return {"approval_route": told, "governed_by": ["8-1"], "findings": []}


def test_only_deciding_counts_and_the_last_step_is_marked() -> None:
    verdict = route(
        ("apply", ["staff"], "8-3(5)①"),
        ("decide", ["security_officer"], "8-4(2)②"),
        ("decide", ["supervising_officer"], "8-3(5)②"),
        ("appoint", ["supervising_officer"], "8-3(5)③"),
    )

    assert steps_of(verdict) == TWO_STEPS


def test_steps_that_one_person_could_take_are_one_step() -> None:
    verdict = route(
        ("decide", ["supervising_officer", "security_officer"], "8-2(4)⑤"),
        ("decide", ["supervising_officer"], "8-3(5)②"),
    )

    assert steps_of(verdict) == (Step(("supervising_officer",), "8-2(4)⑤ 8-3(5)②", is_last=True),)


def test_without_a_decider_the_sections_managers_confirm() -> None:
    assert steps_of(route(("apply", ["staff"], "8-1"))) == (
        Step(("security_manager", "system_manager"), "8-1(2)①(ウ)", is_last=True),
    )


@pytest.fixture
def two_steps(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose every route has two steps."""
    for module in (requests, route_progress, request_views):
        monkeypatch.setattr(module, "steps_of", lambda _verdict, _extra=(): TWO_STEPS)
    return office


def test_each_step_waits_for_the_one_before_and_the_last_one_approves(two_steps: Office) -> None:
    waiting = two_steps.submitted()
    with pytest.raises(NotYourTurn, match="情報セキュリティ責任者の番"):
        two_steps.decide(waiting, "supervising_officer")

    endorsed = two_steps.decide(waiting, "security_officer", manager="")
    with pytest.raises(NotYourTurn):
        two_steps.decide(endorsed, "security_officer")
    approved = two_steps.decide(endorsed, "supervising_officer")

    assert (endorsed.state, endorsed.waits_for_role) == (RequestState.IN_REVIEW, "supervising_officer")
    assert approved.state == RequestState.APPROVED
    actions = [row[0] for row in two_steps.sql("SELECT action FROM decision ORDER BY id")]
    assert actions == ["submit", "endorse", "approve"]
    assert two_steps.one("SELECT count(*) FROM approved_service") == 1


def test_a_condition_set_on_the_way_is_not_lost_at_the_end(two_steps: Office) -> None:
    waiting = two_steps.submitted()
    endorsed = two_steps.decide(
        waiting,
        "security_officer",
        DecisionAction.APPROVE_WITH_CONDITIONS,
        manager="",
        conditions=[Condition("訓練をする", date(2027, 1, 29))],
    )

    approved = two_steps.decide(endorsed, "supervising_officer")

    assert approved.state == RequestState.APPROVED_WITH_CONDITIONS
    assert two_steps.one("SELECT count(*) FROM duty WHERE title = '承認の条件: 訓練をする'") == 1


def test_who_endorses_against_the_verdict_says_why_too(two_steps: Office) -> None:
    draft = two_steps.do("staff", requests.create_request, document())
    waiting = two_steps.do("staff", requests.submit_request, draft.number, version=1)

    with pytest.raises(BadInput):
        two_steps.decide(waiting, "security_officer", manager="")
    two_steps.decide(waiting, "security_officer", manager="", reason="代替手段がない")

    assert two_steps.one("SELECT is_against_verdict FROM decision WHERE action = 'endorse'") == 1


def test_a_return_begins_the_route_anew(two_steps: Office) -> None:
    endorsed = two_steps.decide(two_steps.submitted(), "security_officer", manager="")
    returned = two_steps.decide(
        endorsed, "supervising_officer", DecisionAction.RETURN, manager="", remarks=["直してください"]
    )

    again = two_steps.do(
        "staff", requests.submit_request, returned.number, version=returned.version, replies={"1": "直しました"}
    )

    assert again.waits_for_role == "security_officer"
