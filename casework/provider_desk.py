"""The outage and breach desk: for a provider or sub-contractor, everything that hangs on it, in a fixed few queries.

Read when something has happened: which services, departments, kinds of information, contracts, deadlines, and whom
to call. Nothing is written.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, or_, select

from casework import incident_rights, incident_views
from casework.actor import counts_on
from casework.call import ROLE_LABELS, Call
from casework.errors import BadInput, FieldError
from casework.incident_views import IncidentRow
from casework.incidents import OPEN_STATES
from casework.provider_below import Below, look_below, part_of
from casework.tenancy import visible_to
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.contract import Contract
from models.department import Department
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.incident import Incident
from models.incident_party import IncidentParty
from models.provider import Provider
from models.request import Request
from models.role_grant import RoleGrant
from models.service import Service
from models.user import User
from models.vocabulary import ContractState, OccurrenceState, Role, ServiceState

MOST_PROVIDERS = 50
CALLED = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, *incident_rights.WINDOW)


@dataclass(frozen=True)
class Contact:
    """Somebody to call: the name, what for, and the address."""

    name: str
    what: str
    address: str
    department_id: int | None = None


@dataclass(frozen=True)
class Information:
    """One kind of information a use handles."""

    name: str
    confidentiality: str
    is_personal: bool
    is_specific_personal: bool


@dataclass
class Dependency:
    """One use that hangs on the provider: its service and contract, whose it is, what it handles, what is due."""

    department_id: int
    department: str = ""
    request_number: str = ""
    title: str = ""
    provider: str = ""
    service_number: str = ""
    service: str = ""
    service_state: str = ""
    manager: str = ""
    manager_address: str = ""
    contract_number: str = ""
    contract_title: str = ""
    contract_state: str = ""
    owner: str = ""
    owner_address: str = ""
    ends_on: date | None = None
    notice_on: date | None = None
    next_duty_on: date | None = None
    information: Sequence[Information] = ()
    below: str = ""

    @property
    def highest(self) -> str:
        """Return the highest class of confidentiality among its information (3A before 3B before 2)."""
        return min((each.confidentiality for each in self.information), key=_rank, default="")


@dataclass(frozen=True)
class Desk:
    """Everything that hangs on a provider or sub-contractor."""

    words: str
    is_subcontractor: bool
    providers: Sequence[Provider]
    rows: Sequence[Dependency]
    contacts: Sequence[Contact]
    incidents: Sequence[IncidentRow]

    @property
    def departments(self) -> Sequence[str]:
        """Return the names of the departments concerned, each once."""
        return list(dict.fromkeys(row.department for row in self.rows))

    @property
    def highest(self) -> str:
        """Return the highest class of confidentiality among everything that hangs on it."""
        return min((row.highest for row in self.rows if row.highest), key=_rank, default="")

    @property
    def handles_personal(self) -> bool:
        """Return whether any of the information is personal."""
        return any(each.is_personal or each.is_specific_personal for row in self.rows for each in row.information)


def _rank(word: str) -> tuple[int, str]:
    """Order classes from the highest down: a greater number first, then the letter."""
    return -int(word[:1]) if word[:1].isdigit() else 0, word


def desk(call: Call, *, provider: str = "", subcontractor: str = "") -> Desk:
    """Return what hangs on whoever is named; a name is folded as everywhere (㈱, width). Raises ``BadInput``.

    A provider is looked for below other providers too: who is asked about after a breach is seldom only one of them.
    The number of queries does not grow with the number of contracts.
    """
    words = (provider or subcontractor).strip()
    key = search_key(words)
    if not key or (provider.strip() and subcontractor.strip()):
        message = "事業者か再委託先の、どちらか一方の名前を書いてください。"
        raise BadInput(message, [FieldError("/provider", "missing", message)])
    providers: Sequence[Provider] = () if subcontractor.strip() else _providers(call, key)
    ids = {row.key for row in providers}
    found, incident_ids = _hanging_on(call, ids, look_below(call, key)), _touched(call, key, ids)
    rows = sorted(found, key=lambda row: (_rank(row.highest), row.department, row.request_number))
    incidents = call.session.exec(
        visible_to(call.actor, Incident)
        .where(col(Incident.id).in_(incident_ids), col(Incident.state).in_(OPEN_STATES))
        .order_by(col(Incident.id).desc())
    ).all()
    return Desk(
        words=words,
        is_subcontractor=bool(subcontractor.strip()),
        providers=providers,
        rows=rows,
        contacts=_contacts(call, {row.department_id for row in rows}),
        incidents=incident_views.rows_of(call, incidents),
    )


def _providers(call: Call, key: str) -> Sequence[Provider]:
    """Return the providers of that very name, or else those whose name holds the words."""
    query = visible_to(call.actor, Provider)
    exact = call.session.exec(query.where(Provider.search_key == key).order_by(col(Provider.id))).all()
    if exact:
        return exact
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = query.where(col(Provider.search_key).like(f"%{escaped}%", escape="\\"))
    return call.session.exec(like.order_by(col(Provider.id)).limit(MOST_PROVIDERS)).all()


def _hanging_on(call: Call, provider_ids: set[int], below: Below) -> list[Dependency]:
    """Return the uses of some providers, and those that have somebody of that name below them."""
    through = {*below.contracts}
    asked_by = select(Contract.request_id).where(col(Contract.id).in_(through))
    built = or_(col(Request.id).in_({*below.requests}), col(Request.id).in_(asked_by))
    services = _services(call, or_(col(Service.provider_id).in_(provider_ids), built))
    contracts = _contracts(
        call,
        or_(
            col(Contract.provider_id).in_(provider_ids),
            col(Request.id).in_({*below.requests}),
            col(Contract.id).in_(through),
        ),
    )
    asked = _information_of(call, {row[1] for row in services} | {row[2] for row in contracts} - {None})
    return _joined(call, services, contracts, asked, below)


def _services(call: Call, condition: Any) -> Sequence[Any]:  # noqa: ANN401 (a condition, and rows of several tables)
    # Plain columns: building thousands of objects takes longer than the query.
    columns: Any = (
        ApprovedService.id,
        ApprovedService.request_id,
        ApprovedService.state,
        Service.number,
        Service.name,
        Request.number,
        Request.title,
        Department.id,
        Department.name,
        User.name,
        User.email,
        Provider.name,
    )
    query = (
        select(*columns)
        .join(Service, col(Service.id) == col(ApprovedService.service_id))
        .join(Provider, col(Provider.id) == col(Service.provider_id))
        .join(Request, col(Request.id) == col(ApprovedService.request_id))
        .join(Department, col(Department.id) == col(Request.department_id))
        .join(User, col(User.id) == col(ApprovedService.manager_id))
        .where(ApprovedService.organisation_id == call.actor.organisation_id)
        .where(ApprovedService.state != ServiceState.CLOSED, condition)
    )
    return list(call.session.exec(query).all())


def _contracts(call: Call, condition: Any) -> Sequence[Any]:  # noqa: ANN401 (a condition, and rows of several tables)
    columns: Any = (
        Contract.id,
        Contract.approved_service_id,
        Contract.request_id,
        Contract.number,
        Contract.title,
        Contract.state,
        Contract.ends_on,
        Contract.notice_on,
        Department.id,
        Department.name,
        User.name,
        User.email,
        Request.number,
        Provider.name,
    )
    query = (
        select(*columns)
        .join(Provider, col(Provider.id) == col(Contract.provider_id))
        .join(Department, col(Department.id) == col(Contract.department_id))
        .join(User, col(User.id) == col(Contract.owner_id))
        .join(Request, col(Request.id) == col(Contract.request_id), isouter=True)
        .where(Contract.organisation_id == call.actor.organisation_id)
        .where(Contract.state != ContractState.CLOSED, condition)
    )
    return list(call.session.exec(query).all())


def _joined(
    call: Call,
    services: Sequence[Any],
    contracts: Sequence[Any],
    asked: Mapping[int, Sequence[Information]],
    below: Below,
) -> list[Dependency]:
    """Return one row a use: a contract joins the service it is for, others stand alone.

    ``asked`` is the information of each request.
    """
    rows: list[Dependency] = []
    by_service: dict[int, Dependency] = {}
    by_request: dict[int, Dependency] = {}
    for key, request_id, state, number, name, request_number, title, *whose in services:
        section_id, section, manager, address, provider = whose
        row = Dependency(section_id, section, request_number, title, provider, number, name, state, manager, address)
        row.information, row.below = asked.get(request_id, ()), below.requests.get(request_id, "")
        by_service[key] = row
        by_request.setdefault(request_id, row)
        rows.append(row)
    for contract_id, service_id, request_id, number, title, state, ends_on, notice_on, *whose in contracts:
        section_id, section, owner, address, request_number, provider = whose
        own = by_service.get(service_id) or by_request.get(request_id)
        if own is None or own.contract_number:
            own = Dependency(section_id, section, request_number or "", title, provider)
            own.information, own.below = asked.get(request_id, ()), below.requests.get(request_id, "")
            rows.append(own)
        own.below = "、".join(filter(None, (own.below, below.contracts.get(contract_id, ""))))
        own.contract_number, own.contract_title, own.contract_state = number, title, state
        own.owner, own.owner_address, own.ends_on, own.notice_on = owner, address, ends_on, notice_on
    _add_duties(call, rows)
    return rows


def _information_of(call: Call, request_ids: Collection[int]) -> dict[int, Sequence[Information]]:
    """Return the kinds of information of each request."""
    columns: Any = (Request.id, part_of(call, "information"))
    query = select(*columns).where(
        Request.organisation_id == call.actor.organisation_id, col(Request.id).in_(request_ids)
    )
    return {request_id: _information(stated) for request_id, stated in call.session.exec(query).all()}


def _information(stated: object) -> Sequence[Information]:
    listed = json.loads(stated) if isinstance(stated, str) else stated
    return [
        Information(
            str(each.get("name", "")),
            str(each.get("confidentiality", "")),
            each.get("personal") is True or each.get("personal") == "yes",
            each.get("specific_personal") is True or each.get("specific_personal") == "yes",
        )
        for each in (listed if isinstance(listed, list) else ())
    ]


def _add_duties(call: Call, rows: Iterable[Dependency]) -> None:
    """Put the next due date beside each use, in one query."""
    by_number: dict[str, list[Dependency]] = {}
    for row in rows:
        by_number.setdefault(row.request_number, []).append(row)
    query = (
        select(Request.number, func.min(DutyOccurrence.due_on))
        .join(Duty, col(Duty.id) == col(DutyOccurrence.duty_id))
        .join(Request, col(Request.id) == col(Duty.request_id))
        .where(
            DutyOccurrence.organisation_id == call.actor.organisation_id,
            DutyOccurrence.state == OccurrenceState.SCHEDULED,
            col(Request.number).in_([number for number in by_number if number]),
        )
        .group_by(col(Request.number))
    )
    for number, due_on in call.session.exec(query).all():
        for row in by_number[number]:
            row.next_duty_on = due_on


def _touched(call: Call, key: str, provider_ids: set[int]) -> set[int]:
    """Return the incidents that name this provider, or somebody of that name."""
    query = select(IncidentParty.incident_id, IncidentParty.provider_id, IncidentParty.name).where(
        IncidentParty.organisation_id == call.actor.organisation_id
    )
    return {
        incident_id
        for incident_id, provider_id, name in call.session.exec(query).all()
        if provider_id in provider_ids or key in search_key(name)
    }


def _contacts(call: Call, department_ids: set[int]) -> list[Contact]:
    """Return whom to call: the managers of the sections concerned, and the contact point."""
    columns: Any = (RoleGrant.role, RoleGrant.department_id, User.name, User.email, Department.name)
    query = (
        select(*columns)
        .join(User, col(User.id) == col(RoleGrant.user_id))
        .join(Department, col(Department.id) == col(RoleGrant.department_id), isouter=True)
        .where(RoleGrant.organisation_id == call.actor.organisation_id, counts_on(call.today))
        .where(
            or_(
                col(RoleGrant.role).in_(incident_rights.WINDOW),
                col(RoleGrant.role).in_(CALLED) & col(RoleGrant.department_id).in_(department_ids),
            )
        )
        .order_by(col(RoleGrant.id))
    )
    found = [
        Contact(name, f"{section or ''}{' ' if section else ''}{ROLE_LABELS[role]}", address, department_id)
        for role, department_id, name, address, section in call.session.exec(query).all()
    ]
    return sorted(set(found), key=lambda each: (each.department_id or 0, each.what, each.name))
