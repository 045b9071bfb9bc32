"""An incident on its way, step by step, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from casework import incident_clocks, incident_leaks, incident_measures, incident_rights, incidents
from casework.incident_leaks import LeakIn
from casework.incident_measures import MeasureIn, PartyIn
from casework.incidents import IncidentIn
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.incident_party import IncidentParty
from models.vocabulary import LeakedKind, LeakReport, MeasureKind, PartyRole, Publication
from tests.office import Office

HOUR = timedelta(hours=1)


def reported(office: Office, login_name: str = "staff", **changes: Any) -> Incident:
    """Return an incident that was noticed half an hour ago."""
    stated: dict[str, Any] = {"what": "委託先から名簿の誤送信の連絡", "known_at": office.clock() - HOUR / 2}
    return office.do(login_name, incidents.report, IncidentIn(**(stated | changes)))


def newest(office: Office, number: str) -> Incident:
    return office.look("auditor", incident_rights.find_incident, number)


def confirmed(office: Office, **changes: Any) -> Incident:
    row = reported(office, **changes)
    said: dict[str, Any] = {"version": row.version, "is_incident": True, "reason": "外部に届いている"}
    return office.do("supervising_officer", incidents.assess, row.number, **said)


def clocks(office: Office, incident: Incident) -> dict[str, IncidentClock]:
    """Return the clocks of an incident by step."""
    return {row.step: row for row in office.look("auditor", incident_clocks.clocks_of, incident.key)}


def tell(office: Office, incident: Incident, step: str, login_name: str = "supervising_officer", **said: Any) -> None:
    version = clocks(office, incident)[step].version
    facts: dict[str, Any] = {"version": version, "told_to": "相手 氏名"} | said
    office.do(login_name, incident_clocks.tell, incident.number, step, **facts)


def decide_leak(office: Office, incident: Incident, *, login_name: str = "security_manager", **said: Any) -> Incident:
    stated: dict[str, Any] = {"leaked": LeakedKind.PERSONAL, "report": LeakReport.NEEDED} | said
    version = newest(office, incident.number).version
    return office.do(login_name, incident_leaks.decide_leak, incident.number, LeakIn(**stated), version=version)


def touched(office: Office, incident: Incident, **stated: Any) -> IncidentParty:
    facts: dict[str, Any] = {"role": PartyRole.CONTRACTOR, "name": "△△株式会社"} | stated
    return office.do("security_manager", incident_measures.add_party, incident.number, PartyIn(**facts))


def demanded(office: Office, incident: Incident, party: IncidentParty, kind: MeasureKind = MeasureKind.DEMAND) -> int:
    stated = MeasureIn(kind, "流出した名簿の回収と経過の報告", party_id=party.key)
    return office.do("security_manager", incident_measures.record_measure, incident.number, stated).key


def settled(office: Office, incident: Incident) -> Incident:
    """Return a confirmed incident on which nothing is left to do: all told, all decided."""
    said: dict[str, Any] = {"leaked": LeakedKind.NONE, "report": LeakReport.UNDECIDED, "reason": "名簿は架空だった"}
    row = decide_leak(office, incident, **said)
    row = office.do(
        "ciso",
        incident_measures.decide_publication,
        row.number,
        version=row.version,
        choice=Publication.WITHHOLD,
        reason="影響が庁内に限られる",
    )
    row = office.do(
        "security_manager",
        incident_measures.record_cause,
        row.number,
        version=row.version,
        cause="宛先の取り違え",
        prevention="送信前に2人で確かめる",
    )
    for step, clock in clocks(office, row).items():
        if clock.state == "open":
            tell(office, row, step)
    return newest(office, row.number)


def closing(office: Office, incident: Incident) -> Incident:
    row = settled(office, incident)
    return office.do("security_manager", incident_measures.propose_close, row.number, version=row.version)


def closed(office: Office, incident: Incident) -> Incident:
    row = closing(office, incident)
    return office.do("ciso", incident_measures.close, row.number, version=row.version, is_agreed=True)
