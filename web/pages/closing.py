"""契約終了: one checklist with evidence; deletion is confirmed by a second person before anything can be closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import contracts, ending_items, endings, evidence
from casework.ending_access import may_handle
from casework.endings import EndingDetail
from casework.errors import BadInput, ClosingIncomplete, FileRejected, StaleVersion, WrongState
from casework.tenancy import names_of
from models.contract import Contract
from models.ending_item import EndingItem
from models.evidence_file import EvidenceFile
from models.vocabulary import EndingRoad, EndingState, ItemState
from policy.endings import EVIDENCE_LABELS
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels_endings import ENDING_LABELS
from web.pages.closing_steps import read_road
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

FILE_FIELD = "file"


@dataclass(frozen=True)
class ItemRow:
    """One line of the checklist: what it asks for, what was shown, who may act on it now."""

    item: EndingItem
    stem: str
    fields: Sequence[tuple[str, str]]
    shown: Sequence[tuple[str, str]]
    file: EvidenceFile | None
    done_by: str
    confirmed_by: str
    waits_for_second: bool
    is_own: bool
    form: Form
    is_typed: bool
    follows: str
    shown_of: str
    may_record: bool
    needs_file: bool


@dataclass(frozen=True, kw_only=True)
class ClosingPage(PageView):
    """The checklist and, under it, the button that closes or says why it cannot."""

    template = "pages/closing.html"

    contract: Contract
    detail: EndingDetail
    rows: Sequence[ItemRow]
    is_closed: bool
    days_left: int
    open_titles: Sequence[str]
    can_handle: bool


@dataclass(frozen=True, kw_only=True)
class OpenClosingPage(PageView):
    """The question before an ending is started."""

    template = "pages/closing_open.html"

    contract: Contract
    can_handle: bool
    boxes: DateInput
    form: Form
    on: DateInput
    roads: Sequence[tuple[str, str]]
    suggestions: Mapping[str, Sequence[Any]]


@router.get("/contracts/{number}/closing/start", name="closing_start")
def ask_to_open(visit: VisitDep, number: str, road: str = "") -> Response:
    """The last day of use, before the checklist is made; a link from elsewhere may name the road."""
    contract = contracts.find_contract(visit.call, number)
    chosen = Form({"road": [road]}) if road in set(EndingRoad) else Form()
    return _open_page(visit, contract, DateInput.from_date(contract.ends_on), form=chosen).render(visit.request)


def _open_page(
    visit: Visit, contract: Contract, boxes: DateInput, reading: Reading | None = None, form: Form | None = None
) -> OpenClosingPage:
    typed = reading.form if reading else form or Form()
    return OpenClosingPage(
        frame=visit.frame("contracts", *_trail(contract.number), ("終了手続を始める", None)),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        can_handle=may_handle(visit.call, contract),
        boxes=boxes,
        form=typed,
        on=typed.boxes("on") if typed.has("on_year") else DateInput(),
        roads=[(road, ENDING_LABELS["road"][road]) for road in EndingRoad],
        suggestions=reading.suggestions if reading else {},
    )


def _trail(number: str) -> tuple[tuple[str, str | None], ...]:
    return ("今日やること", "/"), ("契約", "/contracts"), (number, f"/contracts/{number}")


@router.post("/contracts/{number}/closing/start")
def open_closing(post: PostDep, number: str) -> Response:
    """Start the ending."""
    visit, reading = post.visit, Reading(post.form)
    day, by = reading.day("ends_on", "使い終わる日", required=True), read_road(reading)
    try:
        if not reading.found:
            endings.open_ending(visit.call, number, version=reading.version(), ends_on=day, by=by)
    except BadInput as refusal:
        reading.take(refusal)
    if reading.found:
        contract = contracts.find_contract(visit.call, number)
        page = _open_page(visit, contract, post.form.boxes("ends_on"), reading)
        raise Refused(page.render(visit.request, status_code=422))
    return go_to(f"/contracts/{number}/closing", "ending_opened")


@router.get("/contracts/{number}/closing", name="closing")
def show_closing(visit: VisitDep, number: str) -> Response:
    """The checklist."""
    return _closing_page(visit, number).render(visit.request)


def _closing_page(
    visit: Visit, number: str, *, code: str = "", form: Form | None = None, reading: Reading | None = None
) -> ClosingPage:
    contract, detail = endings.find_ending(visit.call, number)
    rows = _rows(visit, contract, detail, code, form or Form())
    return ClosingPage(
        frame=visit.frame("contracts", *_trail(number), ("終了手続", None)),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        detail=detail,
        rows=rows,
        is_closed=detail.ending.state == EndingState.CLOSED,
        days_left=(detail.ending.complete_by_on - visit.call.today).days,
        open_titles=[
            *(f"{item.position} {item.title}" for item in detail.items if item.state == ItemState.OPEN),
            *(f"{row.holding.holder}「{row.holding.information_name}」" for row in detail.open_holdings),
        ],
        can_handle=may_handle(visit.call, contract),
    )


def _rows(visit: Visit, contract: Contract, detail: EndingDetail, code: str, form: Form) -> list[ItemRow]:
    call = visit.call
    people = names_of(
        call.session, call.actor, {who for item in detail.items for who in (item.done_by_id, item.confirmed_by_id)}
    )
    files = {row.key: row for row in evidence.files_of(call, "ending_item", [item.key for item in detail.items])}
    return [
        ItemRow(
            item=item,
            stem=f"item-{item.position}",
            fields=[(name, field_words(name)) for name in item.evidence_fields if name != FILE_FIELD],
            shown=[(field_words(name), str(value)) for name, value in item.details.items() if name != FILE_FIELD],
            file=files.get(item.evidence_id or 0),
            done_by=people.get(item.done_by_id or 0, ""),
            confirmed_by=people.get(item.confirmed_by_id or 0, ""),
            waits_for_second=item.state == ItemState.OPEN and item.done_by_id is not None,
            is_own=item.done_by_id == call.actor.user_id,
            form=form if item.code == code else Form(),
            is_typed=item.code == code,
            follows=_follows(item, detail),
            shown_of=_shown_of(item, detail),
            may_record=endings.may_record(call, contract, item),
            needs_file=item.needs_evidence or FILE_FIELD in item.evidence_fields,
        )
        for item in detail.items
    ]


def _follows(item: EndingItem, detail: EndingDetail) -> str:
    """Return from what an item follows, if nobody ticks it by hand: ``data`` or ``acceptance``."""
    if item.code == ending_items.ACCEPTANCE:
        return "acceptance"
    return "data" if ending_items.follows_from_data(item, detail.holdings) else ""


def _shown_of(item: EndingItem, detail: EndingDetail) -> str:
    """Return in Japanese how many of the holdings that a line about data stands for are settled."""
    theirs = ending_items.holdings_for(item, detail.items, detail.holdings)
    return f"{sum(row.is_finished for row in theirs)} / {len(theirs)} 済"


def field_words(name: str) -> str:
    """Return the Japanese label of a piece of evidence."""
    return EVIDENCE_LABELS.get(name, name)


@router.post("/contracts/{number}/closing/items/{code}", name="closing_item")
def settle(post: PostDep, number: str, code: str) -> Response:
    """Record an item with its evidence, or leave it out with a reason (``then=leave_out``)."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    try:
        if form.text("then") == "leave_out":
            endings.leave_out_item(
                visit.call, number, code, version=reading.version(), reason=form.text("leave_out_reason")
            )
            return go_to(f"/contracts/{number}/closing", "item_asked_out")
        _settle(post, number, code, reading)
    except (BadInput, FileRejected) as refusal:
        _take(reading, refusal, _stem(visit, number, code))
        page = _closing_page(visit, number, code=code, form=form, reading=reading)
        raise Refused(page.render(visit.request, status_code=422)) from refusal
    except StaleVersion as refusal:
        reading.refuse(
            "version", "先に別の人がこの項目を記録しました。いまの内容を確かめてください。", _stem(visit, number, code)
        )
        page = _closing_page(visit, number, code=code, form=form, reading=reading)
        raise Refused(page.render(visit.request, status_code=409)) from refusal
    return go_to(f"/contracts/{number}/closing#{_stem(visit, number, code)}", "item_done")


