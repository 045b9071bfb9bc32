"""取込・書出しの履歴: long work one asked for, how far it is, what came of it row by row, the files to fetch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api import answers
from casework.errors import BadInput, FileRejected, NotFound, WrongState
from casework.ledgers import Column, Ledger, importing, operations
from casework.ledgers.importing import Brought, MappingView
from casework.ledgers.intake import BAD, GOOD, RESULTS
from casework.ledgers.intakes import INTAKES, intake_of, takers
from casework.ledgers.operations import AT_WORK
from casework.ledgers.reading import GLANCE_ROWS
from casework.ledgers.shelf import SHELF
from casework.ledgers.writing import MEDIA_TYPES
from models.operation import Operation
from models.vocabulary import OperationKind, OperationState
from web.forms import LONGEST_PASTED, Form, Reading
from web.labels import label
from web.lists import Listing, list_around, wish_of
from web.view import FormErrors, PageView
from web.visit import PostDep, ReadingPostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/operations"
POLL_SECONDS, POLL_SELDOM_SECONDS = 2, 10
LONG_RUNNING = timedelta(minutes=1)
MOMENT_SECONDS = 0.4
TRAIL = (("今日やること", "/"), ("取込・書出しの履歴", PATH))


@dataclass(frozen=True, kw_only=True)
class OperationsPage(PageView):
    """The long work one asked for, newest first."""

    template = "pages/operations.html"

    rows: Sequence[Operation]
    ledgers: Mapping[str, Ledger]
    listing: Listing
    may_import: bool


@dataclass(frozen=True, kw_only=True)
class OperationPage(PageView):
    """One piece of long work: how far it is, what came of it, and what can be done now."""

    template = "pages/operation.html"

    row: Operation
    ledger: Ledger
    is_running: bool
    waits: bool
    quarter: int
    counts: Sequence[tuple[str, int]]
    rows: Sequence[Mapping[str, Any]]
    bad: int
    good: int
    known: Operation | None
    started_by: str
    said: str
    is_fragment: bool
    is_news: bool
    poll_seconds: int


@dataclass(frozen=True, kw_only=True)
class ImportNewPage(PageView):
    """Which list, and the file or the pasted rows."""

    template = "pages/import_new.html"

    ledgers: Sequence[tuple[str, str]]
    chosen: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class MappingPage(PageView):
    """Which heading of the file is which of our columns, with its first rows."""

    template = "pages/import_mapping.html"

    view: MappingView
    chosen: Mapping[str, str]
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ImportRowPage(PageView):
    """One row that cannot be taken as it stands: why, and the cells to mend."""

    template = "pages/import_row.html"

    row: Operation
    said: Mapping[str, Any]
    columns: Sequence[Column]
    form: Form


@router.get(PATH, name="operations")
def show_operations(visit: VisitDep) -> Response:
    """The history."""
    page = operations.list_operations(visit.call, wish=wish_of(visit.request))
    view = OperationsPage(
        frame=visit.frame("", ("今日やること", "/"), ("取込・書出しの履歴", None)),
        rows=page.items,
        ledgers=SHELF,
        listing=list_around(visit.request, page),
        may_import=bool(takers(visit.call)),
    )
    return view.render(visit.request)


@router.get(f"{PATH}/{{number}}", name="operation")
def show_operation(visit: VisitDep, number: str) -> Response:
    """One piece of long work; while it runs the page comes anew by itself: asked again by script, else reloaded."""
    row = operations.find_operation(visit.call, number)
    counts = row.report.get("counts", {})
    waits = operations.waits_for_mapping(row)
    is_running = row.state in AT_WORK and not waits
    quarter = row.done * 4 // row.total * 25 if row.total else 0
    view = OperationPage(
        frame=visit.frame("", *TRAIL, (number, None)),
        row=row,
        ledger=SHELF[row.ledger],
        is_running=is_running,
        waits=waits,
        quarter=quarter,
        said=_said(row, quarter) if is_running else label(row.state, "operation"),
        is_fragment=visit.request.headers.get("HX-Request") == "true",
        is_news=not is_running or visit.request.query_params.get("seen", "") != str(quarter),
        poll_seconds=_pause(visit, row),
        counts=[(words, counts.get(name, 0)) for name, words in RESULTS.items()] if counts else [],
        rows=sorted(row.report.get("rows") or [], key=lambda each: each["result"] in GOOD),  # what needs a person first
        bad=sum(counts.get(name, 0) for name in BAD),
        good=sum(counts.get(name, 0) for name in GOOD),
        known=operations.same_file(visit.call, row) if row.kind == OperationKind.IMPORT and row.is_trial else None,
        started_by=visit.call.actor.name,
    )
    return view.render(visit.request, fragment="state")


def _said(row: Operation, quarter: int) -> str:
    """Return what is read aloud: at the beginning and at each quarter, not at every row."""
    if row.state == OperationState.QUEUED:
        return "順番を待っています"
    if row.done and row.done == row.total and row.kind == OperationKind.IMPORT and not row.is_trial:
        return "書き込んでいます"
    return f"処理中です。{quarter}%まで終わりました" if quarter else "処理を始めました"


def _pause(visit: Visit, row: Operation) -> int:
    """Return after how many seconds a page asks again: often at first, seldom after a minute."""
    began = row.started_at or row.created_at
    return POLL_SECONDS if visit.call.now - began < LONG_RUNNING else POLL_SELDOM_SECONDS


@router.post(f"{PATH}/{{number}}/cancellation", name="operation_cancel")
def cancel(post: PostDep, number: str) -> Response:
    """Stop it."""
    operations.cancel(post.visit.call, number)
    return go_to(f"{PATH}/{number}", "operation_cancelled")


@router.get(f"{PATH}/{{number}}/file", name="operation_file")
def fetch_file(visit: VisitDep, number: str) -> Response:
    """The file that was made; that it was fetched is an event."""
    row = operations.find_operation(visit.call, number)
    if not row.result_sha256:
        raise WrongState("受け取れるファイルはまだありません。終わるまで待ってください。", state=row.state)
    operations.note_download(visit.call, visit.installation, row)
    kind = row.result_name.rpartition(".")[2]
    return answers.download(visit.call.store.get(row.result_sha256), row.result_name, MEDIA_TYPES[kind])


@router.get("/imports/new", name="import_new")
def show_new_import(visit: VisitDep, ledger: str = "") -> Response:
    """The form that brings a table in."""
    return _new_page(visit, Form({"ledger": [ledger]})).render(visit.request)


def _new_page(visit: Visit, form: Form, reading: Reading | None = None) -> ImportNewPage:
    return ImportNewPage(
        frame=visit.frame("", *TRAIL, ("表を取り込む", None)),
        errors=reading.errors if reading else FormErrors(),
        ledgers=[(ledger.key, ledger.label) for ledger in takers(visit.call)],
        chosen=form.text("ledger"),
        form=form,
    )


@router.post("/imports/new")
def bring_table(post: ReadingPostDep) -> Response:
    """Begin to try a table and go to its page at once; nothing is written."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    brought = _brought(reading)
    if form.text("ledger") in INTAKES:
        intake_of(visit.call, form.text("ledger"))
    else:
        reading.refuse("ledger", "取り込む一覧を選んでください。")
    if brought is None or reading.found:
        raise Refused(_new_page(visit, form, reading).render(visit.request, status_code=422))
    try:
        row = importing.begin(visit.call, visit.installation, form.text("ledger"), brought)
    except FileRejected as refusal:
        reading.refuse("file", refusal.message)
        raise Refused(_new_page(visit, form, reading).render(visit.request, status_code=422)) from refusal
    return _see(row)


