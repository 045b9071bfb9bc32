"""One visit of a signed-in person to a page: the transaction, the actor, and the frame around the page.

Handlers take ``VisitDep`` (reading) or ``PostDep`` (a form with its CSRF token checked). What a handler refuses it
raises as ``Refused`` with the page to show, so that the transaction is rolled back before anything is answered.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import NO_STEPS, installation_of, session_cookie, signed_in_call
from casework import idempotency, kept_forms, registry
from casework.call import ROLE_LABELS, Call
from casework.idempotency import FirstAnswer
from casework.installation import Installation
from casework.sessions import NewSession, SignedIn
from casework.settings import Settings
from casework.tenancy import names_of
from models.login_session import LoginSession
from models.vocabulary import Role
from web import dates
from web.forms import Form, read_form
from web.notices import NOTICES
from web.view import Frame, Notice

NOTICE_COOKIE = "sekisho_notice"
PRODUCT = "関所"

SIGNED_IN = "signed_in"


def last_sign_in(login: LoginSession) -> Notice:
    """Return what is shown once after signing in.

    Provisions:
        6-2(4): the last sign-in is shown, so that a stranger's use is seen.
    """
    if login.previous_at is None:
        words = "初めてのログインです。"
    else:
        where = f"({login.previous_address} から)" if login.previous_address else ""
        before = dates.jst(login.previous_at)
        words = f"前回のログインは {dates.short_date(before.date())} {before:%H:%M}{where}です。"
    if login.failures_before:
        words += (
            f"その後、失敗が{login.failures_before}回ありました。心当たりがないときは、システム管理に連絡してください。"
        )
    return Notice(words, link_label="ログインの一覧", link_url="/me/sessions")


class Refused(Exception):
    """Nothing is written, and this page is the answer."""

    def __init__(self, page: Response) -> None:
        super().__init__("refused")
        self.page = page


@dataclass(frozen=True)
class Visit:
    """A signed-in person's request for a page."""

    request: Request
    installation: Installation
    call: Call
    signed: SignedIn

    @property
    def csrf_token(self) -> str:
        """Return the token every form of this session carries."""
        return self.signed.session.csrf_token

    @property
    def settings(self) -> Settings:
        """Return what the installation was set up with."""
        return self.installation.settings

    @property
    def town_date_style(self) -> dates.DateStyle:
        """Return how the town writes days."""
        return town_date_style(self.request, self.signed)

    def has(self, *roles: str) -> bool:
        """Return whether the person holds one of the roles."""
        return self.call.actor.has(*roles)

    def frame(self, nav: str, *trail: tuple[str, str | None], quiet: bool = False) -> Frame:
        """Return the frame: navigation mark, breadcrumb (the page itself last, without an address), one notice.

        ``quiet`` leaves the notice out, on pages that show errors.
        """
        if self.signed.step:
            return frame_of_nobody(self.csrf_token)
        newest = registry.latest_snapshot(self.call.session)
        as_of = f"{newest.acquired_on.isoformat()} 取得{'(見本・未確認)' if newest.is_sample else ''}" if newest else ""
        code = "" if quiet else self.request.cookies.get(NOTICE_COOKIE, "")
        return Frame(
            organisation_name=self.signed.organisation.name,
            product_name=PRODUCT,
            user_name=self.signed.user.name,
            post_label=self._post_label(),
            acting_label=self._acting_label(),
            nav_current=nav or "today",
            breadcrumb=trail,
            csrf_token=self.csrf_token,
            list_as_of=as_of or "まだ取り込まれていません",
            version=product_version(),
            contact=self.signed.organisation.contact,
            notice=self._notice(code),
        )

    def _notice(self, code: str) -> Notice | None:
        if code == SIGNED_IN:
            return last_sign_in(self.signed.session)
        return Notice(NOTICES[code], "success") if code in NOTICES else None

    def _post_label(self) -> str:
        roles = [grant.role for grant in self.call.actor.grants if grant.role != Role.STAFF] or [Role.STAFF]
        return "・".join(dict.fromkeys(ROLE_LABELS[role] for role in roles))

    def _acting_label(self) -> str:
        stands_in = {grant.on_behalf_of_id for grant in self.call.actor.grants if grant.on_behalf_of_id}
        names = names_of(self.call.session, self.call.actor, stands_in).values()
        return f"{'・'.join(names)}の代理" if names else ""


@dataclass(frozen=True)
class Post:
    """A form of ours that was sent by a signed-in person."""

    visit: Visit
    form: Form


FormDep = Annotated[Form, Depends(read_form)]


@cache
def product_version() -> str:
    """Return name and version of the program as installed; the name alone when it runs from a plain folder."""
    try:
        return f"{PRODUCT} {version('sekisho')}"
    except PackageNotFoundError:
        return PRODUCT


def open_visit(request: Request) -> Iterator[Visit]:
    """Yield a visit that reads a page."""
    yield from _visit(request, writes=False)


