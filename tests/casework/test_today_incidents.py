"""今日やること for incidents: whoever has to tell, assess or read a second time sees it, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from casework import incident_measures, today_incidents
from tests.casework.incident_desk import closed, closing, confirmed, decide_leak, reported, settled, tell
from tests.office import Office


def waiting(office: Office, login_name: str) -> list[tuple[str, str]]:
    return [(work.row.incident.number, work.next_step) for work in office.look(login_name, today_incidents.look)]


def test_who_reported_sees_whom_to_tell_until_it_is_told(office: Office) -> None:
    incident = reported(office)

    assert waiting(office, "staff") == [(incident.number, "情報セキュリティ管理者へ(あと30分)")]
    assert waiting(office, "colleague") == []
    for step in ("manager", "contact_point"):
        tell(office, incident, step, "staff")
    assert waiting(office, "staff") == []
    assert waiting(office, "security_manager") != []


def test_an_incident_of_another_section_waits_for_the_contact_point_only(sqlite_office: Office) -> None:
    incident = reported(sqlite_office)

    assert waiting(sqlite_office, "ciso") != []
    assert waiting(sqlite_office, "service_manager") == []
    assert waiting(sqlite_office, "auditor") == []
    assert waiting(sqlite_office, "next_officer") == []
    assert incident.state == "reported"


def test_the_most_urgent_notice_comes_first(sqlite_office: Office) -> None:
    later = confirmed(sqlite_office)
    for step in ("manager", "contact_point", "supervising_officer", "system_manager", "assessed"):
        tell(sqlite_office, later, step)
    urgent = reported(sqlite_office)

    assert [number for number, _ in waiting(sqlite_office, "ciso")] == [urgent.number, later.number]


def test_when_all_is_told_the_section_proposes_the_close(sqlite_office: Office) -> None:
    incident = settled(sqlite_office, confirmed(sqlite_office))

    assert waiting(sqlite_office, "security_manager") == [(incident.number, "残る判断を記録し、結びを申し出ます")]


@pytest.mark.parametrize(("who", "sees"), [("ciso", True), ("security_manager", False), ("staff", False)])
def test_a_proposed_close_waits_for_somebody_else_of_the_contact_point(
    sqlite_office: Office, who: str, *, sees: bool
) -> None:
    incident = closing(sqlite_office, confirmed(sqlite_office))

    assert waiting(sqlite_office, who) == ([(incident.number, "結びを読み直して確かめます")] if sees else [])


def test_who_proposed_the_close_does_not_see_it_as_work(sqlite_office: Office) -> None:
    incident = settled(sqlite_office, confirmed(sqlite_office))
    facts: dict[str, Any] = {"version": incident.version}
    sqlite_office.do("ciso", incident_measures.propose_close, incident.number, **facts)

    assert waiting(sqlite_office, "ciso") == []
    assert waiting(sqlite_office, "supervising_officer") != []


def test_what_is_closed_waits_for_nobody(sqlite_office: Office) -> None:
    closed(sqlite_office, confirmed(sqlite_office))
    decide_leak(sqlite_office, reported(sqlite_office))

    assert len(waiting(sqlite_office, "ciso")) == 1
