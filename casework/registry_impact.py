"""What of ours a change of the lists touched: each use with its judgement before and after, and its task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework import registry
from casework.call import Call
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.reassessment import Reassessment
from models.registry_snapshot import RegistrySnapshot
from models.request import Request
from models.service import Service

MOST = 200


@dataclass(frozen=True)
class Impact:
    """One use of ours that a list change touched: judged before and after, and the task with its deadline."""

    reassessment: Reassessment
    snapshot: RegistrySnapshot
    request: Request
    services: Sequence[Service]
    contracts: Sequence[Contract]
    occurrence: DutyOccurrence | None


def impact_of(call: Call, before: str, after: str, *, only_changed: bool = False) -> list[Impact]:
    """Return our uses that the changes from one snapshot to a later one touched, in the order they were judged.

    A pair that skips snapshots gives every judgement on the way. Raises ``NotFound`` for an unknown snapshot.
    """
    first, last = registry.find_snapshot(call.session, before), registry.find_snapshot(call.session, after)
    query = visible_to(call.actor, Reassessment).where(
        col(Reassessment.snapshot_id) > first.key, col(Reassessment.snapshot_id) <= last.key
    )
    if only_changed:
        query = query.where(col(Reassessment.is_changed))
    return _impacts(call, call.session.exec(query.order_by(col(Reassessment.id)).limit(MOST)).all())


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
