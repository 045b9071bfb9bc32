"""Deciding: the panel's choice is tried, shown for confirmation, and only then recorded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import decisions, request_views
from casework.accounts import find_person
from casework.case_words import DECISION_WORDS
from casework.decisions import Condition, Deciding
from casework.errors import BadInput, ContentChanged, StaleVersion, UnansweredRemarks
from casework.ledgers.requests import holder_words
from casework.request_views import RequestDetail
from models.request import Request as RequestRecord
from models.vocabulary import DecisionAction, RequestState
from policy.library import load_pack
from web.document_words import differences
from web.forms import Form, Reading
from web.pages.request import CONDITION_ROWS, request_page
from web.view import PageView
from web.visit import Post, PostDep, Refused, Visit, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

APPROVALS = frozenset({DecisionAction.APPROVE, DecisionAction.APPROVE_WITH_CONDITIONS})
CARRIED = ("version", "version_no", "content_hash", "seen", "action", "reason", "remarks", "manager", "return_to")


REPLY = "reply-"


@dataclass(frozen=True, kw_only=True)
class ConfirmPage(PageView):
    """What will be recorded and what follows from it; nothing has been written yet."""

    template = "pages/decision_confirm.html"

    number: str
    title: str
    version_no: int
    deciding: Deciding
    action_words: str
    manager_name: str
    following: str
    is_final: bool
    carried: Sequence[tuple[str, str]]
    once: str


@dataclass(frozen=True, kw_only=True)
class ChangedPage(PageView):
    """開いた後に内容が変わりました: what is different, and the way back to a fresh panel."""

    template = "pages/decision_changed.html"

    number: str
    title: str
    changes: Sequence[tuple[str, str, str]]
    message: str
    reason: str


@router.post("/requests/{number}/decision", name="decision_confirm")
def confirm(post: PostDep, number: str) -> Response:
    """Try the decision, take it back, and show what it would do."""
    visit = post.visit
    deciding = _read(post, number)
    decided = _decide(post, number, deciding)
    detail_version = decided.current_version_no
    manager = find_person(visit.call, deciding.manager).name if deciding.manager in _approving(deciding) else ""
    page = ConfirmPage(
        frame=visit.frame("requests", *_trail(number, "決裁の確認"), quiet=True),
        number=number,
        title=decided.title,
        version_no=detail_version,
        deciding=deciding,
        action_words=DECISION_WORDS[deciding.action],
        manager_name=manager,
        following=_following(decided),
        is_final=decided.state == RequestState.REJECTED,
        carried=_carried(post.form),
        once=new_once(),
    )
    raise Refused(page.render(visit.request))


@router.post("/requests/{number}/decisions", name="decide")
def decide(post: PostDep, number: str) -> Response:
    """Record the decision; the same press twice records one."""

    def _record() -> Response:
        _decide(post, number, _read(post, number))
        return go_to(f"/requests/{number}", "decided")

    return do_once(post, _record)


def _approving(deciding: Deciding) -> tuple[str, ...]:
    return (deciding.manager,) if deciding.manager and deciding.action in APPROVALS else ()


def _trail(number: str, name: str) -> tuple[tuple[str, str | None], ...]:
    return ("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), (name, None)


def _read(post: Post, number: str) -> Deciding:
    """Return what the decider said; a form that cannot be read is shown again with the panel."""
    reading = Reading(post.form)
    form = post.form
    action = form.text("action")
    if not form.has("seen"):
        reading.refuse("seen", "内容・判定・添付を読んだことを確かめて、印を付けてください。")
    if action not in {*APPROVALS, DecisionAction.RETURN, DecisionAction.REJECT}:
        reading.refuse("action", "決裁の内容を選んでください。")
    conditions = _conditions(reading) if action == DecisionAction.APPROVE_WITH_CONDITIONS else []
    if reading.found:
        raise Refused(_panel_again(post, number, reading))
    return Deciding(
        action=DecisionAction(action),
        content_hash=form.text("content_hash"),
        reason=form.text("reason"),
        manager=form.text("manager") if action in APPROVALS else "",
        remarks=[line.strip() for line in form.get("remarks").split("\n") if line.strip()]
        if action == DecisionAction.RETURN
        else (),
        conditions=conditions,
        return_to=_return_to(form) if action == DecisionAction.RETURN else None,
        replies={name.removeprefix(REPLY): form.get(name) for name in form.values if name.startswith(REPLY)},
    )


def _return_to(form: Form) -> int | None:
    chosen = form.text("return_to")
    return int(chosen) if chosen.isascii() and chosen.isdigit() else None


def _conditions(reading: Reading) -> list[Condition]:
    found = []
    for no in range(1, CONDITION_ROWS + 1):
        text, has_day = reading.form.text(f"condition-{no}"), not reading.form.boxes(f"condition-{no}-due").is_empty
        if not text and not has_day:
            continue
        if not text:
            reading.refuse(f"condition-{no}", f"条件{no}の内容を入力してください。")
        due = reading.day(f"condition-{no}-due", f"条件{no}の期限", required=True)
        if text and due:
            found.append(Condition(text, due))
    return found


def _decide(post: Post, number: str, deciding: Deciding) -> RequestRecord:
    visit, reading = post.visit, Reading(post.form)
    try:
        return decisions.decide(visit.call, number, version=reading.version(), deciding=deciding)
    except BadInput as refusal:
        names = {"/conditions": "condition-1"}
        names |= {f"/conditions/{row}/due_on": f"condition-{row + 1}-due" for row in range(CONDITION_ROWS)}
        reading.take(refusal, names)
        raise Refused(_panel_again(post, number, reading)) from refusal
    except UnansweredRemarks as refusal:
        for no in refusal.facts["remarks"]:
            reading.refuse(f"{REPLY}{no}", f"指摘{no}への答えを入力してください。")
        raise Refused(_panel_again(post, number, reading)) from refusal
    except (StaleVersion, ContentChanged) as refusal:
        raise Refused(_changed(visit, number, post.form)) from refusal


def _panel_again(post: Post, number: str, reading: Reading) -> Response:
    detail = request_views.request_detail(post.visit.call, number)
    page = request_page(post.visit, detail, form=post.form, errors=reading.errors)
    return page.render(post.visit.request, status_code=422)


def _changed(visit: Visit, number: str, form: Form) -> Response:
    detail = request_views.request_detail(visit.call, number)
    page = ChangedPage(
        frame=visit.frame("requests", *_trail(number, "内容が変わりました"), quiet=True),
        number=number,
        title=detail.row.request.title,
        changes=_changes(detail, form),
        message="開いた後に内容が変わりました。決裁は記録していません。下の違いを読んでから、もう一度決裁してください。",
        reason=form.text("reason"),
    )
    return page.render(visit.request, status_code=409)


def _changes(detail: RequestDetail, form: Form) -> list[tuple[str, str, str]]:
    seen_no = form.text("version_no")
    seen = next((version for version in detail.versions if str(version.version_no) == seen_no), None)
    if seen is None:
        return []
    before: Mapping[str, Any] = json.loads(seen.document_json)
    return differences(before, detail.document, load_pack(detail.row.request.pack))


def _following(request: RequestRecord) -> str:
    if request.state == RequestState.IN_REVIEW:
        return f"次は{holder_words(request.waits_for_role)}の番です。"
    words = {
        RequestState.APPROVED: "申請は承認になります。指名した管理者に、確認と記録の期限が出ます。",
        RequestState.APPROVED_WITH_CONDITIONS: "申請は条件付き承認になります。条件は期限の一覧に載ります。",
        RequestState.RETURNED: "申請者に戻ります。申請者が指摘に答えて、もう一度提出します。",
        RequestState.REJECTED: "この申請は終わります。取り消せません。やり直しは新しい申請になります。",
    }
    return words[RequestState(request.state)]


def _carried(form: Form) -> list[tuple[str, str]]:
    names = [*CARRIED, *(name for name in form.values if name.startswith(("condition-", REPLY)))]
    return [(name, form.get(name)) for name in names if form.has(name)]
