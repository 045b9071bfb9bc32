"""Signing in and out. After a session ran out in the middle of a form, the form comes back with its values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import SAFE_METHODS, installation_of, knock_of, need_own_site
from casework import sessions
from casework import sign_in as signing_in
from casework.errors import TooManyRequests
from casework.sessions import NewSession
from casework.sign_in import NotLetIn
from models.vocabulary import SignInWay
from web.forms import Form
from web.notices import NOTICES
from web.view import NO_ERRORS, FieldError, FormErrors, Frame, Notice, PageView
from web.visit import (
    NOTICE_COOKIE,
    SIGNED_IN,
    FormDep,
    Post,
    Refused,
    Visit,
    drop_session,
    frame_of_nobody,
    go_to,
    hand_session,
    own_path,
    post_owing,
    visit_owing,
)

router = APIRouter(include_in_schema=False)

HELD = "held:"
NEVER_HELD = frozenset({"csrf_token", "once", "password", "code", "current", "wanted", "again"})
STEP_PATHS = {
    sessions.STEP_CODE: "/login/code",
    sessions.STEP_PASSWORD: "/me/password",
    sessions.STEP_ENROLMENT: "/me/second-factor",
}


@dataclass(frozen=True, kw_only=True)
class LoginPage(PageView):
    """Name and password; ``held`` are the values of a form that waits for the sign-in."""

    template = "pages/login.html"

    next_path: str
    login_name: str = ""
    held: Sequence[tuple[str, str]] = ()
    message: str = ""
    provider_label: str = ""
    provider_query: str = ""
    leaves_provider: bool = False


@dataclass(frozen=True, kw_only=True)
class ResumePage(PageView):
    """The form that was interrupted, to be sent again by one button."""

    template = "pages/resume.html"

    path: str
    held: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class CodePage(PageView):
    """The second step: a code of the authenticator, or a recovery code."""

    template = "pages/login_code.html"

    next_path: str
    held: Sequence[tuple[str, str]]


CodeVisitDep = Annotated[Visit, Depends(visit_owing(sessions.STEP_CODE), scope="function")]
CodePostDep = Annotated[Post, Depends(post_owing(sessions.STEP_CODE), scope="function")]
AnyStepPostDep = Annotated[Post, Depends(post_owing(*STEP_PATHS), scope="function")]


def login_frame(request: Request) -> Frame:
    """Return the frame of the sign-in page; the organisation is not known yet."""
    code = request.cookies.get(NOTICE_COOKIE, "")
    return replace(frame_of_nobody(), notice=Notice(NOTICES[code], "success") if code in NOTICES else None)


@router.get("/login", name="login")
def show_login(
    request: Request,
    next_path: Annotated[str, Query(alias="next")] = "/",
    came_from: Annotated[str, Query(alias="from")] = "",
) -> Response:
    """The sign-in page."""
    page = _login_page(request, login_frame(request), next_path)
    return replace(page, leaves_provider=came_from == "oidc" and bool(page.provider_label)).render(request)


def _login_page(request: Request, frame: Frame, path: str) -> LoginPage:
    settings = installation_of(request).settings
    label = settings.oidc_label if settings.oidc_issuer else ""
    path = own_path(path)
    return LoginPage(frame=frame, next_path=path, provider_label=label, provider_query=_query(path))


def show_login_again(request: Request, frame: Frame, *, path: str, held: Form | None, message: str) -> Response:
    """Return the sign-in page in place of a form's answer, holding what was typed (files have to be chosen anew)."""
    values = tuple(_held_values(held)) if held else ()
    page = replace(_login_page(request, frame, path), held=values, message=message)
    return page.render(request, status_code=401)


def _held_values(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, given in form.values.items() for value in given if name not in NEVER_HELD]


@router.post("/login")
def sign_in(request: Request, form: FormDep) -> Response:
    """Sign in; wrong name or password comes back as an error on the page, and counts."""
    need_own_site(request)
    if missing := _missing(form):
        return _again(request, form, missing, 422)
    engine, knock = installation_of(request).engine, knock_of(request, "page")
    try:
        opened = signing_in.sign_in(engine, form.text("login_name"), form.get("password"), knock=knock)
    except TooManyRequests as refusal:
        return _again(request, form, FormErrors.of({"login_name": refusal.message}), 429)
    if isinstance(opened, NotLetIn):
        return _again(request, form, FormErrors.of({opened.field: opened.message}), 422)
    return let_in(request, form, opened)


