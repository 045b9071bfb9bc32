"""監査証跡 as a table. What proves itself without us is the bundle (``casework.audit_bundle``)."""

from collections.abc import Sequence

from sqlmodel import col

from casework import audit_bundle, audit_views
from casework.audit_scheme import line_of
from casework.audit_views import EventFilter
from casework.audit_words import ACTIONS
from casework.call import Call
from casework.clock import JAPAN
from casework.ledgers import Asked, Column, Ledger, Row, count_of
from casework.paging import Page, PageWish
from ismap.dates import read_date
from models.audit_event import AuditEvent

KEYS = (
    "seq", "at", "actor", "post", "acted_as", "on_behalf_of", "source", "action", "object_kind", "object_number",
    "before", "after", "call", "keep_until", "previous", "hash",
)  # fmt: skip
ON_SCREEN = frozenset({"seq", "at", "actor", "acted_as", "action", "object_kind", "object_number", "before", "after"})
COLUMNS = tuple(
    Column(key, label, "number" if key == "seq" else "instant" if key == "at" else "text", on_screen=key in ON_SCREEN)
    for key, label in zip(KEYS, audit_bundle.COLUMNS, strict=True)
)


def _wanted(asked: Asked) -> EventFilter:
    action = asked.get("action", "")
    return EventFilter(
        since=read_date(asked["since"]).day if asked.get("since") else None,
        until=read_date(asked["until"]).day if asked.get("until") else None,
        actor=asked.get("actor", ""),
        action=action if action in ACTIONS else "",
        object_number=asked.get("target", ""),
        text=asked.get("text", ""),
    )


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[AuditEvent]:
    return audit_views.list_events(call, _wanted(asked), wish=wish)


def _count(call: Call, asked: Asked) -> int:
    return count_of(call, audit_views.matching(call, _wanted(asked)).with_only_columns(col(AuditEvent.id)))


def _rows(_call: Call, items: Sequence[AuditEvent]) -> list[Row]:
    return [
        dict(zip(KEYS, audit_bundle.cells_of(line_of(row)), strict=True))
        | {"seq": row.seq, "at": row.at.astimezone(JAPAN)}
        for row in items
    ]


def _words(_call: Call, asked: Asked) -> list[str]:
    words = _wanted(asked).words
    return [words] if words else []


RECORD = Ledger(
    key="audit",
    label="監査証跡",
    path="/audit",
    columns=COLUMNS,
    accepts=("actor", "action", "target", "text", "since", "until"),
    find=_find,
    count=_count,
    rows=_rows,
    words=_words,
    need=lambda call: audit_views.need_reader(call, to="記録を書き出す"),
)
