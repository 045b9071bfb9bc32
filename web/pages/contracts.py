"""契約: the ledger, entering one from an approved request, its page with the clause checklist, conclusion, renewal."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import (
    clause_duties,
    clause_needs,
    contract_drafts,
    contracts,
    event_duties,
    operation,
    requests,
    subcontractors,
)
from casework.contract_drafts import DraftRow
from casework.contract_rules import need_editor
from casework.contracts import APPROVED, EDITORS, ContractDetail, TermIn
from casework.ending_access import may_handle
from casework.errors import BadInput, NotFound, StaleVersion, WrongState
from casework.subcontractors import Tree
from casework.tenancy import names_of
from contract_clauses.checklist import ChecklistLine
from contract_clauses.library import load_clauses
from models.clause_check import ClauseCheck
from models.clause_left_out import ClauseLeftOut
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request as RequestRecord
from models.vocabulary import ClauseState, ContractState, Role
from web.conflict import Conflict, merged, show_conflict, snapshot_of, words_of_fields
from web.dates import DateInput
from web.forms import Form, Reading
from web.label_part import LabelPart, label_part
from web.term_section import FIELD_CODES, FIELD_WORDS, TermSection, term_section
from web.view import FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

CLAUSE_CHOICES = (
    (ClauseState.PRESENT, "足りている"),
    (ClauseState.WEAK, "弱い"),
    (ClauseState.MISSING, "不足"),
    (ClauseState.WAIVED, "理由を付けて省く"),
    (ClauseState.NOT_NEEDED, "対象外"),
)
RUNNING = (ContractState.CONCLUDED, ContractState.ACTIVE)
ENDING = (ContractState.ENDING, ContractState.CLOSED)


@dataclass(frozen=True, kw_only=True)
class NewContractPage(PageView):
    """The form for a contract of an approved request."""

    template = "pages/contract_new.html"

    request_record: RequestRecord
    form: Form
    days: Mapping[str, DateInput]
    once: str
    suggestions: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class ClauseRow:
    """One required clause with what was found of it, and the form to decide it."""

    check: ClauseCheck
    line: ChecklistLine
    is_open: bool
    stem: str
    decided_by: str
    form: Form
    base: str


@dataclass(frozen=True, kw_only=True)
class ContractPage(PageView):
    """One contract: facts, terms, clauses, and what can be done next."""

    template = "pages/contract.html"

    detail: ContractDetail
    section: TermSection
    owner: str
    rows: Sequence[ClauseRow]
    counts: Mapping[str, int]
    drafts: Sequence[DraftRow]
    left_out: Sequence[tuple[ClauseLeftOut, str]]
    tree: Tree
    promises_waiting: int
    events_waiting: int
    can_edit: bool
    can_conclude: bool
    can_handle: bool
    is_drafting: bool
    is_running: bool
    has_ending: bool
    choices: Sequence[tuple[str, str]]
    form: Form
    labels: LabelPart
    conclude_day: DateInput
    before_operation: Sequence[tuple[Duty, DutyOccurrence]]
    can_operate: bool
    operation_day: DateInput
    term_days: Mapping[str, DateInput]
    suggestions: Mapping[str, Sequence[Any]]
    today: date


@router.get("/contracts/new", name="contract_new")
def show_new_contract(visit: VisitDep, request: str = "") -> Response:
    """The form, filled with what the request says."""
    visit.call.need(*EDITORS, to="契約を登録する")
    found = requests.find_request(visit.call, request)
    need_editor(visit.call, found.department_id, to="契約を登録する")
    if found.state not in APPROVED:
        message = f"申請 {found.number} はまだ承認されていません。承認の後に契約を登録してください。"
        raise WrongState(message, state=found.state)
    document = json.loads(found.document_json)
    first = document["subjects"][0]
    days = document.get("contract") or {}
    form = Form({"title": [found.title], "contractor": [first.get("contractor") or first.get("provider") or ""]})
    boxes = {
        name: DateInput.from_date(date.fromisoformat(days[name]) if days.get(name) else None)
        for name in ("starts_on", "ends_on")
    }
    return _new_page(visit, found, form, boxes | {"notice_on": DateInput()}).render(visit.request)


def _new_page(
    visit: Visit, found: RequestRecord, form: Form, days: Mapping[str, DateInput], reading: Reading | None = None
) -> NewContractPage:
    return NewContractPage(
        frame=visit.frame("contracts", ("今日やること", "/"), ("契約", "/contracts"), ("新しい契約", None)),
        errors=reading.errors if reading else FormErrors(),
        request_record=found,
        form=form,
        days=days,
        once=form.text("once") or new_once(),
        suggestions=reading.suggestions if reading else {},
    )


@router.post("/contracts/new")
def enter_contract(post: PostDep) -> Response:
    """Enter a contract for an approved request."""
    visit, form = post.visit, post.form
    found = requests.find_request(visit.call, form.text("request"))

    def _enter() -> Response:
        reading = Reading(form)
        title, contractor = reading.need("title", "契約の件名"), reading.need("contractor", "委託先")
        amount = reading.number("amount_yen", "金額")
        term = _read_term(reading)
        _stop(visit, found, reading)
        try:
            made = contracts.create_contract(
                visit.call,
                request_number=found.number,
                title=title,
                contractor=contractor,
                term=term,
                amount_yen=amount,
            )
        except BadInput as refusal:
            reading.take(refusal)
            _stop(visit, found, reading)
            raise
        return go_to(f"/contracts/{made.number}#clauses", "contract_entered")

    return do_once(post, _enter)


def _stop(visit: Visit, found: RequestRecord, reading: Reading) -> None:
    if reading.found:
        days = {name: reading.form.boxes(name) for name in ("starts_on", "ends_on", "notice_on")}
        raise Refused(_new_page(visit, found, reading.form, days, reading).render(visit.request, status_code=422))


def _read_term(reading: Reading) -> TermIn:
    starts_on = reading.day("starts_on", "期間の始まり", required=True)
    ends_on = reading.day("ends_on", "期間の終わり", required=True)
    notice_on = reading.day("notice_on", "更新しないと知らせる期限")
    # With either day missing the page is shown again before the term is used.
    return TermIn(starts_on or date.min, ends_on or date.max, notice_on)


@router.get("/contracts/{number}", name="contract")
def show_contract(visit: VisitDep, number: str) -> Response:
    """One contract."""
    return contract_page(visit, number).render(visit.request)


def contract_page(
    visit: Visit, number: str, *, form: Form | None = None, reading: Reading | None = None
) -> ContractPage:
    """Return the page of a contract, with what was typed where a form of it was refused."""
    detail = contracts.contract_detail(visit.call, number)
    contract, typed = detail.contract, form or Form()
    named = {contract.owner_id, *(row.decided_by_id for row in detail.checks)}
    named |= {row.decided_by_id for row in detail.decisions}
    people = names_of(visit.call.session, visit.call.actor, named)
    state, day, handles = ContractState(contract.state), visit.call.today, may_handle(visit.call, contract)
    return ContractPage(
        frame=visit.frame("contracts", ("今日やること", "/"), ("契約", "/contracts"), (number, None)),
        errors=reading.errors if reading else FormErrors(),
        detail=detail,
        section=term_section(visit.call, detail, people, typed),
        owner=people.get(contract.owner_id, ""),
        rows=_clause_rows(detail, people, typed),
        counts=Counter(check.state for check in detail.checks),
        drafts=contract_drafts.list_drafts(visit.call, number),
        left_out=_left_out(visit, contract),
        tree=subcontractors.list_nodes(visit.call, number),
        promises_waiting=sum(row.duty is None for row in clause_duties.list_promises(visit.call, number)),
        events_waiting=event_duties.count_of_contract(visit.call, contract),
        can_edit=contracts.may_edit(visit.call, contract.department_id),
        can_conclude=visit.has(Role.PROCUREMENT),
        can_handle=handles,
        is_drafting=state == ContractState.DRAFTING,
        is_running=state in RUNNING,
        has_ending=state in ENDING,
        choices=CLAUSE_CHOICES,
        labels=label_part(visit, "contracts", number),
        form=typed,
        conclude_day=typed.boxes("concluded_on") if typed.has("concluded_on_year") else DateInput.from_date(day),
        before_operation=operation.open_procedures(visit.call, contract),
        can_operate=state == ContractState.CONCLUDED and handles,
        operation_day=typed.boxes("began_on") if typed.has("began_on_year") else DateInput.from_date(day),
        term_days={name: typed.boxes(name) for name in ("starts_on", "ends_on", "notice_on")},
        suggestions=reading.suggestions if reading else {},
        today=day,
    )


def _left_out(visit: Visit, contract: Contract) -> list[tuple[ClauseLeftOut, str]]:
    library = load_clauses()
    rows = clause_needs.left_out_of(visit.call, contract)
    return [(row, library[row.clause].title if row.clause in library else "") for row in rows]


def _clause_rows(detail: ContractDetail, people: Mapping[int, str], typed: Form) -> list[ClauseRow]:
    rows = []
    lines = {line.provision: line for line in detail.lines}
    for no, check in enumerate(detail.checks, start=1):
        stored = clause_form(check)
        is_typed = typed.text("provision") == check.provision
        rows.append(
            ClauseRow(
                check=check,
                line=lines[check.provision],
                is_open=check.provision in detail.open_provisions,
                stem=f"clause-{no}",
                decided_by=people.get(check.decided_by_id or 0, ""),
                form=typed if is_typed else stored,
                base=(typed.get("base") if is_typed else "") or snapshot_of(stored),
            )
        )
    return rows


def clause_form(check: ClauseCheck) -> Form:
    """Return the fields that show what was found of a clause."""
    state = "" if check.state == ClauseState.UNCHECKED else check.state
    return Form(
        {
            "provision": [check.provision],
            "state": [state] if state else [],
            "place": [check.place],
            "reason": [check.reason],
        }
    )


@router.post("/contracts/{number}/clauses", name="contract_clause")
def decide_clause(post: PostDep, number: str) -> Response:
    """Record what was found of one clause; somebody else's saving in between is shown, not overwritten."""
    visit = post.visit
    detail = contracts.contract_detail(visit.call, number)
    provision = post.form.text("provision")
    place = next((no for no, check in enumerate(detail.checks) if check.provision == provision), None)
    if place is None:
        raise NotFound(f"契約 {number} に条項 {provision} は求められていません。一覧から選び直してください。")
    check, stem = detail.checks[place], f"clause-{place + 1}"
    current = clause_form(check)
    form = merged(post.form, current)
    reading = Reading(form)
    if form.text("state") not in set(ClauseState) - {ClauseState.UNCHECKED}:
        reading.refuse("state", f"{provision} の結果を選んでください。", f"{stem}-state")
    stop_at_contract(visit, number, reading)
    try:
        contracts.decide_clause(
            visit.call,
            number,
            provision,
            version=reading.version(),
            state=ClauseState(form.text("state")),
            **_said(form, check),
        )
    except BadInput as refusal:
        for error in refusal.errors:
            name = error.pointer.strip("/")
            reading.refuse(name, error.message, f"{stem}-{name}")
        stop_at_contract(visit, number, reading)
        raise
    except StaleVersion:
        raise _tell_of_clause(visit, number, check, form, current) from None
    return go_to(f"/contracts/{number}#{stem}", "clause_decided")


