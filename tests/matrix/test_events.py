"""Whatever is done through a door leaves an event: every writing door is tried by somebody who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event, inspect
from sqlmodel import Session

from casework.delegations import GIVABLE
from models.audit_event import AuditEvent
from tests.matrix.cast import NOBODY, OWN, post_of, stand_in_for
from tests.matrix.doors import Knocking
from tests.matrix.table import read_table

DONE = range(200, 400)
# These keep nothing: they only answer, or lead from one form to the next.
KEEP_NOTHING = frozenset(
    {
        "POST /api/v1/verdict-previews",
        "POST /api/v1/requests/{number}/amendment-previews",
        "POST /requests/{number}/decision",
        "POST /policy/preview",
        "POST /lists/{ledger}/bulk",
    }
)

# Here nothing is left to do: nobody of the cast has another session to end, or waits for a second factor.
NOTHING_TO_DO = frozenset({"DELETE /api/v1/me/sessions", "POST /me/sessions", "POST /login/code"})
# What is kept for finding and telling, or reckoned anew from what was said.
BOOKKEEPING = frozenset({"version", "updated_at", "next_alert_on", "chain_seq", "chain_hash", "last_seen_at"})
RECKONED = frozenset(f"IncidentClock.{name}" for name in ("due_at", "due_on", "aim_on", "basis"))
NO_DEED = frozenset({"NumberSeries", "AuditEvent"})
# What only whoever began it can go on with.
PERSONAL = frozenset(
    {
        "POST /api/v1/requests/{number}/recalls",
        "POST /requests/{number}/recall",
        "POST /api/v1/table-imports/{ledger}/{number}/executions",
        "POST /operations/{number}/cancellation",
        "POST /operations/{number}/mapping",
        "POST /operations/{number}/trial",
        "POST /operations/{number}/import",
        "POST /operations/{number}/rows/{row_no:int}",
        "POST /api/v1/delegations",
        "POST /me/delegation",
    }
)


def is_nobody(who: str) -> bool:
    """Return whether nobody is signed in; whoever is comes first, since the record is kept for them."""
    return who == NOBODY


@dataclass
class Written:
    """What one call wrote: its events, and the columns of rows that were there before and were changed."""

    events: list[AuditEvent] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    made: set[int] = field(default_factory=set)

    def clear(self) -> None:
        for each in (self.events, self.changed, self.made):
            each.clear()

    def faults(self, who: str, giver: str) -> list[str]:
        """Return what the events do not say; ``giver`` is in whose place it was done, "" for one's own right."""
        role = who.partition(":")[2].partition("@")[0] or who.partition("@")[0]
        missing = [] if self.events else ["no event"]
        missing += ["actor"] if any(row.actor_name != who for row in self.events) else []
        missing += ["call"] if not all(row.call_id for row in self.events) else []
        missing += ["post"] if any(row.post != post_of(role) for row in self.events) else []
        missing += ["after"] if not any(row.before or row.after or row.object_number for row in self.events) else []
        if self.changed and not any(row.before for row in self.events):
            missing.append(f"before of {sorted(self.changed)}")
        if giver:
            missing += ["in whose place"] if any(row.on_behalf_of != giver for row in self.events) else []
        return [*missing, *([str([row.action for row in self.events])] if missing else [])]


@pytest.fixture
def written() -> Iterator[Written]:
    """Return what the call under way has written so far."""
    found = Written()

    def note_event(_mapper: Any, _connection: Any, row: AuditEvent) -> None:
        if row.source != "job":  # what everybody's list of the state's keeps of itself
            found.events.append(row)

    def note_changes(session: Any, _context: Any) -> None:
        found.made.update(id(row) for row in session.new)
        for row in session.dirty:
            name = type(row).__name__
            if id(row) not in found.made and name not in NO_DEED:
                columns = {each.key for each in inspect(row).attrs if each.history.deleted and each.history.added}
                found.changed.update({f"{name}.{each}" for each in columns - BOOKKEEPING} - RECKONED)

    event.listen(AuditEvent, "after_insert", note_event)
    event.listen(Session, "after_flush", note_changes)
    yield found
    event.remove(AuditEvent, "after_insert", note_event)
    event.remove(Session, "after_flush", note_changes)


def writing_doors() -> Iterator[tuple[str, str, str]]:
    """Yield every door that writes with somebody who may, and who lent that right to a stand-in ("" for nobody)."""
    for door, expected in read_table().items():
        who = next((who for who in sorted(expected, key=is_nobody) if expected[who] in DONE), None)
        if door.startswith("GET ") or who is None or door in KEEP_NOTHING | NOTHING_TO_DO:
            continue
        lenders = [f"{role}@{OWN}" for role in GIVABLE if expected[f"{role}@{OWN}"] in DONE]
        yield door, who, "" if expected[f"staff@{OWN}"] in DONE or not lenders else lenders[0]


@pytest.mark.slow  # every writing door
def test_every_door_that_writes_leaves_an_event(doors: Knocking, written: Written) -> None:
    """A53: who, as what, in which call, and what stood there before."""
    silent = []
    for door, who, _ in writing_doors():
        written.clear()
        doors.send(door, who)
        if found := written.faults(who, ""):
            silent.append(f"{door} as {who}: {', '.join(found)}")

    assert silent == [], "\n".join(silent)


@pytest.mark.slow  # every writing door
def test_whatever_is_done_in_somebodys_place_says_so(doors: Knocking, written: Written) -> None:
    """A53: 代理."""
    silent = []
    for door, _, giver in writing_doors():
        if giver and door not in PERSONAL:
            written.clear()
            answer = doors.send(door, stand_in_for(giver))
            found = written.faults(stand_in_for(giver), giver) if answer.status_code in DONE else [answer.text[:200]]
            silent += [f"{door} for {giver}: {', '.join(found)}"] if found else []

    assert silent == [], "\n".join(silent)
