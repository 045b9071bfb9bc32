"""What is refused is recorded, by whom and at what, after the refused deed is gone; and a flood fills nothing."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from api.authentication import SESSION_COOKIE
from casework import refusals
from tests.api.desks import Desk, desk_of, problem
from tests.casework.test_audit import verify
from tests.office import Office


def refused(office: Office) -> list[tuple[Any, ...]]:
    rows = office.sql(
        "SELECT action, actor_name, source, object_number, CAST(after AS text) FROM audit_event"
        " WHERE action LIKE 'refused%' ORDER BY id"
    )
    return [tuple(row) for row in rows]


def test_what_one_may_not_do_is_recorded(sqlite_office: Office, staff: Desk) -> None:
    answer = staff.get("/audit-events")

    problem(answer, 403, "not_permitted")
    (event,) = refused(sqlite_office)
    assert event[:4] == ("refused", "青木 はる", "api", "/api/v1/audit-events")
    assert '"kind": "not-permitted"' in event[4]
    call_id = sqlite_office.one("SELECT call_id FROM audit_event WHERE action = 'refused'")
    assert call_id == answer.headers["x-request-id"]


def test_an_attempt_at_another_towns_request_is_recorded_in_ones_own_record(
    sqlite_office: Office, neighbour: Desk
) -> None:
    ours = sqlite_office.submitted()

    problem(neighbour.get(f"/requests/{ours.number}"), 404, "not_found")

    assert [event[:2] for event in refused(sqlite_office)] == [("refused", "隣 さん")]
    assert verify(sqlite_office, "tonari").events == 1
    assert verify(sqlite_office, "tonari").ok


def test_a_refused_write_is_recorded_and_nothing_else_of_it_stays(sqlite_office: Office, client: TestClient) -> None:
    ours = sqlite_office.draft()
    before = sqlite_office.one("SELECT count(*) FROM audit_event")
    colleague = desk_of(client, sqlite_office, "colleague")

    answer = colleague.post(f"/requests/{ours.number}/submissions", {"replies": {}}, version=ours.version)

    assert answer.status_code == 403, answer.text
    assert sqlite_office.one("SELECT count(*) FROM audit_event") == before + 1
    assert refused(sqlite_office)[0][:3] == ("refused", "石井 なつ", "api")
    assert sqlite_office.one("SELECT state FROM request") == "draft"


def test_a_call_that_another_site_made_is_recorded_with_its_reason(sqlite_office: Office, client: TestClient) -> None:
    desk = desk_of(client, sqlite_office, "staff")
    cookie = {"Cookie": f"{SESSION_COOKIE}={desk.token}", "Idempotency-Key": "a"}

    for headers in ({**cookie, "X-CSRF-Token": "wrong"}, {**cookie, "Origin": "https://elsewhere.example"}):
        client.post("/api/v1/requests", json={}, headers=headers)
        sqlite_office.clock.instant += timedelta(minutes=2)

    first, second = (event[4] for event in refused(sqlite_office))
    assert '"reason": "csrf_token"' in first
    assert '"reason": "origin"' in second


def test_nobody_in_particular_leaves_no_event(sqlite_office: Office, client: TestClient) -> None:
    client.get("/api/v1/requests")
    client.get("/api/v1/requests", headers={"Authorization": "Bearer nobody"})

    assert refused(sqlite_office) == []


def test_the_same_refusal_within_a_minute_is_counted_in_one_event(sqlite_office: Office, staff: Desk) -> None:
    for _ in range(50):
        staff.get("/audit-events")
    assert len(refused(sqlite_office)) == 1

    sqlite_office.clock.instant += timedelta(minutes=2)
    staff.get("/requests/R8-9999")

    events = refused(sqlite_office)
    assert [event[0] for event in events] == ["refused", "refused_again", "refused"]
    assert '"times": 49' in events[1][4]
    assert events[1][3] == "/api/v1/audit-events"


def test_a_flood_of_different_refusals_is_counted_too(sqlite_office: Office, staff: Desk) -> None:
    for number in range(60):
        staff.get(f"/requests/R8-{number:04}")
    assert len(refused(sqlite_office)) == refusals.MOST_IN_A_WINDOW

    sqlite_office.clock.instant += timedelta(minutes=2)
    assert refusals.settle_all(sqlite_office.installation) == 1

    assert '"times": 40' in refused(sqlite_office)[-1][4]
    assert refusals.settle_all(sqlite_office.installation) == 0
    assert verify(sqlite_office).ok


def test_one_persons_flood_does_not_hide_anothers_attempt(sqlite_office: Office, client: TestClient) -> None:
    loud, quiet = desk_of(client, sqlite_office, "staff"), desk_of(client, sqlite_office, "colleague")

    for number in range(40):
        loud.get(f"/requests/R8-{number:04}")
    quiet.get("/requests/R8-0001")

    assert refused(sqlite_office)[-1][1] == "石井 なつ"
