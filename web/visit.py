"""One visit of a signed-in person to a page: the transaction, the actor, and the frame around the page.

Handlers take ``VisitDep`` (reading) or ``PostDep`` (a form with its CSRF token checked). What a handler refuses it
raises as ``Refused`` with the page to show, so that the transaction is rolled back before anything is answered.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import installation_of, signed_in_call
from casework import idempotency, registry
from casework.accounts import SignedIn
from casework.call import ROLE_LABELS, Call
from casework.idempotency import FirstAnswer
from casework.installation import Installation
from casework.tenancy import names_of
from models.vocabulary import Role
from web.forms import Form, read_form
from web.view import Frame, Notice

NOTICE_COOKIE = "sekisho_notice"
PRODUCT = "関所"

NOTICES: Mapping[str, str] = {
    "drafted": "下書きを作りました。残りの質問に答えてください。",
    "saved": "保存しました。",
    "submitted": "提出しました。決裁する人の番になりました。",
    "withdrawn": "申請を取り下げました。記録は残ります。",
    "decided": "決裁を記録しました。",
    "attached": "ファイルを添付しました。",
    "contract_entered": "契約を登録しました。条項を1件ずつ確かめてください。",
    "clause_decided": "条項の確認を記録しました。",
    "concluded": "契約を締結済みにしました。",
    "renewed": "次の期間を加えました。前の期間はそのまま残ります。",
    "ending_opened": "終了手続を始めました。",
    "item_done": "項目を記録しました。",
    "item_confirmed": "2人目の確認を記録しました。",
    "item_left_out": "項目を対象外として記録しました。",
    "ending_closed": "終了手続が終わりました。",
    "duty_done": "期限を済みにしました。",
    "duty_waived": "期限の実施を免除しました。理由は記録に残ります。",
    "rule_recorded": "組織の定めを記録しました。次の申請の判定から使われます。",
    "text_loaded": "本文を読み込みました。規則集の各条に表示されます。",
    "row_corrected": "行を直し、一覧に入れました。",
    "row_left_out": "行を除きました。元の値と理由は残ります。",
    "alias_proposed": "別名を提案しました。別の人が確かめると、判定で使われます。",
    "alias_confirmed": "同じものとして記録しました。これからの判定で使われます。",
    "alias_rejected": "別のものとして記録しました。",
    "alias_withdrawn": "別名を取り消しました。これまでの判定は変わりません。",
    "signed_out": "ログアウトしました。",
}


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

    def has(self, *roles: str) -> bool:
        """Return whether the person holds one of the roles."""
        return self.call.actor.has(*roles)

    def frame(self, nav: str, *trail: tuple[str, str | None], quiet: bool = False) -> Frame:
        """Return the frame: navigation mark, breadcrumb (the page itself last, without an address), one notice.

        ``quiet`` leaves the notice out, on pages that show errors.
        """
        newest = registry.latest_snapshot(self.call.session)
        as_of = f"{newest.acquired_on.isoformat()} 取得{'(見本・未確認)' if newest.is_sample else ''}" if newest else ""
        code = "" if quiet else self.request.cookies.get(NOTICE_COOKIE, "")
        return Frame(
            organisation_name=self.signed.organisation.name,
            product_name=PRODUCT,
            user_name=self.signed.user.name,
            post_label=self._post_label(),
            acting_label=self._acting_label(),
            nav_current=nav,
            breadcrumb=trail,
            csrf_token=self.csrf_token,
            list_as_of=as_of or "まだ取り込まれていません",
            version=product_version(),
            contact=self.signed.organisation.contact,
            notice=Notice(NOTICES[code], "success") if code in NOTICES else None,
        )

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


def open_post(request: Request, form: FormDep) -> Iterator[Post]:
    """Yield a form of ours in one writing transaction; raises ``NotPermitted`` for a form from elsewhere."""
    for visit in _visit(request, writes=True, csrf_token=form.text("csrf_token")):
        yield Post(visit, form)


def open_reading_post(request: Request, form: FormDep) -> Iterator[Post]:
    """Yield a form whose use case opens transactions of its own."""
    for visit in _visit(request, writes=False, csrf_token=form.text("csrf_token")):
        yield Post(visit, form)


def _visit(request: Request, *, writes: bool, csrf_token: str = "") -> Iterator[Visit]:
    with signed_in_call(request, csrf_token=csrf_token, source="page", writes=writes) as call:
        yield Visit(request, installation_of(request), call, request.state.signed_in)


VisitDep = Annotated[Visit, Depends(open_visit, scope="function")]
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