def _brought(reading: Reading) -> Brought | None:
    upload, pasted = reading.form.files.get("file"), reading.form.get("pasted")
    if upload is None and not pasted.strip():
        reading.refuse("file", "表のファイルを選ぶか、行を貼り付けてください。")
        return None
    if upload is not None and pasted.strip():
        reading.refuse("pasted", "ファイルと貼り付けた行の両方があります。どちらか一方にしてください。")
        return None
    if len(pasted) >= LONGEST_PASTED:
        reading.refuse("pasted", f"貼り付けた行が{LONGEST_PASTED:,}文字を超えています。ファイルにして選んでください。")
        return None
    return Brought(upload.name, upload.content) if upload else Brought("貼り付けた行", pasted.encode())


def _see(row: Operation) -> Response:
    """Lead to the operation's page; a small one is done by then, and nothing is waited for with a large one."""
    if operations.waits_for_mapping(row):
        return go_to(f"{PATH}/{row.number}/mapping")
    if 0 < row.total <= GLANCE_ROWS:
        operations.wait_for(row, MOMENT_SECONDS)
    return go_to(f"{PATH}/{row.number}")


@router.get(f"{PATH}/{{number}}/mapping", name="import_mapping")
def show_mapping(visit: VisitDep, number: str) -> Response:
    """Which heading is which column, as it is proposed."""
    view = importing.view_mapping(visit.call, number)
    return _mapping_page(visit, view, view.mapping).render(visit.request)


