"""What is done about an incident: whom it touches, demands under the contract, suspension, publication, the cause."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col

from casework import audit, catalogue, incident_clocks, incident_rights, incidents, suspensions
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.incident import Incident
from models.incident_measure import IncidentMeasure
from models.incident_party import IncidentParty
from models.provider import Provider
from models.request import Request
from models.vocabulary import (
    IncidentState,
    MeasureKind,
    PartyRole,
    Publication,
    Role,
    SuspensionCause,
)

ORDERING = (Role.CISO, Role.DEPUTY_CISO)
TO_A_PARTY = (MeasureKind.DEMAND, MeasureKind.SUSPENSION, MeasureKind.ANSWER)


@dataclass(frozen=True)
class PartyIn:
    """Whom an incident touches: a contract or service by its number, or anybody by name."""

    role: PartyRole
    name: str = ""
    contract: str = ""
    service: str = ""
    contact: str = ""


@dataclass(frozen=True)
class MeasureIn:
    """What was done or demanded; ``answers_id`` names the demand that an answer is about."""

    kind: MeasureKind
    text: str
    taken_at: datetime | None = None
    party_id: int | None = None
    answers_id: int | None = None


def add_party(call: Call, number: str, stated: PartyIn) -> IncidentParty:
    """Say whom the incident touches; the clock of the demand starts with it. Raises ``BadInput`` and ``NotFound``."""
    call.line_up()
    incident = incident_rights.find_open(call, number, to="関係する事業者を加える")
    _need_part(call, incident, "関係する事業者を加える")
    row = _party(call, incident, stated)
    call.session.add(row)
    call.session.flush()
    said = {"name": row.name, "role": row.role, "contract": stated.contract, "service": stated.service}
    audit.record(call, "incident_party_added", "incident", incident.number, after=said)
    incident_clocks.open_steps(call, incident, "party")
    return row


def _party(call: Call, incident: Incident, stated: PartyIn) -> IncidentParty:
    name, contact = stated.name.strip(), stated.contact.strip()
    provider: Provider | None = None
    contract = _contract(call, stated.contract.strip()) if stated.contract.strip() else None
    service = catalogue.find_service(call, stated.service.strip()) if stated.service.strip() else None
    provider_id = contract.provider_id if contract else service.provider_id if service else None
    found = visible_to(call.actor, Provider)
    if provider_id is not None:
        provider = call.session.exec(found.where(Provider.id == provider_id)).one()
    elif name:
        provider = call.session.exec(found.where(Provider.name == name).order_by(col(Provider.id))).first()
    elif not name:
        message = "事業者の名前か、契約かサービスの番号を書いてください。"
        raise BadInput(message, [FieldError("/name", "missing", message)])
    return IncidentParty(
        organisation_id=incident.organisation_id,
        incident_id=incident.key,
        role=stated.role,
        name=name or (provider.name if provider else ""),
        provider_id=provider.key if provider else None,
        service_id=service.key if service else None,
        contract_id=contract.key if contract else None,
        contact=contact or (provider.contact if provider else ""),
        added_by_id=call.actor.user_id,
    )


def _contract(call: Call, number: str) -> Contract:
    row = call.session.exec(visible_to(call.actor, Contract).where(Contract.number == number)).first()
    if row is None:
        raise NotFound(f"契約 {number} が見つかりません。番号を確かめるか、契約の一覧から選び直してください。")
    return row


def _need_part(call: Call, incident: Incident, to: str) -> None:
    """Refuse whoever neither reported nor leads the incident. Raises ``NotPermitted``."""
    if not has_part(call, incident):
        incident_rights.need_lead(call, incident, to)


def has_part(call: Call, incident: Incident) -> bool:
    """Return whether the actor reported the incident or leads it."""
    return incident.reported_by_id == call.actor.user_id or incident_rights.leads(call, incident)


def record_measure(call: Call, number: str, stated: MeasureIn) -> IncidentMeasure:
    """Record what was done, demanded or answered; a suspension stops the approved use. Raises ``BadInput``.

    Provisions:
        8-1(3)①(エ): the managers demand what the contract allows, an interruption included where it is needed;
        5-3(3)③: what keeps the damage from growing; 5-3(3)⑤: the CISO orders what prevents it.
    """
    call.line_up()
    incident = incident_rights.find_open(call, number, to="措置を記録する")
    if stated.kind == MeasureKind.INSTRUCTION:
        call.need(*ORDERING, to="再発防止のための指示を記録する")
    incident_rights.need_lead(call, incident, "措置を記録する")
    at = stated.taken_at or call.now
    parties = {row.key: row for row in parties_of(call, incident.key)}
    _check(call, incident, stated, at, parties.keys())
    row = IncidentMeasure(
        organisation_id=incident.organisation_id,
        incident_id=incident.key,
        kind=stated.kind,
        text=stated.text.strip(),
        taken_at=at,
        party_id=stated.party_id,
        answers_id=stated.answers_id if stated.kind == MeasureKind.ANSWER else None,
        recorded_by_id=call.actor.user_id,
    )
    call.session.add(row)
    call.session.flush()
    party = parties.get(stated.party_id or 0)
    said = {"kind": row.kind, "text": row.text, "taken_at": at.isoformat(), "party": party.name if party else ""}
    audit.record(call, "incident_measure_recorded", "incident", incident.number, after=said)
    if party is not None and stated.kind in {MeasureKind.DEMAND, MeasureKind.SUSPENSION}:
        incident_clocks.settle_by_demand(call, incident, at, party.name)
    if stated.kind == MeasureKind.SUSPENSION and party is not None:
        _suspend(call, incident, party, row.text)
    elif stated.kind == MeasureKind.RESUMPTION:
        because = f"インシデント {incident.number} の措置として再開: {row.text}"
        suspensions.lift(call, SuspensionCause.INCIDENT, incident.key, because)
    return row


def _check(call: Call, incident: Incident, stated: MeasureIn, at: datetime, known: Collection[int]) -> None:
    problems = []
    if not stated.text.strip():
        problems.append(FieldError("/text", "missing", "何をしたか(何を求めたか)を書いてください。"))
    if not incident.known_at <= at <= call.now:
        message = "措置の日時は、知った日時から今までの間にしてください。"
        problems.append(FieldError("/taken_at", "out_of_reach", message))
    if stated.kind in TO_A_PARTY and stated.party_id not in known:
        message = "だれに求めたか(だれの回答か)を、関係する事業者から選んでください。先に事業者を加えます。"
        problems.append(FieldError("/party_id", "missing", message))
    elif stated.party_id is not None and stated.party_id not in known:
        message = "このインシデントに関係する事業者から選んでください。先に事業者を加えます。"
        problems.append(FieldError("/party_id", "unknown", message))
    if stated.kind == MeasureKind.ANSWER:
        demands = {row.key: row for row in measures_of(call, incident.key) if row.kind in TO_A_PARTY[:2]}
        asked = demands.get(stated.answers_id or 0)
        if asked is None or asked.party_id != stated.party_id:
            message = "どの要求への回答かを、同じ事業者への要求から選んでください。"
            problems.append(FieldError("/answers_id", "missing", message))
    if problems:
        raise BadInput("措置の記録に確認が必要な箇所があります。", problems)


def _suspend(call: Call, incident: Incident, party: IncidentParty, text: str) -> None:
    """Suspend every approved use that hangs on the party's contract or service."""
    wanted: set[int] = set()
    if party.contract_id is not None:
        contract = call.session.exec(visible_to(call.actor, Contract).where(Contract.id == party.contract_id)).one()
        wanted |= {contract.request_id} if contract.request_id else set()
    if party.service_id is not None:
        uses = visible_to(call.actor, ApprovedService).where(ApprovedService.service_id == party.service_id)
        wanted |= {use.request_id for use in call.session.exec(uses).all()}
    reason = f"インシデント {incident.number}: {text}"
    for request in call.session.exec(visible_to(call.actor, Request).where(col(Request.id).in_(wanted))).all():
        suspensions.suspend(call, request, SuspensionCause.INCIDENT, incident.key, reason)


