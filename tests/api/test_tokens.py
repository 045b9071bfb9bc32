"""Personal tokens: shown once, hashed, within scopes, addresses, days and the owner's roles, never in an address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from casework.tokens import SCOPES, find_in, new_secret
from tests.api.desks import BASE, Desk, desk_of, made, problem
from tests.office import Office, document

READING = {"name": "連携", "scopes": ["requests:read"]}
EVERYTHING = {"name": "全部", "kind": "read_write", "scopes": list(SCOPES)}


def program(desk: Desk, **wish: Any) -> Desk:
    """Return a program with a token of this person."""
    token = made(desk.send("POST", "/tokens", json=READING | wish))["token"]
    return Desk(desk.client, token, "")


def events(office: Office, action: str) -> int:
    return int(str(office.one("SELECT count(*) FROM audit_event WHERE action = :action", action=action)))


def test_a_token_is_shown_once_and_only_its_hash_is_stored(staff: Desk, sqlite_office: Office) -> None:
    told = made(staff.send("POST", "/tokens", json=READING))

    assert told["token"].startswith("tsk_live_")
    assert (told["ends_on"], told["scopes"], told["ending"]) == ("2027-03-31", ["requests:read"], told["token"][-4:])
    listed = made(staff.get("/tokens"))["items"]
    assert "token" not in listed[0]
    stored = sqlite_office.sql("SELECT * FROM api_token")[0]
    assert told["token"] not in [str(value) for value in stored]
    assert told["token"] not in str(sqlite_office.sql("SELECT after FROM audit_event"))


def test_a_token_reads_what_its_scope_says_and_writes_nothing(staff: Desk) -> None:
    reader = program(staff)

    assert reader.get("/requests").status_code == 200
    said = problem(reader.post("/requests", document()), 403, "not_permitted")
    assert said["scope"] == "requests:write"
    assert "申請と判定: 書く" in said["detail"]
    assert problem(reader.get("/contracts"), 403, "not_permitted")["scope"] == "contracts:read"


def test_a_token_with_the_scope_writes_for_its_owner(staff: Desk, sqlite_office: Office) -> None:
    writer = program(staff, kind="read_write", scopes=["requests:read", "requests:write"])

    assert writer.post("/requests", document()).status_code == 201
    assert sqlite_office.one("SELECT actor_name FROM audit_event WHERE action = 'request_drafted'") == "青木 はる"


def test_a_token_never_does_more_than_its_owner_may(staff: Desk, auditor: Desk) -> None:
    wide = program(staff, **EVERYTHING)

    assert "監査" in problem(wide.get("/audit-events"), 403, "not_permitted")["detail"]
    assert program(auditor, scopes=["audit:read"]).get("/audit-events").status_code == 200


def test_deciding_needs_a_scope_of_its_own(officer: Desk, sqlite_office: Office) -> None:
    request = sqlite_office.submitted()
    seen = {"content_hash": sqlite_office.content_hash(request.number)}
    decision = {"action": "reject", "reason": "目的が違う", "seen": seen}
    where = f"/requests/{request.number}/decisions"

    writer = program(officer, kind="read_write", scopes=["requests:read", "requests:write"])

    said = problem(writer.post(where, decision, version=request.version), 403, "not_permitted")
    assert said["scope"] == "decisions:write"


def test_accounts_and_tokens_are_left_to_people(staff: Desk) -> None:
    wide = program(staff, **EVERYTHING)

    for method, path in [
        ("GET", "/tokens"),
        ("POST", "/tokens"),
        ("DELETE", "/tokens/1"),
        ("GET", "/me/sessions"),
        ("DELETE", "/me/sessions"),
        ("DELETE", "/me/sessions/1"),
        ("DELETE", "/sessions/current"),
    ]:
        said = problem(wide.send(method, path, json=READING if method == "POST" else None), 403, "not_permitted")
        assert "トークンではできません" in said["detail"], path


def test_a_token_sees_whose_it_is_and_what_it_may(staff: Desk) -> None:
    me = made(program(staff).get("/me"))

    assert (me["user"]["login_name"], me["signed_in_with"], me["scopes"]) == ("staff", "token", ["requests:read"])
    assert me["csrf_token"] is None


def test_a_revoked_token_opens_nothing(staff: Desk, sqlite_office: Office) -> None:
    reader = program(staff)

    assert staff.send("DELETE", "/tokens/1").status_code == 204
    assert staff.send("DELETE", "/tokens/1").status_code == 204

    assert "取り消されて" in problem(reader.get("/requests"), 401, "not_authenticated")["detail"]
    assert events(sqlite_office, "token_revoked") == 1


def test_an_expired_token_opens_nothing_from_the_day_after(staff: Desk, sqlite_office: Office) -> None:
    reader = program(staff, ends_on="2026-12-31")

    sqlite_office.clock.set_day(date(2026, 12, 31))
    assert reader.get("/requests").status_code == 200
    sqlite_office.clock.set_day(date(2027, 1, 1))
    assert "期限が過ぎて" in problem(reader.get("/requests"), 401, "token_expired")["detail"]


def test_a_token_works_only_from_its_addresses(staff: Desk, sqlite_office: Office) -> None:
    made_token = made(staff.send("POST", "/tokens", json=READING | {"addresses": ["192.0.2.0/24", "2001:db8::1"]}))
    api = create_api(sqlite_office.installation)
    headers = {"Authorization": f"Bearer {made_token['token']}"}

    answers = {
        host: TestClient(api, client=(host, 50000)).get(f"{BASE}/requests", headers=headers).status_code
        for host in ("192.0.2.9", "2001:db8::1", "198.51.100.1", "testclient")
    }

    assert answers == {"192.0.2.9": 200, "2001:db8::1": 200, "198.51.100.1": 401, "testclient": 401}


def test_the_first_use_of_a_day_is_an_event_and_the_last_use_is_told(staff: Desk, sqlite_office: Office) -> None:
    reader = program(staff)

    for _ in range(3):
        reader.get("/requests")
        sqlite_office.clock.instant += timedelta(minutes=5)
    assert events(sqlite_office, "token_used") == 1
    assert made(staff.get("/tokens"))["items"][0]["last_used_at"] == "2026-11-20T10:10:00+09:00"

    sqlite_office.clock.instant += timedelta(days=1)
    reader.post("/requests", document())  # refused, and used all the same
    assert events(sqlite_office, "token_used") == 2


@pytest.mark.parametrize(
    "address",
    ["/api/v1/requests?token={}", "/api/v1/requests?q=a%20{}", "/requests?x={}", "/api/v1/{}", "/login?next={}"],
)
def test_attack_token_in_url(address: str, staff: Desk, sqlite_office: Office) -> None:
    token = program(staff).token

    refused = staff.client.get(address.format(token))

    assert "アドレスの中" in problem(refused, 401, "not_authenticated")["detail"]
    assert token not in refused.headers.get("location", "")
    assert events(sqlite_office, "token_in_address") == 1
    alert = sqlite_office.sql("SELECT kind, title, state FROM alert")
    assert [(row[0], row[2]) for row in alert] == [("token_in_address", "pending")]
    assert token not in str(alert)


def test_something_like_a_token_in_an_address_is_refused_and_is_nobodys_event(
    staff: Desk, sqlite_office: Office
) -> None:
    problem(staff.client.get(f"{BASE}/requests?token={new_secret()}"), 401, "not_authenticated")
    problem(staff.client.get(f"{BASE}/requests?token=tsk%5Flive%5Fabc"), 401, "not_authenticated")

    assert events(sqlite_office, "token_in_address") == 0


def test_a_mistyped_token_is_told_apart_by_its_checksum() -> None:
    secret = new_secret()
    other = secret[:-1] + ("a" if secret[-1] != "a" else "b")

    assert find_in(f"x{secret}&y") == [secret]
    assert find_in(other) == []


def test_an_unknown_token_opens_nothing(client: TestClient) -> None:
    for token in (new_secret(), "tsk_live_short", "tsk_live_" + "a" * 42):
        refused = client.get(f"{BASE}/requests", headers={"Authorization": f"Bearer {token}"})
        assert "知られていません" in problem(refused, 401, "not_authenticated")["detail"]


@pytest.mark.parametrize(
    ("wish", "pointer", "words"),
    [
        ({"scopes": ["requests:all"]}, "/scopes", "ありません"),
        ({"scopes": ["requests:write"]}, "/scopes", "読むだけ"),
        ({"ends_on": "2026-11-19"}, "/ends_on", "今日より後"),
        ({"ends_on": "2027-11-22"}, "/ends_on", "1年以内"),
        ({"addresses": ["everywhere"]}, "/addresses", "192.0.2.0/24"),
        ({"name": "  "}, "/name", "名前"),
    ],
)
def test_a_wish_that_cannot_be_granted_says_what_to_mend(
    wish: dict[str, Any], pointer: str, words: str, staff: Desk
) -> None:
    said = problem(staff.send("POST", "/tokens", json=READING | wish), 422, "validation_error")

    assert [(each["pointer"], words in each["message"]) for each in said["errors"]] == [(pointer, True)]


def test_nobody_sees_or_revokes_another_persons_token(staff: Desk, client: TestClient, sqlite_office: Office) -> None:
    reader = program(staff)

    for other in ("colleague", "admin", "next_procurement"):
        desk = desk_of(client, sqlite_office, other)
        assert made(desk.get("/tokens"))["items"] == []
        problem(desk.send("DELETE", "/tokens/1"), 404, "not_found")
    assert reader.get("/requests").status_code == 200


def test_a_token_ends_with_its_owners_account(staff: Desk, sqlite_office: Office) -> None:
    reader = program(staff)
    sqlite_office.sql("UPDATE user_account SET is_active = false WHERE login_name = 'staff'")

    problem(reader.get("/requests"), 401, "not_authenticated")


def test_every_operation_says_its_scope_or_that_it_has_none(client: TestClient) -> None:
    schema = made(client.get(f"{BASE}/openapi.json"))
    scopes = {
        operation["operationId"]: operation.get("x-scope", "missing")
        for methods in schema["paths"].values()
        for operation in methods.values()
    }

    assert scopes["list_requests"] == "requests:read"
    assert scopes["decide_request"] == "decisions:write"
    assert scopes["preview_verdict"] == "requests:read"
    assert {scope for scope in scopes.values() if scope} <= {*SCOPES, "missing"}
    assert [name for name, scope in scopes.items() if scope == "missing"] == ["create_session"]
    for name in ("list_tokens", "create_token", "revoke_token", "end_own_session", "delete_current_session"):
        assert scopes[name] is None, name
