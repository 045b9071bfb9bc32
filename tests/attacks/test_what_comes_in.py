"""What is sent in: bodies with more than is asked, bombs, values nothing can hold, and doors opened by another name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.authentication import SESSION_COOKIE
from tests.api.desks import BASE, Desk, desk_of, made, problem
from tests.matrix.api_calls import API_CALLS
from tests.matrix.doors import Knocking
from tests.office import PASSWORD, Office, document
from tests.sites import site_over

OTHERS = {
    "organisation_id": 2,
    "applicant_id": 1,
    "decided_by": "ciso",
    "decided_by_id": 1,
    "state": "approved",
    "version": 99,
    "id": 1,
    "is_admin": True,
    "roles": ["ciso"],
}
BODIES = sorted(
    door for door, call in API_CALLS.items() if isinstance(call.json, dict) or str(call.json) == "$document"
)


# Settings are read and written back whole; the next version is counted, never taken from the body.
READ_AND_WRITTEN_BACK = {("PUT /decision-settings", "version")}


def test_attack_mass_assignment_of_every_body(full_site: Knocking, sqlite_office: Office) -> None:
    done = "SELECT count(*) FROM audit_event WHERE object_kind <> 'attempt'"
    before = sqlite_office.one(done)

    taken = []
    for door in BODIES:
        method, _, path = door.partition(" ")
        for name, value in OTHERS.items():
            if name in _own_names(door) or (door, name) in READ_AND_WRITTEN_BACK:
                continue
            for who in ("staff@own", "supervising_officer@own", "admin@own"):
                answer = full_site.send(f"{method} {BASE}{path}", who, extra={name: value})
                if answer.status_code not in {403, 422}:
                    taken.append((door, name, who, answer.status_code))

    assert taken == []
    assert len(BODIES) > 30
    assert sqlite_office.one(done) == before


def _own_names(door: str) -> set[str]:
    stated = API_CALLS[door].json
    return set(stated) if isinstance(stated, dict) else set()


def test_attack_mass_assignment_by_form(site: TestClient, sqlite_office: Office) -> None:
    desk = desk_of(site, sqlite_office, "staff")
    number = sqlite_office.submitted().number
    sent = {"csrf_token": desk.csrf_token, "version": "2", "reason": "x"} | {
        name: str(said) for name, said in OTHERS.items()
    }

    answer = site.post(f"/requests/{number}/withdraw", data=sent | {"version": "2"}, headers=cookie_of(desk))

    assert answer.status_code == 303
    stored = sqlite_office.sql("SELECT state, organisation_id = 2, version FROM request")
    assert [tuple(row) for row in stored] == [("withdrawn", True, 3)]
    assert sqlite_office.one("SELECT applicant_id FROM request") == sqlite_office.user_id("staff")


def cookie_of(desk: Desk) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={desk.token}"}


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"title": ' + "9" * 100_000 + "}",
        '{"title": 1e400}',
        '{"title": -Infinity}',
        '{"title": "\\u0000"}',
        '{"title": "\\ud800"}',
        json.dumps({f"k{n}": n for n in range(50_000)}),
        json.dumps({"title": "あ" * 1_000_000}),
        json.dumps(document() | {"answers": {f"9-{n}": {"answer": "yes"} for n in range(20_000)}}),
    ],
    ids=["lists", "objects", "digits", "exponent", "infinity", "nul", "surrogate", "keys", "long text", "answers"],
)
def test_attack_json_bombs(staff: Desk, body: str, sqlite_office: Office) -> None:
    answers = [
        staff.post(path, content=body, headers={"Content-Type": "application/json"}).status_code
        for path in ("/requests", "/verdict-previews", "/exceptions", "/tokens")
    ]

    assert set(answers) <= {400, 403, 413, 422}
    assert sqlite_office.one("SELECT count(*) FROM request") == 0


BEYOND = (
    "/files/99999999999999999999999",
    "/obligations/9223372036854775808",
    "/requests/%00",
    "/requests?q=%00",
    "/audit-events?since=0001-01-01",
    "/audit-events?until=9999-12-31",
    "/audit-events?text=%00",
    "/audit-events/head?day=9999-12-31",
    "/audit-events/proof?seq=99999999999999999999",
    "/obligations?due_before=0001-01-01",
    "/requests/R8-0001/diff?a=99999999999999999999&b=1",
)
BEYOND_PAGES = (
    "/files/99999999999999999999999",
    "/obligations/99999999999999999999999",
    "/evidence/99999999999999999999999",
    "/requests?q=%00",
    "/search?q=%00",
    "/rules/%00",
    "/obligations?fy=99999999&month=99",
    "/requests/R8-0001/compare?a=99999999999999999999&b=1",
    "/audit?since_year=1&since_month=1&since_day=1",
)


def test_attack_values_that_no_column_can_hold(office: Office) -> None:
    with TestClient(site_over(office.installation), raise_server_exceptions=False, follow_redirects=False) as client:
        auditor = desk_of(client, office, "auditor")
        read = {
            path: client.get(BASE + path, headers={"Authorization": f"Bearer {auditor.token}"}).status_code
            for path in BEYOND
        }
        shown = {path: client.get(path, headers=cookie_of(auditor)).status_code for path in BEYOND_PAGES}
        sent: dict[str, tuple[str, dict[str, Any]]] = {
            "slips": ("/circulations/readings", {"ids": [10**40]}),
            "days": (
                "/audit-samples",
                {"population": "requests", "from_on": "0001-01-01", "until_on": "9999-12-31", "seed": "1", "size": 1},
            ),
        }
        written = {name: auditor.post(path, body).status_code for name, (path, body) in sent.items()}

    assert {path: status for path, status in (read | shown | written).items() if status >= 500} == {}


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_attack_method_override(name: str, staff: Desk, sqlite_office: Office) -> None:
    draft = sqlite_office.draft()
    sessions = "SELECT count(*) FROM login_session WHERE revoked_at IS NULL"
    before = sqlite_office.one(sessions)

    answers = [
        staff.client.get(f"{BASE}/me/sessions", headers={name: "DELETE", **cookie_of(staff)}).status_code,
        staff.client.get(f"/requests/{draft.number}?_method=DELETE", headers=cookie_of(staff)).status_code,
        staff.client.post("/me", data={"_method": "DELETE"}, headers={name: "DELETE", **cookie_of(staff)}).status_code,
        staff.client.request("TRACE", "/me", headers=cookie_of(staff)).status_code,
    ]

    assert answers == [200, 200, 405, 405]
    assert sqlite_office.one(sessions) == before


def test_attack_parameter_pollution_of_a_query(staff: Desk) -> None:
    said = problem(staff.get("/requests?state=draft&state=approved"), 400, "malformed_request")

    assert "state" in said["detail"]
    assert made(staff.get("/requests?state=draft"))["items"] == []


def test_attack_parameter_pollution_of_a_form(site: TestClient, staff: Desk, sqlite_office: Office) -> None:
    number = sqlite_office.draft().number
    form = {"csrf_token": ["guessed", staff.csrf_token], "version": ["1", "2"], "reason": ["x", "y"]}

    refused = site.post(f"/requests/{number}/withdraw", data=form, headers=cookie_of(staff))
    taken = site.post(
        f"/requests/{number}/withdraw",
        data=form | {"csrf_token": [staff.csrf_token, "guessed"]},
        headers=cookie_of(staff),
    )

    assert (refused.status_code, taken.status_code) == (403, 303)
    assert sqlite_office.one("SELECT reason FROM decision WHERE action = 'withdraw'") == "x"


@pytest.mark.parametrize(
    "wanted", ["/\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:%20a=b", "//evil.example\r\n", "/requests\n\n<script>"]
)
def test_attack_header_injection_in_where_a_sign_in_leads(wanted: str, site: TestClient) -> None:
    answer = site.post("/login", data={"login_name": "staff", "password": PASSWORD, "next": wanted})

    assert answer.status_code == 303
    assert "a=b" not in str(answer.headers.get_list("set-cookie"))
    assert not {"\r", "\n"} & set(answer.headers["location"])
    assert not answer.headers["location"].startswith("//")


def test_attack_header_injection_in_names_and_call_id(site: TestClient, staff: Desk) -> None:
    asked = site.get("/login", headers={"X-Request-Id": "abc\tdef: x"})
    token = staff.post("/tokens", {"name": "a\r\nSet-Cookie: b=c", "scopes": ["requests:read"]})

    assert len(asked.headers["x-request-id"]) == 32
    assert "b=c" not in str(token.headers)
