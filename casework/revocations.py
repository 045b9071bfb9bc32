"""決裁の取消: a new record by the supervising officer or the CISO; the old one stays, the use is suspended."""

from sqlmodel import col

from casework import audit, case_notices, suspensions
from casework.actor import Grant
from casework.call import Call
from casework.decisions import APPROVALS, list_decisions
from casework.errors import BadInput, FieldError
from casework.request_rules import find_request, need_state, need_version
from casework.separation import refusal
from casework.tenancy import visible_to
from models.contract import Contract
from models.decision import Decision
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import ContractState, DecisionAction, RequestState, Role, SeparationPart, SuspensionCause

REVOKERS = (Role.SUPERVISING_OFFICER, Role.CISO)


def may_revoke(call: Call, request: Request) -> bool:
    """Return whether the actor may revoke the approval of this request."""
    return (
        call.actor.has(*REVOKERS)
        and request.state in {RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS}
        and call.actor.user_id not in _applicants(call, request)
    )


def _applicants(call: Call, request: Request) -> set[int]:
    query = visible_to(call.actor, RequestVersion).where(RequestVersion.request_id == request.key)
    return {request.applicant_id, *(row.submitted_by_id for row in call.session.exec(query).all())}


def _right(call: Call, request: Request) -> tuple[Role, Grant]:
    """Return the role and the grant with which the actor revokes; never the applicant's, in no place."""
    applicants = _applicants(call, request)
    role, grant = next((role, each) for role in REVOKERS for each in call.actor.grants if each.role == role)
    if call.actor.user_id in applicants or grant.on_behalf_of_id in applicants:
        raise refusal(SeparationPart.DECIDE_OWN)
    call.actor.rights.note(grant)
    return role, grant


def revoke(call: Call, number: str, *, version: int, reason: str) -> Request:
    """Revoke an approval by a new record; returns the request.

    The services are suspended for good, and whoever has a duty or a contract of this request is told. Raises
    ``WrongState`` when nothing is approved, ``NotPermitted`` for the applicant, ``BadInput`` without a reason.
    """
    call.need(*REVOKERS, to="決裁を取り消す")
    call.line_up()
    request = find_request(call, number)
    role, grant = need_revocable(call, request)
    need_version(request.version, version)
    if not reason.strip():
        message = "決裁を取り消す理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    approval = next(row for row in reversed(list_decisions(call, request)) if row.action in APPROVALS)
    decision = Decision(
        organisation_id=request.organisation_id,
        request_id=request.key,
        request_version_id=approval.request_version_id,
        action=DecisionAction.REVOKE,
        provision=approval.provision,
        decided_by_id=call.actor.user_id,
        decided_as=role,
        decided_at=call.now,
        on_behalf_of_id=grant.on_behalf_of_id,
        reason=reason.strip(),
        content_hash=approval.content_hash,
        undoes_id=approval.key,
    )
    call.session.add(decision)
    call.session.flush()
    before = {"state": request.state}
    request.state = RequestState.REVOKED
    request.version += 1
    call.session.add(request)
    call.session.flush()
    suspensions.suspend(call, request, SuspensionCause.REVOKED, decision.key, f"決裁の取消: {decision.reason}")
    _tell(call, request, approval, decision)
    after = {"state": request.state, "reason": decision.reason}
    audit.record(call, "request_revoked", "request", number, before=before, after=after, acted_as=role)
    return request


def need_revocable(call: Call, request: Request) -> tuple[Role, Grant]:
    """Return the role and the grant with which the actor may revoke; raises ``NotPermitted`` and ``WrongState``."""
    call.need(*REVOKERS, to="決裁を取り消す")
    need_state(request, RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS, to="決裁を取り消せる")
    return _right(call, request)


def _tell(call: Call, request: Request, approval: Decision, decision: Decision) -> None:
    open_duties = visible_to(call.actor, Duty).where(Duty.request_id == request.key)
    keys = [row.key for row in call.session.exec(open_duties).all()]
    waiting = visible_to(call.actor, DutyOccurrence).where(
        col(DutyOccurrence.duty_id).in_(keys), DutyOccurrence.state == "scheduled"
    )
    owners = {row.owner_id for row in call.session.exec(waiting).all()} if keys else set()
    running = visible_to(call.actor, Contract).where(
        Contract.request_id == request.key, Contract.state != ContractState.CLOSED
    )
    contracts = call.session.exec(running).all()
    people = {request.applicant_id, approval.decided_by_id, approval.manager_id, *owners}
    title = f"{request.number} {request.title}: 承認が取り消されました。{decision.reason}"
    case_notices.tell(call, people, "request_revoked", "request", request.key, title)
    for contract in contracts:
        title = f"{contract.number} {contract.title}: 元の申請 {request.number} の承認が取り消されました"
        case_notices.tell(call, [contract.owner_id], "request_revoked", "contract", contract.key, title)
