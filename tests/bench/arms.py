"""What is measured: each arm is a call as a client of the API makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from api.authentication import SESSION_COOKIE
from casework.sessions import hash_secret
from tests.bench.client import Asker, Question
from tests.bench.load import SEARCHED, Loaded
from tests.office import PASSWORD, complete, document

BARE, RAW = "bare", "raw"
KINDS = ("requests", "services", "contracts")
# The pages that everybody opens first (ux.md P1, P2, P16): who opens it, where it stands.
PAGES = {
    "page:today": ("page: 今日やること (officer)", "supervising_officer", "/"),
    "page:requests": ("page: requests", "staff", "/requests"),
    "page:contracts": ("page: contracts", "procurement", "/contracts"),
}
DEEP_PAGE = 100
LIMIT = 50


@dataclass(frozen=True)
class Arm:
    """One kind of call: its name, whether it writes, and where the next call comes from."""

    name: str
    label: str
    expects: int
    writes: bool
    next_question: Callable[[], Question]


def sign_in(put: Asker, login_name: str) -> dict[str, str]:
    """Return the headers of somebody who has just signed in over the API."""
    question = Question("POST", "/api/v1/sessions", body={"login_name": login_name, "password": PASSWORD})
    answer = put(question)
    if answer.status != 201:
        raise RuntimeError(f"signing in as {login_name} was answered {answer.status}: {answer.content.decode()}")
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def as_cookie(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers by which a browser says what a client of the API says with its token."""
    return {"Cookie": f"{SESSION_COOKIE}={headers['Authorization'].removeprefix('Bearer ')}", "Accept": "text/html"}


def page_arms(put: Asker) -> list[Arm]:
    """Return the pages as arms, each opened by somebody who has just signed in."""
    arms = []
    for name, (label, login_name, path) in PAGES.items():
        arms.append(_reading(name, label, path, as_cookie(sign_in(put, login_name))))
    return arms


def deep_cursor(put: Asker, headers: dict[str, str], kind: str) -> str:
    """Return the cursor of page 100, or of the last page when there are fewer."""
    cursor = ""
    for _ in range(DEEP_PAGE - 1):
        path = f"/api/v1/{kind}?limit={LIMIT}" + (f"&cursor={cursor}" if cursor else "")
        following = put(Question("GET", path, headers)).json()["next_cursor"]
        if following is None:
            break
        cursor = following
    return cursor


def make_arms(put: Asker, loaded: Loaded) -> list[Arm]:
    """Return every arm of the real server, signed in and with its cursors found."""
    staff, officer = sign_in(put, "staff"), sign_in(put, "supervising_officer")
    arms = []
    for kind in KINDS:
        base = f"/api/v1/{kind}"
        deep = deep_cursor(put, staff, kind)
        arms += [
            _reading(f"{kind}:first", f"{kind}: first page", f"{base}?limit={LIMIT}", staff),
            _reading(f"{kind}:deep", f"{kind}: page {DEEP_PAGE}", f"{base}?limit={LIMIT}&cursor={deep}", staff),
            _reading(f"{kind}:search", f"{kind}: search by name", f"{base}?q={quote(SEARCHED)}", staff),
            _reading(f"{kind}:one", f"{kind}: one record", f"{base}/{loaded.one[kind]}", staff),
        ]
    stated = complete(document())
    arms += [
        Arm("create", "create a request", 201, True, lambda: _create(staff, stated)),
        Arm("evaluate", "evaluate (verdict preview)", 200, False, lambda: _evaluate(staff, stated)),
        Arm("decide", "decide", 201, True, lambda: _decide(officer, loaded.requests)),
        *page_arms(put),
    ]
    return arms


def bare_arms() -> list[Arm]:
    """Return the yardstick, a bare FastAPI endpoint (session, select, response model), and plain SQL to JSON.

    The first is what the peers were measured against; the second shows how far down one could go at all.
    """
    return [
        _reading(BARE, "bare FastAPI endpoint, 50 rows", "/models", {}),
        _reading(RAW, "plain SQL to JSON, 50 rows", "/rows", {}),
    ]


def _reading(name: str, label: str, path: str, headers: dict[str, str]) -> Arm:
    question = Question("GET", path, headers)
    return Arm(name, label, 200, False, lambda: question)


_keys = count()


def _once(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": hash_secret(str(next(_keys)))}


def _create(headers: dict[str, str], stated: dict[str, object]) -> Question:
    return Question("POST", "/api/v1/requests", _once(headers), stated)


def _evaluate(headers: dict[str, str], stated: dict[str, object]) -> Question:
    return Question("POST", "/api/v1/verdict-previews", headers, stated)


def _decide(headers: dict[str, str], waiting: list[tuple[str, str]]) -> Question:
    number, content_hash = waiting.pop()
    body = {
        "action": "approve",
        "manager": "service_manager",
        "reason": "計測",
        "seen": {"version": 2, "content_hash": content_hash},
    }
    return Question("POST", f"/api/v1/requests/{number}/decisions", _once({**headers, "If-Match": '"v2"'}), body)
