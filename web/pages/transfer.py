"""年度切替: a personnel change tried, planned and looked at; it is applied at midnight of its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework import handover, handover_file, posts
from casework.errors import BadInput, CaseworkError
from casework.evidence import Upload
from casework.handover import Preview
from models.handover import Handover
from models.vocabulary import Role
from web.forms import Reading
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/admin/org/transfer"
TRAIL = (("今日やること", "/"), ("組織と職", "/admin/org"))
NEW_YEAR_MONTH = 4


@dataclass(frozen=True, kw_only=True)
class TransferPage(PageView):
    """The form to try and plan a change, what the last try came to, and every change so far."""

    template = "pages/transfer.html"

    rows: Sequence[Handover]
    is_keeper: bool
    seen: Preview | None
    file_name: str


@dataclass(frozen=True, kw_only=True)
class HandoverPage(PageView):
    """One change: planned as it would go today, or applied with its outcome."""

    template = "pages/handover.html"

    row: Handover
    is_keeper: bool
    seen: Preview | None


@router.get(PATH, name="transfer")
def show_transfer(visit: VisitDep) -> Response:
    """The form and the changes so far."""
    return _page(visit).render(visit.request)


@router.get(f"{PATH}/template.csv", name="transfer_template")
def give_template(visit: VisitDep) -> Response:
    """The file to fill in, for the next 1 April, as Excel opens it."""
    handover.list_handovers(visit.call)
    raw = handover_file.template(_next_new_year(visit.call.today))
    headers = {"Content-Disposition": 'attachment; filename="jinji-ido.csv"', "X-Content-Type-Options": "nosniff"}
    return Response(raw, media_type="text/csv; charset=utf-8", headers=headers)


def _next_new_year(today: date) -> date:
    this_year = date(today.year, NEW_YEAR_MONTH, 1)
    return this_year if today <= this_year else date(today.year + 1, NEW_YEAR_MONTH, 1)


@router.post(PATH)
def take_file(post: PostDep) -> Response:
    """Try a file, or keep it as planned."""
    visit, upload = post.visit, post.form.files.get("file")
    reading = Reading(post.form)
    if upload is None:
        reading.refuse("file", "人事異動のファイルを選んでください。")
        raise Refused(_page(visit, reading).render(visit.request, status_code=422))
    if post.form.text("deed") == "plan":
        return _plan(post, reading, upload)
    seen = _try(visit, reading, upload)
    return _page(visit, reading, seen, upload.name).render(visit.request)


def _try(visit: Visit, reading: Reading, upload: Upload) -> Preview:
    try:
        return handover.preview(visit.call, upload.name, upload.content)
    except CaseworkError as refusal:
        if refusal.kind not in {"file-rejected", "validation-error"}:
            raise
        reading.refuse("file", refusal.message)
        raise Refused(_page(visit, reading).render(visit.request, status_code=422)) from None


def _plan(post: Post, reading: Reading, upload: Upload) -> Response:
    visit = post.visit
    try:
        row = handover.plan(visit.call, upload.name, upload.content)
    except BadInput as refusal:
        reading.refuse("file", refusal.message)
        seen = _try(visit, reading, upload)
        raise Refused(_page(visit, reading, seen, upload.name).render(visit.request, status_code=422)) from None
    return go_to(f"{PATH}/{row.number}", "handover_planned")


@router.get(f"{PATH}/{{number}}", name="handover")
def show_handover(visit: VisitDep, number: str) -> Response:
    """One change."""
    visit.call.need(*posts.READERS, to="人事異動を見る")
    row = handover.find_handover(visit.call, number)
    page = HandoverPage(
        frame=visit.frame("", *TRAIL, ("年度切替", PATH), (number, None)),
        row=row,
        is_keeper=visit.has(Role.ADMIN),
        seen=handover.preview_planned(visit.call, number) if row.state == "planned" else None,
    )
    return page.render(visit.request)


@router.post(f"{PATH}/{{number}}/cancellation", name="handover_cancellation")
def cancel(post: PostDep, number: str) -> Response:
    """Take a planned change back."""
    handover.cancel(post.visit.call, number, version=Reading(post.form).version())
    return go_to(PATH, "handover_cancelled")


def _page(
    visit: Visit, reading: Reading | None = None, seen: Preview | None = None, file_name: str = ""
) -> TransferPage:
    return TransferPage(
        frame=visit.frame("", *TRAIL, ("年度切替", None), quiet=bool(reading)),
        errors=reading.errors if reading else FormErrors(),
        rows=handover.list_handovers(visit.call),
        is_keeper=visit.has(Role.ADMIN),
        seen=seen,
        file_name=file_name,
    )
