"""Contracts: made from an approved request, checked clause by clause, concluded, renewed term by term."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col

from casework import audit, catalogue, contract_dates, duty_schedule, pack_editions, search, term_plan, term_rows
from casework.call import Call
from casework.clock import JAPAN
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.requests import find_request, need_version
from casework.tenancy import visible_to
from casework.term_rows import add_decision, add_term_row, check_term, decisions_of, notice_of, rule_of, terms_of
from contract_clauses.checklist import ChecklistLine, ClauseFinding, ClauseNeed, build_checklist, open_lines
from contract_clauses.library import load_clauses
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.decision import Decision
from models.provider import Provider
from models.renewal_rule import RenewalRule
from models.request import Request
from models.request_version import RequestVersion
from models.term_decision import TermDecision
from models.vocabulary import (
    ClauseState,
    ContractDateKind,
    ContractState,
    DecisionAction,
    RequestState,
    Role,
    ServiceState,
    Strength,
    TermChoice,
)

APPROVED = (RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)
EDITORS = (Role.PROCUREMENT, Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)
RUNNING = (ContractState.CONCLUDED, ContractState.ACTIVE)
TermIn = term_rows.TermIn


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


def find_contract(call: Call, number: str) -> Contract:
    """Return a contract by its number; raises ``NotFound``."""
    contract = call.session.exec(visible_to(call.actor, Contract).where(Contract.number == number)).first()
    if contract is None:
        raise NotFound(f"契約 {number} が見つかりません。番号を確かめるか、契約台帳から選び直してください。")
    return contract


def create_contract(
    call: Call, *, request_number: str, title: str, contractor: str, term: TermIn, amount_yen: int | None = None
) -> Contract:
    """Enter a contract for an approved request, with the clauses its verdict requires; returns the contract.

    Raises ``WrongState`` while the request is not approved (8-3(4)②: approval comes before the contract).
    """
    call.need(*EDITORS, to="契約を登録する")
    call.line_up()
    request = find_request(call, request_number)
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
    _require_clauses(call, contract, request)
    after = {"title": contract.title, "request": request.number, "ends_on": term.ends_on.isoformat()}
    audit.record(call, "contract_entered", "contract", contract.number, after=after)
    return contract


def _require_clauses(call: Call, contract: Contract, request: Request) -> None:
    version = call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).one()
    pack = pack_editions.pack_of(call.session, version)
    # A clause that no subject of the request needs is not among these; why stands with its finding.
    required = [pack.by_id[provision_id] for provision_id in json.loads(version.verdict_json)["clauses_required"]]
    call.session.add_all(
        ClauseCheck(
            organisation_id=contract.organisation_id,
            contract_id=contract.key,
            provision=provision.id,
            clause=provision.clause or "",
            strength=provision.strength,
        )
        for provision in required
    )
    call.session.flush()


def checklist(call: Call, contract: Contract) -> tuple[list[ClauseCheck], tuple[ChecklistLine, ...], frozenset[str]]:
    """Return a contract's clause checks, the library's lines for them, and the provisions that still block it."""
    checks = list(
        call.session.exec(
            visible_to(call.actor, ClauseCheck)
            .where(ClauseCheck.contract_id == contract.key)
            .order_by(col(ClauseCheck.id))
        ).all()
    )
    needs = [ClauseNeed(row.provision, row.clause, Strength(row.strength), "") for row in checks]
    lines = build_checklist(needs, load_clauses())
    findings = {
        row.provision: ClauseFinding(ClauseState(row.state), row.place, row.reason, str(row.decided_by_id or ""))
        for row in checks
    }
    return checks, lines, frozenset(line.provision for line in open_lines(lines, findings))


def decide_clause(
    call: Call, number: str, provision: str, *, version: int, state: ClauseState, place: str = "", reason: str = ""
) -> ClauseCheck:
    """Record what was found of one required clause in the contract, where, and by whom.

    ``waived`` (any clause) and ``not_needed`` (only where the policy says 必要に応じて) need a reason; ``present`` and
    ``weak`` need the place in the document. Raises ``BadInput``, ``WrongState``, ``StaleVersion``.
    """
    call.need(*EDITORS, to="条項の確認を決める")
    call.line_up()
    contract = find_contract(call, number)
    if contract.state != ContractState.DRAFTING:
        raise WrongState(
            "締結した契約の条項の確認は変えられません。変更契約として登録してください。", state=contract.state
        )
    check = call.session.exec(
        visible_to(call.actor, ClauseCheck).where(
            ClauseCheck.contract_id == contract.key, ClauseCheck.provision == provision
        )
    ).first()
    if check is None:
        raise NotFound(f"契約 {number} に条項 {provision} は求められていません。一覧から選び直してください。")
    need_version(check.version, version)
    problems = []
    if state in {ClauseState.PRESENT, ClauseState.WEAK} and not place.strip():
        problems.append(FieldError("/place", "place_missing", "契約書のどこにあるか(条・項)を書いてください。"))
    if state in {ClauseState.WAIVED, ClauseState.NOT_NEEDED} and not reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "条項を置かない理由を書いてください。"))
    if state == ClauseState.NOT_NEEDED and check.strength == "must":
        message = f"{provision} は必須の条項です。置かないときは「免除」を選び、理由を書いてください。"
        problems.append(FieldError("/state", "clause_is_required", message))
    if state == ClauseState.WAIVED and not call.actor.has(Role.PROCUREMENT, Role.SUPERVISING_OFFICER):
        problems.append(FieldError("/state", "role", "条項の免除は契約担当か統括情報セキュリティ責任者が決めます。"))
    if problems:
        raise BadInput("条項の確認に確認が必要な箇所があります。", problems)
    before = {"state": check.state, "place": check.place, "reason": check.reason}
    check.state, check.place, check.reason = state, place.strip(), reason.strip()
    check.decided_by_id, check.decided_at = call.actor.user_id, call.now
    check.version += 1
    call.session.add(check)
    call.session.flush()
    after = {"state": check.state, "place": check.place, "reason": check.reason}
    audit.record(call, "clause_decided", "contract", f"{number} {provision}", before=before, after=after)
    return check


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
    _let_term_bind(call, contract, terms_of(call, contract)[-1])
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
    call.need(*EDITORS, to="契約を更新する")
    call.line_up()
    contract = find_contract(call, number)
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
    _let_term_bind(call, contract, add_term_row(call, contract, last.term_no + 1, term))
    contract.ends_on, contract.notice_on = term.ends_on, term.notice_on
    action = "contract_renewed" if choice == TermChoice.RENEW else "tacit_renewal_confirmed"
    return save_contract(call, contract, action, {"ends_on": term.ends_on.isoformat()})


def _let_term_bind(call: Call, contract: Contract, term: ContractTerm) -> None:
    """Enter what follows from a term: its days, what is planned back from its end, and the duties up to it."""
    contract_dates.enter(call, contract, term, rule_of(call, contract))
    term_plan.enter(call, contract, term)
    duty_schedule.follow_term(call, contract, term)


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
        rule_of(call, contract),
        decisions_of(call, contract),
        checks,
        lines,
        blocking,
    )
