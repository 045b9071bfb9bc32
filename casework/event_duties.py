"""出来事があったとき: duties that no calendar dates; they wait until somebody records that their event happened.

They come from the policy, the organisation's pack and confirmed clauses. What was dated the day it came to be (a task
after a changed list, a corrective measure, work planned back from an end) does not wait for anything and is not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, case, func
from sqlmodel import cast, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import corrective, dossier_watch, operation, registry_tasks
from casework.call import Call
from casework.contract_rules import find_contract
from casework.errors import NotFound
from casework.paging import Order, Page, PageWish, fetch_page
from casework.requests import find_request
from casework.tenancy import names_of, visible_to
from models.approved_service import ApprovedService
from models.audit_event import AuditEvent
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.vocabulary import ContractState, DutyKind, OccurrenceState, ServiceState

KINDS = (DutyKind.EVENT, DutyKind.RECORD)
DATED_AT_ONCE = (
    corrective.TRIGGER,
    dossier_watch.TRIGGER,
    operation.BEFORE_OPERATION,
    registry_tasks.TRIGGER,
)


@dataclass(frozen=True)
class EventRow:
    """A duty that waits for its event: what it belongs to, who answers for it, and how often its event was recorded."""

    duty: Duty
    owner: str
    request: Request | None
    contract: Contract | None
    recorded: int = 0
    is_open: int = 0


@dataclass(frozen=True)
class Event:
    """What happened, when, and who recorded it."""

    happened_on: date
    note: str
    told_by: str


def list_waiting(
    call: Call, *, contract: str = "", request: str = "", is_mine: bool = False, wish: PageWish
) -> Page[EventRow]:
    """Return the duties that wait for an event, oldest first: of one contract, one request, the actor, or all.

    What belongs to a use or a contract that is closed waits no more. Raises ``NotFound`` for an unknown number.
    """
    query = _waiting(call)
    if contract:
        query = _of_contract(query, find_contract(call, contract))
    if request:
        query = query.where(Duty.request_id == find_request(call, request).key)
    if is_mine:
        query = query.where(Duty.owner_id == call.actor.user_id)
    order = Order(col(Duty.id), col(Duty.id), is_descending=False)
    page = fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))
    return Page(_rows(call, page.items), page.next_cursor)


def find_waiting(call: Call, duty_id: int) -> EventRow:
    """Return one duty that waits for its event; raises ``NotFound``, also for what the calendar dates."""
    found = call.session.exec(_waiting(call).where(Duty.id == duty_id)).first()
    if found is None:
        raise NotFound("出来事を記録する義務は見つかりません。出来事があったときの一覧から選び直してください。")
    return _rows(call, [found])[0]


def count_of_contract(call: Call, contract: Contract) -> int:
    """Return how many duties of a contract wait for an event."""
    query = _of_contract(_waiting(call), contract)
    return call.session.exec(select(func.count()).select_from(query.subquery())).one()


def event_behind(call: Call, occurrence_id: int) -> Event | None:
    """Return what happened that a due date comes of, from the record; None where the calendar dated it."""
    query = visible_to(call.actor, AuditEvent).where(
        AuditEvent.object_kind == "duty",
        AuditEvent.object_number == str(occurrence_id),
        AuditEvent.action == "duty_event",
    )
    told = call.session.exec(query.order_by(col(AuditEvent.seq))).first()
    happened_on = told.after.get("happened_on") if told else None
    if told is None or not isinstance(happened_on, str):
        return None
    return Event(date.fromisoformat(happened_on), str(told.after.get("note", "")), told.actor_name)


def _waiting(call: Call) -> SelectOfScalar[Duty]:
    over = select(ApprovedService.id).where(
        ApprovedService.id == Duty.approved_service_id, ApprovedService.state == ServiceState.CLOSED
    )
    ended = select(Contract.id).where(Contract.id == Duty.contract_id, Contract.state == ContractState.CLOSED)
    return visible_to(call.actor, Duty).where(
        col(Duty.kind).in_(KINDS),
        col(Duty.trigger).is_not(None),
        col(Duty.trigger).not_in(DATED_AT_ONCE),
        col(Duty.plan).is_(None),
        ~over.exists(),
        ~ended.exists(),
    )


def _of_contract(query: SelectOfScalar[Duty], contract: Contract) -> SelectOfScalar[Duty]:
    of_request = col(Duty.contract_id).is_(None) & (col(Duty.request_id) == contract.request_id)
    return query.where(or_(col(Duty.contract_id) == contract.key, of_request))


def _rows(call: Call, duties: Sequence[Duty]) -> list[EventRow]:
    """Return duties with what stands around them, in four more queries."""
    if not duties:
        return []
    owners = names_of(call.session, call.actor, {duty.owner_id for duty in duties})
    of_requests = visible_to(call.actor, Request).where(col(Request.id).in_({duty.request_id for duty in duties}))
    requests = {row.key: row for row in call.session.exec(of_requests).all()}
    of_contracts = visible_to(call.actor, Contract).where(col(Contract.id).in_({duty.contract_id for duty in duties}))
    contracts = {row.key: row for row in call.session.exec(of_contracts).all()}
    counts = _counts(call, [duty.key for duty in duties])
    return [
        EventRow(
            duty,
            owners.get(duty.owner_id, ""),
            requests.get(duty.request_id or 0),
            contracts.get(duty.contract_id or 0),
            *counts.get(duty.key, (0, 0)),
        )
        for duty in duties
    ]


def _counts(call: Call, duty_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    is_open = case((col(DutyOccurrence.state) == OccurrenceState.SCHEDULED, 1), else_=0)
    counted = call.session.exec(
        select(DutyOccurrence.duty_id, func.count(), cast(func.sum(is_open), Integer))
        .where(DutyOccurrence.organisation_id == call.actor.organisation_id, col(DutyOccurrence.duty_id).in_(duty_ids))
        .group_by(col(DutyOccurrence.duty_id))
    )
    return {duty_id: (recorded, still_open) for duty_id, recorded, still_open in counted}
