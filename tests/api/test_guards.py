"""What every call passes on its way in, and every answer on its way out."""

from __future__ import annotations

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.authentication import SESSION_COOKIE
from casework import request_views
from tests.api.desks import BASE, Desk, problem
from tests.office import Office, document


def by_cookie(desk: Desk, **headers: str) -> httpx2.Response:
    """Draft a request as the browser would, with the headers a page or another site would send."""
    sent = {"Cookie": f"{SESSION_COOKIE}={desk.token}", "Idempotency-Key": "cookie-1"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return desk.client.post(f"{BASE}/requests", json=document(), headers=sent)


def test_a_cookie_alone_writes_nothing(staff: Desk, sqlite_office: Office) -> None:
    assert problem(by_cookie(staff), 403, "not_permitted")["reason"] == "csrf_token"
    assert problem(by_cookie(staff, X_CSRF_Token="guess"), 403, "not_permitted")["reason"] == "csrf_token"
    assert sqlite_office.one("SELECT count(*) FROM request") == 0


def test_a_cookie_with_the_pages_token_writes(staff: Desk) -> None:
    assert by_cookie(staff, X_CSRF_Token=staff.csrf_token, Sec_Fetch_Site="same-origin").status_code == 201


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_call_from_another_site_is_refused_even_with_the_token(staff: Desk, elsewhere: dict[str, str]) -> None:
    refused = by_cookie(staff, X_CSRF_Token=staff.csrf_token, **elsewhere)

    assert problem(refused, 403, "not_permitted")["reason"] == "origin"


def test_a_cookie_reads_without_a_token(staff: Desk) -> None:
    read = staff.client.get(f"{BASE}/me", headers={"Cookie": f"{SESSION_COOKIE}={staff.token}"})

    assert read.status_code == 200


def test_an_unknown_condition_is_refused_and_named(staff: Desk) -> None:
    said = problem(staff.get("/requests?status=draft"), 400, "unknown_parameter")

    assert [error["parameter"] for error in said["errors"]] == ["status"]
    assert "state" in said["detail"]
    problem(staff.get("/me?x=1"), 400, "unknown_parameter")


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_limit_out_of_bounds_is_refused(staff: Desk, limit: str) -> None:
    said = problem(staff.get(f"/requests?limit={limit}"), 400, "malformed_request")

    assert said["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"title": "一", "title": "二"}', "「title」が2回"),
        ('{"title": ', "文字目で崩れて"),
        ('{"title": NaN}', "NaN"),
        ("[" * 200_000, "深すぎ"),
        (b'{"title": "\xff"}', "UTF-8"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_reason(staff: Desk, body: str | bytes, told: str) -> None:
    sent = staff.post("/requests", headers={"Content-Type": "application/json"}, content=body)

    assert told in problem(sent, 400, "malformed_request")["detail"]


def test_a_document_that_breaks_the_form_points_at_the_place(staff: Desk) -> None:
    sent = staff.post("/requests", document(zone="moon"))

    said = problem(sent, 422, "validation_error")
    assert said["errors"][0]["pointer"].startswith("/zone")


def test_a_schema_error_says_in_japanese_what_to_mend(staff: Desk) -> None:
    sent = staff.post("/contracts", {"request": "R8-0001", "titel": "x", "contractor": "△△", "period": {}})

    said = problem(sent, 422, "validation_error")
    told = {error["pointer"]: error["message"] for error in said["errors"]}
    assert told["/title"] == "「title」がありません。書き足してください。"
    assert told["/titel"] == "見出し「titel」はありません。つづりを確かめるか、消してください。"
    assert told["/period/starts_on"] == "「starts_on」がありません。書き足してください。"


def test_an_address_or_method_that_is_not_there_is_a_problem_too(client: TestClient) -> None:
    problem(client.get(f"{BASE}/nothing"), 404, "not_found")
    wrong = client.delete(f"{BASE}/requests")
    problem(wrong, 405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"]


def test_an_id_that_is_no_number_is_not_found(staff: Desk) -> None:
    problem(staff.get("/files/abc"), 404, "not_found")


def test_something_unexpected_tells_its_id_and_nothing_else(staff: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_facts: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(request_views, "list_requests", fail)
    answer = staff.get("/requests", headers={"X-Request-Id": "abcdef-123456"})

    said = problem(answer, 500, "internal_error")
    assert said["request_id"] == "abcdef-123456"
    assert "secret" not in answer.text


def test_an_id_is_echoed_when_it_is_one_and_made_when_it_is_not(staff: Desk) -> None:
    assert staff.get("/me", headers={"X-Request-Id": "abcdef-123456"}).headers["x-request-id"] == "abcdef-123456"
    assert len(staff.get("/me", headers={"X-Request-Id": "<script>"}).headers["x-request-id"]) == 32


def test_the_record_of_writes_holds_the_id_of_the_call(staff: Desk, sqlite_office: Office) -> None:
    staff.post("/requests", document(), headers={"X-Request-Id": "abcdef-123456"})

    assert sqlite_office.one("SELECT call_id FROM audit_event WHERE action = 'request_drafted'") == "abcdef-123456"


def test_every_answer_carries_the_strict_headers_once(client: TestClient) -> None:
    for path in ("/requests", "/docs", "/nothing"):
        headers = client.get(BASE + path).headers
        for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "x-request-id"):
            assert len(headers.get_list(name)) == 1, (path, name)
        assert "'unsafe-inline'" not in headers["content-security-policy"]


def test_more_than_an_upload_may_be_is_refused_before_it_is_read(staff: Desk) -> None:
    too_big = b"%PDF-" + b"x" * (22 * 1024 * 1024)

    sent = staff.post("/imports", files={"file": ("big.pdf", too_big, "application/pdf")})

    problem(sent, 422, "file_rejected")
