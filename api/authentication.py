"""Who calls: a bearer token or the pages' session cookie, and for the cookie proof that our own page sent the call.

A call by a person whose sign-in is not complete (a code, an own password or an authenticator is owed) opens nothing but
the step that is owed.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request
from sqlmodel import Session

from api.problems import request_id
from api.token_scopes import need_scope
from casework import sessions, sign_in, tokens
from casework.call import Call
from casework.database import open_session
from casework.errors import NotAuthenticated, NotPermitted, StepOwed, TokenRefused
from casework.installation import Installation
from casework.sessions import NewSession, SignedIn
from casework.settings import Settings
from casework.sign_in import NotLetIn
from casework.sign_in_rules import Knock
from models.login_session import LoginSession

SESSION_COOKIE = "sekisho_session"
SECURE_SESSION_COOKIE = "__Host-sekisho_session"  # a browser takes this name only over HTTPS, for this host alone
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: our own page, or an address typed by hand
NOT_SIGNED_IN = "ログインしていません。ログインしてから続けてください。"
NO_STEPS: frozenset[str] = frozenset()
STEP_SENTENCES = {
    sessions.STEP_CODE: "確認コードの入力が残っています。画面で認証アプリの6桁を入力してください。",
    sessions.STEP_PASSWORD: "仮のパスワードのままです。画面で自分のパスワードを決めてください。",
    sessions.STEP_ENROLMENT: "この役割には認証アプリが要ります(6-2(6))。画面で認証アプリを登録してください。",
}


def installation_of(request: Request) -> Installation:
    """Return the running installation the application was made for."""
    return request.app.state.installation  # type: ignore[no-any-return] # Starlette keeps what it is given


def session_cookie(settings: Settings) -> str:
    """Return the name of the session's cookie: with the prefix ``__Host-`` wherever cookies are secure."""
    return SECURE_SESSION_COOKIE if settings.secure_cookies else SESSION_COOKIE


def knock_of(request: Request, source: str) -> Knock:
    """Return who knocks: when, from which address, with which device."""
    installation = installation_of(request)
    return Knock(
        now=installation.now(),
        store=installation.store,
        source=source,
        rules=installation.settings.sign_in_rules,
        address=address_of(request.client.host if request.client else ""),
        device=request.headers.get("user-agent", "")[:200],
        call_id=request_id(request),
    )


def address_of(host: str) -> str:
    """Return a caller's address in the form in which it is kept."""
    return host[:64]


@contextmanager
def signed_in_call(
    request: Request,
    *,
    csrf_token: str | None = None,
    source: str = "api",
    writes: bool | None = None,
    steps: frozenset[str] = NO_STEPS,
) -> Iterator[Call]:
    """Open one transaction for whoever calls, and commit it at the end; pages and API alike start here.

    Unsafe methods write, others read, unless ``writes`` says otherwise. A call by cookie with an unsafe method must
    bring the session's token (the header, or ``csrf_token`` from a form) and come from our own site. Who is signed in
    is left in ``request.state.signed_in``. ``steps`` are what may still be owed by who comes here. Raises
    ``NotAuthenticated``, ``NotPermitted`` and ``StepOwed``.
    """
    installation = installation_of(request)
    is_unsafe = request.method not in SAFE_METHODS
    will_write = is_unsafe if writes is None else writes
    secret, is_cookie = _secret(request)
    now = installation.now()
    if tokens.is_token(secret):
        _note_token(request, secret, source)
    with open_session(installation.engine, writes=will_write, operator=True) as session:
        found = _read(request, session, secret, now)
        request.state.signed_in = found  # a refusal below this line is recorded as this person's
        if is_cookie and is_unsafe:
            need_own_page(request, found, csrf_token or request.headers.get(CSRF_HEADER, ""))
        if found.step and found.step not in steps:
            raise StepOwed(STEP_SENTENCES[found.step], step=found.step)
        need_scope(found, request.method, request.url.path)
        if found.login is not None and sessions.is_worth_touching(found.login, now):
            _touch(installation, found.login, now, session=session if will_write else None)
        yield Call(session, found.actor, now, installation.store, source, request_id(request))


def _read(request: Request, session: Session, secret: str, now: datetime) -> SignedIn:
    if tokens.is_token(secret):
        return tokens.read_token(session, secret, now=now, address=knock_of(request, "api").address)
    return sessions.read_session(session, secret, now=now, rules=installation_of(request).settings.sign_in_rules)


def _note_token(request: Request, secret: str, source: str) -> None:
    if source != "api":
        raise TokenRefused("トークンは /api/v1 でだけ使えます。画面にはログインして入ってください。")
    engine, knock = installation_of(request).engine, knock_of(request, source)
    with open_session(engine, writes=False, operator=True) as session:
        found = tokens.read_token(session, secret, now=knock.now, address=knock.address)
    tokens.note_use(engine, found, knock)


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
    if (site is not None and site not in OWN_SITE) or (origin is not None and not _is_own_origin(request, origin)):
        raise NotPermitted(
            "別のサイトから送られた操作は受け付けません。関所の画面から行ってください。", reason="origin"
        )


def _is_own_origin(request: Request, origin: str) -> bool:
    parts = urlsplit(origin)
    must_be_secure = installation_of(request).settings.secure_cookies
    return parts.netloc == request.headers.get("host", "") and (parts.scheme == "https" or not must_be_secure)


def sign_in_program(request: Request, login_name: str, password: str, code: str) -> NewSession:
    """Open a session for a program, in one step; raises ``NotAuthenticated`` for what is wrong, which stays counted.

    Raises ``TooManyRequests`` while the account or the address is locked.
    """
    engine, knock = installation_of(request).engine, knock_of(request, "api")
    opened = sign_in.sign_in(engine, login_name, password, knock=knock, code=code, in_one_step=True)
    if isinstance(opened, NotLetIn):
        raise NotAuthenticated(opened.message)
    return opened


def _secret(request: Request) -> tuple[str, bool]:
    """Return the session's secret and whether it came by cookie."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NotAuthenticated("Authorization は「Bearer 」に続けてトークンを書いてください。")
        return secret.strip(), False
    cookie = request.cookies.get(session_cookie(installation_of(request).settings))
    if not cookie:
        raise NotAuthenticated(NOT_SIGNED_IN)
    return cookie, True


def _touch(installation: Installation, login: LoginSession, now: datetime, *, session: Session | None) -> None:
    # A reading transaction cannot write; the last-seen instant then gets a short one of its own.
    if session is None:
        with open_session(installation.engine, operator=True) as own:
            sessions.touch(own, login.key, now)
    else:
        login.last_seen_at = now
