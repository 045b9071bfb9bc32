"""預けた情報: what every holder has, what was handed over, and the proof that it is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import data_holdings, evidence, holding_proofs
from casework.contract_rules import RUNNING
from casework.data_holdings import GivenIn, HoldingRow
from casework.ending_access import may_handle
from casework.errors import BadInput, CaseworkError, FileRejected, NotFound, StaleVersion
from casework.tenancy import names_of
from models.contract import Contract
from models.evidence_file import EvidenceFile
from models.holding_proof import HoldingProof
from models.vocabulary import HoldingState, ProofKind
from policy.ending_rules import FIELD_LABELS, METHOD_LABELS, Proof
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels_endings import ENDING_LABELS
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/contracts/{number}/holdings"
ONE = PATH + "/{information_no:int}/{holder_no:int}"
TEXTS = (
    "items", "media", "serials", "tool", "verification", "done_by", "witness", "place", "issuer", "difference",
    "late_reason", "exception_number",
)  # fmt: skip
SHOWN = ("items", "media", "serials", "tool", "verification", "done_by", "witness", "place", "issuer",
         "difference", "late_reason")  # fmt: skip
FILE_FIELD = "file"


@dataclass(frozen=True)
class ProofRow:
    """One proof as it was recorded, with its people and its file, and whether this person may look at it now."""

    proof: HoldingProof
    shown: Sequence[tuple[str, str]]
    file: EvidenceFile | None
    recorded_by: str
    looked_at_by: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class HoldingsPage(PageView):
    """Every kind of information at every holder; below it, the form that ends some of it."""

    template = "pages/holdings.html"

    contract: Contract
    rows: Sequence[HoldingRow]
    can_handle: bool
    can_end_part: bool
    kinds: Sequence[tuple[str, str]]
    form: Form
    last_used_on: DateInput
    suggestions: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class HoldingPage(PageView):
    """One holding: what was handed over, the last day of use, the proofs, and the forms for what may come next."""

    template = "pages/holding.html"

    contract: Contract
    row: HoldingRow
    proofs: Sequence[ProofRow]
    can_handle: bool
    can_give: bool
    kinds: Sequence[tuple[str, str]]
    methods: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    exception_provisions: Sequence[str]
    form: Form
    boxes: Mapping[str, DateInput]
    suggestions: Mapping[str, Sequence[Any]]


def _trail(number: str) -> tuple[tuple[str, str | None], ...]:
    return ("今日やること", "/"), ("契約", "/contracts"), (number, f"/contracts/{number}")


@router.get(PATH, name="holdings")
def show_holdings(visit: VisitDep, number: str) -> Response:
    """The table of holders."""
    return _list_page(visit, number).render(visit.request)


def _list_page(visit: Visit, number: str, form: Form | None = None, reading: Reading | None = None) -> HoldingsPage:
    contract, rows = data_holdings.list_holdings(visit.call, number)
    typed, can_handle = form or Form(), may_handle(visit.call, contract)
    kinds = {str(row.holding.information_no): row.holding.information_name for row in rows}
    held = {str(row.holding.information_no) for row in rows if row.holding.state == HoldingState.HELD}
    today = DateInput.from_date(visit.call.today)
    return HoldingsPage(
        frame=visit.frame("contracts", *_trail(number), ("預けた情報", None), quiet=reading is not None),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        rows=rows,
        can_handle=can_handle,
        can_end_part=can_handle and contract.state in RUNNING and bool(held),
        kinds=[(no, name) for no, name in kinds.items() if no in held],
        form=typed,
        last_used_on=typed.boxes("last_used_on") if typed.has("last_used_on_year") else today,
        suggestions=reading.suggestions if reading else {},
    )


@router.post(PATH, name="end_part")
def end_part(post: PostDep, number: str) -> Response:
    """End some kinds of information while the contract goes on."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    day = reading.day("last_used_on", "最後に使った日", required=True)
    chosen = [int(no) for no in form.listed("information") if no.isascii() and no.isdigit()]
    try:
        if not reading.found:
            data_holdings.end_part(
                visit.call,
                number,
                version=reading.version(),
                information_nos=chosen,
                last_used_on=day or visit.call.today,
                reason=form.text("reason"),
            )
    except BadInput as refusal:
        reading.take(refusal)
    if reading.found:
        raise Refused(_list_page(visit, number, form, reading).render(visit.request, status_code=422))
    return go_to(f"/contracts/{number}/holdings", "data_end_begun")