def _mapping_page(
    visit: Visit, view: MappingView, chosen: Mapping[str, str], reading: Reading | None = None
) -> MappingPage:
    trail = ((view.row.number, f"{PATH}/{view.row.number}"), ("見出しの対応", None))
    return MappingPage(
        frame=visit.frame("", *TRAIL, *trail),
        errors=reading.errors if reading else FormErrors(),
        view=view,
        chosen=chosen,
        choices=[(heading, heading) for heading in view.headings],
    )


@router.post(f"{PATH}/{{number}}/mapping")
def explain_mapping(post: ReadingPostDep, number: str) -> Response:
    """Say which heading is which column; it is remembered and the file is tried with it."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    chosen = {name.removeprefix("map-"): form.text(name) for name in form.values if name.startswith("map-")}
    try:
        row = importing.explain(visit.call, visit.installation, number, chosen)
    except BadInput as refusal:
        reading.take(refusal, {error.pointer: f"map-{error.pointer.strip('/')}" for error in refusal.errors})
        view = importing.view_mapping(visit.call, number)
        raise Refused(_mapping_page(visit, view, chosen, reading).render(visit.request, status_code=422)) from refusal
    return _see(row)


@router.post(f"{PATH}/{{number}}/trial", name="import_again")
def try_again(post: ReadingPostDep, number: str) -> Response:
    """Try the same file with what was corrected meanwhile."""
    return _see(importing.try_again(post.visit.call, post.visit.installation, number))


@router.post(f"{PATH}/{{number}}/import", name="import_carry_out")
def carry_out(post: ReadingPostDep, number: str) -> Response:
    """Take in what was tried: all of it, or the right rows only where that was chosen."""
    partial = post.form.text("partial") == "yes"
    return _see(importing.carry_out(post.visit.call, post.visit.installation, number, partial=partial))


@router.get(f"{PATH}/{{number}}/rows/{{row_no:int}}", name="import_row")
def show_row(visit: VisitDep, number: str, row_no: int) -> Response:
    """One row that cannot be taken as it stands."""
    return _row_page(visit, number, row_no, Form()).render(visit.request)


def _row_page(visit: Visit, number: str, row_no: int, form: Form, reading: Reading | None = None) -> ImportRowPage:
    row = operations.find_operation(visit.call, number)
    if row.kind != OperationKind.IMPORT:
        raise NotFound(f"{number} は取込ではありません。履歴から選び直してください。")
    said = importing.problem_row(row, row_no)
    return ImportRowPage(
        frame=visit.frame("", *TRAIL, (number, f"{PATH}/{number}"), (f"{row_no}行目", None)),
        errors=reading.errors if reading else FormErrors(),
        row=row,
        said=said,
        columns=importing.mended_columns(visit.call, row),
        form=form,
    )


@router.post(f"{PATH}/{{number}}/rows/{{row_no:int}}")
def mend_row(post: PostDep, number: str, row_no: int) -> Response:
    """Say what is to be read in place of a row, or that it is left out."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    cells = {name.removeprefix("cell-"): form.text(name) for name in form.values if name.startswith("cell-")}
    leaves_out = form.text("deed") == "leave_out"
    if form.text("deed") not in {"mend", "leave_out"}:
        reading.refuse("deed", "この行を取り込むか除くかを選んでください。")
    for column in importing.mended_columns(visit.call, operations.find_operation(visit.call, number)):
        if not leaves_out and column.is_needed and not cells.get(column.key, "").strip():
            reading.refuse(f"cell-{column.key}", f"{column.label}を書いてください。")
    try:
        if not reading.errors:
            importing.correct(visit.call, number, row_no, cells=cells, leaves_out=leaves_out)
    except BadInput as refusal:
        reading.refuse("deed", refusal.message)
    if reading.errors:
        raise Refused(_row_page(visit, number, row_no, form, reading).render(visit.request, status_code=422))
    return go_to(f"{PATH}/{number}", "import_row_corrected")
