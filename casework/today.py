"""今日やること: what waits for this person, by due date, in blocks per role. The first task is one click away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, literal
from sqlmodel import col, or_, select

from casework import duties, holding_proofs, importance, request_views, today_contracts, today_decisions, today_due
from casework.actor import Grant
from casework.call import Call
from casework.decision_settings import DECIDERS
from casework.duties import OccurrenceRow
from casework.request_views import RequestRow
from casework.tenancy import visible_to, written_out
from casework.today_contracts import ContractWork
from casework.today_decisions import DecisionWork
from casework.today_due import DueWork
from casework.today_kinds import Kind, there_are
from models.contract import Contract
from models.decision import Decision
from models.duty_occurrence import DutyOccurrence
from models.ending import Ending
from models.ending_item import EndingItem
from models.request import Request
from models.vocabulary import ContractState, EndingState, ItemState, OccurrenceState, RequestState, Result, Role

MOST = 20
OWN = (RequestState.RETURNED, RequestState.DRAFT, RequestState.IN_REVIEW)
MOST_WEIGHED = 100


@dataclass(frozen=True)
class DueCounts:
    """How many of the person's own due dates fall in each window; zero is shown as zero."""

    overdue: int
    today: int
    week: int
    month: int


@dataclass(frozen=True)
class EndingRow:
    """An ending in progress: its contract and how many of its items are settled."""

    ending: Ending
    contract: Contract
    settled: int
    total: int
    waits_for_second: int


@dataclass(frozen=True)
class Today:
    """What one person has before them today; each block is short and links to its list.

    ``reasons`` says for each request to decide why it stands where it does; empty where they wait in turn.
    """

    day: date
    counts: DueCounts
    to_decide: Sequence[RequestRow]
    returned: Sequence[RequestRow]
    drafts: Sequence[RequestRow]
    waiting: Sequence[RequestRow]
    occurrences: Sequence[OccurrenceRow]
    without_contract: Sequence[RequestRow]
    contracts_drafting: Sequence[Contract]
    endings: Sequence[EndingRow]
    decision_work: DecisionWork
    contract_work: ContractWork
    due_work: DueWork
    reasons: Mapping[int, Sequence[str]]
    kinds: frozenset[Kind]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits."""
        blocks = (
            self.to_decide,
            self.returned,
            self.drafts,
            self.occurrences,
            self.without_contract,
            self.contracts_drafting,
            self.endings,
        )
        rest = (self.decision_work, self.contract_work, self.due_work)
        return not any(blocks) and all(work.is_empty for work in rest)


def look_at_today(call: Call) -> Today:
    """Return what waits for the actor; every block is bounded, so the page costs the same for any ledger."""
    is_procurement = call.actor.has(Role.PROCUREMENT)
    kinds = there_are(call)
    own = _own(call)
    to_decide, reasons = _to_decide(call)
    return Today(
        day=call.today,
        counts=_counts(call),
        to_decide=to_decide,
        returned=own[RequestState.RETURNED],
        drafts=own[RequestState.DRAFT],
        waiting=own[RequestState.IN_REVIEW],
        occurrences=_own_occurrences(call),
        without_contract=_without_contract(call) if is_procurement else (),
        contracts_drafting=_contracts(call, col(Contract.state) == ContractState.DRAFTING) if is_procurement else (),
        endings=_endings(call) if Kind.ENDING in kinds else (),
        decision_work=today_decisions.look(call, kinds),
        contract_work=today_contracts.look(call, kinds),
        due_work=today_due.look(call, kinds),
        kinds=kinds,
        reasons=reasons,
    )


def _own(call: Call) -> dict[RequestState, list[RequestRow]]:
    """Return the actor's open requests by their state, the newest of each first."""
    query = (
        visible_to(call.actor, Request)
        .where(Request.applicant_id == call.actor.user_id, col(Request.state).in_(OWN))
        .order_by(col(Request.id).desc())
    )
    newest = call.session.exec(query.limit(len(OWN) * MOST)).all()
    found = {state: [row for row in newest if row.state == state][:MOST] for state in OWN}
    if len(newest) == len(OWN) * MOST:  # many of one state may stand before the few of another
        found = {
            state: rows
            if len(rows) == MOST
            else list(call.session.exec(query.where(Request.state == state).limit(MOST)))
            for state, rows in found.items()
        }
    shown = request_views.rows_of(call, [row for rows in found.values() for row in rows])
    return {state: [row for row in shown if row.request.state == state] for state in OWN}