@router.get(ONE, name="holding")
def show_holding(visit: VisitDep, number: str, information_no: int, holder_no: int) -> Response:
    """One holding."""
    return _page(visit, number, information_no, holder_no).render(visit.request)


def _find(visit: Visit, number: str, information_no: int, holder_no: int) -> tuple[Contract, HoldingRow]:
    contract, rows = data_holdings.list_holdings(visit.call, number)
    for row in rows:
        if (row.holding.information_no, row.holding.subcontractor_id or 0) == (information_no, holder_no):
            return contract, row
    raise NotFound(f"契約 {number} にその預けた情報の欄はありません。一覧から選び直してください。")


def _page(
    visit: Visit,
    number: str,
    information_no: int,
    holder_no: int,
    *,
    form: Form | None = None,
    reading: Reading | None = None,
) -> HoldingPage:
    contract, row = _find(visit, number, information_no, holder_no)
    typed, can_handle = form or Form(), may_handle(visit.call, contract)
    today = visit.call.today
    usual = {"given_on": row.holding.given_on, "last_used_on": row.holding.last_used_on, "done_on": today}
    expected = {HoldingState.OPEN: holding_proofs.FOR_OPEN, HoldingState.BACKUPS: holding_proofs.FOR_BACKUPS}
    kinds = expected.get(HoldingState(row.holding.state), ()) if row.waiting is None else ()
    is_running = contract.state in {*RUNNING, "ending"}
    return HoldingPage(
        frame=visit.frame(
            "contracts",
            *_trail(number),
            ("預けた情報", f"/contracts/{number}/holdings"),
            (row.holding.information_name, None),
            quiet=reading is not None,
        ),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        row=row,
        proofs=_proof_rows(visit, row),
        can_handle=can_handle,
        can_give=is_running and row.holding.state in {HoldingState.HELD, HoldingState.OPEN} and row.waiting is None,
        kinds=[(kind, ENDING_LABELS["proof_kind"][kind]) for kind in kinds],
        methods=list(METHOD_LABELS.items()),
        labels=FIELD_LABELS,
        exception_provisions=holding_proofs.provisions_of_data(visit.call, number),
        form=typed,
        boxes={name: _boxes(typed, name, usual.get(name)) for name in (*usual, "backup_until_on")},
        suggestions=reading.suggestions if reading else {},
    )


def _boxes(form: Form, name: str, usual: date | None) -> DateInput:
    if form.has(f"{name}_year"):
        return form.boxes(name)
    return DateInput.from_date(usual) if usual else DateInput()


def _proof_rows(visit: Visit, row: HoldingRow) -> list[ProofRow]:
    call = visit.call
    people = names_of(
        call.session, call.actor, {who for each in row.proofs for who in (each.recorded_by_id, each.looked_at_by_id)}
    )
    files = {each.key: each for each in evidence.files_of(call, "data_holding", [row.holding.id or 0])}
    return [
        ProofRow(
            proof,
            [(FIELD_LABELS[name], getattr(proof, name)) for name in SHOWN if getattr(proof, name)],
            files.get(proof.evidence_id),
            people.get(proof.recorded_by_id, ""),
            people.get(proof.looked_at_by_id or 0, ""),
            proof.recorded_by_id == call.actor.user_id,
        )
        for proof in row.proofs
    ]


def _refuse(post: Post, reading: Reading, place: tuple[str, int, int], status: int = 422) -> Refused:
    page = _page(post.visit, *place, form=post.form, reading=reading)
    return Refused(page.render(post.visit.request, status_code=status))


def _take(reading: Reading, refusal: CaseworkError) -> int:
    """Take over what was refused; return the status of the page that shows it."""
    if isinstance(refusal, BadInput):
        reading.take(refusal, {"/count": "given_count"} if reading.form.has("given_count") else None)
        return 422
    if isinstance(refusal, FileRejected):
        reading.refuse(FILE_FIELD, refusal.message)
        return 422
    reading.refuse("version", "先に別の人がこの欄を記録しました。いまの内容を確かめてください。", "main")
    return 409