def _tell_of_clause(visit: Visit, number: str, check: ClauseCheck, form: Form, current: Form) -> Refused:
    conflict = Conflict(
        f"{number} {check.provision} の確認",
        f"/contracts/{number}/clauses",
        check.version,
        words_of_fields({"state": "結果", "place": "契約書の場所", "reason": "理由"}),
        about=("contract", f"{number} {check.provision}"),
        nav="contracts",
        codes={"state": dict(CLAUSE_CHOICES)},
    )
    return Refused(show_conflict(visit, conflict, form, current))


def _said(form: Form, check: ClauseCheck) -> dict[str, Any]:
    """Return what is typed here, with the notes as they stand: those are written beside the draft."""
    typed = {name: form.text(name) for name in ("place", "reason")}
    return {**typed, "note_inside": check.note_inside, "note_outside": check.note_outside}


def keep_typed(visit: Visit, number: str, deed: str, path: str, form: Form, current: Form) -> Refused:
    """Return the page that shows what is typed beside what was saved meanwhile, for a form of the contract itself."""
    conflict = Conflict(
        f"{number} {deed}",
        f"/contracts/{number}/{path}",
        contracts.find_contract(visit.call, number).version,
        words_of_fields(FIELD_WORDS),
        about=("contract", number),
        nav="contracts",
        codes=FIELD_CODES,
    )
    return Refused(show_conflict(visit, conflict, form, current))


