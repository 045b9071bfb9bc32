"""Contracts: made from an approved request, checked clause by clause, concluded, renewed term by term."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col

from casework import (
    audit,
    catalogue,
    clause_duties,
    contract_dates,
    duty_schedule,
    ending_reminders,
    labels,
    search,
    term_plan,
)
from casework.call import Call
from casework.clause_checks import checklist, decide_clause
from casework.clause_needs import require_clauses
from casework.clock import JAPAN
from casework.contract_rules import APPROVED, EDITORS, RUNNING, find_contract, may_edit, need_editor
from casework.errors import BadInput, FieldError, WrongState
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.requests import find_request, need_version
from casework.tenancy import visible_to
from casework.term_rows import (
    TermIn,
    add_decision,
    add_term_row,
    check_term,
    decisions_of,
    notice_of,
    rule_of,
    terms_of,
)
from contract_clauses.checklist import ChecklistLine
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.decision import Decision
from models.provider import Provider
from models.renewal_rule import RenewalRule
from models.request import Request
from models.term_decision import TermDecision
from models.vocabulary import ContractDateKind, ContractState, DecisionAction, Role, ServiceState, TermChoice

# Named here too: whoever works on contracts asks this module.
__all__ = [
    "APPROVED",
    "EDITORS",
    "RUNNING",
    "ContractDetail",
    "TermIn",
    "add_next_term",
    "checklist",
    "conclude",
    "contract_detail",
    "create_contract",
    "decide_clause",
    "find_contract",
    "let_last_term_bind",
    "list_contracts",
    "may_edit",
    "notice_of",
    "renew",
    "save_contract",
    "terms_of",
]


@dataclass(frozen=True)
class ContractDetail:
    """A contract with everything on its page."""

    contract: Contract
    provider: Provider
    request: Request | None
    terms: Sequence[ContractTerm]
    rule: RenewalRule | None
    decisions: Sequence[TermDecision]
    checks: Sequence[ClauseCheck]
    lines: Sequence[ChecklistLine]
    open_provisions: frozenset[str]


def create_contract(
    call: Call, *, request_number: str, title: str, contractor: str, term: TermIn, amount_yen: int | None = None
) -> Contract:
    """Enter a contract for an approved request, with the clauses its verdict requires; returns the contract.

    Raises ``WrongState`` while the request is not approved (8-3(4)②: approval comes before the contract).
    """
    call.need(*EDITORS, to="契約を登録する")
    call.line_up()
    request = find_request(call, request_number)
    need_editor(call, request.department_id, to="契約を登録する")
    if request.state not in APPROVED:
        raise WrongState(
            f"申請 {request.number} はまだ承認されていません。承認の後に契約を登録してください。", state=request.state
        )
    check_term(call, term)
    if not title.strip():
        raise BadInput("件名を書いてください。", [FieldError("/title", "missing", "件名を書いてください。")])
    approved = call.session.exec(
        visible_to(call.actor, ApprovedService).where(ApprovedService.request_id == request.key)
    ).first()
    contract = Contract(
        organisation_id=request.organisation_id,
        number=next_number(call, "K"),
        title=title.strip(),
        search_key=search_key(title + contractor),
        department_id=request.department_id,
        provider_id=catalogue.ensure_provider(call, contractor).key,
        request_id=request.key,
        approved_service_id=approved.key if approved else None,
        owner_id=call.actor.user_id,
        amount_yen=amount_yen,
        ends_on=term.ends_on,
        notice_on=term.notice_on,
    )
    call.session.add(contract)
    call.session.flush()
    search.index_name(call.session, contract.organisation_id, "contract", contract.key, contract.search_key, anew=False)
    add_term_row(call, contract, 1, term)
    require_clauses(call, contract, request)
    after = {"title": contract.title, "request": request.number, "ends_on": term.ends_on.isoformat()}
    audit.record(call, "contract_entered", "contract", contract.number, after=after)
    return contract


def conclude(call: Call, number: str, *, version: int, concluded_on: date) -> Contract:
    """Conclude a contract: every required clause settled, and the approval not later than the day (8-3(4)②).

    Raises ``WrongState`` that names the open clauses, and ``BadInput`` for the day.
    """
    call.need(Role.PROCUREMENT, to="契約を締結済みにする")
    call.line_up()
    contract = find_contract(call, number)
    if contract.state != ContractState.DRAFTING:
        raise WrongState("この契約はもう締結済みです。", state=contract.state)
    need_version(contract.version, version)
    _need_standing_approval(call, contract)
    _, _, blocking = checklist(call, contract)
    if blocking:
        listed = "、".join(sorted(blocking))
        message = f"確認の済んでいない条項が{len(blocking)}件あります: {listed}。各条項を確かめてから締結してください。"
        raise WrongState(message, open_clauses=sorted(blocking))
    _check_concluded_on(call, contract, concluded_on)
    contract.state, contract.concluded_on = ContractState.CONCLUDED, concluded_on
    let_last_term_bind(call, contract)
    return save_contract(call, contract, "contract_concluded", {"concluded_on": concluded_on.isoformat()})


def _need_standing_approval(call: Call, contract: Contract) -> None:
    """Refuse what an approval no longer carries: revoked, or its use suspended (8-3(4)②)."""
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    if request is not None and request.state not in APPROVED:
        raise WrongState(
            f"元の申請 {request.number} の承認が取り消されています。新しい申請の承認を待ってください(8-3(4)②)。",
            state=request.state,
        )
    suspended = visible_to(call.actor, ApprovedService).where(
        ApprovedService.request_id == contract.request_id, ApprovedService.state == ServiceState.SUSPENDED
    )
    if call.session.exec(suspended).first() is not None:
        raise WrongState(
            "承認されたサービスの利用が停止されています。停止の理由を解いてから締結してください。", state="suspended"
        )


def _check_concluded_on(call: Call, contract: Contract, concluded_on: date) -> None:
    message = ""
    if concluded_on > call.today:
        message = "締結した日は今日以前の日にしてください。"
    approval = call.session.exec(
        visible_to(call.actor, Decision).where(
            Decision.request_id == contract.request_id,
            col(Decision.action).in_([DecisionAction.APPROVE, DecisionAction.APPROVE_WITH_CONDITIONS]),
        )
    ).first()
    if approval is not None and concluded_on < approval.decided_at.astimezone(JAPAN).date():
        message = "締結した日が利用承認の日より前です。承認の後に締結してください(8-3(4)②)。"
    if message:
        raise BadInput(message, [FieldError("/concluded_on", "day_out_of_order", message)])


def save_contract(call: Call, contract: Contract, action: str, after: dict[str, str]) -> Contract:
    """Keep a changed contract under its next version, with an event of what was done."""
    contract.version += 1
    call.session.add(contract)
    call.session.flush()
    audit.record(call, action, "contract", contract.number, after={"state": contract.state, **after})
    return contract


def renew(call: Call, number: str, *, version: int, term: TermIn) -> Contract:
    """Add the next term to a contract; it begins the day after the last one ends. The old term stays as it was."""
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="契約を更新する")
    if contract.state not in RUNNING:
        raise WrongState("更新できるのは締結済みで終了手続に入っていない契約です。", state=contract.state)
    need_version(contract.version, version)
    rule = rule_of(call, contract)
    term = replace(term, notice_on=notice_of(term, rule))
    check_term(call, term, rule)
    last = terms_of(call, contract)[-1]
    if (term.starts_on - last.ends_on).days != 1:
        message = f"次の期間は前の期間の翌日({last.ends_on.isoformat()} の次の日)から始めてください。"
        raise BadInput(message, [FieldError("/starts_on", "gap_between_terms", message)])
    return add_next_term(call, contract, last, term, TermChoice.RENEW)


def add_next_term(
    call: Call, contract: Contract, last: ContractTerm, term: TermIn, choice: TermChoice, reason: str = ""
) -> Contract:
    """Write down that a term was renewed, by agreement or by itself, and add the next one. Duties run on with it."""
    add_decision(call, last, choice, reason=reason)
    contract_dates.settle(call, last, *ContractDateKind)
    term_plan.let_fall(call, contract, "次の期間を登録したため")
    contract.ends_on, contract.notice_on, contract.dated_at = term.ends_on, term.notice_on, call.now
    _let_term_bind(call, contract, add_term_row(call, contract, last.term_no + 1, term))
    clause_duties.carry_into_new_term(call, contract)
    action = "contract_renewed" if choice == TermChoice.RENEW else "tacit_renewal_confirmed"
    return save_contract(call, contract, action, {"ends_on": term.ends_on.isoformat()})


def let_last_term_bind(call: Call, contract: Contract) -> None:
    """Enter what follows from the last term of a contract that is concluded."""
    _let_term_bind(call, contract, terms_of(call, contract)[-1])


def _let_term_bind(call: Call, contract: Contract, term: ContractTerm) -> None:
    """Enter what follows from a term: its days, what is planned back from its end, and the duties up to it."""
    contract_dates.enter(call, contract, term, rule_of(call, contract))
    term_plan.enter(call, contract, term)
    duty_schedule.follow_term(call, contract, term)
    ending_reminders.plan(call, contract)


def list_contracts(call: Call, *, words: str = "", state: str = "", label: str = "", wish: PageWish) -> Page[Contract]:
    """Return contracts, newest first, narrowed by words, state or label."""
    query = search.matching(
        call.session, visible_to(call.actor, Contract), Contract, call.actor.organisation_id, "contract", words
    )
    if state:
        query = query.where(Contract.state == state)
    query = labels.bearing(call, "contracts", query, label)
    order = Order(col(Contract.id), col(Contract.id))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def contract_detail(call: Call, number: str) -> ContractDetail:
    """Return a contract with its provider, request, terms and checklist; raises ``NotFound``."""
    contract = find_contract(call, number)
    checks, lines, blocking = checklist(call, contract)
    return ContractDetail(
        contract,
        call.session.exec(visible_to(call.actor, Provider).where(Provider.id == contract.provider_id)).one(),
        call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first(),
        terms_of(call, contract),
        rule_of(call, contract),
        decisions_of(call, contract),
        checks,
        lines,
        blocking,
    )
