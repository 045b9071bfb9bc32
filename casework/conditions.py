"""What a night finds lapsed: conditions of an approval and exceptions; the use is suspended, who answers is told."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from casework import case_notices, decision_settings, suspensions
from casework.call import Call
from casework.database import open_session
from casework.exceptions import rows_of, standing_on
from casework.installation import SHARED, Installation
from casework.job_calls import job_call
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.decision import Decision
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.policy_exception import PolicyException
from models.request import Request
from models.vocabulary import PermissionState, RequestState, Role, SuspensionCause

APPROVED = (RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)


@dataclass(frozen=True)
class Lapsed:
    """What one run came to: services suspended anew, exceptions found lapsed that somebody was told of anew."""

    suspended: int
    exceptions_told: int


def suspend_lapsed(installation: Installation, as_of: date) -> Lapsed:
    """Suspend every approval of which a condition is overdue on a day, and re-open what lapsed exceptions covered.

    One transaction for each organisation; a second run the same day does and tells nothing again.
    """
    with open_session(installation.engine, writes=False, operator=True) as session:
        towns = list(session.exec(select(Organisation.id).where(Organisation.code != SHARED)).all())
    suspended = told = 0
    for organisation_id in towns:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = job_call(installation, session, organisation_id or 0)
            call.line_up()
            suspended += _suspend_for_conditions(call, as_of)
            again, new = _reopen_lapsed_exceptions(call, as_of)
            suspended, told = suspended + again, told + new
    return Lapsed(suspended, told)


def _suspend_for_conditions(call: Call, as_of: date) -> int:
    overdue = call.session.exec(
        select(DutyOccurrence, Duty, Request)
        .join(Duty, col(Duty.id) == col(DutyOccurrence.duty_id))
        .join(Request, col(Request.id) == col(Duty.request_id))
        .where(
            DutyOccurrence.organisation_id == call.actor.organisation_id,
            DutyOccurrence.state == "scheduled",
            DutyOccurrence.due_on < as_of,
            col(Duty.is_condition),
            col(Request.state).in_(APPROVED),
        )
        .order_by(col(DutyOccurrence.id))
    ).all()
    return sum(
        suspensions.suspend(
            call,
            request,
            SuspensionCause.CONDITION,
            occurrence.key,
            f"{duty.title}(期限 {occurrence.due_on.isoformat()})が満たされていません",
        )
        for occurrence, duty, request in overdue
    )


def _reopen_lapsed_exceptions(call: Call, as_of: date) -> tuple[int, int]:
    settings = decision_settings.settings_of(call.session, call.actor.organisation_id)
    query = visible_to(call.actor, PolicyException).where(PolicyException.state != PermissionState.REFUSED)
    rows = call.session.exec(query.order_by(col(PolicyException.id))).all()
    lapsed = [row for row in rows if standing_on(row, as_of) in {"lapsed", "overdue"}]
    suspended = told = 0
    for row in rows_of(call, lapsed):
        if _is_covered_again(call, row.exception, as_of):
            continue
        told += _tell(call, row.exception, row.request, as_of)
        if row.request is not None and row.request.state in APPROVED and settings.suspends_when_exception_lapses:
            reason = f"例外措置 {row.exception.number} の期限が切れています"
            suspended += suspensions.suspend(call, row.request, SuspensionCause.EXCEPTION, row.exception.key, reason)
    return suspended, told


def _is_covered_again(call: Call, lapsed: PolicyException, as_of: date) -> bool:
    if lapsed.request_id is None:
        return False
    query = visible_to(call.actor, PolicyException).where(PolicyException.request_id == lapsed.request_id)
    rows = rows_of(call, call.session.exec(query).all())
    counting = [row for row in rows if standing_on(row.exception, as_of) in {"permitted", "emergency"}]
    covered = {provision for row in counting for provision in row.provisions}
    own = next(row for row in rows if row.exception.key == lapsed.key)
    return covered.issuperset(own.provisions)


def _tell(call: Call, row: PolicyException, request: Request | None, as_of: date) -> int:
    """Tell manager and decider of the request, who asked, and the CISO, once."""
    people: set[int | None] = {row.asked_by_id, row.decided_by_id, *case_notices.holders_of(call, Role.CISO)}
    if request is not None:
        services = visible_to(call.actor, ApprovedService).where(ApprovedService.request_id == request.key)
        for service in call.session.exec(services).all():
            people.add(service.manager_id)
        approvals = visible_to(call.actor, Decision).where(
            Decision.request_id == request.key, col(Decision.manager_id).is_not(None)
        )
        for decision in call.session.exec(approvals).all():
            people |= {decision.decided_by_id, decision.manager_id}
    ended = row.until_on if row.state == PermissionState.PERMITTED else row.permit_by_on
    words = "期限が切れました" if row.state == PermissionState.PERMITTED else "許可の期限までに許可されていません"
    about = f"{request.number} {request.title}: " if request else ""
    title = f"{about}例外措置 {row.number} {row.title} の{words}。不適合に戻ります。"
    return case_notices.tell(call, people, "exception_lapsed", "exception", row.key, title, on=ended or as_of)