def stop_at_contract(visit: Visit, number: str, reading: Reading) -> None:
    """Show a contract's page again with what has to be mended; does nothing when nothing has to."""
    if reading.found:
        page = contract_page(visit, number, form=reading.form, reading=reading)
        raise Refused(page.render(visit.request, status_code=422))


@router.post("/contracts/{number}/conclusion", name="contract_conclude")
def conclude(post: PostDep, number: str) -> Response:
    """Conclude a contract whose clauses are settled."""
    reading = Reading(post.form)
    day = reading.day("concluded_on", "締結した日", required=True)
    stop_at_contract(post.visit, number, reading)
    try:
        contracts.conclude(post.visit.call, number, version=reading.version(), concluded_on=day or date.max)
    except StaleVersion:
        raise keep_typed(post.visit, number, "締結", "conclusion", post.form, Form()) from None
    except BadInput as refusal:
        reading.take(refusal)
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}", "concluded")


@router.post("/contracts/{number}/terms", name="contract_renew")
def renew(post: PostDep, number: str) -> Response:
    """Add the next term."""
    reading = Reading(post.form)
    term = _read_term(reading)
    stop_at_contract(post.visit, number, reading)
    try:
        contracts.renew(post.visit.call, number, version=reading.version(), term=term)
    except StaleVersion:
        raise keep_typed(post.visit, number, "次の期間", "terms", post.form, Form()) from None
    except BadInput as refusal:
        reading.take(refusal)
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}#terms", "renewed")
