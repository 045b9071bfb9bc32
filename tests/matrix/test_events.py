"""Whatever is done through a door leaves an event: every writing door is tried by somebody who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from models.audit_event import AuditEvent
from tests.matrix.cast import NOBODY
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


def is_nobody(who: str) -> bool:
    """Return whether nobody is signed in; whoever is comes first, since the record is kept for them."""
    return who == NOBODY


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Return a list into which the action of every event comes that says who did it in which call."""
    actions: list[str] = []

    def note(_mapper: Any, _connection: Any, row: AuditEvent) -> None:
        if row.actor_name and row.call_id and (row.before or row.after or row.object_number):
            actions.append(row.action)

    event.listen(AuditEvent, "after_insert", note)
    yield actions
    event.remove(AuditEvent, "after_insert", note)


@pytest.mark.slow  # every writing door
def test_every_door_that_writes_leaves_an_event(doors: Knocking, written: list[str]) -> None:
    """A53."""
    silent = []
    for door, expected in read_table().items():
        who = next((who for who in sorted(expected, key=is_nobody) if expected[who] in DONE), None)
        if door.startswith("GET ") or who is None or door in KEEP_NOTHING | NOTHING_TO_DO:
            continue
        written.clear()
        doors.send(door, who)
        if not written:
            silent.append(f"{door} as {who}")

    assert silent == [], "\n".join(silent)
