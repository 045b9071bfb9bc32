"""What waits for somebody about decisions beside their turn: 回覧, 後閲, exceptions, unavoidable cases, suspensions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, or_

from casework import circulation, exceptions, later_views, separation, suspensions
from casework.call import Call
from casework.circulation import CirculationRow
from casework.exceptions import ExceptionRow
from casework.later_views import OpenView
from casework.separation import CaseRow
from casework.tenancy import visible_to, written_out
from casework.today_kinds import Kind
from models.approved_service import ApprovedService
from models.decision import Decision
from models.policy_exception import PolicyException
from models.request import Request
from models.service_suspension import ServiceSuspension
from models.unavoidable_case import UnavoidableCase
from models.vocabulary import PermissionState, Role, ServiceState

MOST = 20
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class SuspendedRow:
    """An approved service that is suspended, with its request and why."""

    request: Request
    suspension: ServiceSuspension


@dataclass(frozen=True)
class DecisionWork:
    """What one person has before them about decisions; each part is short."""

    circulations: Sequence[CirculationRow]
    just_read: Sequence[CirculationRow]
    views: Sequence[OpenView]
    exceptions: Sequence[ExceptionRow]
    cases: Sequence[CaseRow]
    suspended: Sequence[SuspendedRow]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits."""
        return not any((self.circulations, self.views, self.exceptions, self.cases, self.suspended))


def exception_due(row: ExceptionRow) -> tuple[date | None, bool]:
    """Return by when something has to be done about an exception (permit, review, end), and whether that has passed."""
    kept = row.exception
    due = kept.permit_by_on if kept.state == PermissionState.REQUESTED else kept.until_on
    if kept.state == PermissionState.PERMITTED and kept.next_review_on and due and kept.next_review_on < due:
        due = kept.next_review_on
    return due, row.standing in {"lapsed", "overdue"}


def look(call: Call, kinds: frozenset[Kind]) -> DecisionWork:
    """Return what waits for the actor; bounded in every part, and asked only for the kinds that are there."""
    has_circulations = Kind.CIRCULATION in kinds
    return DecisionWork(
        circulations=circulation.unread(call) if has_circulations else [],
        just_read=circulation.just_read(call) if has_circulations else [],
        views=later_views.open_views(call)[:MOST] if Kind.PASSED_OVER in kinds else [],
        exceptions=_exceptions(call) if Kind.EXCEPTION in kinds else [],
        cases=_cases(call) if Kind.UNAVOIDABLE_CASE in kinds else [],
        suspended=_suspended(call) if Kind.SUSPENDED in kinds else [],
    )


def _exceptions(call: Call) -> list[ExceptionRow]:
    """Return, for the CISO, what waits for permission or review, and for who asked, what lapses soon or has lapsed."""
    soon = call.today + AHEAD
    query = visible_to(call.actor, PolicyException)
    lapses_soon = (col(PolicyException.state) == PermissionState.PERMITTED) & (
        (col(PolicyException.until_on) <= soon) | (col(PolicyException.next_review_on) <= soon)
    )
    if call.actor.has(Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR):
        query = query.where(or_(col(PolicyException.state) == PermissionState.REQUESTED, lapses_soon))
    else:
        query = query.where(PolicyException.asked_by_id == call.actor.user_id, lapses_soon)
    found = call.session.exec(query.order_by(col(PolicyException.id).desc()).limit(MOST)).all()
    return exceptions.rows_of(call, found)


def _cases(call: Call) -> list[CaseRow]:
    """Return, for CISO and auditor, every case that is not settled: asked, permitted, or used and not reviewed."""
    if not call.actor.has(*separation.READERS):
        return []
    query = visible_to(call.actor, UnavoidableCase).where(UnavoidableCase.state != PermissionState.REFUSED)
    found = call.session.exec(query.order_by(col(UnavoidableCase.id).desc()).limit(MOST)).all()
    rows = separation.rows_of(call, found)
    return [row for row in rows if row.case.used_at is None or row.is_review_open]


def _suspended(call: Call) -> list[SuspendedRow]:
    """Return the suspended services that the actor manages or decided on."""
    decided = visible_to(call.actor, Decision).where(Decision.id == ApprovedService.decision_id)
    own = decided.where(Decision.decided_by_id == call.actor.user_id, col(Decision.manager_id).is_not(None))
    query = visible_to(call.actor, ApprovedService).where(
        ApprovedService.state == written_out(ServiceState.SUSPENDED),
        or_(
            col(ApprovedService.manager_id) == call.actor.user_id,
            own.exists(),
        ),
    )
    services = call.session.exec(query.order_by(col(ApprovedService.id).desc()).limit(MOST)).all()
    if not services:
        return []
    wanted = {row.request_id for row in services}
    found = call.session.exec(visible_to(call.actor, Request).where(col(Request.id).in_(wanted))).all()
    requests = {row.key: row for row in found}
    by_service = {row.key: requests[row.request_id] for row in services}
    rows = suspensions.suspensions_of(call, list(by_service))
    return [SuspendedRow(by_service[row.approved_service_id], row) for row in rows]
