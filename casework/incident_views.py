"""What pages, API and commands show of incidents: names beside keys, time left in words, who may do what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col

from casework import incident_clocks, incident_measures, incident_rights, leak_deadlines
from casework.call import Call
from casework.tenancy import names_of, visible_to
from models.department import Department
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.incident_measure import IncidentMeasure
from models.incident_party import IncidentParty
from models.vocabulary import ClockState, IncidentState


@dataclass(frozen=True)
class ClockRow:
    """One notice with the time it leaves and whether the actor may record it."""

    clock: IncidentClock
    remaining: str
    is_late: bool
    recorded_by: str
    may_tell: bool
    may_leave_out: bool


@dataclass(frozen=True)
class IncidentRow:
    """An incident in a list, with the notice that is due next."""

    incident: Incident
    department: str
    reported_by: str
    next_clock: ClockRow | None


@dataclass(frozen=True)
class MeasureRow:
    """Something done, with who recorded it and whom it was demanded of."""

    measure: IncidentMeasure
    party: str
    recorded_by: str


@dataclass(frozen=True)
class IncidentView:
    """One incident with everything that hangs on it, as the actor sees it."""

    row: IncidentRow
    clocks: Sequence[ClockRow]
    parties: Sequence[IncidentParty]
    measures: Sequence[MeasureRow]
    people: Mapping[int, str]
    missing: Sequence[str]
    contractor_was_late: bool
    leads: bool
    has_part: bool
    is_window: bool

    @property
    def incident(self) -> Incident:
        """Return the incident itself."""
        return self.row.incident


def rows_of(call: Call, incidents: Iterable[Incident]) -> list[IncidentRow]:
    """Return incidents with what a list shows of them, in three more queries whatever their number."""
    listed = list(incidents)
    if not listed:
        return []
    keys = [row.key for row in listed]
    found = visible_to(call.actor, IncidentClock).where(
        col(IncidentClock.incident_id).in_(keys), IncidentClock.state == ClockState.OPEN
    )
    by_key = {row.key: row for row in listed}
    first: dict[int, IncidentClock] = {}
    for clock in call.session.exec(found.order_by(col(IncidentClock.due_at), col(IncidentClock.id))).all():
        first.setdefault(clock.incident_id, clock)
    named = visible_to(call.actor, Department).where(col(Department.id).in_({row.department_id for row in listed}))
    departments = {row.key: row.name for row in call.session.exec(named).all()}
    people = names_of(call.session, call.actor, [row.reported_by_id for row in listed])
    return [
        IncidentRow(
            row,
            departments[row.department_id],
            people.get(row.reported_by_id, ""),
            _clock_row(call, by_key[row.key], first[row.key], {}) if row.key in first else None,
        )
        for row in listed
    ]


def _clock_row(call: Call, incident: Incident, clock: IncidentClock, people: Mapping[int, str]) -> ClockRow:
    is_open = clock.state == ClockState.OPEN and incident.state in {IncidentState.REPORTED, IncidentState.CONFIRMED}
    by_law = clock.step in incident_clocks.LAW
    return ClockRow(
        clock,
        incident_clocks.remaining(clock, call.now),
        incident_clocks.is_late(clock, call.now),
        people.get(clock.recorded_by_id or 0, ""),
        is_open and incident_rights.may_tell(call, incident, clock),
        is_open and not by_law and incident_rights.may_leave_out(call, incident, clock),
    )


def view(call: Call, number: str) -> IncidentView:
    """Return one incident with everything that hangs on it; raises ``NotFound``."""
    incident = incident_rights.find_incident(call, number)
    clocks = incident_clocks.clocks_of(call, incident.key)
    parties = incident_measures.parties_of(call, incident.key)
    measures = incident_measures.measures_of(call, incident.key)
    wanted = [row.recorded_by_id for row in clocks] + [row.recorded_by_id for row in measures]
    wanted += [incident.assessed_by_id, incident.leak_decided_by_id, incident.published_by_id]
    wanted += [incident.closing_proposed_by_id, incident.closed_by_id]
    people = names_of(call.session, call.actor, wanted)
    names = {row.key: row.name for row in parties}
    knew = incident.informant_knew_at
    return IncidentView(
        row=rows_of(call, [incident])[0],
        clocks=[_clock_row(call, incident, clock, people) for clock in clocks],
        parties=parties,
        measures=[
            MeasureRow(row, names.get(row.party_id or 0, ""), people.get(row.recorded_by_id, "")) for row in measures
        ],
        people=people,
        missing=incident_measures.still_missing(call, incident),
        contractor_was_late=knew is not None and leak_deadlines.contractor_was_late(knew, incident.known_at),
        leads=incident_rights.leads(call, incident),
        has_part=incident_measures.has_part(call, incident),
        is_window=call.actor.has(*incident_rights.WINDOW),
    )
