"""The suspension of an approved service: one open row for each cause, lifted when the cause is gone."""

from collections.abc import Sequence

from sqlmodel import col

from casework import audit, case_notices
from casework.call import Call
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.decision import Decision
from models.request import Request
from models.service_suspension import ServiceSuspension
from models.vocabulary import ServiceState, SuspensionCause

KIND = "service_suspended"
LIFTED = "service_resumed"


def suspend(call: Call, request: Request, cause: SuspensionCause, cause_id: int, reason: str) -> int:
    """Suspend every service a request was approved for, for one cause, and tell manager and decider.

    Returns how many were suspended anew; a cause that holds already suspends nothing twice.
    """
    suspended = 0
    for service in _services(call, request.key):
        if _open(call, service.key, cause, cause_id):
            continue
        row = ServiceSuspension(
            organisation_id=service.organisation_id,
            approved_service_id=service.key,
            cause=cause,
            cause_id=cause_id,
            reason=reason,
            since_at=call.now,
        )
        call.session.add(row)
        if service.state == ServiceState.ACTIVE:
            service.state = ServiceState.SUSPENDED
            service.version += 1
            call.session.add(service)
        call.session.flush()
        suspended += 1
        after = {"state": service.state, "cause": cause, "reason": reason, "request": request.number}
        audit.record(call, "service_suspended", "approved_service", str(service.key), after=after)
        title = f"{request.number} {request.title}: 利用の停止。{reason}"
        case_notices.tell(call, _concerned(call, service), KIND, "service_suspension", row.key, title)
    return suspended


def lift(call: Call, cause: SuspensionCause, cause_id: int, because: str) -> int:
    """Lift the suspensions of one cause that is gone; a service without another is active again. Returns how many."""
    query = visible_to(call.actor, ServiceSuspension).where(
        ServiceSuspension.cause == cause,
        ServiceSuspension.cause_id == cause_id,
        col(ServiceSuspension.lifted_at).is_(None),
    )
    rows = call.session.exec(query).all()
    for row in rows:
        row.lifted_at, row.lifted_because = call.now, because
        call.session.add(row)
        call.session.flush()
        service = call.session.exec(
            visible_to(call.actor, ApprovedService).where(ApprovedService.id == row.approved_service_id)
        ).one()
        if service.state == ServiceState.SUSPENDED and not _open(call, service.key):
            service.state = ServiceState.ACTIVE
            service.version += 1
            call.session.add(service)
            call.session.flush()
        after = {"state": service.state, "cause": cause, "because": because}
        audit.record(call, "service_resumed", "approved_service", str(service.key), after=after)
        case_notices.tell(call, _concerned(call, service), LIFTED, "service_suspension", row.key, because)
    return len(rows)


def suspensions_of(call: Call, service_ids: Sequence[int]) -> list[ServiceSuspension]:
    """Return the open suspensions of some services, oldest first."""
    query = visible_to(call.actor, ServiceSuspension).where(
        col(ServiceSuspension.approved_service_id).in_(service_ids), col(ServiceSuspension.lifted_at).is_(None)
    )
    return list(call.session.exec(query.order_by(col(ServiceSuspension.id))).all())


def _services(call: Call, request_id: int) -> Sequence[ApprovedService]:
    query = visible_to(call.actor, ApprovedService).where(
        ApprovedService.request_id == request_id, ApprovedService.state != ServiceState.CLOSED
    )
    return call.session.exec(query.order_by(col(ApprovedService.id))).all()


def _open(call: Call, service_id: int, cause: SuspensionCause | None = None, cause_id: int | None = None) -> bool:
    query = visible_to(call.actor, ServiceSuspension).where(
        ServiceSuspension.approved_service_id == service_id, col(ServiceSuspension.lifted_at).is_(None)
    )
    if cause is not None:
        query = query.where(ServiceSuspension.cause == cause, ServiceSuspension.cause_id == cause_id)
    return call.session.exec(query).first() is not None


def _concerned(call: Call, service: ApprovedService) -> list[int]:
    decision = call.session.exec(visible_to(call.actor, Decision).where(Decision.id == service.decision_id)).one()
    return [service.manager_id, decision.decided_by_id]
