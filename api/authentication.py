"""Who calls: a bearer token or the pages' session cookie, and for the cookie proof that our own page sent the call."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request

from api.problems import request_id
from casework import accounts
from casework.accounts import NewSession, SignedIn
from casework.call import Call
from casework.database import open_session
from casework.errors import NotAuthenticated, NotPermitted
from casework.installation import Installation

SESSION_COOKIE = "sekisho_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: our own page, or an address typed by hand
NOT_SIGNED_IN = "ログインしていません。ログインしてから続けてください。"


def installation_of(request: Request) -> Installation:
    """Return the running installation the application was made for."""
    return request.app.state.installation  # type: ignore[no-any-return] # Starlette keeps what it is given


@contextmanager
def signed_in_call(
    request: Request, *, csrf_token: str | None = None, source: str = "api", writes: bool | None = None
) -> Iterator[Call]:
    """Open one transaction for whoever calls, and commit it at the end; pages and API alike start here.

    Unsafe methods write, others read, unless ``writes`` says otherwise. A call by cookie with an unsafe method must
    bring the session's token (the header, or ``csrf_token`` from a form) and come from our own site. Who is signed in
    is left in ``request.state.signed_in``. Raises ``NotAuthenticated`` and ``NotPermitted``.
    """
    installation = installation_of(request)
    is_unsafe = request.method not in SAFE_METHODS
    will_write = is_unsafe if writes is None else writes
    secret, is_cookie = _secret(request)
    now = installation.now()
    with open_session(installation.engine, writes=will_write) as session:
        idle = installation.settings.session_idle_minutes
        found = accounts.read_session(session, secret, now=now, idle_minutes=idle)
        if is_cookie and is_unsafe:
            need_own_page(request, found, csrf_token or request.headers.get(CSRF_HEADER, ""))
        if accounts.is_worth_touching(found.session, now):
            _touch(installation, found, now, session=session if will_write else None)
        request.state.signed_in = found
        yield Call(session, found.actor, now, installation.store, source, request_id(request))


def need_own_page(request: Request, found: SignedIn, csrf_token: str) -> None:
    """Refuse a call that another site made the browser send. Raises ``NotPermitted``."""
    need_own_site(request)
    if not hmac.compare_digest(csrf_token.encode(), found.session.csrf_token.encode()):
        raise NotPermitted(
            "画面を開いてから時間がたったか、別の画面から送られました。画面を開き直してから、もう一度行ってください。",
            reason="csrf_token",
        )


def need_own_site(request: Request) -> None:
    """Refuse a call that the browser says came from elsewhere. Raises ``NotPermitted``."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_elsewhere = (site is not None and site not in OWN_SITE) or (
        origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    )
    if is_elsewhere:
        raise NotPermitted(
            "別のサイトから送られた操作は受け付けません。関所の画面から行ってください。", reason="origin"
        )


def sign_in(installation: Installation, login_name: str, password: str, *, source: str) -> NewSession:
    """Open a session and return it; raises ``NotAuthenticated`` for a wrong name or password, which stays counted.

    Raises ``TooManyRequests`` while the account is locked.
    """
    with open_session(installation.engine) as session:
        opened = accounts.sign_in(
            session,
            login_name,
            password,
            now=installation.now(),
            hours=installation.settings.session_hours,
            store=installation.store,
            source=source,
        )
    if opened is None:
        raise NotAuthenticated(accounts.WRONG)
    return opened


def _secret(request: Request) -> tuple[str, bool]:
    """Return the session's secret and whether it came by cookie."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotAuthenticated("Authorization は「Bearer 」に続けてトークンを書いてください。")
        return secret.strip(), False
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise NotAuthenticated(NOT_SIGNED_IN)
    return cookie, True


def _touch(installation: Installation, found: SignedIn, now: datetime, *, session: object | None) -> None:
    # A reading transaction cannot write; the last-seen instant then gets a short one of its own.
    login_id = found.session.key
    if session is None:
        with open_session(installation.engine) as own:
            accounts.touch(own, login_id, now)
    else:
        found.session.last_seen_at = now
