"""催促する, 引き戻す, 後閲にする, 後閲する, 決裁を取り消す: what is grave is asked on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import later_views, recalls, request_views, requests, revocations, urging
from casework.errors import BadInput, WrongState
from casework.request_views import RequestDetail
from web.forms import Form, Reading
from web.request_story import action_words, place_words
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Question:
    """What a deed is called, what follows from it, and what is asked."""

    title: str
    lead: str
    reason_label: str
    button: str
    needs_reason: bool = True
    is_grave: bool = False
    warning: str = ""


@dataclass(frozen=True, kw_only=True)
class DeedPage(PageView):
    """The question before a deed, with the version and the content that were read."""

    template = "pages/request_deed.html"

    number: str
    title: str
    action: str
    question: Question
    version: int
    content_hash: str
    form: Form
    once: str


@router.post("/requests/{number}/urging", name="request_urge")
def urge(post: PostDep, number: str) -> Response:
    """Remind those whose turn it is; from 今日やること, and back to it."""

    def _urged() -> Response:
        urging.urge(post.visit.call, number)
        return go_to("/", "urged")

    return do_once(post, _urged)


@router.get("/requests/{number}/recall", name="request_recall")
def ask_recall(visit: VisitDep, number: str) -> Response:
    """Ask before something is taken back."""
    detail = request_views.request_detail(visit.call, number)
    return _page(visit, detail, "recall", _recall_question(detail)).render(visit.request)


def _recall_question(detail: RequestDetail) -> Question:
    if detail.recallable is None:
        raise WrongState("引き戻せるのは、自分が処理した後、次の人が処理するまでです。", state=detail.row.request.state)
    deed = action_words(detail.recallable.deed.action)
    return Question(
        "引き戻す",
        f"自分がした「{deed}」を引き戻します。自分の番に戻り、記録は残ります。",
        "引き戻す理由",
        "引き戻す",
        needs_reason=False,
    )


@router.post("/requests/{number}/recall")
def recall(post: PostDep, number: str) -> Response:
    """Take back what one did last."""

    def _recalled() -> Response:
        reading = Reading(post.form)
        recalls.recall(post.visit.call, number, version=reading.version(), reason=post.form.text("reason"))
        return go_to(f"/requests/{number}", "recalled")

    return do_once(post, _recalled)


@router.get("/requests/{number}/revoke", name="request_revoke")
def ask_revocation(visit: VisitDep, number: str) -> Response:
    """Ask before an approval is revoked."""
    detail = request_views.request_detail(visit.call, number)
    revocations.need_revocable(visit.call, detail.row.request)
    return _page(visit, detail, "revoke", REVOKE).render(visit.request)


REVOKE = Question(
    "決裁を取り消す",
    "承認を取り消す決裁を、新しい記録として残します。元の決裁は消えません。",
    "取り消す理由",
    "決裁を取り消す",
    is_grave=True,
    warning="承認されたサービスの利用は停止します。期限の担当者・契約の担当者・申請者に知らせます。元には戻せません。",
)


@router.post("/requests/{number}/revoke")
def revoke(post: PostDep, number: str) -> Response:
    """Revoke an approval."""

    def _deed(reading: Reading) -> None:
        revocations.revoke(post.visit.call, number, version=reading.version(), reason=reading.form.text("reason"))

    return _done(post, number, "revoke", REVOKE, _deed, "revoked")


@router.get("/requests/{number}/pass-over", name="request_pass_over")
def ask_pass_over(visit: VisitDep, number: str) -> Response:
    """Ask before an absent post is passed over."""
    detail = request_views.request_detail(visit.call, number)
    return _page(visit, detail, "pass-over", _pass_question(detail)).render(visit.request)


def _pass_question(detail: RequestDetail) -> Question:
    if detail.passable is None:
        raise WrongState(
            "後閲にできるのは、団体の設定で許すときの、最後の決裁より前の順番です。番の人か代理の人の処理を待ってください。",
            state=detail.row.request.state,
        )
    post = place_words(detail.steps[detail.passable])
    return Question(
        "後閲にする",
        f"{post}の不在のため、先へ進めます。{post}は後で確認し、済むまで毎日「今日やること」に出ます。",
        "不在の事情",
        "後閲にして先へ進める",
    )


@router.post("/requests/{number}/pass-over")
def pass_over(post: PostDep, number: str) -> Response:
    """Go on without an absent post."""
    detail = request_views.request_detail(post.visit.call, number)
    question = _pass_question(detail)
    step_no = detail.passable or 0

    def _deed(reading: Reading) -> None:
        later_views.pass_over(
            post.visit.call,
            number,
            version=reading.version(),
            content_hash=reading.form.text("content_hash"),
            step_no=step_no,
            reason=reading.form.text("reason"),
        )

    return _done(post, number, "pass-over", question, _deed, "passed_over")


@router.get("/requests/{number}/later-views/{decision_id:int}", name="request_view_later")
def ask_view(visit: VisitDep, number: str, decision_id: int) -> Response:
    """Ask whoever was absent to confirm."""
    detail = request_views.request_detail(visit.call, number)
    later_views.need_view(visit.call, detail.row.request, decision_id)
    return _page(visit, detail, f"later-views/{decision_id}", VIEW).render(visit.request)


VIEW = Question(
    "後閲する",
    "不在の間に先へ進んだ申請を確認します。異議があれば書きます。決裁の結果は変わりません。",
    "異議・補足",
    "後閲した",
    needs_reason=False,
)


@router.post("/requests/{number}/later-views/{decision_id:int}")
def view(post: PostDep, number: str, decision_id: int) -> Response:
    """Confirm afterwards."""

    def _viewed() -> Response:
        later_views.view(post.visit.call, number, passed_id=decision_id, objection=post.form.text("reason"))
        return go_to(f"/requests/{number}", "viewed")

    return do_once(post, _viewed)


def _done(
    post: Post, number: str, path: str, question: Question, deed: Callable[[Reading], None], notice: str
) -> Response:
    def _deed() -> Response:
        reading = Reading(post.form)
        try:
            deed(reading)
        except BadInput as refusal:
            reading.take(refusal)
            detail = request_views.request_detail(post.visit.call, number)
            page = _page(post.visit, detail, path, question, post.form, reading.errors)
            raise Refused(page.render(post.visit.request, status_code=422)) from refusal
        return go_to(f"/requests/{number}", notice)

    return do_once(post, _deed)


def _page(
    visit: Visit,
    detail: RequestDetail,
    path: str,
    question: Question,
    form: Form | None = None,
    errors: FormErrors = NO_ERRORS,
) -> DeedPage:
    record = detail.row.request
    number = record.number
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), (question.title, None))
    shown = form or Form()
    return DeedPage(
        frame=visit.frame("requests", *trail),
        errors=errors,
        number=number,
        title=record.title,
        action=f"/requests/{number}/{path}",
        question=question,
        version=int(shown.text("version") or requests.find_request(visit.call, number).version),
        content_hash=shown.text("content_hash") or (detail.version.content_hash if detail.version else ""),
        form=shown,
        once=new_once(),
    )
