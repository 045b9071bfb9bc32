"""What of ours a change of the lists touched: each use with its judgement before and after, and its task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import registry
from casework.alerts import batched
from casework.call import Call
from casework.paging import Order, Page, PageWish, fetch_page
from casework.tenancy import visible_to
from ismap.names import fold_name
from models.approved_service import ApprovedService
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.reassessment import Reassessment
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.request import Request
from models.service import Service
from models.vocabulary import ContractState, RequestState, ServiceState

MOST = 200
KEYS_AT_ONCE = 400


@dataclass(frozen=True)
class Impact:
    """One use of ours that a list change touched: judged before and after, and the task with its deadline."""

    reassessment: Reassessment
    snapshot: RegistrySnapshot
    request: Request
    services: Sequence[Service]
    contracts: Sequence[Contract]
    occurrence: DutyOccurrence | None


def impact_of(call: Call, before: str, after: str, *, is_changed: bool | None = None, wish: PageWish) -> Page[Impact]:
    """Return our uses that the changes from one snapshot to a later one touched, in the order they were judged.

    ``is_changed`` keeps those for which something changed, or those for which nothing did. A pair that skips snapshots
    gives every judgement on the way. Raises ``NotFound`` for an unknown snapshot.
    """
    query = _between(call, before, after)
    if is_changed is not None:
        query = query.where(col(Reassessment.is_changed).is_(is_changed))
    order = Order(col(Reassessment.id), col(Reassessment.id), is_descending=False)
    page = fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))
    return Page(_impacts(call, page.items), page.next_cursor)


def count_impact(call: Call, before: str, after: str) -> tuple[int, int]:
    """Return for how many of our uses something changed from one snapshot to a later one, and for how many nothing."""
    touched = _between(call, before, after).subquery()
    counted = select(func.count().filter(touched.c.is_changed), func.count()).select_from(touched)
    changed, total = call.session.exec(counted).one()
    return changed, total - changed


def _between(call: Call, before: str, after: str) -> SelectOfScalar[Reassessment]:
    first, last = registry.find_snapshot(call.session, before), registry.find_snapshot(call.session, after)
    return visible_to(call.actor, Reassessment).where(
        col(Reassessment.snapshot_id) > first.key, col(Reassessment.snapshot_id) <= last.key
    )


def open_impacts(call: Call) -> list[Impact]:
    """Return our uses whose list changed and whose task nobody has settled yet, soonest deadline first."""
    query = (
        visible_to(call.actor, Reassessment)
        .join(DutyOccurrence, col(DutyOccurrence.duty_id) == col(Reassessment.duty_id))
        .where(col(Reassessment.is_changed), DutyOccurrence.state == "scheduled")
        .order_by(col(DutyOccurrence.due_on), col(Reassessment.id))
        .limit(MOST)
    )
    return _impacts(call, call.session.exec(query).all())


def reassessments_of(call: Call, request: Request) -> list[Impact]:
    """Return every judgement anew of one request, newest first."""
    query = visible_to(call.actor, Reassessment).where(Reassessment.request_id == request.key)
    rows = call.session.exec(query.order_by(col(Reassessment.id).desc()).limit(MOST)).all()
    return _impacts(call, rows)


def _impacts(call: Call, rows: Sequence[Reassessment]) -> list[Impact]:
    if not rows:
        return []
    keys = {row.request_id for row in rows}
    requests, contracts = requests_by_key(call, keys), contracts_by_request(call, keys)
    services = _services(call, keys)
    snapshots = snapshots_by_key(call.session, [row.snapshot_id for row in rows])
    duties = {row.duty_id for row in rows if row.duty_id is not None}
    due = call.session.exec(visible_to(call.actor, DutyOccurrence).where(col(DutyOccurrence.duty_id).in_(duties))).all()
    occurrences = {row.duty_id: row for row in due}
    return [
        Impact(
            reassessment=row,
            snapshot=snapshots[row.snapshot_id],
            request=requests[row.request_id],
            services=services.get(row.request_id, ()),
            contracts=contracts.get(row.request_id, ()),
            occurrence=occurrences.get(row.duty_id or 0),
        )
        for row in rows
    ]


def _services(call: Call, keys: Iterable[int]) -> dict[int, list[Service]]:
    rows = call.session.exec(
        select(ApprovedService.request_id, Service)
        .join(Service, col(Service.id) == col(ApprovedService.service_id))
        .where(
            ApprovedService.organisation_id == call.actor.organisation_id,
            col(ApprovedService.request_id).in_(list(keys)),
        )
        .order_by(col(Service.id))
    ).all()
    found: dict[int, list[Service]] = {}
    for request_id, service in rows:
        found.setdefault(request_id, []).append(service)
    return found


def affected_numbers(session: Session, changes: Mapping[str, Any], *, organisation_id: int | None = None) -> list[str]:
    """Return the numbers of requests, services and contracts in the ledger that a diff between any two lists touches.

    Found by the rows the uses hang on and by name, through indexes; closed contracts and requests that were refused or
    taken back are left out. Without ``organisation_id`` all of them: for the operator of the installation, never for a
    page.
    """
    keys = {row["key"] for part in ("added", "removed", "changed") for row in changes[part]}
    names = {fold_name(row["service_name"]) for part in ("added", "removed") for row in changes[part]}
    names |= {
        fold_name(row["before"]) for row in changes["changed"] if row["field"] == "service_name" and row["before"]
    }
    found: set[int] = set()
    for column, wanted in ((RegistryUse.entry_key, keys), (RegistryUse.folded_name, names)):
        for some in batched(wanted, KEYS_AT_ONCE):
            found.update(session.exec(select(RegistryUse.request_id).where(col(column).in_(some))).all())
    numbers: list[list[str]] = [[], [], []]
    for some_ids in batched(sorted(found), KEYS_AT_ONCE):
        for listed, query in zip(numbers, _numbers(some_ids), strict=True):
            scoped = query if organisation_id is None else query.where(_town(query) == organisation_id)
            listed.extend(session.exec(scoped).all())
    return [number for listed in numbers for number in sorted(set(listed))]


def _town(query: Any) -> Any:  # noqa: ANN401 (the organisation column of whatever a query selects)
    return query.get_final_froms()[0].c.organisation_id


def _numbers(request_ids: Sequence[int]) -> tuple[Any, Any, Any]:
    over = (RequestState.REJECTED, RequestState.WITHDRAWN)
    live = select(Request.id).where(col(Request.id).in_(request_ids), col(Request.state).not_in(over))
    return (
        select(Request.number).where(col(Request.id).in_(live)),
        select(Service.number).where(
            col(Service.id).in_(
                select(ApprovedService.service_id).where(
                    col(ApprovedService.request_id).in_(live), ApprovedService.state != ServiceState.CLOSED
                )
            )
        ),
        select(Contract.number).where(col(Contract.request_id).in_(live), Contract.state != ContractState.CLOSED),
    )


def requests_by_key(call: Call, keys: Iterable[int]) -> dict[int, Request]:
    """Return our requests by key, in one query."""
    rows = call.session.exec(visible_to(call.actor, Request).where(col(Request.id).in_(list(keys)))).all()
    return {row.key: row for row in rows}


def contracts_by_request(call: Call, keys: Iterable[int]) -> dict[int, list[Contract]]:
    """Return our contracts by the request they came of, in one query."""
    found: dict[int, list[Contract]] = {}
    query = visible_to(call.actor, Contract).where(col(Contract.request_id).in_(list(keys)))
    for row in call.session.exec(query.order_by(col(Contract.id))).all():
        found.setdefault(row.request_id or 0, []).append(row)
    return found


def snapshots_by_key(session: Session, keys: Iterable[int | None]) -> dict[int, RegistrySnapshot]:
    """Return snapshots by key, in one query."""
    wanted = {key for key in keys if key is not None}
    rows = session.exec(select(RegistrySnapshot).where(col(RegistrySnapshot.id).in_(wanted))).all()
    return {row.key: row for row in rows}
