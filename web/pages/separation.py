"""やむを得ない兼務 1(8): the report of all cases, asking for one, the CISO's word."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import request_views, separation
from casework.errors import BadInput, WrongState
from casework.separation import CaseRow
from models.vocabulary import PermissionState, Role, SeparationPart
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class CasesPage(PageView):
    """Every unavoidable case, newest first; nothing of this kind is out of sight of the CISO and the auditor."""

    template = "pages/cases.html"

    rows: Sequence[CaseRow]
    can_decide: bool
    user_id: int
    form: Form
    failed_id: int
    once: str


@dataclass(frozen=True, kw_only=True)
class CaseNewPage(PageView):
    """What 1(8) forbids, and the question why nobody else can."""

    template = "pages/case_new.html"

    number: str
    title: str
    part: str
    sentence: str
    form: Form
    once: str


@router.get("/separation", name="cases")
def show_cases(visit: VisitDep) -> Response:
    """The report."""
    return _page(visit).render(visit.request)


@router.get("/separation/new", name="case_new")
def show_new(visit: VisitDep, request: str = "") -> Response:
    """Ask for what a request's page offered: only who is barred by 1(8) alone sees it."""
    return _new_page(visit, request, Form()).render(visit.request)


@router.post("/separation/new")
def ask(post: PostDep) -> Response:
    """Ask the CISO."""

    def _asked() -> Response:
        number, reading = post.form.text("request"), Reading(post.form)
        part = _barred(post.visit, number)
        try:
            separation.ask(
                post.visit.call,
                part,
                object_kind="request",
                object_number=number,
                reason=post.form.text("reason"),
            )
        except BadInput as refusal:
            reading.take(refusal)
            page = _new_page(post.visit, number, post.form, reading.errors)
            raise Refused(page.render(post.visit.request, status_code=422)) from refusal
        return go_to(f"/requests/{number}", "case_asked")

    return do_once(post, _asked)


@router.post("/separation/{case_id:int}", name="case_permission")
def decide(post: PostDep, case_id: int) -> Response:
    """Permit or refuse."""

    def _decided() -> Response:
        reading, word = Reading(post.form), post.form.text("word")
        if word not in {"permit", "refuse"}:
            reading.refuse("word", "許可するか、許可しないかを選んでください。", f"word-{case_id}")
        else:
            try:
                separation.decide_case(
                    post.visit.call,
                    case_id,
                    version=reading.version(),
                    is_permitted=word == "permit",
                    note=post.form.text("note"),
                )
            except BadInput as refusal:
                reading.take(refusal, suffix=f"-{case_id}")
        if reading.found:
            page = _page(post.visit, post.form, reading.errors, failed_id=case_id)
            raise Refused(page.render(post.visit.request, status_code=422))
        return go_to("/separation", "case_decided")

    return do_once(post, _decided)


def _barred(visit: Visit, number: str) -> SeparationPart:
    turn = request_views.request_detail(visit.call, number).turn
    if turn is None or turn.barred is None:
        raise WrongState(
            "申し出られるのは、自分の番で、1(8)だけが妨げになっているときです。申請の画面を確かめてください。",
            state="not_barred",
        )
    return turn.barred


def _new_page(visit: Visit, number: str, form: Form, errors: FormErrors = NO_ERRORS) -> CaseNewPage:
    detail = request_views.request_detail(visit.call, number)
    part = _barred(visit, number)
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), ("やむを得ない場合", None))
    return CaseNewPage(
        frame=visit.frame("requests", *trail),
        errors=errors,
        number=number,
        title=detail.row.request.title,
        part=part,
        sentence=separation.SENTENCES[part],
        form=form,
        once=new_once(),
    )


def _page(visit: Visit, form: Form | None = None, errors: FormErrors = NO_ERRORS, *, failed_id: int = 0) -> CasesPage:
    rows = separation.report(visit.call)
    return CasesPage(
        frame=visit.frame("", ("今日やること", "/"), ("やむを得ない兼務", None)),
        errors=errors,
        rows=rows,
        can_decide=visit.has(Role.CISO) and any(row.case.state == PermissionState.REQUESTED for row in rows),
        user_id=visit.call.actor.user_id,
        form=form or Form(),
        failed_id=failed_id,
        once=new_once(),
    )
