"""Signing in at the identity provider: there, back, and out. Off unless an issuer is set."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import installation_of, knock_of
from casework import oidc, oidc_people
from casework.database import open_session
from casework.errors import NotFound
from casework.oidc import SignInRefused
from casework.settings import Settings
from casework.sign_in import NotLetIn
from web.forms import Form
from web.pages.login import let_in
from web.view import PageView
from web.visit import frame_of_nobody, own_path

router = APIRouter(include_in_schema=False)

BROWSER_COOKIE = "sekisho_oidc"
LOGIN = "/login/oidc"
CALLBACK = f"{LOGIN}/callback"
MINUTES = 10


@dataclass(frozen=True, kw_only=True)
class OidcRefusedPage(PageView):
    """Nobody was let in by the identity provider: why, and what to do."""

    template = "pages/oidc_refused.html"

    message: str
    has_way_out: bool


@router.get(LOGIN, name="oidc_begin")
def begin(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Lead the browser to the identity provider."""
    installation, settings = installation_of(request), _settings(request)
    provider = oidc.discover(settings)
    with open_session(installation.engine, operator=True) as session:
        way = oidc.begin(session, provider, _back(request), own_path(next_path), knock_of(request, "page"))
    answer = RedirectResponse(way.address, status_code=303)
    answer.set_cookie(
        BROWSER_COOKIE,
        way.browser_secret,
        max_age=MINUTES * 60,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path=LOGIN,
    )
    return answer


@router.get(CALLBACK, name="oidc_callback")
def come_back(request: Request, state: str = "", code: str = "", iss: str = "", error: str = "") -> Response:
    """Take what the provider sent back, and let the person in; whatever comes of it, the way is used up."""
    settings, knock = _settings(request), knock_of(request, "page")
    engine = installation_of(request).engine
    try:
        with open_session(engine, operator=True) as session:
            attempt = oidc.take_attempt(session, state, request.cookies.get(BROWSER_COOKIE, ""), knock)
        _need_code(settings, code, iss, error)
        claims = oidc.fetch_claims(oidc.discover(settings), attempt, code, _back(request), knock)
    except SignInRefused as refusal:
        return _refused(request, refusal.message, HTTPStatus.UNAUTHORIZED)
    with open_session(engine, operator=True) as session:
        opened = oidc_people.let_in(session, settings, claims, knock)
    if isinstance(opened, NotLetIn):
        return _refused(request, opened.message, HTTPStatus.FORBIDDEN)
    return _forgotten(let_in(request, Form({"next": [attempt.next_path]}), opened), settings)


@router.get(f"{LOGIN}/logout", name="oidc_logout")
def sign_out_there(request: Request) -> Response:
    """Lead the browser to the provider's own sign-out, for whoever shares the machine with others."""
    address = oidc.way_out(oidc.discover(_settings(request)), f"{_site(request)}/login")
    return RedirectResponse(address or "/login", status_code=303)


def _settings(request: Request) -> Settings:
    settings = installation_of(request).settings
    if not settings.oidc_issuer or not settings.oidc_client_id:
        raise NotFound("認証基盤でのログインは使っていません。ログイン名でログインしてください。")
    return settings


def _site(request: Request) -> str:
    """Return the site's own address: the one set, or the one the browser asked."""
    return installation_of(request).settings.site_url.rstrip("/") or str(request.base_url).rstrip("/")


def _back(request: Request) -> str:
    return f"{_site(request)}{CALLBACK}"


def _need_code(settings: Settings, code: str, iss: str, error: str) -> None:
    """Refuse an answer without a code, or from another issuer (RFC 9207). Raises ``SignInRefused``."""
    if error or not code or (iss and iss != settings.oidc_issuer):
        raise SignInRefused("認証基盤でのログインは取りやめになりました。始めからやり直してください。")


def _refused(request: Request, message: str, status: HTTPStatus) -> Response:
    is_known_there = status == HTTPStatus.FORBIDDEN
    page = OidcRefusedPage(frame=frame_of_nobody(), message=message, has_way_out=is_known_there)
    return _forgotten(page.render(request, status_code=status), installation_of(request).settings)


def _forgotten(answer: Response, settings: Settings) -> Response:
    answer.delete_cookie(BROWSER_COOKIE, path=LOGIN, httponly=True, samesite="lax", secure=settings.secure_cookies)
    return answer