def let_in(request: Request, form: Form, opened: NewSession) -> Response:
    """Go where the person wanted to go, by way of what is still owed, or show the interrupted form once more."""
    path, held = own_path(form.text("next")), _still_held(form)
    answer: Response
    if opened.step == sessions.STEP_CODE and held:
        answer = _code_page(request, opened.csrf_token, form).render(request)
    elif opened.step:
        answer = RedirectResponse(f"{STEP_PATHS[opened.step]}{_query(path)}", status_code=303)
    elif held:
        frame = replace(login_frame(request), csrf_token=opened.csrf_token, notice=None)
        answer = ResumePage(frame=frame, path=path, held=held).render(request)
    else:
        answer = go_to(path, SIGNED_IN)
    return hand_session(answer, request, opened)


def step_path(request: Request, step: str) -> str:
    """Return the page of what is owed, which leads on to the page that was wanted."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{STEP_PATHS[step]}{_query(wanted if request.method in SAFE_METHODS else '/')}"


def _query(path: str) -> str:
    return "" if path == "/" else f"?{urlencode({'next': path})}"


@router.get("/login/code", name="login_code")
def show_code(visit: CodeVisitDep, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The page for the code of the authenticator."""
    if not visit.signed.step:
        return RedirectResponse(own_path(next_path), status_code=303)
    form = Form({"next": [next_path]})
    return _code_page(visit.request, visit.csrf_token, form).render(visit.request)


@router.post("/login/code")
def give_code(post: CodePostDep) -> Response:
    """Complete the sign-in; a wrong code counts like a wrong password, so it is answered and not raised."""
    request, form, visit = post.visit.request, post.form, post.visit
    if not visit.signed.step:
        return RedirectResponse(own_path(form.text("next")), status_code=303)
    if not form.text("code"):
        errors = FormErrors.of({"code": "確認コードか回復コードを入力してください。"})
        return _code_page(request, visit.csrf_token, form, errors).render(request, status_code=422)
    try:
        opened = signing_in.give_code(visit.call.session, visit.signed, form.text("code"), knock_of(request, "page"))
    except TooManyRequests as refusal:
        errors = FormErrors.of({"code": refusal.message})
        raise Refused(_code_page(request, visit.csrf_token, form, errors).render(request, status_code=429)) from None
    if isinstance(opened, NotLetIn):
        errors = FormErrors.of({"code": opened.message})
        return _code_page(request, visit.csrf_token, form, errors).render(request, status_code=422)
    return let_in(request, form, opened)


def _code_page(request: Request, csrf_token: str, form: Form, errors: FormErrors = NO_ERRORS) -> CodePage:
    frame = replace(login_frame(request), csrf_token=csrf_token, notice=None)
    return CodePage(frame=frame, errors=errors, next_path=own_path(form.text("next")), held=_held_again(form))


def _held_again(form: Form) -> list[tuple[str, str]]:
    return [(f"{HELD}{name}", value) for name, value in _still_held(form)]


def _again(request: Request, form: Form, errors: FormErrors, status: int) -> Response:
    page = replace(
        _login_page(request, login_frame(request), form.text("next")),
        login_name=form.text("login_name"),
        held=_still_held(form),
        errors=errors,
    )
    return page.render(request, status_code=status)


def _still_held(form: Form) -> list[tuple[str, str]]:
    held = [(name, value) for name, given in form.values.items() for value in given if name.startswith(HELD)]
    return [(name.removeprefix(HELD), value) for name, value in held]


def _missing(form: Form) -> FormErrors:
    found = []
    if not form.text("login_name"):
        found.append(FieldError("login_name", "ログイン名を入力してください。"))
    if not form.get("password"):
        found.append(FieldError("password", "パスワードを入力してください。"))
    return FormErrors(tuple(found))


@router.post("/logout", name="logout")
def sign_out(post: AnyStepPostDep) -> Response:
    """End the session; whoever came from an identity provider is led on to sign out there too."""
    login = post.visit.signed.session
    sessions.sign_out(post.visit.call, login.key)
    answer = go_to("/login?from=oidc" if login.signed_in_with == SignInWay.OIDC else "/login", "signed_out")
    return drop_session(answer, post.visit.settings)
