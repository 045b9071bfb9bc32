"""What rows were before a transaction changed them, so that its events can say so without being told by each deed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Session, SQLModel

NAMES = ("id", "number", "code", "login_name", "seq")  # by what an event may call a row
_KEPT = "changes"


@dataclass
class _Changes:
    """Each changed column's value before and after: of a row by any of its names, and of every row there is."""

    of_row: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict)
    of_any: dict[str, dict[object, tuple[Any, Any]]] = field(default_factory=dict)

    def of_the_only_row(self, column: str) -> tuple[Any, Any] | None:
        """Return the change of a column where one row alone had it: of two nobody could say whose is meant."""
        pairs = list(self.of_any.get(column, {}).values())
        return pairs[0] if len(pairs) == 1 else None


@event.listens_for(Session, "before_flush")
def _note(session: Session, _context: UOWTransaction, _instances: object) -> None:
    changes = session.info.setdefault(_KEPT, _Changes())
    for row in session.dirty:
        if isinstance(row, SQLModel):
            _note_row(changes, row)


def _note_row(changes: _Changes, row: SQLModel) -> None:
    names = {str(name) for each in NAMES if (name := getattr(row, each, None)) is not None}
    for attribute in inspect(row, raiseerr=True).attrs:
        history = attribute.history
        if history.deleted and history.added:
            pair = (history.deleted[0], history.added[0])
            changes.of_any.setdefault(attribute.key, {})[inspect(row, raiseerr=True).identity_key] = pair
            changes.of_row.update({(attribute.key, name): pair for name in names})


def before_of(session: Session, name: str, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stood before in place of the values of ``after`` that changed in this transaction.

    ``name`` is how the event calls the row. Where that row itself did not change, the change counts that one row alone
    had and that led to the same value; where several had one, nothing is said of before.
    """
    session.flush()
    changes: _Changes = session.info.get(_KEPT) or _Changes()
    found = {}
    for key, value in after.items():
        for pair in (changes.of_row.get((key, name)), changes.of_the_only_row(key)):
            if pair is not None and _plain(pair[1]) == _plain(value):
                found[key] = _plain(pair[0])
                break
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 (any column)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
