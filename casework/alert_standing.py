"""Whether a notice still has its cause: the thing is open, has the same date, and waits for the same turn."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from casework.alert_plan import AT_ONCE, LIVE_CONTRACTS, OVERDUE, batches
from models.alert import Alert
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.vocabulary import RequestState

TURN, RETURNED = "request_turn", "request_returned"


def settled(session: Session, alerts: Iterable[Alert]) -> list[Alert]:
    """Return those of some notices whose cause is gone; what only tells what happened never is."""
    gone: list[Alert] = []
    for part in batches(alerts, AT_ONCE):
        gone += _gone_occurrences(session, [alert for alert in part if alert.object_kind == "duty_occurrence"])
        gone += _gone_contracts(session, [alert for alert in part if alert.object_kind == "contract"])
        gone += _gone_turns(session, [alert for alert in part if alert.kind in {TURN, RETURNED}])
    return gone


def _gone_occurrences(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    keys = {alert.object_id for alert in alerts}
    query = select(col(DutyOccurrence.id), col(DutyOccurrence.due_on)).where(
        col(DutyOccurrence.id).in_(keys), DutyOccurrence.state == "scheduled"
    )
    standing = dict(session.exec(query).all()) if keys else {}
    return [alert for alert in alerts if standing.get(alert.object_id) != alert.due_on]


def _gone_contracts(session: Session, alerts: Sequence[Alert]) -> list[Alert]:
    dated = [alert for alert in alerts if alert.kind in {"notice", "end"} or alert.mark == OVERDUE]
    keys = {alert.object_id for alert in dated}
    query = select(col(Contract.id), col(Contract.notice_on), col(Contract.ends_on)).where(
        col(Contract.id).in_(keys), col(Contract.state).in_(LIVE_CONTRACTS)
    )
    standing = {key: (notice_on, ends_on) for key, notice_on, ends_on in session.exec(query).all()} if keys else {}
    gone = []
    for alert in dated:
        notice_on, ends_on = standing.get(alert.object_id, (None, None))
        if alert.due_on != (notice_on if alert.kind == "notice" else ends_on):
            gone.append(alert)
    return gone


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
