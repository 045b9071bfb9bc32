"""審査中に直す: the first page of a request again, then what the change does to approvals, then the new version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import request_amending, requests
from casework.attachment_captions import marks_of
from casework.decisions import current_version
from casework.errors import BadInput, FileRejected, NotPermitted
from casework.request_amending import Amendment
from models.request import Request as RequestRecord
from models.vocabulary import RequestState
from web import forms_request as fields
from web.document_words import differences
from web.forms import Form, Reading
from web.kept_files import CAPTION_FIELDS, FIELD, KeptFile, caption_from, chosen_files, keep_files, refusals_of
from web.pages.request import pack_of_version
from web.pages.request_basics import BasicsPage, basics_page
from web.pages.request_compare import result_rows
from web.pages.request_files import KINDS, endings_of
from web.request_story import place_words
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

# What belongs to one showing of a form, and is set anew by the next.
OF_THE_PAGE = ("csrf_token", "once", "base", "then", "reason", "add", "remove", FIELD, *CAPTION_FIELDS.values())


@dataclass(frozen=True, kw_only=True)
class AmendPage(PageView):
    """What would change and whose approvals would lapse; nothing has been written yet."""

    template = "pages/request_amend.html"

    number: str
    title: str
    version: int
    statements: Sequence[tuple[str, str, str]]
    results: Sequence[tuple[str, str, str]]
    matters: bool
    lapsing: Sequence[tuple[str, str]]
    carried: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    marks: Sequence[tuple[str, str]]
    endings: str
    kept: Sequence[KeptFile]
    form: Form
    once: str


@router.get("/requests/{number}/amend", name="request_amend")
def show_form(visit: VisitDep, number: str) -> Response:
    """The first page, filled with the version under review."""
    request = _open(visit, number)
    form = fields.form_of(json.loads(current_version(visit.call, request).document_json))
    return _form_page(visit, request, form).render(visit.request)


@router.post("/requests/{number}/amend")
def show_consequences(post: PostDep, number: str) -> Response:
    """Say what would change and whose approvals would lapse."""
    visit = post.visit
    request = _open(visit, number)
    if rows := fields.change_rows(post.form):
        return _form_page(visit, request, post.form, rows=rows).render(visit.request)
    document = _document(visit, request, post.form)
    weighed = _weigh(visit, request, post.form, document)
    page = _page(visit, request, post.form, document, weighed)
    raise Refused(page.render(visit.request))


@router.post("/requests/{number}/amendments", name="request_amendments")
def amend(post: PostDep, number: str) -> Response:
    """Make the next version."""
    visit = post.visit

    def _amended() -> Response:
        request = _open(visit, number)
        document = _document(visit, request, post.form)
        reading = Reading(post.form)
        uploads = chosen_files(visit.call, post.form)
        try:
            request_amending.amend(
                visit.call,
                number,
                version=reading.version(),
                document=document,
                reason=post.form.text("reason"),
                uploads=uploads,
                caption=caption_from(post.form),
            )
        except BadInput as refusal:
            names = {"/document": "reason", **{f"/{name}": field for name, field in CAPTION_FIELDS.items()}}
            reading.take(refusal, names)
            raise Refused(_again(post, request, document, reading.errors)) from refusal
        except FileRejected as refusal:
            errors = refusals_of(visit.call, uploads, refusal, post.form)
            raise Refused(_again(post, request, document, errors)) from refusal
        return go_to(f"/requests/{number}", "amended")

    return do_once(post, _amended)


def _open(visit: Visit, number: str) -> RequestRecord:
    request = requests.find_request(visit.call, number)
    requests.need_state(request, RequestState.IN_REVIEW, to="審査中に直せる")
    if not request_amending.may_amend(visit.call, request):
        raise NotPermitted("審査中の申請を直すのは申請した本人です。申請者に依頼するか、差し戻してください。")
    return request


def _document(visit: Visit, request: RequestRecord, form: Form) -> dict[str, Any]:
    reading = Reading(form)
    stored = current_version(visit.call, request)
    pack = pack_of_version(visit, stored)
    document = fields.read_basics(reading, pack, visit.call.actor.roles)
    if reading.found:
        page = _form_page(visit, request, form, reading=reading)
        raise Refused(page.render(visit.request, status_code=422))
    kept = json.loads(stored.document_json)
    if request.applicant_id != visit.call.actor.user_id:
        document["applicant_role"] = kept.get("applicant_role", "staff")
    return {**kept, **document}


def _weigh(visit: Visit, request: RequestRecord, form: Form, document: Mapping[str, Any]) -> Amendment:
    try:
        return request_amending.preview(visit.call, request.number, document)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        page = _form_page(visit, request, form, reading=reading)
        raise Refused(page.render(visit.request, status_code=422)) from refusal


def _again(post: Post, request: RequestRecord, document: Mapping[str, Any], errors: FormErrors) -> Response:
    visit = post.visit
    visit.call.session.rollback()
    weighed = _weigh(visit, request, post.form, document)
    return _page(visit, request, post.form, document, weighed, errors).render(visit.request, status_code=422)


def _form_page(
    visit: Visit,
    request: RequestRecord,
    form: Form,
    *,
    rows: fields.Rows | None = None,
    reading: Reading | None = None,
) -> BasicsPage:
    action = f"/requests/{request.number}/amend"
    return basics_page(visit, form, request=request, rows=rows, reading=reading, action=action)


def _page(
    visit: Visit,
    request: RequestRecord,
    form: Form,
    document: Mapping[str, Any],
    weighed: Amendment,
    errors: FormErrors = NO_ERRORS,
) -> AmendPage:
    number = request.number
    stored = current_version(visit.call, request)
    people = {row.key: name for row, name in request_amending.people_of(visit.call, weighed)}
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), ("審査中に直す", None))
    return AmendPage(
        frame=visit.frame("requests", *trail),
        errors=errors,
        number=number,
        title=request.title,
        version=int(form.text("version") or request.version),
        statements=differences(json.loads(stored.document_json), document, pack_of_version(visit, stored)),
        results=result_rows(weighed.difference),
        matters=weighed.matters,
        lapsing=[(place_words(step), people.get(row.key, "")) for step, row in weighed.lapsing],
        carried=[
            (name, value)
            for name, values in form.values.items()
            if name not in {*OF_THE_PAGE, "version"}
            for value in values
        ],
        kinds=KINDS,
        marks=list(marks_of(request).items()),
        endings=endings_of(visit),
        kept=keep_files(visit.call, chosen_files(visit.call, form)) if errors else (),
        form=form,
        once=new_once(),
    )