@router.post(ONE + "/given", name="holding_given")
def note_given(post: PostDep, number: str, information_no: int, holder_no: int) -> Response:
    """Note what was handed over."""
    reading, place = Reading(post.form), (number, information_no, holder_no)
    count, day = reading.number("given_count", "渡した件数"), reading.day("given_on", "渡した日")
    try:
        if not reading.found:
            data_holdings.note_given(
                post.visit.call,
                number,
                information_no,
                subcontractor_id=holder_no or None,
                version=reading.version(),
                given=GivenIn(count, post.form.text("given_media"), day),
            )
    except (BadInput, StaleVersion) as refusal:
        raise _refuse(post, reading, place, _take(reading, refusal)) from refusal
    if reading.found:
        raise _refuse(post, reading, place)
    return go_to(_address(place), "data_given")


def _address(place: tuple[str, int, int]) -> str:
    number, information_no, holder_no = place
    return f"/contracts/{number}/holdings/{information_no}/{holder_no}"


@router.post(ONE + "/last-use", name="holding_last_use")
def set_last_use(post: PostDep, number: str, information_no: int, holder_no: int) -> Response:
    """Say when the holder really stopped using the information."""
    reading, place = Reading(post.form), (number, information_no, holder_no)
    _, row = _find(post.visit, *place)
    day = reading.day("last_used_on", "最後に使った日", required=True)
    try:
        if not reading.found:
            data_holdings.set_last_use(
                post.visit.call,
                number,
                row.holding.id or 0,
                version=reading.version(),
                last_used_on=day or post.visit.call.today,
                reason=post.form.text("reason"),
            )
    except (BadInput, StaleVersion) as refusal:
        raise _refuse(post, reading, place, _take(reading, refusal)) from refusal
    if reading.found:
        raise _refuse(post, reading, place)
    return go_to(_address(place), "data_last_use_set")


@router.post(ONE + "/proof", name="holding_proof")
def record_proof(post: PostDep, number: str, information_no: int, holder_no: int) -> Response:
    """Record a receipt, a certificate or a permission with its file."""
    form, reading, place = post.form, Reading(post.form), (number, information_no, holder_no)
    _, row = _find(post.visit, *place)
    if form.text("kind") not in set(ProofKind):
        reading.refuse("kind", "証拠の種類を選んでください。")
    count = reading.number("count", FIELD_LABELS["count"])
    done_on = reading.day("done_on", FIELD_LABELS["done_on"])
    backups = reading.day("backup_until_on", FIELD_LABELS["backup_until_on"])
    if reading.found:
        raise _refuse(post, reading, place)
    proof = Proof(
        kind=ProofKind(form.text("kind")),
        done_on=done_on,
        count=count,
        method=form.text("method"),
        no_copies_left=form.has("no_copies_left"),
        backup_until_on=backups,
        **{name: form.text(name) for name in TEXTS},
    )
    facts: dict[str, Any] = {"version": reading.version(), "proof": proof, "upload": form.files.get(FILE_FIELD)}
    try:
        holding_proofs.record_proof(post.visit.call, number, row.holding.id or 0, **facts)
    except (BadInput, FileRejected, StaleVersion) as refusal:
        raise _refuse(post, reading, place, _take(reading, refusal)) from refusal
    return go_to(_address(place), "proof_recorded")


@router.post(ONE + "/look", name="holding_look")
def look_at(post: PostDep, number: str, information_no: int, holder_no: int) -> Response:
    """Confirm the proof that waits, or send it back with a reason (``then=refuse``)."""
    reading, place = Reading(post.form), (number, information_no, holder_no)
    _, row = _find(post.visit, *place)
    waiting = row.waiting
    if waiting is None:
        raise NotFound("確認を待っている証拠がありません。いまの内容を確かめてください。")
    is_confirmed = post.form.text("then") != "refuse"
    try:
        holding_proofs.look_at(
            post.visit.call,
            number,
            waiting.key,
            version=reading.version(),
            is_confirmed=is_confirmed,
            refusal=post.form.text("refusal"),
        )
    except BadInput as refusal:
        raise _refuse(post, reading, place, _take(reading, refusal)) from refusal
    return go_to(_address(place), "proof_confirmed" if is_confirmed else "proof_refused")
