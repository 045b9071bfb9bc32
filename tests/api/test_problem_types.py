"""Every kind of refusal of ux.md 3.3 is met by one call, says the same parts, and speaks as the pages do (A65)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.problems import TYPES
from casework import endings, request_views
from casework.installation import DatabaseNotReady
from tests.api.desks import BASE, Desk, desk_of, made, problem
from tests.api.test_refusals import decision, submitted
from tests.office import PASSWORD, Office, document
from tests.web.browsing import Visitor
from web.app import create_site

TEXT = ("memo.exe", b"MZ", "application/octet-stream")


class Caller:
    """Somebody of each kind at the API of one office."""

    def __init__(self, client: TestClient, office: Office, patch: pytest.MonkeyPatch) -> None:
        self.client, self.office, self.patch = client, office, patch

    def desk(self, login_name: str = "staff") -> Desk:
        return desk_of(self.client, self.office, login_name)

    def fails_with(self, error: Exception) -> httpx2.Response:
        """Read the list of requests while something goes wrong inside."""

        def _fail(*_: object, **__: object) -> None:
            raise error

        self.patch.setattr(request_views, "list_requests", _fail)
        return self.desk().get("/requests")


def _expired(caller: Caller) -> httpx2.Response:
    desk = caller.desk()
    caller.office.clock.instant += timedelta(hours=13)
    return desk.get("/me")


def _owed(caller: Caller) -> httpx2.Response:
    caller.office.sql("UPDATE user_account SET temporary_until_at = '2030-01-01 00:00:00' WHERE login_name = 'staff'")
    return caller.desk().get("/requests")


def _decided(caller: Caller) -> httpx2.Response:
    approved = caller.office.approved()
    return caller.desk().post(f"/requests/{approved.number}/withdrawals", {"reason": "x"}, version=approved.version)


def _decides(caller: Caller, login_name: str = "supervising_officer", **said: object) -> httpx2.Response:
    number, desk = submitted(caller.desk()), caller.desk(login_name)
    return desk.post(f"/requests/{number}/decisions", decision(desk, number, **said), version=2)


def _twice(caller: Caller, *, second: str = "別の件名") -> httpx2.Response:
    desk = caller.desk()
    made(desk.post("/requests", document(), key="once"))
    if not second:
        caller.office.sql("UPDATE idempotency_key SET status = NULL")
    return desk.post("/requests", document(title=second) if second else document(), key="once")


def _patched(caller: Caller, version: int) -> httpx2.Response:
    number = caller.office.draft().number
    if version:
        caller.desk().patch(f"/requests/{number}", document(title="先に"), version=1)
        return caller.desk().patch(f"/requests/{number}", document(title="後から"), version=version)
    return caller.desk().patch(f"/requests/{number}", document(title="版なし"))


def _copied(caller: Caller) -> httpx2.Response:
    number = made(caller.desk().post(f"/requests?copied_from={caller.office.approved().number}", document()))["number"]
    return caller.desk().post(f"/requests/{number}/submissions", {}, version=1)


def _returned(caller: Caller) -> httpx2.Response:
    number, officer = submitted(caller.desk()), caller.desk("supervising_officer")
    said = decision(officer, number, action="return", remarks=["再委託先を書く"])
    made(officer.post(f"/requests/{number}/decisions", said, version=2))
    return caller.desk().post(f"/requests/{number}/submissions", {}, version=3)


def _closes(caller: Caller) -> httpx2.Response:
    contract = caller.office.concluded()
    opened = caller.office.do("procurement", endings.open_ending, contract.number, version=contract.version)
    desk = caller.desk("service_manager")
    return desk.post(f"/contracts/{contract.number}/closing/completion", version=opened.version)


def _attaches(caller: Caller) -> httpx2.Response:
    return caller.desk().post(f"/requests/{caller.office.draft().number}/attachments", files={"file": TEXT})


def _knocks_too_often(caller: Caller) -> httpx2.Response:
    for word in ["ちがう"] * 5 + [PASSWORD]:
        answer = caller.client.post(f"{BASE}/sessions", json={"login_name": "staff", "password": word})
    return answer


CALLS: Mapping[str, Callable[[Caller], httpx2.Response]] = {
    "validation-error": lambda caller: caller.desk().post("/requests", document(zone="moon")),
    "malformed-request": lambda caller: caller.desk().get("/requests?limit=many"),
    "unknown-parameter": lambda caller: caller.desk().get("/requests?status=draft"),
    "not-authenticated": lambda caller: caller.client.get(f"{BASE}/requests"),
    "token-expired": _expired,
    "sign-in-incomplete": _owed,
    "not-permitted": lambda caller: caller.desk().get("/audit-events"),
    "not-found": lambda caller: caller.desk().get("/requests/R8-9999"),
    "method-not-allowed": lambda caller: caller.desk().send("DELETE", "/requests"),
    "wrong-state": _decided,
    "not-your-turn": lambda caller: _decides(caller, "security_officer"),
    "idempotency-key-missing": lambda caller: caller.desk().send("POST", "/requests", json=document()),
    "idempotency-key-reused": _twice,
    "idempotency-key-in-progress": lambda caller: _twice(caller, second=""),
    "stale-version": lambda caller: _patched(caller, 1),
    "version-required": lambda caller: _patched(caller, 0),
    "content-changed-since-read": lambda caller: _decides(caller, seen={"version": 2, "content_hash": "0" * 64}),
    "unconfirmed-answers": _copied,
    "unanswered-remarks": _returned,
    "closing-incomplete": _closes,
    "file-rejected": _attaches,
    "too-many-requests": _knocks_too_often,
    "internal-error": lambda caller: caller.fails_with(RuntimeError("secret detail")),
    "under-maintenance": lambda caller: caller.fails_with(
        DatabaseNotReady("データベースを移しています。待ってください。")
    ),
}


def test_a65_no_kind_of_refusal_is_left_out() -> None:
    assert set(CALLS) == set(TYPES)


@pytest.mark.parametrize("slug", CALLS)
def test_a65_every_kind_is_a_problem_in_japanese_with_code_id_and_a_page_that_explains_it(
    slug: str, client: TestClient, sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = CALLS[slug](Caller(client, sqlite_office, monkeypatch))

    said = problem(answer, TYPES[slug].status, TYPES[slug].code)
    assert re.search("[ぁ-ん]", said["title"])
    assert re.search("[ぁ-ん]", said["detail"])
    assert said["instance"].startswith(BASE)
    page = client.get(said["type"])
    assert (page.status_code, said["title"] in page.text) == (200, True)


def test_a65_what_a_field_is_told_is_told_in_the_same_words_on_the_page(
    client: TestClient, sqlite_office: Office
) -> None:
    number = submitted(desk_of(client, sqlite_office, "staff"))
    desk = desk_of(client, sqlite_office, "supervising_officer")
    visitor = Visitor(create_site(sqlite_office.installation), sqlite_office, "supervising_officer")

    over_api = desk.post(f"/requests/{number}/decisions", decision(desk, number, manager=""), version=2)
    on_page = visitor.press(
        visitor.open(f"/requests/{number}"), "決裁を確認する", seen="yes", action="approve", reason="よい"
    )

    (error,) = problem(over_api, 422, "validation_error")["errors"]
    assert error["pointer"] == "/manager"
    assert on_page.words.count(error["message"]) == 2  # in the summary and at the field
