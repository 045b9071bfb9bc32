"""Accounts as an administrator keeps them: made with a temporary password, stopped, opened, authenticators reset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import user_accounts
from casework.errors import BadInput, NotFound
from casework.ledgers.people import USERS
from casework.sign_in_rules import TEMPORARY_DAYS
from casework.user_accounts import UserIn, UserRow
from models.user import User
from web.export_form import ExportForm, export_form
from web.forms import Form, Reading
from web.view import PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

TRAIL = (("今日やること", "/"), ("自分の設定", "/me"))


@dataclass(frozen=True, kw_only=True)
class UsersPage(PageView):
    """Every account of the organisation, and the form for another."""

    template = "pages/users.html"

    rows: Sequence[UserRow]
    q: str
    sections: Sequence[tuple[str, str]]
    form: Form
    export: ExportForm


@dataclass(frozen=True, kw_only=True)
class UserPage(PageView):
    """One account, with what an administrator may do to it."""

    template = "pages/user.html"

    row: UserRow
    is_own: bool
    tried: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class TemporaryPasswordPage(PageView):
    """A temporary password, shown this once."""

    template = "pages/user_temporary.html"

    user: User
    temporary: str
    days: int


@router.get("/admin/users", name="users")
def show_users(visit: VisitDep, q: str = "") -> Response:
    """The accounts."""
    return _users_page(visit, q=q).render(visit.request)


@router.post("/admin/users")
def create(post: PostDep) -> Response:
    """Make an account and show its temporary password once."""
    form, visit = post.form, post.visit
    stated = UserIn(form.code("login_name"), form.text("name"), form.text("department"), form.code("email"))
    try:
        user, temporary = user_accounts.create_user(visit.call, stated)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        raise Refused(_users_page(visit, reading).render(visit.request, status_code=422)) from None
    return _temporary(visit, user, temporary)


@router.get("/admin/users/{login_name}", name="user")
def show_user(visit: VisitDep, login_name: str) -> Response:
    """One account."""
    return _user_page(visit, login_name).render(visit.request)


@router.post("/admin/users/{login_name}/{deed}", name="user_deed")
def change(post: PostDep, login_name: str, deed: str) -> Response:
    """Stop an account, open it again, or take its authenticator away; each with a reason."""
    changing = _DEEDS.get(deed)
    if changing is None:
        raise NotFound("その操作はありません。アカウントの画面から選び直してください。")
    return _try(post, login_name, deed, lambda reason: changing(post, login_name, reason))


def _block(post: Post, login_name: str, reason: str) -> Response:
    user_accounts.block(post.visit.call, login_name, reason)
    return _back(login_name)


def _unblock(post: Post, login_name: str, reason: str) -> Response:
    user_accounts.unblock(post.visit.call, login_name, reason)
    return _back(login_name)


def _end_sessions(post: Post, login_name: str, reason: str) -> Response:
    user_accounts.end_sessions(post.visit.call, login_name, reason)
    return _back(login_name)


def _reset_factor(post: Post, login_name: str, reason: str) -> Response:
    user_accounts.reset_second_factor(post.visit.call, login_name, reason)
    return _back(login_name)


def _reset_password(post: Post, login_name: str, reason: str) -> Response:
    temporary = user_accounts.give_temporary_password(post.visit.call, login_name, reason)
    return _temporary(post.visit, user_accounts.find_user(post.visit.call, login_name).user, temporary)


_DEEDS: dict[str, Callable[[Post, str, str], Response]] = {
    "block": _block,
    "unblock": _unblock,
    "sessions": _end_sessions,
    "second-factor": _reset_factor,
    "password": _reset_password,
}


def _try(post: Post, login_name: str, tried: str, deed: Callable[[str], Response]) -> Response:
    try:
        return deed(post.form.text("reason"))
    except BadInput as refusal:
        reading = Reading(post.form)
        reading.take(refusal)
        page = _user_page(post.visit, login_name, reading, tried)
        raise Refused(page.render(post.visit.request, status_code=422)) from None


def _back(login_name: str) -> Response:
    return go_to(f"/admin/users/{quote(login_name)}", "user_changed")


def _users_page(visit: Visit, reading: Reading | None = None, q: str = "") -> UsersPage:
    return UsersPage(
        export=export_form(visit, USERS, {"q": q}),
        frame=visit.frame("", *TRAIL, ("職員のアカウント", None), quiet=bool(reading)),
        errors=reading.errors if reading else UsersPage.errors,
        rows=user_accounts.list_users(visit.call, words=q),
        q=q,
        sections=[(section.code, section.name) for section in user_accounts.list_departments(visit.call)],
        form=reading.form if reading else Form(),
    )


def _user_page(visit: Visit, login_name: str, reading: Reading | None = None, tried: str = "") -> UserPage:
    row = user_accounts.find_user(visit.call, login_name)
    return UserPage(
        frame=visit.frame(
            "", *TRAIL, ("職員のアカウント", "/admin/users"), (row.user.login_name, None), quiet=bool(reading)
        ),
        errors=reading.errors if reading else UserPage.errors,
        row=row,
        is_own=row.user.key == visit.call.actor.user_id,
        tried=tried,
        form=reading.form if reading else Form(),
    )


def _temporary(visit: Visit, user: User, temporary: str) -> Response:
    trail = (*TRAIL, ("職員のアカウント", "/admin/users"), ("仮のパスワード", None))
    frame = visit.frame("", *trail, quiet=True)
    return TemporaryPasswordPage(frame=frame, user=user, temporary=temporary, days=TEMPORARY_DAYS).render(visit.request)
