"""One's own sessions over the API: seen, ended one by one or all at once, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office


def test_the_sessions_that_hold_are_listed_with_the_current_one_marked(
    staff: Desk, client: TestClient, sqlite_office: Office
) -> None:
    other = desk_of(client, sqlite_office, "staff")
    sqlite_office.clock.instant += timedelta(minutes=2)
    staff.get("/me")

    listed = made(staff.get("/me/sessions"))["items"]

    assert [row["is_current"] for row in listed] == [True, False]
    assert [row["is_current"] for row in made(other.get("/me/sessions"))["items"]] == [False, True]
    assert {row["signed_in_with"] for row in listed} == {"password"}


def test_one_session_is_ended_and_the_others_go_on(staff: Desk, client: TestClient, sqlite_office: Office) -> None:
    other = desk_of(client, sqlite_office, "staff")
    ended = next(row["id"] for row in made(staff.get("/me/sessions"))["items"] if not row["is_current"])

    assert staff.send("DELETE", f"/me/sessions/{ended}").status_code == 204

    problem(other.get("/me"), 401, "token_expired")
    assert staff.get("/me").status_code == 200
    problem(staff.send("DELETE", f"/me/sessions/{ended}"), 404, "not_found")
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'session_ended'") == 1


def test_every_other_session_is_ended_at_once(staff: Desk, client: TestClient, sqlite_office: Office) -> None:
    others = [desk_of(client, sqlite_office, "staff") for _ in range(2)]
    colleague = desk_of(client, sqlite_office, "colleague")

    assert staff.send("DELETE", "/me/sessions").status_code == 204

    for other in others:
        problem(other.get("/me"), 401, "token_expired")
    assert [staff.get("/me").status_code, colleague.get("/me").status_code] == [200, 200]


def test_nobody_ends_another_persons_session(staff: Desk, client: TestClient, sqlite_office: Office) -> None:
    for other in ("colleague", "admin", "next_procurement"):
        desk = desk_of(client, sqlite_office, other)
        problem(desk.send("DELETE", "/me/sessions/1"), 404, "not_found")

    assert staff.get("/me").status_code == 200
