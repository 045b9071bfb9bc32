"""What waits for somebody about incidents: the next notice to give, an assessment, a close to read a second time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, or_

from casework import incident_rights, incident_views
from casework.call import Call
from casework.incident_views import IncidentRow
from casework.incidents import OPEN_STATES
from casework.tenancy import visible_to
from models.incident import Incident
from models.vocabulary import IncidentState

MOST = 20
LOOKED_AT = 200  # of these the ones that wait for the actor are picked


@dataclass(frozen=True)
class IncidentWork:
    """An incident and what the actor has to do about it next, in Japanese."""

    row: IncidentRow
    next_step: str


def look(call: Call) -> Sequence[IncidentWork]:
    """Return the incidents that wait for the actor, the notice that is due first before the others."""
    query = visible_to(call.actor, Incident).where(col(Incident.state).in_(OPEN_STATES), _concerns(call))
    found = call.session.exec(query.order_by(col(Incident.id).desc()).limit(LOOKED_AT)).all()
    works = [IncidentWork(row, step) for row in incident_views.rows_of(call, found) if (step := _step(call, row))]
    return sorted(works, key=lambda work: (work.row.next_clock is None, _due(work), work.row.incident.key))[:MOST]


def _due(work: IncidentWork) -> float:
    return work.row.next_clock.clock.due_at.timestamp() if work.row.next_clock else 0.0


def _concerns(call: Call) -> ColumnElement[bool]:
    """Return which incidents can wait for the actor: those reported, those of the own sections, all for the window."""
    sections = {grant.department_id for grant in call.actor.grants if grant.role in incident_rights.OF_THE_SECTION}
    if call.actor.has(*incident_rights.WINDOW) or None in sections:
        return col(Incident.id).is_not(None)
    return or_(col(Incident.reported_by_id) == call.actor.user_id, col(Incident.department_id).in_(sections))


def _step(call: Call, row: IncidentRow) -> str:
    """Return the next step of the actor about an incident, or "" where somebody else is next."""
    incident, is_window = row.incident, call.actor.has(*incident_rights.WINDOW)
    if incident.state == IncidentState.CLOSING:
        is_mine = is_window and incident.closing_proposed_by_id != call.actor.user_id
        return "結びを読み直して確かめます" if is_mine else ""
    if row.next_clock is not None and row.next_clock.may_tell:
        return f"{row.next_clock.clock.title}({row.next_clock.remaining})"
    if incident.state == IncidentState.REPORTED:
        return "インシデントかどうかを評価します" if is_window else ""
    if row.next_clock is None and incident_rights.leads(call, incident):
        return "残る判断を記録し、結びを申し出ます"
    return ""