def _to_decide(call: Call) -> tuple[list[RequestRow], dict[int, Sequence[str]]]:
    """Return the requests at the actor's turn: as they wait, for the supervising officer as important as they are.

    Those that wait longest are weighed, 不適合 before others; why each stands where it does is returned by its key.
    """
    deciding = call.actor.roles & set(DECIDERS)
    if not deciding:
        return [], {}
    is_weighed = call.actor.has(Role.SUPERVISING_OFFICER)
    order = [*([col(Request.overall) != Result.NOT_MET] if is_weighed else []), col(Request.waiting_since_at)]
    # The keys come from one small index alone (ix_request_waiting); only what is shown is read whole.
    waiting = (
        select(col(Request.id))
        .where(Request.organisation_id == call.actor.organisation_id)
        .where(Request.state == written_out(RequestState.IN_REVIEW), Request.applicant_id != call.actor.user_id)
        .where(or_(*(_waits_for(grant) for grant in call.actor.grants if grant.role in deciding)))
        .order_by(*order, col(Request.id))
        .limit(MOST_WEIGHED if is_weighed else MOST)
    )
    keys = list(call.session.exec(waiting).all())
    if not keys:
        return [], {}
    read = visible_to(call.actor, Request).where(col(Request.id).in_(keys)).order_by(*order, col(Request.id))
    rows = request_views.rows_of(call, call.session.exec(read).all())
    if not is_weighed:
        return rows, {}
    weighed = importance.weigh(call, rows)[:MOST]
    return [row for row, _ in weighed], {row.request.key: found.reasons for row, found in weighed}


def _waits_for(grant: Grant) -> ColumnElement[bool]:
    # Places are parted by spaces, and one role may be the end of another (ciso, deputy_ciso).
    place = f" {grant.role}@" if grant.department_id is None else f" {grant.role}@{grant.department_id} "
    conditions = [literal(" ").concat(col(Request.waits_at)).concat(" ").contains(place, autoescape=True)]
    if grant.on_behalf_of_id is not None:
        conditions.append(col(Request.applicant_id) != grant.on_behalf_of_id)
    return and_(*conditions)


def _own_occurrences(call: Call) -> list[OccurrenceRow]:
    query = visible_to(call.actor, DutyOccurrence).where(
        DutyOccurrence.owner_id == call.actor.user_id,
        DutyOccurrence.state == "scheduled",
        col(DutyOccurrence.due_on) <= call.today + timedelta(days=30),
    )
    ordered = query.order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id)).limit(MOST)
    return duties.rows_of(call, list(call.session.exec(ordered).all()))


def _counts(call: Call) -> DueCounts:
    given = {
        "organisation": call.actor.organisation_id,
        "person": call.actor.user_id,
        "today": call.today,
        "week": call.today + timedelta(days=7),
        "month": call.today + timedelta(days=30),
    }
    return DueCounts(*call.session.execute(_how_many_are_due(), given).one())


@cache
def _how_many_are_due() -> Any:  # noqa: ANN401 (a select of four counts)
    day, today = col(DutyOccurrence.due_on), bindparam("today", type_=Date)
    return select(
        func.count().filter(day < today, col(DutyOccurrence.is_optional).is_(False)),
        func.count().filter(day == today),
        func.count().filter(day.between(today, bindparam("week", type_=Date))),
        func.count().filter(day.between(today, bindparam("month", type_=Date))),
    ).where(
        DutyOccurrence.organisation_id == bindparam("organisation"),
        DutyOccurrence.owner_id == bindparam("person"),
        DutyOccurrence.state == OccurrenceState.SCHEDULED,
    )


def _without_contract(call: Call) -> list[RequestRow]:
    has_contract = select(Contract.id).where(col(Contract.request_id) == col(Request.id)).exists()
    query = (
        visible_to(call.actor, Request)
        .where(col(Request.state).in_([RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS]), ~has_contract)
        .order_by(col(Request.id).desc())
        .limit(MOST)
    )
    return request_views.rows_of(call, call.session.exec(query).all())


def _contracts(call: Call, *conditions: ColumnElement[bool]) -> list[Contract]:
    query = visible_to(call.actor, Contract).where(*conditions)
    return list(call.session.exec(query.order_by(col(Contract.ends_on), col(Contract.id)).limit(MOST)).all())


def _endings(call: Call) -> list[EndingRow]:
    query = visible_to(call.actor, Ending).where(Ending.state == EndingState.OPEN)
    if not call.actor.has(Role.PROCUREMENT, Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER):
        # Whoever was named manager at an approval sees the endings of its contracts, whatever roles they hold.
        named = select(Decision.request_id).where(Decision.manager_id == call.actor.user_id)
        theirs = select(Contract.id).where(col(Contract.request_id).in_(named))
        query = query.where(col(Ending.contract_id).in_(theirs))
    open_ones = call.session.exec(query.order_by(col(Ending.complete_by_on), col(Ending.id)).limit(MOST)).all()
    if not open_ones:
        return []
    keys = [row.key for row in open_ones]
    items = call.session.exec(visible_to(call.actor, EndingItem).where(col(EndingItem.ending_id).in_(keys))).all()
    contract_ids = [row.contract_id for row in open_ones]
    contracts = call.session.exec(visible_to(call.actor, Contract).where(col(Contract.id).in_(contract_ids))).all()
    by_id = {row.key: row for row in contracts}
    proofs = holding_proofs.waiting_for_second(call, by_id)
    rows = []
    for ending in open_ones:
        own = [item for item in items if item.ending_id == ending.key]
        settled = sum(item.state != ItemState.OPEN for item in own)
        second = sum(item.state == ItemState.OPEN and item.done_by_id is not None for item in own)
        if ending.contract_id in by_id:
            second += proofs.get(ending.contract_id, 0)
            rows.append(EndingRow(ending, by_id[ending.contract_id], settled, len(own), second))
    return rows