def _settle(post: Post, number: str, code: str, reading: Reading) -> None:
    form, upload = post.form, post.form.files.get(FILE_FIELD)
    details = {name.removeprefix("detail-"): form.text(name) for name in form.values if name.startswith("detail-")}
    if upload is not None:
        details[FILE_FIELD] = upload.name
    endings.settle_item(
        post.visit.call,
        number,
        code,
        version=reading.version(),
        note=form.text("note"),
        details=details,
        upload=upload,
    )


def _stem(visit: Visit, number: str, code: str) -> str:
    _, detail = endings.find_ending(visit.call, number)
    return next((f"item-{item.position}" for item in detail.items if item.code == code), "main")


def _take(reading: Reading, refusal: BadInput | FileRejected, stem: str) -> None:
    if isinstance(refusal, FileRejected):
        reading.refuse(FILE_FIELD, refusal.message, f"{stem}-file")
        return
    for error in refusal.errors:
        name = error.pointer.removeprefix("/details/").strip("/")
        if name == FILE_FIELD:
            reading.refuse(FILE_FIELD, "証拠のファイルを選んでください。", f"{stem}-file")
        elif error.pointer.startswith("/details/"):
            reading.refuse(f"detail-{name}", f"{field_words(name)}を入力してください。", f"{stem}-{name}")
        else:
            field = "leave_out_reason" if name == "reason" else name
            reading.refuse(field, error.message, f"{stem}-{field}")


@router.post("/contracts/{number}/closing/items/{code}/confirmation", name="closing_confirm")
def confirm(post: PostDep, number: str, code: str) -> Response:
    """Confirm, as the second person, what the first one recorded."""
    endings.confirm_item(post.visit.call, number, code, version=Reading(post.form).version())
    return go_to(f"/contracts/{number}/closing#{_stem(post.visit, number, code)}", "item_confirmed")


@router.post("/contracts/{number}/closing/items/{code}/refusal", name="closing_refuse")
def refuse_item(post: PostDep, number: str, code: str) -> Response:
    """Send an item back, as the second person."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    try:
        endings.refuse_item(visit.call, number, code, version=reading.version(), reason=form.text("refusal"))
    except BadInput as refusal:
        reading.refuse("refusal", refusal.message, f"{_stem(visit, number, code)}-refusal")
        page = _closing_page(visit, number, code=code, form=form, reading=reading)
        raise Refused(page.render(visit.request, status_code=422)) from refusal
    return go_to(f"/contracts/{number}/closing", "item_refused")


@router.post("/contracts/{number}/closing/completion", name="closing_close")
def close(post: PostDep, number: str) -> Response:
    """Close the ending; while an item is open, or its last day is to come, the page says so above the checklist."""
    visit, reading = post.visit, Reading(post.form)
    try:
        endings.close_ending(visit.call, number, version=reading.version())
    except (ClosingIncomplete, WrongState) as refusal:
        reading.refuse("close", refusal.message, "main")
        page = _closing_page(visit, number, reading=reading)
        raise Refused(page.render(visit.request, status_code=409)) from refusal
    return go_to(f"/contracts/{number}/closing", "ending_closed")
