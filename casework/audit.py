"""The record of every write: one chain of hashes for each organisation.

The head of the chain lies in the organisation's own row. Taking it locks that row, so that two writers line up; and a
chain cut off at its end no longer meets its head.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Text, cast, func, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from casework import changes, webhook_events
from casework.actor import Grant
from casework.audit_scheme import (
    FIRST,
    JSON_COLUMNS,
    NEW,
    NotAsWritten,
    hash_line,
    line_of,
    line_of_row,
    new_salts,
)
from casework.call import Call
from casework.clock import begin_of, day_in_japan
from casework.tenancy import names_of
from models.audit_anchor import AuditAnchor
from models.audit_event import AuditEvent
from models.organisation import Organisation

BATCH = 2000
KEEP_YEARS = 10
KEEP_SETTING = "record_keep_years"
REDACTED = "record_redacted"
PURGED = "record_purged"


@dataclass(frozen=True)
class ChainCheck:
    """How many events were read, whether every link holds, and the number of the first that does not."""

    events: int
    ok: bool
    first_bad: int | None


@dataclass(frozen=True)
class Head:
    """The last event of a day and its hash: whoever holds it on paper can tell later whether anything was changed."""

    day: date
    seq: int
    hash: str

    @property
    def line(self) -> str:
        """Return the one line for paper and mail."""
        return f"記録の先頭 {self.day.isoformat()}: {self.seq}番 {self.hash}"


def record(
    call: Call,
    action: str,
    object_kind: str,
    object_number: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    acted_as: str = "",
) -> AuditEvent:
    """Append one event to the organisation's chain, in the transaction of the write it tells of.

    Without ``before`` it says what stood there before this transaction changed it. A deed done by a right that counts
    in somebody's place says as what and in whose place.
    """
    head = call.session.exec(
        select(Organisation)
        .where(Organisation.id == call.actor.organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    became = dict(after or {})
    was = dict(before) if before is not None else changes.before_of(call.session, object_number, became)
    lent = call.actor.rights.lent
    acted_as = acted_as or (lent.role if lent else "")
    event = AuditEvent(
        **_who_and_when(call, head, acted_as),
        acted_as=acted_as,
        on_behalf_of=_name_of(call, lent) if lent else "",
        action=action,
        object_kind=object_kind,
        object_number=object_number,
        before=was,
        after=became,
        salts=new_salts(was, became),
        hash="",
    )
    event.hash = hash_line(line_of(event))
    call.actor.rights.tell()
    head.chain_seq, head.chain_hash = event.seq, event.hash
    call.session.add_all([event, head])
    webhook_events.tell_deed(call.session, head.key, action, object_kind, object_number, event.seq, call.now)
    call.session.flush()
    return event


def _name_of(call: Call, lent: Grant) -> str:
    return names_of(call.session, call.actor, [lent.on_behalf_of_id]).get(lent.on_behalf_of_id or 0, "")


def _who_and_when(call: Call, head: Organisation, acted_as: str) -> dict[str, Any]:
    return {
        "id": _next_id(call.session),
        "organisation_id": head.key,
        "created_at": call.now,
        "seq": head.chain_seq + 1,
        "at": call.now,
        "actor_id": call.actor.user_id or None,
        "actor_name": call.actor.name,
        "post": call.actor.post_as(acted_as),
        "source": call.source,
        "call_id": call.call_id,
        "previous_hash": head.chain_hash or FIRST,
        "hash_version": NEW,
        "keep_until_on": keep_until(call.now, head),
    }


def keep_years(organisation: Organisation) -> int:
    """Return for how many years an organisation keeps its record."""
    return int(organisation.settings.get(KEEP_SETTING, KEEP_YEARS))


def keep_until(at: datetime, organisation: Organisation) -> date:
    """Return the last day on which an event of this instant must still be there."""
    return day_in_japan(at) + relativedelta(years=keep_years(organisation))


def _next_id(session: Session) -> int:
    # The key is part of the hash, so it is drawn before the row is written. SQLite has one writer at a time.
    if session.get_bind().dialect.name == "postgresql":
        drawn = session.connection().execute(text("SELECT nextval(pg_get_serial_sequence('audit_event', 'id'))"))
        return int(drawn.scalar_one())
    return (session.exec(select(func.max(AuditEvent.id))).one() or 0) + 1


def head_of(session: Session, organisation_id: int, day: date) -> Head | None:
    """Return the last event of a day in Japan, or of the last day before it that had one; None before the first."""
    midnight = begin_of(day + timedelta(days=1))
    query = (
        select(AuditEvent.seq, AuditEvent.hash, AuditEvent.at)
        .where(AuditEvent.organisation_id == organisation_id, col(AuditEvent.at) < midnight)
        .order_by(col(AuditEvent.seq).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    return Head(day_in_japan(found[2]), found[0], found[1]) if found else None


def daily_head_line(call: Call) -> str:
    """Return the line of yesterday's head, for printed decisions and the morning's mail; empty before there is one."""
    head = head_of(call.session, call.actor.organisation_id, call.today - timedelta(days=1))
    return head.line if head else ""


def verify(session: Session, organisation: Organisation) -> ChainCheck:
    """Read one organisation's chain from its first event to its head and say whether every link holds.

    A chain whose oldest events were deleted after their day begins at its anchor, which an event of the chain must
    confirm; a value blacked out must have an event that says so. Reads in batches, so that memory does not grow with
    the log. What is written meanwhile is left to the next time.
    """
    head_seq, head_hash = _head(session, organisation)
    anchor = newest_anchor(session, organisation.key)
    walk = _Walk(anchor)
    for seq, line in _lines(session, organisation.key, walk.expected, head_seq):
        if line is None or seq != walk.expected or not walk.takes(line):
            return walk.broken_at(walk.expected)
    is_short = walk.expected <= head_seq or head_hash != walk.previous
    if is_short or _last(session, organisation) > _head(session, organisation)[0]:
        return walk.broken_at(walk.expected)
    unconfirmed = walk.unconfirmed()
    return walk.broken_at(unconfirmed) if unconfirmed else ChainCheck(walk.events, ok=True, first_bad=None)


class _Walk:
    """Goes along a chain and remembers what later events have to confirm."""

    def __init__(self, anchor: AuditAnchor | None) -> None:
        self.start = self.expected = anchor.upto_seq + 1 if anchor else 1
        self.previous = anchor.upto_hash if anchor else FIRST
        self.last_id = 0
        self._gone: dict[tuple[int, str, str], str] = {}
        self._anchor = anchor_facts(anchor) if anchor else None

    @property
    def events(self) -> int:
        return self.expected - self.start

    def broken_at(self, seq: int) -> ChainCheck:
        return ChainCheck(min(self.events, seq - self.start), ok=False, first_bad=seq)

    def takes(self, line: Mapping[str, Any]) -> bool:
        """Return whether the next event is the one that follows, and remember it."""
        try:
            is_sound = line["hash"] == hash_line(line) and line["previous"] == self.previous
        except (NotAsWritten, TypeError, ValueError, AttributeError, KeyError):
            return False
        if not is_sound or line["id"] <= self.last_id:
            return False
        for side, gone in line["redacted"].items():
            self._gone |= {(line["seq"], side, key): leaf for key, leaf in gone.items()}
        after = line["after"]
        if line["action"] == REDACTED and (line["object"][1]).isdigit():
            place = (int(line["object"][1]), str(after.get("side")), str(after.get("field")))
            if self._gone.get(place) == after.get("leaf"):
                self._gone.pop(place, None)
        if line["action"] == PURGED and after == self._anchor:
            self._anchor = None
        self.expected, self.previous, self.last_id = line["seq"] + 1, line["hash"], line["id"]
        return True

    def unconfirmed(self) -> int | None:
        """Return the number of the first event whose change no later event confirms."""
        found = [self.start] if self._anchor else []
        return min([*found, *(seq for seq, _, _ in self._gone)], default=None)


def anchor_facts(anchor: AuditAnchor) -> dict[str, Any]:
    """Return what the event of a deletion says: the same as its anchor."""
    return {"from": anchor.from_seq, "upto": anchor.upto_seq, "hash": anchor.upto_hash, "digest": anchor.digest}


def newest_anchor(session: Session, organisation_id: int) -> AuditAnchor | None:
    """Return where the chain begins when its oldest events are gone; None for a whole chain."""
    query = select(AuditAnchor).where(AuditAnchor.organisation_id == organisation_id)
    return session.exec(query.order_by(col(AuditAnchor.upto_seq).desc()).limit(1)).first()


def _lines(
    session: Session, organisation_id: int, first: int, last: int
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield events by number; None for a row that was not written by this program."""
    while first <= last:
        try:
            rows = _read_rows(session, organisation_id, first, last, BATCH)
        except NotAsWritten:
            yield first, None
            return
        for row in rows:
            try:
                yield row["seq"], line_of_row(row)
            except NotAsWritten:
                yield row["seq"], None
        if not rows:
            return
        first = rows[-1]["seq"] + 1


