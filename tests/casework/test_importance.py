"""重要度順: what hangs on a request decides where it stands at the supervising officer's turn, and is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from casework import today
from casework.importance import Stakes, importance_of
from tests.office import Office, complete, document, information, outsourcing


def stakes(**facts: Any) -> Stakes:
    usual: dict[str, Any] = {
        "class_label": "機密性1",
        "class_place": 4,
        "is_specific": False,
        "is_personal": False,
        "overall": "met",
        "exceptions": 0,
        "days_to_start": None,
    }
    return Stakes(**(usual | facts))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"overall": "not_met"}, "不適合がある"),
        ({"overall": "needs_information"}, "情報不足がある"),
        ({"overall": "conditional"}, "条件付きがある"),
        ({"is_specific": True, "is_personal": True}, "特定個人情報を扱う"),
        ({"is_personal": True}, "個人情報を扱う"),
        ({"class_place": 0, "class_label": "機密性3A"}, "機密性3A"),
        ({"exceptions": 1}, "例外措置がある"),
        ({"days_to_start": -1}, "利用開始の日を過ぎている"),
        ({"days_to_start": 14}, "利用開始まで14日以内"),
        ({"days_to_start": 30}, "利用開始まで30日以内"),
    ],
)
def test_whatever_makes_a_request_more_important_is_said(facts: dict[str, Any], reason: str) -> None:
    found = importance_of(stakes(**facts))

    assert found.reasons == [reason]
    assert found.points > importance_of(stakes()).points == 0


def test_the_more_hangs_on_it_the_higher_it_stands_and_why_is_said(office: Office) -> None:
    usual = office.submitted("staff", **complete(document()))
    special = office.submitted("staff", information=[information("3A") | {"specific_personal": True}])
    soon = office.submitted(
        "staff", **complete(document(contract={"starts_on": "2026-11-27", "ends_on": "2027-03-31"}))
    )

    seen = office.look("supervising_officer", today.look_at_today)

    assert [row.request.number for row in seen.to_decide] == [special.number, soon.number, usual.number]
    assert {"特定個人情報を扱う", "機密性3A"} <= set(seen.reasons[special.key])
    assert "利用開始まで14日以内" in seen.reasons[soon.key]
    assert not [words for words in seen.reasons[usual.key] if "利用開始" in words]


def test_what_is_equally_important_waits_in_turn(office: Office) -> None:
    numbers = [office.submitted().number for _ in range(3)]

    seen = office.look("supervising_officer", today.look_at_today)

    assert [row.request.number for row in seen.to_decide] == numbers
    assert office.look("next_officer", today.look_at_today).to_decide == []


def test_the_most_important_of_many_is_shown_though_it_came_last(sqlite_office: Office) -> None:
    for _ in range(today.MOST + 1):
        sqlite_office.submitted()
    last = sqlite_office.submitted(information=[information("3A") | {"specific_personal": True}])

    seen = sqlite_office.look("supervising_officer", today.look_at_today)

    assert seen.to_decide[0].request.number == last.number
    assert len(seen.to_decide) == today.MOST


def test_who_decides_in_another_role_sees_them_as_they_wait(office: Office) -> None:
    office.submitted(subjects=[outsourcing()])

    seen = office.look("security_manager", today.look_at_today)

    assert len(seen.to_decide) == 1
    assert seen.reasons == {}
