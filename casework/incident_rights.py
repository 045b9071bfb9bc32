"""Who may do what about an incident: the reporter, who leads it for the section, the one contact point."""

from casework.call import ROLE_LABELS, Call
from casework.errors import NotFound, NotPermitted, WrongState
from casework.tenancy import visible_to
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.vocabulary import IncidentState, Role, Strength

# The one contact point (1(9)③) and the CSIRT are set up by the CISO; the body's leading roles stand for them.
WINDOW = (Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO)
OF_THE_SECTION = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, Role.SECURITY_OFFICER)
LEADING = (*OF_THE_SECTION, *WINDOW)
STATE_WORDS = {
    IncidentState.REPORTED: "報告あり",
    IncidentState.CONFIRMED: "インシデント",
    IncidentState.NOT_INCIDENT: "該当しない",
    IncidentState.CLOSING: "結びの確認待ち",
    IncidentState.CLOSED: "完了",
}


def find_incident(call: Call, number: str) -> Incident:
    """Return an incident of the actor's organisation by its number; raises ``NotFound``."""
    row = call.session.exec(visible_to(call.actor, Incident).where(Incident.number == number)).first()
    if row is None:
        message = f"インシデント {number} が見つかりません。番号を確かめるか、一覧から選び直してください。"
        raise NotFound(message)
    return row


def leads(call: Call, incident: Incident) -> bool:
    """Return whether the actor leads this incident: the section's managers, its officer, the contact point."""
    section = call.actor.grant_for(OF_THE_SECTION, incident.department_id) is not None
    return section or call.actor.uses(*WINDOW)


def need_lead(call: Call, incident: Incident, to: str) -> None:
    """Refuse whoever does not lead the incident. Raises ``NotPermitted``."""
    if not leads(call, incident):
        names = "、".join(ROLE_LABELS[role] for role in (*OF_THE_SECTION, *WINDOW))
        message = f"{to}のは、その課の管理者・責任者か統一的な窓口({names})です。該当する人に依頼してください。"
        raise NotPermitted(message)


def need_open(incident: Incident, *states: IncidentState, to: str) -> None:
    """Refuse what cannot be done in the state an incident is in. Raises ``WrongState``."""
    allowed = states or (IncidentState.REPORTED, IncidentState.CONFIRMED)
    if incident.state not in allowed:
        words = "・".join(STATE_WORDS[state] for state in allowed)
        now = STATE_WORDS[IncidentState(incident.state)]
        message = f"インシデント {incident.number} はいま「{now}」です。{to}のは「{words}」のときです。"
        raise WrongState(message, state=incident.state)


def find_open(call: Call, number: str, *states: IncidentState, to: str) -> Incident:
    """Return an incident that is in a state in which this may be done. Raises ``NotFound`` and ``WrongState``."""
    row = find_incident(call, number)
    need_open(row, *states, to=to)
    return row


def may_tell(call: Call, incident: Incident, clock: IncidentClock) -> bool:
    """Return whether the actor may record a notice: the reporter, sender, receiver, who leads."""
    if clock.from_role == Role.STAFF and incident.reported_by_id == call.actor.user_id:
        return True
    if leads(call, incident):
        return True
    parties = [clock.from_role, clock.to_role]
    return clock.from_role != Role.STAFF and call.actor.grant_for(parties, incident.department_id) is not None


def need_teller(call: Call, incident: Incident, clock: IncidentClock) -> None:
    """Refuse whoever has no part in a notice. Raises ``NotPermitted``."""
    if not may_tell(call, incident, clock):
        sender = ROLE_LABELS.get(clock.from_role, clock.from_role)
        raise NotPermitted(f"「{clock.title}」の報告を記録するのは、{sender}と、受けた人、統一的な窓口です。")


def may_leave_out(call: Call, incident: Incident, clock: IncidentClock) -> bool:
    """Return whether the actor may say that a notice is not needed."""
    return call.actor.uses(*WINDOW) or (clock.strength != Strength.MUST and leads(call, incident))


def need_leaver_out(call: Call, incident: Incident, clock: IncidentClock) -> None:
    """Refuse whoever may not leave a notice out. Raises ``NotPermitted``."""
    if not may_leave_out(call, incident, clock):
        names = "、".join(ROLE_LABELS[role] for role in WINDOW)
        raise NotPermitted(f"「{clock.title}」は必須の報告です。不要とするのは{names}です。その人に依頼してください。")
