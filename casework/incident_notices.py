"""Whose turn it is in the chain of an incident: told at once when it becomes so, and by the day while it stays open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from casework import incident_rights
from casework.actor import counts_on
from casework.call import ROLE_LABELS, Call
from casework.clock import day_in_japan
from casework.tenancy import visible_to
from models.alert import Alert
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.vocabulary import ClockState, IncidentState, Role, Strength
from policy.incident_chain import IncidentChain, chain_of

CLOCK_TURN = "incident_turn"
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class ClockDue:
    """An open clock that is due, for whoever has to tell: what an alert needs to know of it.

    ``user_ids`` are the people who hold ``role`` for the section that day; where nobody does, the contact point.
    """

    organisation_id: int
    user_ids: tuple[int, ...]
    role: str
    department_id: int
    clock_id: int
    incident_number: str
    title: str
    due_on: date
    due_at: datetime
    known_on: date
    is_must: bool = True


def tell_turns(call: Call, incident: Incident, clocks: Sequence[IncidentClock]) -> None:
    """Enter a notice, sent at once, for everybody whose turn some clocks have become; never for the actor.

    Entered with the deed that makes it so, once for each clock and person. Where the law counts days, and where the
    policy leaves it to us, the morning's mail is early enough.
    """
    grants = _holders(call.session, {incident.organisation_id}, call.today).get(incident.organisation_id, [])
    wanted = {
        f"{CLOCK_TURN}:incident_clock:{clock.key}:{user_id}:mail": (clock, user_id)
        for clock in clocks
        if clock.strength == Strength.MUST and not clock.counts_days
        for user_id in _tellers(grants, incident, clock)
        if user_id != call.actor.user_id
    }
    known = visible_to(call.actor, Alert).where(col(Alert.unique_key).in_(list(wanted)))
    for row in call.session.exec(known).all() if wanted else ():
        del wanted[row.unique_key]
    call.session.add_all(_notice(call, incident, clock, user, key) for key, (clock, user) in wanted.items())
    call.session.flush()


def chain_for(session: Session, organisation_id: int) -> IncidentChain:
    """Return the chain of an organisation's policy."""
    return chain_of(session.exec(select(Organisation.pack).where(Organisation.id == organisation_id)).one())


def whose_turn_has_come(chain: IncidentChain, clocks: Sequence[IncidentClock]) -> list[IncidentClock]:
    """Return the open notices of one incident before which nothing in its chain is still to be told."""
    states = {clock.step: clock.state for clock in clocks}
    before = {step.step: step.after for step in chain.steps}
    return [
        clock
        for clock in clocks
        if clock.state == ClockState.OPEN and states.get(before.get(clock.step, "")) != ClockState.OPEN
    ]


def _notice(call: Call, incident: Incident, clock: IncidentClock, user_id: int, key: str) -> Alert:
    return Alert(
        organisation_id=incident.organisation_id,
        unique_key=key,
        user_id=user_id,
        kind=CLOCK_TURN,
        object_kind="incident_clock",
        object_id=clock.key,
        title=f"{incident.number} {incident.title}: {clock.title}。あなたの番です",
        due_on=clock.due_on,
        send_on=call.today,
        is_urgent=True,
        mark="turn",
        post_name=ROLE_LABELS.get(clock.from_role, ""),
    )


def due_rows(
    session: Session, day: date, *, ahead: timedelta = AHEAD, organisation_id: int | None = None
) -> list[ClockDue]:
    """Return the open clocks that fall due up to some days after a day, the most urgent first; what is overdue too.

    Of one organisation, or for jobs of every one.
    """
    query = (
        select(IncidentClock, Incident)
        .join(Incident, col(Incident.id) == col(IncidentClock.incident_id))
        .where(IncidentClock.state == ClockState.OPEN, col(IncidentClock.due_on) <= day + ahead)
        .where(col(Incident.state).in_([IncidentState.REPORTED, IncidentState.CONFIRMED]))
        .order_by(col(IncidentClock.due_at), col(IncidentClock.id))
    )
    if organisation_id is not None:
        query = query.where(IncidentClock.organisation_id == organisation_id)
    rows = session.exec(query).all()
    holders = _holders(session, {incident.organisation_id for _, incident in rows}, day)
    return [
        ClockDue(
            organisation_id=incident.organisation_id,
            user_ids=_tellers(holders.get(incident.organisation_id, ()), incident, clock),
            role=clock.from_role,
            department_id=incident.department_id,
            clock_id=clock.key,
            incident_number=incident.number,
            title=f"{incident.number} {clock.title}: {incident.title}",
            due_on=clock.due_on,
            due_at=clock.due_at,
            known_on=day_in_japan(clock.created_at),
            is_must=clock.strength == Strength.MUST,
        )
        for clock, incident in rows
    ]


def _holders(session: Session, organisations: set[int], day: date) -> dict[int, list[RoleGrant]]:
    found: dict[int, list[RoleGrant]] = {}
    if organisations:
        query = select(RoleGrant).where(col(RoleGrant.organisation_id).in_(organisations), counts_on(day))
        for grant in session.exec(query.where(col(RoleGrant.role).in_(incident_rights.LEADING))).all():
            found.setdefault(grant.organisation_id, []).append(grant)
    return found


def _tellers(grants: Sequence[RoleGrant], incident: Incident, clock: IncidentClock) -> tuple[int, ...]:
    if clock.from_role == Role.STAFF:
        return (incident.reported_by_id,)
    own = {
        grant.user_id
        for grant in grants
        if grant.role == clock.from_role and grant.department_id in {None, incident.department_id}
    }
    window = {grant.user_id for grant in grants if grant.role in incident_rights.WINDOW}
    return tuple(sorted(own or window))