def decide_publication(
    call: Call, number: str, *, version: int, choice: Publication, reason: str, published_on: date | None = None
) -> Incident:
    """Record whether the incident is made public, why, and when it was. Raises ``BadInput`` and ``NotPermitted``.

    Provisions:
        1(9)⑥: told to the press and published by its weight and reach; whoever stands for the CSIRT decides.
    """
    call.need(*incident_rights.WINDOW, to="公表するかどうかを決める")
    call.line_up()
    row = incident_rights.find_open(call, number, to="公表を決める")
    need_version(row.version, version)
    problems = []
    if choice == Publication.UNDECIDED:
        problems.append(FieldError("/choice", "missing", "公表するか、公表しないかを選んでください。"))
    if not reason.strip():
        message = "判断の理由(重要度・影響の範囲をどう見たか)を書いてください。"
        problems.append(FieldError("/reason", "missing", message))
    if published_on is not None and (published_on > call.today or choice != Publication.PUBLISH):
        message = "公表した日は、公表するときだけ、今日以前の日を書いてください。"
        problems.append(FieldError("/published_on", "out_of_reach", message))
    if problems:
        raise BadInput("公表の判断に確認が必要な箇所があります。", problems)
    row.publication, row.publication_reason, row.published_on = choice, reason.strip(), published_on
    row.published_by_id, row.publication_at = call.actor.user_id, call.now
    said: dict[str, object] = {"publication": choice, "reason": row.publication_reason}
    day = published_on.isoformat() if published_on else ""
    incidents.save(call, row, "incident_publication_decided", said | {"published_on": day})
    return row


