from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from casework.database import make_engine
from casework.idempotency import begin
from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office, closing_engine, document
from tests.postgresql import PostgresqlServer

TEXT = ("memo.txt", "確認した".encode(), "text/plain")


def requests_in(office: Office) -> object:
    return office.one("SELECT count(*) FROM request")


def test_a_deed_without_a_key_is_refused(staff: Desk, sqlite_office: Office) -> None:
    problem(staff.send("POST", "/requests", json=document()), 400, "idempotency_key_missing")
    problem(staff.send("POST", "/requests", json=document(), key=" "), 400, "idempotency_key_missing")
    problem(staff.send("POST", "/requests", json=document(), key="k" * 256), 400, "malformed_request")
    assert requests_in(sqlite_office) == 0


def test_a_repeated_call_gets_the_first_answer_and_does_nothing(staff: Desk, sqlite_office: Office) -> None:
    first = staff.post("/requests", document(), key="once")
    again = staff.post("/requests", document(), key="once")

    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert requests_in(sqlite_office) == 1


def test_a_repeated_decision_is_answered_although_the_version_has_moved_on(staff: Desk, sqlite_office: Office) -> None:
    drafted = made(staff.post("/requests", document()))
    path = f"/requests/{drafted['number']}/submissions"

    first = staff.post(path, {}, key="submit", version=1)
    again = staff.post(path, {}, key="submit", version=1)

    assert (again.status_code, again.json()) == (201, first.json())
    assert sqlite_office.one("SELECT count(*) FROM request_version") == 1


def test_a_key_used_for_something_else_is_refused(staff: Desk, sqlite_office: Office) -> None:
    staff.post("/requests", document(), key="once")

    problem(staff.post("/requests", document(title="別の件名"), key="once"), 422, "idempotency_key_reused")
    problem(staff.post("/requests/R8-0001/withdrawals", {}, key="once", version=1), 422, "idempotency_key_reused")
    assert requests_in(sqlite_office) == 1


def test_a_refused_deed_leaves_its_key_free(staff: Desk) -> None:
    problem(staff.post("/requests", document(zone="moon"), key="once"), 422, "validation_error")

    assert staff.post("/requests", document(), key="once").status_code == 201


def test_keys_are_each_persons_own(staff: Desk, officer: Desk, sqlite_office: Office) -> None:
    staff.post("/requests", document(), key="once")

    assert "idempotent-replayed" not in officer.post("/requests", document(), key="once").headers
    assert requests_in(sqlite_office) == 2


def test_a_key_is_kept_for_seven_days(client: TestClient, sqlite_office: Office) -> None:
    desk_of(client, sqlite_office, "staff").post("/requests", document(), key="once")
    sqlite_office.clock.instant += timedelta(days=6, hours=23)
    kept = desk_of(client, sqlite_office, "staff").post("/requests", document(), key="once")
    sqlite_office.clock.instant += timedelta(hours=1)
    anew = desk_of(client, sqlite_office, "staff").post("/requests", document(), key="once")

    assert "idempotent-replayed" in kept.headers
    assert "idempotent-replayed" not in anew.headers


def test_a_file_sent_again_is_the_same_whatever_the_boundary(staff: Desk, sqlite_office: Office) -> None:
    number = made(staff.post("/requests", document()))["number"]
    path = f"/requests/{number}/attachments"

    first = staff.post(path, key="file", files={"file": TEXT})
    again = staff.post(path, key="file", files={"file": TEXT})
    other = staff.post(path, key="file", files={"file": ("memo.txt", b"other", "text/plain")})

    assert made(again) == made(first)
    problem(other, 422, "idempotency_key_reused")
    assert sqlite_office.one("SELECT count(*) FROM evidence_file") == 1


def test_a_key_whose_deed_has_no_answer_yet_is_in_progress(staff: Desk, sqlite_office: Office) -> None:
    staff.post("/requests", document(), key="once")
    sqlite_office.sql("UPDATE idempotency_key SET status = NULL")

    refused = staff.post("/requests", document(), key="once")

    problem(refused, 409, "idempotency_key_in_progress")
    assert refused.headers["retry-after"] == "2"


@pytest.mark.postgresql
def test_on_postgresql_a_second_call_does_not_wait_for_the_first(
    postgresql_server: PostgresqlServer, postgresql_template: str, tmp_path: Path
) -> None:
    address = postgresql_server.url(postgresql_server.new_database(template=postgresql_template))
    with closing_engine(make_engine(address)) as engine:
        office = Office(engine, tmp_path)
        with TestClient(create_api(office.installation)) as client, office.call("staff") as running:
            desk = desk_of(client, office, "staff")
            begin(running, "once", "anything")

            problem(desk.post("/requests", document(), key="once"), 409, "idempotency_key_in_progress")
