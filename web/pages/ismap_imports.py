"""一覧の取込: a list is tried first, then taken in; every run is kept, whatever came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry, registry_imports, registry_views
from casework.errors import BadInput, FileRejected
from casework.registry_imports import IMPORTERS, ListFile
from casework.registry_intake import CONFIRMABLE
from casework.registry_turns import is_stalled
from casework.tenancy import names_of
from ismap.sources import REGISTRIES
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.vocabulary import ImportState
from web.dates import DateInput
from web.forms import LONGEST_PASTED, Form, Reading
from web.labels_registry import SCHEMES
from web.lists import Listing, list_around, wish_of
from web.registry_words import counts_of, scheme_words, source_words
from web.view import FormErrors, PageView
from web.visit import ReadingPostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_SECONDS = "5"
MOMENT_SECONDS = 0.5
LINTS_SHOWN = 200
KEPT_OUT_SHOWN = 50
PASTED = "貼り付けた行"
RUNNING = (ImportState.QUEUED, ImportState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class ImportFormPage(PageView):
    """The file or the pasted rows to try, and where they are from."""

    template = "pages/ismap_import.html"

    form: Form
    acquired: DateInput
    schemes: Sequence[tuple[str, str]]
    suggestions: Mapping[str, Sequence[Any]]
    newest: RegistrySnapshot | None


@dataclass(frozen=True, kw_only=True)
class ImportsPage(PageView):
    """Every bringing-in, newest first."""

    template = "pages/ismap_imports.html"

    rows: Sequence[tuple[RegistryImport, str]]
    people: Mapping[int, str]
    schemes: Mapping[str, str]
    listing: Listing
    can_import: bool


@dataclass(frozen=True, kw_only=True)
class ImportPage(PageView):
    """One bringing-in: how far it is, what it found, and what may be done with it now."""

    template = "pages/ismap_operation.html"

    row: RegistryImport
    source: str
    scheme: str
    people: Mapping[int, str]
    counts: Sequence[tuple[str, str]]
    lints: Sequence[Mapping[str, Any]]
    lints_total: int
    kept_out: Sequence[Mapping[str, Any]]
    kept_out_total: int
    lost: Sequence[Mapping[str, str]]
    lost_count: int
    previous: str
    is_running: bool
    can_act: bool
    is_confirmable: bool
    may_confirm: bool
    may_restart: bool
    form: Form


@router.get("/ismap/import", name="ismap_import")
def show_form(visit: VisitDep) -> Response:
    """The form that tries a list."""
    visit.call.need(*IMPORTERS, to="一覧を取り込む")
    return _form_page(visit, Form()).render(visit.request)


@router.post("/ismap/import")
def try_list(post: ReadingPostDep) -> Response:
    """Begin to try a list and go to its page at once; nothing of the list counts yet."""
    visit, form = post.visit, post.form
    visit.call.need(*IMPORTERS, to="一覧を取り込む")
    reading = Reading(form)
    brought = _read(visit, reading)
    if brought is None or reading.found:
        raise Refused(_form_page(visit, form, reading).render(visit.request, status_code=422))
    try:
        row = registry_imports.begin(visit.call, visit.installation, brought, is_trial=True)
    except (BadInput, FileRejected) as refusal:
        reading.refuse("file", refusal.message)
        raise Refused(_form_page(visit, form, reading).render(visit.request, status_code=422)) from refusal
    return _see(row)


def _read(visit: Visit, reading: Reading) -> ListFile | None:
    form = reading.form
    upload, pasted = form.files.get("file"), form.get("pasted")
    if upload is None and not pasted.strip():
        reading.refuse("file", "一覧のファイルを選ぶか、行を貼り付けてください。")
    elif upload is not None and pasted.strip():
        reading.refuse("pasted", "ファイルと貼り付けた行の両方があります。どちらか一方にしてください。")
    elif len(pasted) >= LONGEST_PASTED:
        reading.refuse("pasted", f"貼り付けた行が{LONGEST_PASTED:,}文字を超えています。ファイルにして選んでください。")
    acquired_on = reading.day("acquired_on", "一覧を取得した日", required=True)
    if acquired_on and acquired_on > visit.call.today:
        reading.refuse("acquired_on", "一覧を取得した日を、今日以前の日にしてください。", "acquired_on-year")
    carried_by = reading.need("carried_by", "持ち込んだ人")
    if reading.found:
        return None
    return ListFile(
        name=upload.name if upload else PASTED,
        content=upload.content if upload else pasted.encode(),
        scheme=form.text("scheme") or "ISMAP",
        acquired_on=acquired_on,
        carried_by=carried_by,
    )


def _form_page(visit: Visit, form: Form, reading: Reading | None = None) -> ImportFormPage:
    boxes = form.boxes("acquired_on")
    return ImportFormPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("一覧を取り込む", None)),
        errors=reading.errors if reading else FormErrors(),
        form=form,
        acquired=DateInput.from_date(visit.call.today) if boxes.is_empty and not form.values else boxes,
        schemes=[(name, scheme_words(name)) for name, known in REGISTRIES.items() if known.reads_as_list],
        suggestions=reading.suggestions if reading else {},
        newest=registry.latest_snapshot(visit.call.session),
    )


@router.get("/ismap/imports", name="ismap_imports")
def show_imports(visit: VisitDep) -> Response:
    """Every bringing-in, newest first, also those that came to nothing."""
    page = registry_imports.list_imports(visit.call, wish=wish_of(visit.request))
    view = ImportsPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("取込の履歴", None)),
        rows=[(row, source_words(row.source)) for row in page.items],
        people=names_of(visit.call.session, visit.call.actor, (row.brought_by_id for row in page.items)),
        schemes=SCHEMES,
        listing=list_around(visit.request, page),
        can_import=visit.has(*IMPORTERS),
    )
    return view.render(visit.request)


@router.get("/ismap/imports/{code}", name="ismap_operation")
def show_import(visit: VisitDep, code: str) -> Response:
    """One bringing-in; while it runs the page comes anew by itself, with and without script."""
    page = _import_page(visit, code, Form())
    answer = page.render(visit.request)
    if page.is_running:
        answer.headers["Refresh"] = REFRESH_SECONDS
    return answer


def _import_page(visit: Visit, code: str, form: Form, errors: FormErrors | None = None) -> ImportPage:
    row = registry_imports.find_import(visit.call, code)
    report = row.report or {}
    lints, kept_out = report.get("lints") or [], report.get("quarantine") or []
    can_act, now = visit.has(*IMPORTERS), visit.call.now
    trail = (("今日やること", "/"), ("ISMAP", "/ismap"), ("取込の履歴", "/ismap/imports"), (code, None))
    return ImportPage(
        frame=visit.frame("ismap", *trail, quiet=bool(errors)),
        errors=errors or FormErrors(),
        row=row,
        source=source_words(row.source),
        scheme=scheme_words(row.scheme),
        people=names_of(visit.call.session, visit.call.actor, (row.brought_by_id, row.confirmed_by_id)),
        counts=counts_of(report),
        lints=lints[:LINTS_SHOWN],
        lints_total=len(lints),
        kept_out=kept_out[:KEPT_OUT_SHOWN],
        kept_out_total=int(report.get("quarantined", len(kept_out))),
        lost=report.get("lost") or [],
        lost_count=int(report.get("lost_count") or 0),
        previous=str(report.get("before") or ""),
        is_running=row.state in RUNNING,
        can_act=can_act,
        is_confirmable=row.state == ImportState.REFUSED and row.refused_code in CONFIRMABLE,
        may_confirm=can_act and row.brought_by_id != visit.call.actor.user_id,
        may_restart=can_act and bool(row.raw_sha256) and (row.state == ImportState.FAILED or is_stalled(row, now)),
        form=form,
    )


@router.post("/ismap/imports/{code}", name="ismap_carry_out")
def carry_out(post: ReadingPostDep, code: str) -> Response:
    """Take in what was tried, as it was tried."""
    visit = post.visit
    return _see(registry_imports.carry_out(visit.call, visit.installation, code))


@router.post("/ismap/imports/{code}/confirmation", name="ismap_confirm_loss")
def confirm_loss(post: ReadingPostDep, code: str) -> Response:
    """A second person says why a list that lost many rows is right; it is then taken in."""
    visit, reading = post.visit, Reading(post.form)
    reason = reading.need("reason", "確かめた理由")
    if reading.found:
        raise Refused(_import_page(visit, code, post.form, reading.errors).render(visit.request, status_code=422))
    return _see(registry_imports.confirm_loss(visit.call, visit.installation, code, reason=reason))


@router.post("/ismap/imports/{code}/restart", name="ismap_restart")
def restart(post: ReadingPostDep, code: str) -> Response:
    """Start again what stopped half-way."""
    visit = post.visit
    return _see(registry_imports.run_again(visit.call, visit.installation, code))


@router.get("/ismap/imports/{code}/result.xlsx", name="ismap_result")
def download_result(visit: VisitDep, code: str) -> Response:
    """Every row with what came of it."""
    return download(registry_imports.result_book(visit.call, code), f"取込結果_{code}.xlsx", EXCEL)


@router.get("/ismap/imports/{code}/raw", name="ismap_raw")
def download_raw(visit: VisitDep, code: str) -> Response:
    """The file as it came, byte for byte."""
    content, name = registry_views.raw_list(visit.call, registry_imports.find_import(visit.call, code))
    return download(content, name, "application/octet-stream")


def download(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be kept, never to be shown inside the site."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _see(row: RegistryImport) -> Response:
    """Lead to the import's page; a small list is done by then."""
    registry_imports.wait_for(row.code, MOMENT_SECONDS)
    return go_to(f"/ismap/imports/{row.code}")
