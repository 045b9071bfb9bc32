"""Signing in and out. After a session ran out in the middle of a form, the form comes back with its values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import SESSION_COOKIE, installation_of, need_own_site
from casework import accounts
from casework.accounts import NewSession
from casework.database import open_session
from casework.errors import TooManyRequests
from web.forms import Form
from web.view import FieldError, FormErrors, Frame, Notice, PageView
from web.visit import (
    NOTICE_COOKIE,
    NOTICES,
    PRODUCT,
    FormDep,
    PostDep,
    go_to,
    own_path,
    product_version,
)

router = APIRouter(include_in_schema=False)

HELD = "held:"
NEVER_HELD = frozenset({"csrf_token", "once", "password"})


@dataclass(frozen=True, kw_only=True)
class LoginPage(PageView):
    """Name and password; ``held`` are the values of a form that waits for the sign-in."""

    template = "pages/login.html"

    next_path: str
    login_name: str = ""
    held: Sequence[tuple[str, str]] = ()
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class ResumePage(PageView):
    """The form that was interrupted, to be sent again by one button."""

    template = "pages/resume.html"

    path: str
    held: Sequence[tuple[str, str]]


def login_frame(request: Request) -> Frame:
    """Return the frame of the sign-in page; the organisation is not known yet."""
    code = request.cookies.get(NOTICE_COOKIE, "")
    return Frame(
        organisation_name="自治体のためのクラウド・委託の点検",
        product_name=PRODUCT,
        user_name=None,
        csrf_token="",
        version=product_version(),
        notice=Notice(NOTICES[code], "success") if code in NOTICES else None,
    )


@router.get("/login", name="login")
def show_login(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The sign-in page."""
    return LoginPage(frame=login_frame(request), next_path=own_path(next_path)).render(request)


def show_login_again(request: Request, frame: Frame, *, path: str, held: Form | None, message: str) -> Response:
    """Return the sign-in page in place of a form's answer, holding what was typed (files have to be chosen anew)."""
    values = tuple(_held_values(held)) if held else ()
    page = LoginPage(frame=frame, next_path=own_path(path), held=values, message=message)
    return page.render(request, status_code=401)


def _held_values(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, given in form.values.items() for value in given if name not in NEVER_HELD]


@router.post("/login")
def sign_in(request: Request, form: FormDep) -> Response:
    """Sign in; wrong name or password comes back as an error on the page, and counts."""
    need_own_site(request)
    installation = installation_of(request)
    if missing := _missing(form):
        return _again(request, form, missing, 422)
    try:
        with open_session(installation.engine) as session:
            opened = accounts.sign_in(
                session,
                form.text("login_name"),
                form.get("password"),
                now=installation.now(),
                hours=installation.settings.session_hours,
                store=installation.store,
                source="page",
            )
    except TooManyRequests as refusal:
        return _again(request, form, _at_name(refusal.message), 429)
    if opened is None:
        return _again(request, form, _at_name(accounts.WRONG), 422)
    return _welcome(request, form, opened)


def _welcome(request: Request, form: Form, opened: NewSession) -> Response:
    """Go where the person wanted to go, or show the interrupted form once more."""
    settings = installation_of(request).settings
    path, held = own_path(form.text("next")), _still_held(form)
    answer: Response = RedirectResponse(path, status_code=303)
    if held:
        frame = replace(login_frame(request), csrf_token=opened.csrf_token, notice=None)
        answer = ResumePage(frame=frame, path=path, held=held).render(request)
    answer.set_cookie(
        SESSION_COOKIE,
        opened.secret,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )
    return answer


def _again(request: Request, form: Form, errors: FormErrors, status: int) -> Response:
    page = LoginPage(
        frame=login_frame(request),
        next_path=own_path(form.text("next")),
        login_name=form.text("login_name"),
        held=_still_held(form),
        errors=errors,
    )
    return page.render(request, status_code=status)


def _still_held(form: Form) -> list[tuple[str, str]]:
    held = [(name, value) for name, given in form.values.items() for value in given if name.startswith(HELD)]
    return [(name.removeprefix(HELD), value) for name, value in held]


def _at_name(message: str) -> FormErrors:
    return FormErrors((FieldError("login_name", message),))


def _missing(form: Form) -> FormErrors:
    found = []
    if not form.text("login_name"):
        found.append(FieldError("login_name", "ログイン名を入力してください。"))
    if not form.get("password"):
        found.append(FieldError("password", "パスワードを入力してください。"))
    return FormErrors(tuple(found))


@router.post("/logout", name="logout")
def sign_out(post: PostDep) -> Response:
    """End the session."""
    accounts.sign_out(post.visit.call, post.visit.signed.session.key)
    answer = go_to("/login", "signed_out")
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer
