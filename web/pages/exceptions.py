"""例外措置 7-4: the register, asking, the CISO's permission, the periodic review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import exceptions, request_views
from casework.errors import BadInput
from casework.exceptions import ExceptionIn, ExceptionRow
from casework.ledgers.registers import EXCEPTIONS_LEDGER
from casework.ledgers.words import EXCEPTIONS, PERMISSIONS
from casework.paging import PageWish
from models.vocabulary import PermissionState, Result, Role
from policy import catalogue
from policy.library import load_pack
from web.dates import DateInput
from web.export_form import ExportForm, export_form
from web.forms import Form, Reading
from web.pages.request import pack_of_version
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ExceptionsPage(PageView):
    """Every exception asked for, newest first."""

    template = "pages/exceptions.html"

    rows: Sequence[ExceptionRow]
    state: str
    states: Sequence[tuple[str, str]]
    next_url: str
    can_ask: bool
    export: ExportForm


@dataclass(frozen=True, kw_only=True)
class ExceptionNewPage(PageView):
    """The form that asks for one."""

    template = "pages/exception_new.html"

    form: Form
    request_number: str
    request_title: str
    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    days: Mapping[str, DateInput]
    suggestions: Mapping[str, Sequence[date]]
    once: str


@dataclass(frozen=True, kw_only=True)
class ExceptionPage(PageView):
    """One exception, with the CISO's form or the reviewer's."""

    template = "pages/exception.html"

    row: ExceptionRow
    standing: str
    can_decide: bool
    can_review: bool
    form: Form
    until: DateInput
    review: DateInput
    suggestions: Mapping[str, Sequence[date]]
    once: str


@router.get("/exceptions", name="exceptions")
def show_exceptions(
    visit: VisitDep, state: str = "", after: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    """The register (7-4(3)-01)."""
    wanted = state if state in set(PermissionState) else ""
    found = exceptions.list_exceptions(visit.call, state=wanted, wish=PageWish(50, after))
    page = ExceptionsPage(
        export=export_form(visit, EXCEPTIONS_LEDGER, {"state": wanted}),
        frame=visit.frame("", ("今日やること", "/"), ("例外措置", None)),
        rows=found.items,
        state=wanted,
        states=tuple(PERMISSIONS.items()),
        next_url=f"/exceptions?state={wanted}&after={found.next_cursor}" if found.next_cursor else "",
        can_ask=visit.has(*exceptions.ASKERS),
    )
    return page.render(visit.request)


@router.get("/exceptions/new", name="exception_new")
def show_new(visit: VisitDep, request: str = "") -> Response:
    """An empty form, or one for the findings of a request that are not met."""
    visit.call.need(*exceptions.ASKERS, to="例外措置を申請する")
    return _new_page(visit, Form(), request).render(visit.request)


@router.post("/exceptions/new")
def ask(post: PostDep) -> Response:
    """Ask for an exception, or report one taken in an emergency."""
    form = post.form

    def _asked() -> Response:
        reading = Reading(form)
        until_on = reading.day("until_on", "いつまで", required=True)
        taken_on = reading.day("taken_on", "措置をとった日")
        if reading.found:
            raise Refused(_new_again(post, reading))
        typed = form.text("provisions_text").replace("、", "\n").split("\n")
        stated = ExceptionIn(
            form.text("title"),
            [*form.listed("provisions"), *typed],
            form.text("reason"),
            form.text("alternative"),
            until_on,
            form.text("request"),
            form.has("is_emergency"),
            taken_on,
        )
        try:
            row = exceptions.ask(post.visit.call, stated)
        except BadInput as refusal:
            reading.take(refusal)
            raise Refused(_new_again(post, reading)) from refusal
        return go_to(f"/exceptions/{row.number}", "exception_asked")

    return do_once(post, _asked)


def _new_again(post: Post, reading: Reading) -> Response:
    page = _new_page(post.visit, post.form, post.form.text("request"), reading)
    return page.render(post.visit.request, status_code=422)


def _new_page(visit: Visit, form: Form, number: str, reading: Reading | None = None) -> ExceptionNewPage:
    title, options = "", []
    if number:
        detail = request_views.request_detail(visit.call, number)
        title = detail.row.request.title
        bad = [row for row in detail.findings if row.result in {Result.NOT_MET, Result.NEEDS_INFORMATION}]
        pack = pack_of_version(visit, detail.version) if detail.version else load_pack(detail.row.request.pack)
        options = [
            (each, f"{each} {catalogue.provision_line(pack, each)}")
            for each in dict.fromkeys(row.provision for row in bad)
        ]
    trail = (("今日やること", "/"), ("例外措置", "/exceptions"), ("申請する", None))
    return ExceptionNewPage(
        frame=visit.frame("", *trail),
        errors=reading.errors if reading else NO_ERRORS,
        form=form,
        request_number=number,
        request_title=title,
        options=options,
        chosen=form.listed("provisions"),
        days={name: form.boxes(name) for name in ("until_on", "taken_on")},
        suggestions=reading.suggestions if reading else {},
        once=new_once(),
    )


@router.get("/exceptions/{number}", name="exception")
def show_exception(visit: VisitDep, number: str) -> Response:
    """One exception."""
    return _page(visit, number).render(visit.request)


@router.post("/exceptions/{number}/permission", name="exception_permission")
def decide(post: PostDep, number: str) -> Response:
    """Permit it until a day, or refuse it."""

    def _decided() -> Response:
        reading = Reading(post.form)
        word = post.form.text("word")
        if word not in {"permit", "refuse"}:
            reading.refuse("word", "許可するか、許可しないかを選んでください。")
        until_on = reading.day("until_on", "許可の期限")
        if reading.found:
            raise Refused(_again(post, number, reading))
        try:
            exceptions.decide_exception(
                post.visit.call,
                number,
                version=reading.version(),
                is_permitted=word == "permit",
                until_on=until_on,
                note=post.form.text("note"),
            )
        except BadInput as refusal:
            reading.take(refusal)
            raise Refused(_again(post, number, reading)) from refusal
        return go_to(f"/exceptions/{number}", "exception_decided")

    return do_once(post, _decided)


@router.post("/exceptions/{number}/review", name="exception_review")
def review(post: PostDep, number: str) -> Response:
    """Record a review and the day of the next."""

    def _reviewed() -> Response:
        reading = Reading(post.form)
        following = reading.day("next_review_on", "次の点検の日")
        if reading.found:
            raise Refused(_again(post, number, reading))
        try:
            exceptions.review(
                post.visit.call,
                number,
                version=reading.version(),
                note=post.form.text("note"),
                next_review_on=following,
            )
        except BadInput as refusal:
            reading.take(refusal)
            raise Refused(_again(post, number, reading)) from refusal
        return go_to(f"/exceptions/{number}", "exception_reviewed")

    return do_once(post, _reviewed)


def _again(post: Post, number: str, reading: Reading) -> Response:
    page = _page(post.visit, number, post.form, reading.errors, reading.suggestions)
    return page.render(post.visit.request, status_code=422)


def _page(
    visit: Visit,
    number: str,
    form: Form | None = None,
    errors: FormErrors = NO_ERRORS,
    suggestions: Mapping[str, Sequence[date]] | None = None,
) -> ExceptionPage:
    row = exceptions.find_exception(visit.call, number)
    kept, shown = row.exception, form or Form()
    wished = DateInput.from_date(kept.wished_until_on)
    return ExceptionPage(
        frame=visit.frame("", ("今日やること", "/"), ("例外措置", "/exceptions"), (number, None)),
        errors=errors,
        row=row,
        standing=EXCEPTIONS[row.standing],
        can_decide=kept.state == PermissionState.REQUESTED
        and visit.has(Role.CISO)
        and kept.asked_by_id != visit.call.actor.user_id,
        can_review=kept.state == PermissionState.PERMITTED and visit.has(*exceptions.REVIEWERS),
        form=shown,
        until=shown.boxes("until_on") if form else wished,
        review=shown.boxes("next_review_on"),
        suggestions=suggestions or {},
        once=new_once(),
    )
