from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from tests.api.desks import BASE, Desk, made, problem
from tests.office import PASSWORD, Office


def test_a_person_signs_in_looks_around_and_signs_out(client: TestClient) -> None:
    opened = made(client.post(f"{BASE}/sessions", json={"login_name": "procurement", "password": PASSWORD}))
    token = {"Authorization": f"Bearer {opened['token']}"}

    me = made(client.get(f"{BASE}/me", headers=token))
    assert (me["user"]["name"], me["organisation"]["name"]) == ("佐藤 いと", "星見ヶ丘市")
    assert me["roles"] == ["procurement", "staff"]
    assert me["csrf_token"] == opened["csrf_token"]
    assert opened["expires_at"] == "2026-11-20T22:00:00+09:00"

    assert client.delete(f"{BASE}/sessions/current", headers=token).status_code == 204
    refused = client.get(f"{BASE}/me", headers=token)
    problem(refused, 401, "token_expired")
    assert refused.headers["www-authenticate"] == 'Bearer realm="sekisho"'


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(client: TestClient) -> None:
    wrong = client.post(f"{BASE}/sessions", json={"login_name": "staff", "password": "ちがう"})
    unknown = client.post(f"{BASE}/sessions", json={"login_name": "nobody", "password": "ちがう"})

    assert problem(wrong, 401, "not_authenticated")["detail"] == problem(unknown, 401, "not_authenticated")["detail"]


def test_five_wrong_passwords_stay_counted_and_lock_the_account(client: TestClient) -> None:
    for _ in range(5):
        client.post(f"{BASE}/sessions", json={"login_name": "staff", "password": "ちがう"})
    locked = client.post(f"{BASE}/sessions", json={"login_name": "staff", "password": PASSWORD})

    problem(locked, 429, "too_many_requests")
    assert 0 < int(locked.headers["retry-after"]) <= 901


def test_nobody_gets_in_without_a_token_or_with_a_strange_one(client: TestClient) -> None:
    for headers in ({}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}):
        problem(client.get(f"{BASE}/requests", headers=headers), 401, "not_authenticated")


def test_a_session_left_idle_ends_and_one_in_use_goes_on(staff: Desk, sqlite_office: Office) -> None:
    for _ in range(3):
        sqlite_office.clock.instant += timedelta(minutes=59)
        assert staff.get("/me").status_code == 200

    sqlite_office.clock.instant += timedelta(minutes=60)
    problem(staff.get("/me"), 401, "token_expired")


def test_reading_again_within_a_minute_writes_nothing(staff: Desk, sqlite_office: Office) -> None:
    seen = "SELECT last_seen_at FROM login_session"
    before = sqlite_office.one(seen)
    sqlite_office.clock.instant += timedelta(seconds=59)
    staff.get("/me")
    assert sqlite_office.one(seen) == before

    sqlite_office.clock.instant += timedelta(seconds=1)
    staff.get("/me")
    assert sqlite_office.one(seen) != before


def test_the_people_one_may_name_are_of_the_own_organisation(staff: Desk) -> None:
    listed = {person["login_name"] for person in made(staff.get("/people"))["items"]}

    assert "service_manager" in listed
    assert not any(name.startswith("next_") for name in listed)
