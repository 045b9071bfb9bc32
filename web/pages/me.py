"""One's own account: who one is here, the password, and the sessions that hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from casework import date_styles, sessions, sign_in, totp
from casework.call import ROLE_LABELS
from casework.errors import BadInput
from casework.passwords import SHORTEST
from models.login_session import LoginSession
from web import dates
from web.date_choice import DATE_COOKIE
from web.filters import show_date
from web.forms import Reading
from web.labels_record import SIGN_IN_WAYS
from web.view import FormErrors, PageView
from web.visit import (
    Post,
    PostDep,
    Refused,
    Visit,
    VisitDep,
    go_to,
    hand_session,
    own_path,
    post_owing,
    visit_owing,
)

router = APIRouter(include_in_schema=False)

DATE_COOKIE_SECONDS = 365 * 24 * 60 * 60
DATE_WORDS: Mapping[dates.DateStyle, str] = {"wareki": "和暦を先に", "seireki": "西暦を先に"}
TRAIL = (("今日やること", "/"), ("自分の設定", "/me"))
# In this order: an Android is a Linux too, and every browser calls itself Safari.
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
PasswordVisitDep = Annotated[Visit, Depends(visit_owing(sessions.STEP_PASSWORD), scope="function")]
PasswordPostDep = Annotated[Post, Depends(post_owing(sessions.STEP_PASSWORD), scope="function")]


@dataclass(frozen=True, kw_only=True)
class MePage(PageView):
    """Who one is here, and what one may see to oneself."""

    template = "pages/me.html"

    visit: Visit
    login: LoginSession
    roles: Sequence[str]
    ways: Mapping[str, str]
    has_factor: bool
    has_password: bool
    is_keeper: bool
    date_style: str
    date_styles: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class PasswordPage(PageView):
    """An own password in the place of the current one; ``is_owed`` while a temporary one is in use."""

    template = "pages/me_password.html"

    is_owed: bool
    next_path: str
    shortest: int


@dataclass(frozen=True, kw_only=True)
class SessionsPage(PageView):
    """The sessions that hold, with a button to end each."""

    template = "pages/me_sessions.html"

    rows: Sequence[tuple[LoginSession, str]]
    current: LoginSession
    ways: Mapping[str, str]


@router.get("/me", name="me")
def show_me(visit: VisitDep) -> Response:
    """One's own account."""
    user = visit.signed.user
    view = MePage(
        frame=visit.frame("", ("今日やること", "/"), ("自分の設定", None)),
        visit=visit,
        login=visit.signed.session,
        roles=[ROLE_LABELS[role] for role in ROLE_LABELS if role in visit.call.actor.roles],
        ways=SIGN_IN_WAYS,
        has_factor=totp.find_factor(visit.call.session, user) is not None,
        has_password=bool(user.password_hash),
        is_keeper=visit.has("admin"),
        date_style=user.date_style,
        date_styles=[
            ("", "団体の書き方", show_date(visit.call.today, visit.town_date_style)),
            *((style, words, show_date(visit.call.today, style)) for style, words in DATE_WORDS.items()),
        ],
    )
    return view.render(visit.request)


@router.post("/me/dates", name="me_dates")
def choose_dates(post: PostDep) -> Response:
    """Keep with the person how days are to be written, and in this browser for when nobody is signed in.

    Anything unknown is the town's way.
    """
    chosen = post.form.text("date_style")
    wish = chosen if chosen in DATE_WORDS else ""
    date_styles.choose_style(post.visit.call, post.visit.signed.user, wish)
    answer = go_to("/me", "dates_chosen")
    answer.set_cookie(
        DATE_COOKIE,
        wish,
        max_age=DATE_COOKIE_SECONDS if wish else 0,
        httponly=True,
        samesite="lax",
        secure=post.visit.settings.secure_cookies,
        path="/",
    )
    return answer


@router.get("/me/password", name="me_password")
def show_password(visit: PasswordVisitDep, next_path: Annotated[str, Query(alias="next")] = "/me") -> Response:
    """The form for an own password."""
    return _password_page(visit, next_path).render(visit.request)


@router.post("/me/password")
def change_password(post: PasswordPostDep) -> Response:
    """Change the password; every other session ends and this one gets a new secret."""
    form, visit = post.form, post.visit
    given = (form.get("current"), form.get("wanted"), form.get("again"))
    try:
        opened = sign_in.change_password(visit.call, visit.signed, *given)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        page = _password_page(visit, form.text("next"), reading.errors)
        raise Refused(page.render(visit.request, status_code=422)) from None
    return hand_session(go_to(own_path(form.text("next")), "password_changed"), visit.request, opened)


def _password_page(visit: Visit, next_path: str, errors: FormErrors | None = None) -> PasswordPage:
    return PasswordPage(
        frame=visit.frame("", *TRAIL, ("パスワード", None), quiet=bool(errors)),
        errors=errors or FormErrors(),
        is_owed=bool(visit.signed.step),
        next_path=own_path(next_path),
        shortest=SHORTEST,
    )


@router.get("/me/sessions", name="me_sessions")
def show_sessions(visit: VisitDep) -> Response:
    """Where one is signed in."""
    view = SessionsPage(
        frame=visit.frame("", *TRAIL, ("ログインの一覧", None)),
        rows=[(row, device_words(row.device)) for row in sessions.list_own(visit.call, visit.settings.sign_in_rules)],
        current=visit.signed.session,
        ways=SIGN_IN_WAYS,
    )
    return view.render(visit.request)


def device_words(user_agent: str) -> str:
    """Return what a person calls a device: system and browser, or what the program says of itself.

    >>> device_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0")
    'Windows の Edge'
    >>> device_words("integration/1.0"), device_words("")
    ('integration/1.0', '分からない端末')
    """
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "")
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    if system and browser:
        return f"{system} の {browser}"
    return user_agent or "分からない端末"


@router.post("/me/sessions/{session_id}/end", name="me_session_end")
def end_session(post: PostDep, session_id: int) -> Response:
    """End one of one's sessions."""
    sessions.end_own(post.visit.call, session_id)
    return go_to("/me/sessions", "session_ended")


@router.post("/me/sessions", name="me_sessions_end")
def end_others(post: PostDep) -> Response:
    """End every other session."""
    signed = post.visit.signed
    sessions.end_all(post.visit.call, signed.user, but=signed.session.key)
    return go_to("/me/sessions", "sessions_ended")
