"""The record of every write: one chain of hashes for each organisation.

The head of the chain lies in the organisation's own row. Taking it locks that row, so that two writers line up; and a
chain cut off at its end no longer meets its head.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.call import Call
from casework.canonical import hash_of
from models.audit_event import AuditEvent
from models.organisation import Organisation

FIRST = "0" * 64
BATCH = 2000


@dataclass(frozen=True)
class ChainCheck:
    """How many events were read, whether every link holds, and the number of the first that does not."""

    events: int
    ok: bool
    first_bad: int | None


def _hash(event: AuditEvent) -> str:
    return hash_of(
        {
            "organisation": event.organisation_id,
            "seq": event.seq,
            "at": event.at.astimezone(UTC).isoformat(),
            "actor": event.actor_id,
            "actor_name": event.actor_name,
            "acted_as": event.acted_as,
            "on_behalf_of": event.on_behalf_of,
            "source": event.source,
            "action": event.action,
            "object": [event.object_kind, event.object_number],
            "before": event.before,
            "after": event.after,
            "call": event.call_id,
            "previous": event.previous_hash,
        }
    )


def record(
    call: Call,
    action: str,
    object_kind: str,
    object_number: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    acted_as: str = "",
    on_behalf_of: str = "",
) -> AuditEvent:
    """Append one event to the organisation's chain, in the transaction of the write it tells of."""
    head = call.session.exec(
        select(Organisation)
        .where(Organisation.id == call.actor.organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    event = AuditEvent(
        organisation_id=head.key,
        seq=head.chain_seq + 1,
        at=call.now,
        actor_id=call.actor.user_id or None,
        actor_name=call.actor.name,
        acted_as=acted_as,
        on_behalf_of=on_behalf_of,
        source=call.source,
        action=action,
        object_kind=object_kind,
        object_number=object_number,
        before=dict(before or {}),
        after=dict(after or {}),
        call_id=call.call_id,
        previous_hash=head.chain_hash or FIRST,
        hash="",
    )
    event.hash = _hash(event)
    head.chain_seq, head.chain_hash = event.seq, event.hash
    call.session.add_all([event, head])
    call.session.flush()
    return event


def verify(session: Session, organisation: Organisation) -> ChainCheck:
    """Read one organisation's chain from its first event to its head and say whether every link holds.

    Reads in batches, so that memory does not grow with the log. What is written meanwhile is left to the next time.
    """
    expected, previous = 1, FIRST
    head_seq, head_hash = _head(session, organisation)
    while expected <= head_seq:
        rows = session.exec(
            select(AuditEvent)
            .where(AuditEvent.organisation_id == organisation.key, col(AuditEvent.seq) >= expected)
            .where(col(AuditEvent.seq) <= head_seq)
            .order_by(col(AuditEvent.seq))
            .limit(BATCH)
        ).all()
        for event in rows:
            if event.seq != expected or event.previous_hash != previous or event.hash != _hash(event):
                return ChainCheck(expected - 1, ok=False, first_bad=expected)
            expected, previous = expected + 1, event.hash
            session.expunge(event)
        if not rows:
            return ChainCheck(expected - 1, ok=False, first_bad=expected)
    if head_hash != previous or _last(session, organisation) > _head(session, organisation)[0]:
        return ChainCheck(expected - 1, ok=False, first_bad=expected)
    return ChainCheck(expected - 1, ok=True, first_bad=None)


def _head(session: Session, organisation: Organisation) -> tuple[int, str]:
    query = select(Organisation.chain_seq, Organisation.chain_hash).where(Organisation.id == organisation.key)
    number, chained = session.exec(query).one()
    return number, chained or FIRST


def _last(session: Session, organisation: Organisation) -> int:
    # Asked before the head is asked again: an event and its head are committed together, so only one that was put
    # past the chain can be later than the head.
    query = select(func.max(AuditEvent.seq)).where(AuditEvent.organisation_id == organisation.key)
    return session.exec(query).one() or 0
