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
    "file_replaced": "ファイルを差し替えました。前の版も読めます。",
    "file_mended": "添付の題名などを直しました。前の記載も残ります。",
    "file_moved": "添付の順を変えました。",
    "recalled": "引き戻しました。自分の番に戻りました。",
    "urged": "催促しました。番の人に知らせが届きます。",
    "amended": "版を改めました。経過から前の版と比べられます。",
    "passed_over": "後閲にして先へ進めました。不在の人に知らせます。",
    "viewed": "後閲を記録しました。",
    "revoked": "決裁を取り消しました。利用を停止し、関係する人に知らせました。",
    "exception_asked": "例外措置を申請しました。CISOの許可を待っています。",
    "exception_decided": "例外措置の許可・不許可を記録しました。",
    "exception_reviewed": "例外措置の点検を記録しました。",
    "incident_reported": "インシデントを報告しました。その課の管理者と統一的な窓口に知らせました。",
    "incident_told": "報告を記録しました。",
    "incident_changed": "インシデントを記録しました。",
    "case_asked": "やむを得ない兼務の許可を申し出ました。CISOの許可を待っています。",
    "case_decided": "やむを得ない兼務の許可・不許可を記録しました。",
    "circulation_read": "回覧を確認済みにしました。30秒のあいだは取り消せます。",
    "circulation_unread": "確認済みを取り消しました。",
    "decision_settings": "決裁の設定を変えました。これから提出される申請に効きます。",
    "contract_entered": "契約を登録しました。条項を1件ずつ確かめてください。",
    "clause_decided": "条項の確認を記録しました。",
    "draft_received": "契約案を登録しました。見立てを手がかりに、条項を1件ずつ決めてください。",
    "clause_taken_up": "求める条項に加えました。",
    "clause_duties_made": "条項から期限を登録しました。",
    "subcontractor_asked": "再委託先を登録しました。別の人の承認を待っています。",
    "subcontractor_decided": "再委託の承認・不承認を記録しました。",
    "subcontractor_ended": "再委託の終了を記録しました。",
    "concluded": "契約を締結済みにしました。",
    "operation_begun": "運用の開始を記録しました。",
    "rule_set": "更新の定めを登録しました。",
    "tacit_confirmed": "更新を確認しました。次の期間が加わりました。",
    "not_renewed": "更新しないことを記録しました。終了手続の準備をしてください。",
    "closed_day": "閉庁日を変えました。その日に当たる期限を、開庁日に移しました。",
    "term_settings": "契約の期間の設定を変えました。これから登録する期間に効きます。",
    "renewed": "次の期間を加えました。前の期間はそのまま残ります。",
    "ending_opened": "終了手続を始めました。",
    "item_done": "項目を記録しました。",
    "item_confirmed": "2人目の確認を記録しました。",
    "item_left_out": "項目を対象外として記録しました。",
    "item_refused": "項目を差し戻しました。",
    "item_asked_out": "対象外とする申出を記録しました。2人目の確認を待っています。",
    "road_changed": "終了の事情を変えました。加わった項目を確かめてください。",
    "completion_noticed": "完了の通知を記録しました。検査の期限が始まりました。",
    "acceptance_inspected": "検査の結果を記録しました。",
    "data_given": "渡した分を記録しました。",
    "data_end_begun": "一部の情報の終わりを記録しました。証拠を待っています。",
    "data_last_use_set": "最後に使った日を変えました。",
    "proof_recorded": "証拠を記録しました。別の人の確認を待っています。",
    "proof_confirmed": "証拠の確認を記録しました。",
    "proof_refused": "証拠を差し戻しました。",
    "ending_closed": "終了手続が終わりました。",
    "duty_done": "期限を済みにしました。",
    "duty_event": "出来事を記録しました。対応の期限が1件加わりました。",
    "duty_waived": "期限の実施を免除しました。理由は記録に残ります。",
    "rule_recorded": "組織の定めを記録しました。次の申請の判定から使われます。",
    "text_loaded": "本文を読み込みました。規則集の各条に表示されます。",
    "taken_in": "一覧を取り込みました。",
    "sample_drawn": "標本を抽出しました。1件ずつ確かめてください。",
    "sample_checked": "標本の確認を記録しました。",
    "redaction_asked": "墨消しを申し出ました。CISOの許可を待ちます。",
    "redaction_decided": "墨消しの申出への決定を記録しました。",
    "evidence_entered": "証拠を登録しました。別の人に評価を依頼してください。",
    "evidence_evaluated": "証拠の評価を記録しました。",
    "evidence_withdrawn": "証拠を取り下げました。根拠にしている申請の担当者に、見直しの期限が出ました。",
    "questionnaire_made": "質問票を作りました。Excelを受け取って、事業者に送ってください。",
    "reply_received": "回答書を読み取りました。いまの答えと見比べてから取り込んでください。",
    "reply_accepted": "回答を「事業者の回答・未確認」として取り込みました。質問の画面で1件ずつ確かめてください。",
    "reply_dismissed": "この回答書は取り込まないことにしました。記録は残ります。",
    "row_corrected": "行を直し、一覧に入れました。",
    "row_left_out": "行を除きました。元の値と理由は残ります。",
    "alias_proposed": "別名を提案しました。別の人が確かめると、判定で使われます。",
    "alias_confirmed": "同じものとして記録しました。これからの判定で使われます。",
    "alias_rejected": "別のものとして記録しました。",
    "alias_withdrawn": "別名を取り消しました。これまでの判定は変わりません。",
    "signed_out": "ログアウトしました。",
    "password_changed": "パスワードを変えました。ほかの端末のログインは終わりました。",
    "session_ended": "そのログインを終わらせました。",
    "sessions_ended": "ほかの端末のログインをすべて終わらせました。",
    "dates_chosen": "日付の書き方を変えました。",
    "alert_wish": "知らせ方を変えました。次に送るものから効きます。",
    "alerts_seen": "知らせに、見た日時を付けました。",
    "alert_settings": "知らせの設定を変えました。次の確認から効きます。",
    "calendar_revoked": "カレンダーのアドレスを取り消しました。もう読めません。",
    "webhook_stop": "Webhookを止めました。",
    "webhook_start": "Webhookを再開しました。これから起きることを知らせます。",
    "webhook_test": "送る順番に入れました。数十秒で結果が出ます。",
    "job_again": "すぐに行う順番に入れました。数十秒で結果が出ます。",
    "token_revoked": "トークンを取り消しました。もう使えません。",
    "factor_removed": "認証アプリの登録を外しました。",
    "user_changed": "職員のアカウントを変えました。",
    "delegation_asked": "代理の許可を申し出ました。CISOが許可するまで、代理はできません。",
    "delegation_changed": "代理を記録しました。関係する人に知らせます。",
    "organisation_changed": "組織を記録しました。",
    "form_kept": "入力を取っておきました。今日やることから続けられます。",
    "kept_form_dropped": "取っておいた入力を消しました。",
    "label_put": "ラベルを付けました。",
    "label_taken_off": "ラベルを外しました。",
    "filter_saved": "条件を保存しました。",
    "filter_removed": "保存した条件を消しました。",
    "operation_cancelled": "中止しました。何も変えていません。",
    "import_row_corrected": "行の訂正を記録しました。「もう一度試す」で確かめてください。",
    "handover_planned": "人事異動を予定に入れました。異動日の0時に適用されます。",
    "handover_cancelled": "人事異動の予定を取り消しました。",
}


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
