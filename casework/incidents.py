"""Incidents 5-3 and 7-3: reported by anybody in a minute, assessed by the one contact point, known since an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit, case_notices, departments, incident_clocks, incident_rights
from casework.actor import counts_on
from casework.call import Call
from casework.errors import BadInput, FieldError, WrongState
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.department import Department
from models.incident import Incident
from models.role_grant import RoleGrant
from models.vocabulary import IncidentSource, IncidentState, LeakedKind, LeakReport

PREFIX = "I"
TITLE_LETTERS = 40
NOT_ONE = "インシデントに当たらないと評価"
OPEN_STATES = (IncidentState.REPORTED, IncidentState.CONFIRMED, IncidentState.CLOSING)


@dataclass(frozen=True)
class IncidentIn:
    """What is reported. Only what happened and when it was noticed must be said; the rest may be unknown."""

    what: str
    known_at: datetime | None
    title: str = ""
    source: IncidentSource = IncidentSource.STAFF
    informant: str = ""
    department: str = ""
    leaked: LeakedKind = LeakedKind.UNKNOWN
    happened_at: datetime | None = None
    informant_knew_at: datetime | None = None
    is_cloud: bool = False


def report(call: Call, stated: IncidentIn) -> Incident:
    """Report an incident: it gets its number, its clocks start, and who leads is told. Raises ``BadInput``.

    Provisions:
        5-3(1)①: whoever notices tells the 情報セキュリティ管理者 and the one contact point at once; 5-3(2)①: so does
        whoever is told by somebody outside.
    """
    call.line_up()
    department = _department(call, stated.department)
    _check(call, stated)
    assert stated.known_at is not None  # noqa: S101 (checked above)
    what = stated.what.strip()
    row = Incident(
        organisation_id=call.actor.organisation_id,
        number=next_number(call, PREFIX),
        title=stated.title.strip() or " ".join(what.split())[:TITLE_LETTERS],
        what=what,
        source=stated.source,
        informant=stated.informant.strip(),
        department_id=department.key,
        happened_at=stated.happened_at,
        informant_knew_at=stated.informant_knew_at,
        known_at=stated.known_at,
        reported_by_id=call.actor.user_id,
        reported_at=call.now,
        is_cloud=stated.is_cloud,
        leaked=stated.leaked,
    )
    call.session.add(row)
    call.session.flush()
    incident_clocks.start(call, row)
    after = {
        "title": row.title,
        "source": row.source,
        "known_at": row.known_at.isoformat(),
        "department": department.code,
        "leaked": row.leaked,
    }
    audit.record(call, "incident_reported", "incident", row.number, after=after)
    tell_leaders(call, row, "incident_reported", f"{row.number} インシデントの報告: {row.title}")
    return row


def _department(call: Call, name: str) -> Department:
    if not name.strip():
        own = visible_to(call.actor, Department).where(Department.id == call.actor.department_id)
        return call.session.exec(own).one()
    found = departments.named(call, name.strip())
    if found is None:
        message = f"課「{name}」がありません。登録されている課の名前を書いてください。"
        raise BadInput(message, [FieldError("/department", "unknown_department", message)])
    return found


def _check(call: Call, stated: IncidentIn) -> None:
    problems = []
    if not stated.what.strip():
        problems.append(FieldError("/what", "missing", "何が起きたかを、分かっていることだけ書いてください。"))
    if stated.known_at is None:
        problems.append(FieldError("/known_at", "missing", "気付いた日時(知らせを受けた日時)を書いてください。"))
    for pointer, instant, words in (
        ("/known_at", stated.known_at, "気付いた日時"),
        ("/happened_at", stated.happened_at, "起きた日時"),
        ("/informant_knew_at", stated.informant_knew_at, "事業者が知った日時"),
    ):
        if instant is not None and instant > call.now:
            problems.append(FieldError(pointer, "instant_to_come", f"{words}は今より前の日時にしてください。"))
    knew, known = stated.informant_knew_at, stated.known_at
    if knew is not None and known is not None and knew > known:
        message = "事業者が知った日時は、こちらが知らせを受けた日時以前にしてください。"
        problems.append(FieldError("/informant_knew_at", "after_our_knowledge", message))
    if problems:
        raise BadInput("インシデントの報告に確認が必要な箇所があります。", problems)


def list_incidents(call: Call, *, state: str = "", wish: PageWish) -> Page[Incident]:
    """Return incidents, newest first; ``open`` as a state means every one that is not settled."""
    query = in_state(call, state)
    order = Order(col(Incident.id), col(Incident.id))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def in_state(call: Call, state: str) -> SelectOfScalar[Incident]:
    """Return the query for incidents in a state; ``open`` means every one that is not settled, "" means all."""
    query = visible_to(call.actor, Incident)
    if state == "open":
        return query.where(col(Incident.state).in_(OPEN_STATES))
    return query.where(Incident.state == state) if state else query


def save(call: Call, incident: Incident, action: str, after: dict[str, object]) -> None:
    """Write a change of an incident and its event."""
    incident.version += 1
    call.session.add(incident)
    call.session.flush()
    audit.record(call, action, "incident", incident.number, after={"state": incident.state, **after})


def assess(call: Call, number: str, *, version: int, is_incident: bool, reason: str) -> Incident:
    """Say whether what was reported is an incident; raises ``BadInput``, ``NotPermitted`` and ``WrongState``.

    Provisions:
        5-3(3)①: the CSIRT looks at what was reported and assesses it; 5-3(3)②: an incident is told to the CISO.
    """
    call.need(*incident_rights.WINDOW, to="インシデントかどうかを評価する")
    call.line_up()
    row = incident_rights.find_incident(call, number)
    incident_rights.need_open(row, IncidentState.REPORTED, IncidentState.NOT_INCIDENT, to="評価する")
    need_version(row.version, version)
    if not reason.strip():
        message = "評価の理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "missing", message)])
    if row.state == IncidentState.NOT_INCIDENT and not is_incident:
        raise WrongState("もう「該当しない」と評価されています。改めるのは、インシデントと評価するときです。")
    if not is_incident and row.leaked != LeakedKind.NONE and row.leak_report == LeakReport.UNDECIDED:
        message = "個人情報の漏えいの有無か、委員会への報告の要否を先に決めてください。期限が動いています。"
        raise WrongState(message, state=row.state)
    if not is_incident and row.leak_report == LeakReport.NEEDED:
        raise WrongState("個人情報保護委員会へ報告する事案は、インシデントとして評価してください。", state=row.state)
    row.state = IncidentState.CONFIRMED if is_incident else IncidentState.NOT_INCIDENT
    row.assessed_by_id, row.assessed_at, row.assessment = call.actor.user_id, call.now, reason.strip()
    save(call, row, "incident_assessed", {"is_incident": is_incident, "reason": row.assessment})
    if is_incident:
        incident_clocks.reopen(call, row, because=NOT_ONE)
        incident_clocks.open_steps(call, row, "confirmed")
    else:
        incident_clocks.let_go(call, row, f"{NOT_ONE}: {row.assessment}")
    words = "インシデントと評価しました" if is_incident else "インシデントに当たらないと評価しました"
    tell_leaders(call, row, "incident_assessed", f"{row.number} {row.title}: {words}")
    return row


def correct_knowledge(call: Call, number: str, *, version: int, known_at: datetime, reason: str) -> Incident:
    """Move the instant of knowledge to an earlier one: another section knew before. Every open deadline follows.

    Provisions:
        通則ガイドライン 3-5-3-3: the days count from when any section of the body knew.
    """
    call.line_up()
    row = incident_rights.find_incident(call, number)
    incident_rights.need_lead(call, row, "知った日時を直す")
    incident_rights.need_open(row, to="知った日時を直す")
    need_version(row.version, version)
    problems = []
    if not reason.strip():
        problems.append(FieldError("/reason", "missing", "直す理由(だれがいつ知っていたか)を書いてください。"))
    if known_at >= row.known_at:
        message = "知った日時は、いまの記録より早い日時にだけ直せます。期限を後ろへ動かすことはできません。"
        problems.append(FieldError("/known_at", "not_earlier", message))
    elif row.informant_knew_at is not None and known_at < row.informant_knew_at:
        message = "事業者が知った日時より前にはできません。事業者の記録を確かめてください。"
        problems.append(FieldError("/known_at", "before_the_informant", message))
    if problems:
        raise BadInput("知った日時に確認が必要な箇所があります。", problems)
    before, row.known_at = row.known_at, known_at
    said = {"before": before.isoformat(), "known_at": known_at.isoformat(), "reason": reason.strip()}
    save(call, row, "incident_knowledge_corrected", {**said})
    incident_clocks.retime(call, row)
    return row


def tell_leaders(call: Call, incident: Incident, kind: str, title: str) -> None:
    """Enter a notice to whoever leads the incident, once for this kind and day."""
    people = leaders_of(call, incident.department_id)
    case_notices.tell(call, people, kind, "incident", incident.key, title)


def leaders_of(call: Call, department_id: int) -> Sequence[int]:
    """Return who leads an incident of a section today: its managers and officer, and the contact point."""
    query = select(RoleGrant.user_id).where(
        RoleGrant.organisation_id == call.actor.organisation_id,
        counts_on(call.today),
        or_(
            col(RoleGrant.role).in_(incident_rights.WINDOW),
            col(RoleGrant.role).in_(incident_rights.OF_THE_SECTION)
            & or_(col(RoleGrant.department_id).is_(None), col(RoleGrant.department_id) == department_id),
        ),
    )
    return sorted(set(call.session.exec(query).all()))
