"""Contracts: made from an approved request, checked clause by clause, concluded, renewed term by term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import audit, catalogue, clause_duties, ending_reminders, search
from casework.call import Call
from casework.clause_checks import checklist, decide_clause
from casework.clause_needs import require_clauses
from casework.clock import JAPAN
from casework.contract_rules import APPROVED, EDITORS, find_contract, may_edit, need_editor
from casework.errors import BadInput, FieldError, WrongState
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.requests import find_request, need_version
from casework.tenancy import visible_to
from contract_clauses.checklist import ChecklistLine
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.decision import Decision
from models.provider import Provider
from models.request import Request
from models.vocabulary import ContractState, DecisionAction, Role, ServiceState

# Named here too: whoever works on contracts asks this module.
__all__ = [
    "APPROVED",
    "EDITORS",
    "ContractDetail",
    "TermIn",
    "checklist",
    "conclude",
    "contract_detail",
    "create_contract",
    "decide_clause",
    "find_contract",
    "list_contracts",
    "may_edit",
    "renew",
    "terms_of",
]


@dataclass(frozen=True)
class TermIn:
    """One period of a contract as stated: first day, last day, and the day by which notice must be given."""

    starts_on: date
    ends_on: date
    notice_on: date | None = None


@dataclass(frozen=True)
class ContractDetail:
    """A contract with everything on its page."""

    contract: Contract
    provider: Provider
    request: Request | None
    terms: Sequence[ContractTerm]
    checks: Sequence[ClauseCheck]
    lines: Sequence[ChecklistLine]
    open_provisions: frozenset[str]


def _check_term(term: TermIn) -> None:
    problems = []
    if term.ends_on < term.starts_on:
        problems.append(FieldError("/ends_on", "end_before_start", "終わりの日を始まりの日以降にしてください。"))
    if term.notice_on is not None and term.notice_on > term.ends_on:
        problems.append(FieldError("/notice_on", "notice_after_end", "通知の期限を終わりの日以前にしてください。"))
    if problems:
        raise BadInput("契約の期間に確認が必要な箇所があります。", problems)


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
    _check_term(term)
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
    _add_term_row(call, contract, 1, term)
    require_clauses(call, contract, request)
    after = {"title": contract.title, "request": request.number, "ends_on": term.ends_on.isoformat()}
    audit.record(call, "contract_entered", "contract", contract.number, after=after)
    return contract


def _add_term_row(call: Call, contract: Contract, term_no: int, term: TermIn) -> None:
    row = ContractTerm(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        term_no=term_no,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        notice_on=term.notice_on,
    )
    call.session.add(row)
    call.session.flush()


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
    ending_reminders.plan(call, contract)
    return _save(call, contract, "contract_concluded", {"concluded_on": concluded_on.isoformat()})


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


def _save(call: Call, contract: Contract, action: str, after: dict[str, str]) -> Contract:
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
    if contract.state not in {ContractState.CONCLUDED, ContractState.ACTIVE}:
        raise WrongState("更新できるのは締結済みで終了手続に入っていない契約です。", state=contract.state)
    need_version(contract.version, version)
    _check_term(term)
    last = terms_of(call, contract)[-1]
    if (term.starts_on - last.ends_on).days != 1:
        message = f"次の期間は前の期間の翌日({last.ends_on.isoformat()} の次の日)から始めてください。"
        raise BadInput(message, [FieldError("/starts_on", "gap_between_terms", message)])
    _add_term_row(call, contract, last.term_no + 1, term)
    contract.ends_on, contract.notice_on = term.ends_on, term.notice_on
    clause_duties.carry_into_new_term(call, contract)
    ending_reminders.plan(call, contract)
    return _save(call, contract, "contract_renewed", {"ends_on": term.ends_on.isoformat()})


def terms_of(call: Call, contract: Contract) -> list[ContractTerm]:
    """Return a contract's terms, first to last."""
    query = visible_to(call.actor, ContractTerm).where(ContractTerm.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ContractTerm.term_no))).all())


def list_contracts(call: Call, *, words: str = "", state: str = "", wish: PageWish) -> Page[Contract]:
    """Return contracts, newest first, narrowed by words or state."""
    query = search.matching(
        call.session, visible_to(call.actor, Contract), Contract, call.actor.organisation_id, "contract", words
    )
    if state:
        query = query.where(Contract.state == state)
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
        checks,
        lines,
        blocking,
    )
