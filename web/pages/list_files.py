"""What is done with a whole list: written to a file, its condition kept under a name, many rows changed at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from api import answers
from casework import labels
from casework.errors import BadInput
from casework.ledgers import Ledger, bulk, exporting, operations, saved
from casework.ledgers.bulk import DUE, LABEL_OFF, LABELLING, OWNER, BulkView, Chosen, Wanted
from casework.ledgers.exporting import ALL, SCREEN, ExportWish
from casework.ledgers.shelf import find_ledger
from casework.ledgers.writing import CSV, EXCEL
from web.dates import DateInput
from web.forms import Form, Reading
from web.label_part import label_said
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, ReadingPostDep, Refused, Visit, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

EXPORT = "export"
MOMENT_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class BulkPage(PageView):
    """What a change would touch, what is left out and why, and what is still to be said."""

    template = "pages/bulk.html"

    view: BulkView
    title: str
    form: Form
    due: DateInput
    hidden: Sequence[tuple[str, str]]
    may_widen: bool
    once: str
    suggestions: Mapping[str, Sequence[date]]
    shown: int
    labels: Sequence[tuple[str, str]]
    may_be_new: bool


@dataclass(frozen=True, kw_only=True)
class BulkDonePage(PageView):
    """What came of each row, with the common batch number."""

    template = "pages/bulk_done.html"

    batch: str
    title: str
    results: Sequence[tuple[str, str]]
    done: int
    back: str


@router.post("/lists/{ledger}/export", name="list_export")
def export_list(post: ReadingPostDep, ledger: str) -> Response:
    """A list as a file, at once; a long one is written beside and fetched later."""
    visit, form = post.visit, post.form
    found = find_ledger(visit.call, ledger)
    return _export(visit, found, _wish(visit, found, form))


def _export(visit: Visit, ledger: Ledger, wish: ExportWish) -> Response:
    if exporting.is_long(visit.call, ledger, wish):
        row = exporting.begin(visit.call, visit.installation, ledger.key, wish)
        operations.wait_for(row, MOMENT_SECONDS)
        return go_to(f"/operations/{row.number}")
    made = exporting.export_at_once(visit.call, visit.installation, ledger.key, wish)
    return answers.download(made.content, made.name, made.media_type)


def _wish(visit: Visit, ledger: Ledger, form: Form, numbers: Sequence[str] = ()) -> ExportWish:
    return ExportWish(
        asked=ledger.narrowed({name: form.get(name) for name in form.values}),
        kind=CSV if form.text("file_kind") == CSV else EXCEL,
        columns=ALL if form.text("columns") == ALL else SCREEN,
        with_wareki=form.has("wareki"),
        numbers=tuple(numbers),
        address=str(visit.request.base_url).rstrip("/"),
    )


@router.post("/lists/{ledger}/filters", name="filter_save")
def save_filter(post: PostDep, ledger: str) -> Response:
    """Keep the condition of a list under a name."""
    form = post.form
    found = find_ledger(post.visit.call, ledger)
    row = saved.save(
        post.visit.call,
        ledger,
        name=form.text("filter_name"),
        query=form.text("query"),
        is_shared=form.has("is_shared"),
        is_default=form.has("is_default"),
    )
    return go_to(f"{found.path}?{row.query or 'all=1'}", "filter_saved")


@router.post("/lists/filters/{filter_id:int}/removal", name="filter_remove")
def remove_filter(post: PostDep, filter_id: int) -> Response:
    """Take a kept condition away."""
    row = saved.remove(post.visit.call, filter_id)
    return go_to(f"{find_ledger(post.visit.call, row.ledger).path}?all=1", "filter_removed")


@router.post("/lists/{ledger}/bulk", name="bulk_look")
def look_at_bulk(post: ReadingPostDep, ledger: str) -> Response:
    """What a change of the chosen rows would touch; chosen rows may also just be written out."""
    visit, form = post.visit, post.form
    found = find_ledger(visit.call, ledger)
    if form.text("bulk_action") == EXPORT and form.listed("number"):
        return _export(visit, found, _wish(visit, found, form, form.listed("number")))
    return _bulk_page(visit, found, form).render(visit.request)


def _bulk_page(visit: Visit, ledger: Ledger, form: Form, reading: Reading | None = None) -> BulkPage:
    asked = ledger.narrowed({name: form.get(name) for name in form.values})
    is_all = form.text("scope") == "all"
    chosen = Chosen(asked, None if is_all else form.listed("number"))
    action = form.text("bulk_action")
    view = bulk.look(visit.call, ledger.key, chosen, Wanted(action))
    return BulkPage(
        frame=visit.frame(ledger.key, ("今日やること", "/"), (ledger.label, ledger.path), ("一括の変更", None)),
        errors=reading.errors if reading else FormErrors(),
        view=view,
        title=bulk.ACTIONS[ledger.key][action],
        form=form,
        due=form.boxes("due_on"),
        hidden=[*asked.items(), ("bulk_action", action), ("scope", "all" if is_all else "")],
        may_widen=not is_all and view.fitting > len(view.rows) + len(view.left_out),
        once=form.text("once") or new_once(),
        suggestions=reading.suggestions if reading else {},
        shown=bulk.SHOWN,
        labels=[(name, name) for name in (view.labels if action == LABEL_OFF else labels.names_in_use(visit.call))],
        may_be_new=action != LABEL_OFF,
    )


@router.post("/lists/{ledger}/bulk/changes", name="bulk_change")
def change_many(post: PostDep, ledger: str) -> Response:
    """Change the rows that were looked at, each by itself."""
    visit, form = post.visit, post.form
    found = find_ledger(visit.call, ledger)
    reading = Reading(form)
    due_on = reading.day("due_on", "新しい期限", required=True) if form.text("bulk_action") == DUE else None
    owner = reading.need("owner", "新しい担当者") if form.text("bulk_action") == OWNER else ""
    label = label_said(reading, form.text("bulk_label")) if form.text("bulk_action") in LABELLING else ""
    wanted = Wanted(form.text("bulk_action"), owner, due_on, form.text("reason"), label)
    _stop(post, found, reading)
    made: list[Any] = []

    def deed() -> Response:
        made.append(bulk.carry_out(visit.call, ledger, form.listed("token"), wanted))
        return go_to(f"{found.path}?{urlencode(found.narrowed({name: form.get(name) for name in form.values}))}")

    try:
        first = do_once(post, deed)
    except BadInput as refusal:
        reading.take(refusal, {"/name": "bulk_label" if wanted.action == LABEL_OFF else "new_label"})
        _stop(post, found, reading)
        raise
    if not made:
        return first
    batch, results = made[0]
    page = BulkDonePage(
        frame=visit.frame(ledger, ("今日やること", "/"), (found.label, found.path), ("一括の変更の結果", None)),
        batch=batch,
        title=bulk.ACTIONS[ledger][wanted.action],
        results=results,
        done=sum(not words for _, words in results),
        back=first.headers["location"],
    )
    return page.render(visit.request)


def _stop(post: Post, ledger: Ledger, reading: Reading) -> None:
    if not reading.found:
        return
    form = post.form
    numbers = [token.rpartition(":")[0] for token in form.listed("token")]
    kept = Form({**form.values, "number": numbers}, form.files)
    raise Refused(_bulk_page(post.visit, ledger, kept, reading).render(post.visit.request, status_code=422))