def open_export(request: Request) -> Iterator[Visit]:
    """Yield a visit that may write though it is a GET: what leaves the house leaves an event."""
    yield from _visit(request, writes=True)


def open_post(request: Request, form: FormDep) -> Iterator[Post]:
    """Yield a form of ours in one writing transaction; raises ``NotPermitted`` for a form from elsewhere."""
    for visit in _visit(request, writes=True, csrf_token=form.text("csrf_token")):
        yield Post(visit, form)
        kept_forms.settle(visit.call, form.kept_id, request.url.path)


def open_reading_post(request: Request, form: FormDep) -> Iterator[Post]:
    """Yield a form whose use case opens transactions of its own."""
    for visit in _visit(request, writes=False, csrf_token=form.text("csrf_token")):
        yield Post(visit, form)


def _visit(
    request: Request, *, writes: bool, csrf_token: str = "", steps: frozenset[str] = NO_STEPS
) -> Iterator[Visit]:
    with signed_in_call(request, csrf_token=csrf_token, source="page", writes=writes, steps=steps) as call:
        know_visitor(request, request.state.signed_in)
        yield Visit(request, installation_of(request), call, request.state.signed_in)


def know_visitor(request: Request, signed: SignedIn) -> None:
    """Note what every page needs of a person, error pages too, which are made after the rollback."""
    request.state.language = signed.user.language
    request.state.date_style = dates.style_of(signed.user.date_style, town_date_style(request, signed))
    request.state.csrf_token = signed.session.csrf_token
    request.state.contact = signed.organisation.contact


def town_date_style(request: Request, signed: SignedIn) -> dates.DateStyle:
    """Return how a person's town writes days: its own setting ``date_style``, else the installation's."""
    return dates.style_of(signed.organisation.settings.get("date_style"), installation_of(request).settings.date_style)


def visit_owing(*steps: str) -> Callable[[Request], Iterator[Visit]]:
    """Return the dependency of a page that opens to somebody who still owes one of these steps of the sign-in."""

    def open_owing(request: Request) -> Iterator[Visit]:
        yield from _visit(request, writes=False, steps=frozenset(steps))

    return open_owing


def post_owing(*steps: str) -> Callable[[Request, Form], Iterator[Post]]:
    """Return the dependency of a form that somebody may send who still owes one of these steps of the sign-in."""

    def open_owing(request: Request, form: FormDep) -> Iterator[Post]:
        csrf_token = form.text("csrf_token")
        for visit in _visit(request, writes=True, csrf_token=csrf_token, steps=frozenset(steps)):
            yield Post(visit, form)

    return open_owing


VisitDep = Annotated[Visit, Depends(open_visit, scope="function")]
ExportDep = Annotated[Visit, Depends(open_export, scope="function")]
PostDep = Annotated[Post, Depends(open_post, scope="function")]
ReadingPostDep = Annotated[Post, Depends(open_reading_post, scope="function")]


def do_once(post: Post, deed: Callable[[], Response]) -> Response:
    """Return the deed's answer; the same form sent twice is led to where the first one went, and does nothing."""
    key = post.form.text("once")
    if not key:
        return deed()
    call = post.visit.call
    begun = idempotency.begin(call, f"page {key}"[: idempotency.LONGEST_KEY], post.visit.request.url.path)
    if isinstance(begun, FirstAnswer):
        return RedirectResponse(begun.headers["location"], status_code=303)
    answer = deed()
    kept = {"location": answer.headers["location"]}
    idempotency.finish(call, begun, FirstAnswer(answer.status_code, "", kept))
    return answer


def new_once() -> str:
    """Return a fresh one-time key for a form that creates or decides."""
    return secrets.token_urlsafe(18)


def frame_of_nobody(csrf_token: str = "") -> Frame:
    """Return the frame of pages before the sign-in is complete: no organisation, no navigation."""
    return Frame(
        organisation_name="自治体のためのクラウド・委託の点検",
        product_name=PRODUCT,
        user_name=None,
        csrf_token=csrf_token,
        version=product_version(),
    )


def hand_session(answer: Response, request: Request, opened: NewSession) -> Response:
    """Let the browser keep a session just opened: out of reach of scripts, and over HTTPS only where there is any."""
    settings = installation_of(request).settings
    lasts = opened.expires_at - installation_of(request).now()
    answer.set_cookie(
        session_cookie(settings),
        opened.secret,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )
    return answer


def drop_session(answer: Response, settings: Settings) -> Response:
    """Let the browser forget its session."""
    name, secure = session_cookie(settings), settings.secure_cookies
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)
    return answer


def go_to(path: str, notice: str = "") -> RedirectResponse:
    """Return the 303 after a form, with at most one notice for the next page."""
    answer = RedirectResponse(path, status_code=303)
    if notice:
        answer.set_cookie(NOTICE_COOKIE, notice, max_age=60, httponly=True, samesite="lax", path="/")
    return answer


def own_path(path: str) -> str:
    """Return a path of this site to go to after signing in; anything else becomes the first page."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if is_ours and "\\" not in path else "/"