def _read_rows(session: Session, organisation_id: int, first: int, last: int, limit: int) -> list[Any]:
    # JSON as the text that is stored, and on SQLite instants too: a byte that changes no value is a changed byte.
    table = AuditEvent.__table__  # type: ignore[attr-defined] # SQLModel makes it
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    as_text = {*JSON_COLUMNS, *(("at", "created_at", "keep_until_on") if is_sqlite else ())}
    columns = [cast(each, Text).label(each.name) if each.name in as_text else each for each in table.c]
    query = (
        select(*columns)
        .where(table.c.organisation_id == organisation_id, table.c.seq.between(first, last))
        .order_by(table.c.seq)
        .limit(limit)
    )
    try:
        return list(session.connection().execute(query).mappings())
    except (DBAPIError, ValueError) as error:  # a text that is none; the row is found by halves
        if limit == 1:
            raise NotAsWritten("a row that cannot be read") from error
        return _read_rows(session, organisation_id, first, last, limit // 2)


def _head(session: Session, organisation: Organisation) -> tuple[int, str]:
    query = select(Organisation.chain_seq, Organisation.chain_hash).where(Organisation.id == organisation.key)
    number, chained = session.exec(query).one()
    return number, chained or FIRST


def _last(session: Session, organisation: Organisation) -> int:
    # Asked before the head is asked again: an event and its head are committed together, so only one that was put
    # past the chain can be later than the head.
    query = select(func.max(AuditEvent.seq)).where(AuditEvent.organisation_id == organisation.key)
    return session.exec(query).one() or 0
