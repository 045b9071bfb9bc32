"""Whether a notice still has its cause: the thing is open, has the same date, and waits for the same turn."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from casework.alert_steps import AT_ONCE, OVERDUE, batches
from casework.alert_things import CLOCK, END, LIVE_CONTRACTS, NOTICE, TACIT, Course
from casework.incident_notices import CLOCK_TURN
from casework.second_checks import ITEM, PROOF
from models.alert import Alert
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.ending_item import EndingItem
from models.holding_proof import HoldingProof
from models.incident_clock import IncidentClock
from models.request import Request
from models.vocabulary import ClockState, ItemState, ProofState, RequestState

TURN, RETURNED, URGED = "request_turn", "request_returned", "request_urged"


def settled(session: Session, alerts: Iterable[Alert]) -> list[Alert]:
    """Return those of some notices whose cause is gone; what only tells what happened never is."""
    gone: list[Alert] = []
    for part in batches(alerts, AT_ONCE):
        gone += _gone_occurrences(session, [alert for alert in part if alert.object_kind == "duty_occurrence"])
        gone += _gone_contracts(session, [alert for alert in part if alert.object_kind == "contract"])
        gone += _gone_turns(session, [alert for alert in part if alert.kind in {TURN, RETURNED, URGED}])
        gone += _gone_clocks(session, [alert for alert in part if alert.kind in {CLOCK, CLOCK_TURN}])
        gone += _gone_checks(session, part)
    return gone


def _gone_occurrences(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    keys = {alert.object_id for alert in alerts}
    query = select(col(DutyOccurrence.id), col(DutyOccurrence.due_on)).where(
        col(DutyOccurrence.id).in_(keys), DutyOccurrence.state == "scheduled"
    )
    standing = dict(session.exec(query).all()) if keys else {}
    return [alert for alert in alerts if standing.get(alert.object_id) != alert.due_on]


def _gone_contracts(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    dated = [alert for alert in alerts if alert.kind in {NOTICE, END, TACIT} or alert.mark == OVERDUE]
    keys = {alert.object_id for alert in dated}
    if not keys:
        return []
    query = select(Contract).where(col(Contract.id).in_(keys), col(Contract.state).in_(LIVE_CONTRACTS))
    live = session.exec(query).all()
    course = Course.of(session, live)
    standing = {contract.key: course.standing(contract) for contract in live}
    return [alert for alert in dated if standing.get(alert.object_id, {}).get(alert.kind) != alert.due_on]


def _gone_clocks(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    keys = {alert.object_id for alert in alerts}
    query = select(col(IncidentClock.id), col(IncidentClock.due_on)).where(
        col(IncidentClock.id).in_(keys), IncidentClock.state == ClockState.OPEN
    )
    standing = dict(session.exec(query).all()) if keys else {}
    return [
        alert
        for alert in alerts
        if alert.object_id not in standing or (alert.kind == CLOCK and standing[alert.object_id] != alert.due_on)
    ]


def _gone_checks(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    proofs = {alert.object_id for alert in alerts if alert.object_kind == PROOF}
    items = {alert.object_id for alert in alerts if alert.object_kind == ITEM}
    waiting: set[tuple[str, int | None]] = set()
    if proofs:
        query = select(HoldingProof.id).where(col(HoldingProof.id).in_(proofs))
        recorded = session.exec(query.where(HoldingProof.state == ProofState.RECORDED)).all()
        waiting |= {(PROOF, key) for key in recorded}
    if items:
        done = select(EndingItem.id).where(col(EndingItem.id).in_(items), EndingItem.state == ItemState.OPEN)
        waiting |= {(ITEM, key) for key in session.exec(done.where(col(EndingItem.done_by_id).is_not(None))).all()}
    return [
        alert
        for alert in alerts
        if alert.object_kind in {PROOF, ITEM} and (alert.object_kind, alert.object_id) not in waiting
    ]


def _gone_turns(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    keys = {alert.object_id for alert in alerts}
    query = select(Request).where(col(Request.id).in_(keys))
    standing = {row.key: row for row in session.exec(query).all()} if keys else {}
    return [alert for alert in alerts if not _waits(alert, standing.get(alert.object_id))]


def _waits(alert: Alert, request: Request | None) -> bool:
    if request is None:
        return False
    if alert.kind == RETURNED:
        return request.state == RequestState.RETURNED
    since = request.waiting_since_at
    return request.state == RequestState.IN_REVIEW and since is not None and since.isoformat() == alert.mark
