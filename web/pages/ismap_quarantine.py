"""保留した行: rows that an import could not use; a person says what they ought to say, or leaves them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry_quarantine
from casework.errors import BadInput
from casework.registry_imports import IMPORTERS
from casework.tenancy import names_of
from models.quarantined_row import QuarantinedRow
from models.vocabulary import QuarantineState
from web.forms import Form, Reading
from web.labels_registry import ENTRY_FIELDS, QUARANTINE_STATES
from web.lists import Listing, list_around, wish_of
from web.pages.ismap_imports import EXCEL, download
from web.registry_words import cells_of, scheme_words
from web.view import FormErrors, PageView
from web.visit import PostDep, ReadingPostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class QuarantinePage(PageView):
    """Rows kept out, newest first, with what became of them."""

    template = "pages/ismap_quarantine.html"

    rows: Sequence[tuple[QuarantinedRow, str, str]]
    listing: Listing
    filters: Mapping[str, str]
    states: Sequence[tuple[str, str]]
    book_of: str


@dataclass(frozen=True, kw_only=True)
class KeptOutPage(PageView):
    """One row: its cells as they came, and the two ways to settle it."""

    template = "pages/ismap_kept_out.html"

    row: QuarantinedRow
    scheme: str
    settled_by: str
    cells: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]
    form: Form
    can_act: bool


@router.get("/ismap/quarantine", name="ismap_quarantine")
def show_rows(visit: VisitDep, state: str = QuarantineState.OPEN, snapshot: str = "") -> Response:
    """The rows still to be settled, or those of one state or one import."""
    known = state if state in QUARANTINE_STATES else ""
    page = registry_quarantine.list_rows(
        visit.call, snapshot=snapshot or None, state=known, wish=wish_of(visit.request)
    )
    words = [QUARANTINE_STATES[known]] if known else []
    words += [f"取込 {snapshot}"] if snapshot else []
    trail = (("今日やること", "/"), ("ISMAP", "/ismap"), ("保留した行", None))
    view = QuarantinePage(
        frame=visit.frame("ismap", *trail),
        rows=[(row, scheme_words(row.scheme), _said(row)) for row in page.items],
        listing=list_around(visit.request, page, words),
        filters={"state": state, "snapshot": snapshot},
        states=tuple(QUARANTINE_STATES.items()),
        book_of=snapshot,
    )
    return view.render(visit.request)


def _said(row: QuarantinedRow) -> str:
    return " / ".join(str(cell) for cell in row.raw.values() if cell) or "値がありません"


@router.get("/ismap/quarantine/{row_id:int}", name="ismap_kept_out")
def show_row(visit: VisitDep, row_id: int) -> Response:
    """One row."""
    return _page(visit, row_id, Form()).render(visit.request)


def _page(visit: Visit, row_id: int, form: Form, errors: FormErrors | None = None) -> KeptOutPage:
    row = registry_quarantine.find_row(visit.call, row_id)
    trail = (
        ("今日やること", "/"),
        ("ISMAP", "/ismap"),
        ("保留した行", "/ismap/quarantine"),
        (f"{row.source_row}行目", None),
    )
    people = names_of(visit.call.session, visit.call.actor, [row.settled_by_id])
    return KeptOutPage(
        frame=visit.frame("ismap", *trail, quiet=bool(errors)),
        errors=errors or FormErrors(),
        row=row,
        scheme=scheme_words(row.scheme),
        settled_by=people.get(row.settled_by_id or 0, "ほかの団体の人") if row.settled_by_id else "",
        cells=cells_of(row.raw),
        fields=tuple(ENTRY_FIELDS.items()),
        form=form,
        can_act=visit.has(*IMPORTERS) and row.state == QuarantineState.OPEN,
    )


@router.post("/ismap/quarantine/{row_id:int}/correction", name="ismap_correct")
def correct(post: ReadingPostDep, row_id: int) -> Response:
    """Say what the row ought to say; it is read again and joins its list."""
    visit, reading = post.visit, Reading(post.form)
    fields = {name: post.form.text(name) for name in ENTRY_FIELDS if post.form.text(name)}
    if not fields:
        reading.refuse("service_name", "直した値を1つ以上入力してください。")
    reason = reading.need("reason", "直した理由")
    if not reading.found:
        try:
            registry_quarantine.correct(
                visit.call, visit.installation, row_id, version=reading.version(), fields=fields, reason=reason
            )
        except BadInput as refusal:
            reading.take(refusal, {"/fields": "service_name"})
    if reading.found:
        raise Refused(_page(visit, row_id, post.form, reading.errors).render(visit.request, status_code=422))
    return go_to("/ismap/quarantine", "row_corrected")


@router.post("/ismap/quarantine/{row_id:int}/exclusion", name="ismap_leave_out")
def leave_out(post: PostDep, row_id: int) -> Response:
    """Leave the row out for good, with a reason."""
    visit, reading = post.visit, Reading(post.form)
    reason = reading.need("note", "除く理由")
    if reading.found:
        raise Refused(_page(visit, row_id, post.form, reading.errors).render(visit.request, status_code=422))
    registry_quarantine.leave_out(visit.call, row_id, version=reading.version(), reason=reason)
    return go_to("/ismap/quarantine", "row_left_out")


@router.get("/ismap/quarantine/{snapshot}.xlsx", name="ismap_quarantine_book")
def download_book(visit: VisitDep, snapshot: str) -> Response:
    """The rows an import kept out, as an Excel book."""
    book = registry_quarantine.quarantine_book(visit.call, snapshot)
    return download(book, f"保留した行_{snapshot}.xlsx", EXCEL)
