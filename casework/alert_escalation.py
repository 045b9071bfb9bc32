"""What stays unsettled goes one post up, and that is a row of the ledger too."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from casework.alert_people import People, Told
from casework.alert_settings import AlertSettings, settings_of
from casework.alert_standing import TURN, settled
from casework.calendar import Closed, open_days_later
from casework.clock import day_in_japan
from casework.closed_days import closed_days_of
from models.alert import Alert
from models.contract import Contract
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.request import Request
from models.vocabulary import AlertState

KIND = "escalation"


@dataclass(frozen=True)
class Going:
    """By which rules and on which day things go up."""

    rules: AlertSettings
    closed: Closed
    day: date
    now: datetime

    def waits_until(self, day: date) -> date:
        """Return until when somebody who was told on a day has time."""
        return open_days_later(day, self.rules.escalate_after_open_days, self.closed)


def escalate(session: Session, organisation_id: int, day: date, now: datetime) -> int:
    """Enter a notice one post up for everything that stayed unsettled too long; return how many were entered.

    Whoever has seen a notice gets the time once more. A post that nobody holds, or only people who were told already,
    is passed over; beyond the last one nobody is left to tell, and the thing stays in everybody's mail of the morning.
    """
    query = select(Alert).where(
        Alert.organisation_id == organisation_id, col(Alert.escalate_on) <= day, col(Alert.escalated_at).is_(None)
    )
    waiting = list(session.exec(query.order_by(col(Alert.id))).all())
    gone = {alert.key for alert in settled(session, waiting)}
    for alert in waiting:
        if alert.key in gone or alert.state == AlertState.WITHDRAWN:
            alert.escalate_on = None
    people, rules, entered = People(session, day), settings_of(session, organisation_id), 0
    closed = closed_days_of(session, organisation_id)
    for alert in waiting:
        if alert.escalate_on is not None:
            entered += _escalate(session, alert, people, Going(rules, closed, day, now))
        session.add(alert)
    session.flush()
    return entered


def _escalate(session: Session, alert: Alert, people: People, going: Going) -> int:
    alert.escalate_on, rules = None, going.rules
    if alert.seen_at is not None:
        again = going.waits_until(day_in_japan(alert.seen_at))
        if again > going.day:
            alert.escalate_on = again
            return 0
    told = _chain(session, alert)
    department_id = _section_of(session, alert, people)
    for rung in range(max(alert.rung, _rung_of_turn(session, alert, rules)) + 1, len(rules.ladder) + 1):
        holders = people.holders(alert.organisation_id, rules.ladder[rung - 1], department_id)
        new = [each for each in holders if each.user_id not in told]
        if new:
            session.add_all(_row(alert, each, rung, going) for each in new)
            alert.escalated_at = going.now
            return len(new)
    return 0


def _rung_of_turn(session: Session, alert: Alert, rules: AlertSettings) -> int:
    """Return how far up the ladder whose turn it is stands: from there it goes up, never down."""
    if alert.kind != TURN:
        return 0
    roles = session.exec(select(Request.waits_for_role).where(Request.id == alert.object_id)).one().split()
    return max((no for no, role in enumerate(rules.ladder, start=1) if role in roles), default=0)


def _row(alert: Alert, told: Told, rung: int, going: Going) -> Alert:
    return Alert(
        organisation_id=alert.organisation_id,
        unique_key=f"{KIND}:{rung}:{alert.kind}:{alert.object_kind}:{alert.object_id}:{alert.due_on}:{told.user_id}"
        f":{alert.mark}",
        user_id=told.user_id,
        kind=alert.kind,
        object_kind=alert.object_kind,
        object_id=alert.object_id,
        title=alert.title if alert.rung else f"【未処理】{alert.title}",
        due_on=alert.due_on,
        send_on=going.day,
        mark=alert.mark,
        post_name=told.post_name,
        rung=rung,
        cause_id=alert.key,
        escalate_on=going.waits_until(going.day) if rung < len(going.rules.ladder) else None,
    )


def _chain(session: Session, alert: Alert) -> set[int]:
    """Return who was told of the thing already, up to here."""
    told = {alert.user_id}
    above = alert
    while above.cause_id is not None:
        above = session.exec(select(Alert).where(Alert.id == above.cause_id)).one()
        told.add(above.user_id)
    beside = select(Alert.user_id).where(
        Alert.organisation_id == alert.organisation_id,
        Alert.object_kind == alert.object_kind,
        Alert.object_id == alert.object_id,
        Alert.kind == alert.kind,
        Alert.due_on == alert.due_on,
        Alert.mark == alert.mark,
    )
    return told | set(session.exec(beside).all())


def _section_of(session: Session, alert: Alert, people: People) -> int:
    """Return whose section answers: the case's own, otherwise the owner's."""
    if alert.object_kind == "contract":
        return session.exec(select(Contract.department_id).where(Contract.id == alert.object_id)).one()
    if alert.object_kind == "request":
        return session.exec(select(Request.department_id).where(Request.id == alert.object_id)).one()
    if alert.object_kind == "incident_clock":
        query = select(IncidentClock.incident_id).where(IncidentClock.id == alert.object_id)
        return session.exec(select(Incident.department_id).where(col(Incident.id).in_(query))).one()
    first = alert
    while first.cause_id is not None:
        first = session.exec(select(Alert).where(Alert.id == first.cause_id)).one()
    user = people.user(first.user_id)
    return user.department_id if user else 0