def record_cause(call: Call, number: str, *, version: int, cause: str, prevention: str) -> Incident:
    """Record why it happened and what prevents it (5-3(3)④); raises ``BadInput``."""
    call.line_up()
    row = incident_rights.find_open(call, number, IncidentState.CONFIRMED, to="原因と再発防止策を記録する")
    incident_rights.need_lead(call, row, "原因と再発防止策を記録する")
    need_version(row.version, version)
    problems = [
        FieldError(pointer, "missing", f"{words}を書いてください。")
        for pointer, value, words in (("/cause", cause, "原因"), ("/prevention", prevention, "再発防止策"))
        if not value.strip()
    ]
    if problems:
        raise BadInput("原因と再発防止策に確認が必要な箇所があります。", problems)
    before = {"cause": row.cause, "prevention": row.prevention}
    row.cause, row.prevention = cause.strip(), prevention.strip()
    said: dict[str, object] = {"cause": row.cause, "prevention": row.prevention, "before": before}
    incidents.save(call, row, "incident_cause_recorded", said)
    return row


def propose_close(call: Call, number: str, *, version: int, note: str = "") -> Incident:
    """Propose that the incident is closed: everybody is told, everything is decided. Raises ``WrongState``."""
    call.line_up()
    row = incident_rights.find_open(call, number, IncidentState.CONFIRMED, to="結びを申し出る")
    incident_rights.need_lead(call, row, "結びを申し出る")
    need_version(row.version, version)
    if remaining := still_missing(call, row):
        raise WrongState(f"まだ結べません。{'、'.join(remaining)}を済ませてください。", state=row.state)
    row.state, row.closing_note = IncidentState.CLOSING, note.strip()
    row.closing_proposed_by_id = call.actor.user_id
    incidents.save(call, row, "incident_close_proposed", {"note": row.closing_note})
    incidents.tell_leaders(call, row, "incident_close_proposed", f"{row.number} {row.title}: 結びの確認をお願いします")
    return row


def still_missing(call: Call, incident: Incident) -> list[str]:
    """Return in Japanese what stands between an incident and its close."""
    found = [
        f"「{clock.title}」の報告" for clock in incident_clocks.clocks_of(call, incident.key) if clock.state == "open"
    ]
    if not incident_clocks.is_decided(incident):
        found.append("個人情報の漏えいの判断")
    if incident.publication == Publication.UNDECIDED:
        found.append("公表の判断")
    if not (incident.cause and incident.prevention):
        found.append("原因と再発防止策の記録")
    return found


def close(call: Call, number: str, *, version: int, is_agreed: bool, note: str = "") -> Incident:
    """Read an incident a second time and close it, or send it back with what is missing.

    Raises ``NotPermitted`` for whoever proposed it: two people close an incident.
    """
    call.need(*incident_rights.WINDOW, to="インシデントを結ぶ")
    call.line_up()
    row = incident_rights.find_open(call, number, IncidentState.CLOSING, to="結ぶ")
    need_version(row.version, version)
    if row.closing_proposed_by_id == call.actor.user_id:
        raise NotPermitted("結びを申し出た本人は確認できません。別の人が読み直してから結びます。")
    if is_agreed:
        row.state, row.closed_by_id, row.closed_at = IncidentState.CLOSED, call.actor.user_id, call.now
        incidents.save(call, row, "incident_closed", {"note": note.strip()})
        incidents.tell_leaders(call, row, "incident_closed", f"{row.number} {row.title}: 結びました")
        return row
    if not note.strip():
        message = "戻す理由(何が足りないか)を書いてください。"
        raise BadInput(message, [FieldError("/note", "missing", message)])
    row.state, row.closing_note = IncidentState.CONFIRMED, note.strip()
    incidents.save(call, row, "incident_close_returned", {"note": row.closing_note})
    incidents.tell_leaders(call, row, "incident_close_returned", f"{row.number} {row.title}: 結びが戻されました")
    return row


def parties_of(call: Call, incident_id: int) -> Sequence[IncidentParty]:
    """Return whom an incident touches, as they were added."""
    query = visible_to(call.actor, IncidentParty).where(IncidentParty.incident_id == incident_id)
    return call.session.exec(query.order_by(col(IncidentParty.id))).all()


def measures_of(call: Call, incident_id: int) -> Sequence[IncidentMeasure]:
    """Return what was done about an incident, oldest first."""
    query = visible_to(call.actor, IncidentMeasure).where(IncidentMeasure.incident_id == incident_id)
    return call.session.exec(query.order_by(col(IncidentMeasure.taken_at), col(IncidentMeasure.id))).all()
