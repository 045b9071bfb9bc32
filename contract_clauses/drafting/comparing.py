"""One draft beside the next: which gaps are closed, opened again or new. Clauses are matched, not numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clause stands in one draft: its state as found, whether that leaves it open, and where it is."""

    clause_id: str
    title: str
    state: str
    is_open: bool
    label: str = ""


class Turn(StrEnum):
    """What became of a clause from one draft to the next."""

    CLOSED = "closed"  # open before, open no longer
    REOPENED = "reopened"  # open in some earlier draft, closed before this one, open again
    NEW = "new"  # open for the first time
    UNCHANGED = "unchanged"  # open still, or fine still
    NO_LONGER_ASKED = "no_longer_asked"


@dataclass(frozen=True, slots=True)
class ClauseTurn:
    """One clause in both drafts. A standing is None where that draft was not asked for the clause."""

    clause_id: str
    title: str
    turn: Turn
    before: Standing | None
    after: Standing | None

    @property
    def labels(self) -> tuple[str, str]:
        """Return where it stood before and where it stands now; empty where it does not stand."""
        return (self.before.label if self.before else "", self.after.label if self.after else "")

    @property
    def is_moved(self) -> bool:
        """Return whether it stands in both drafts, under different numbers."""
        before, after = self.labels
        return bool(before and after) and before != after


def compare_drafts(
    before: Iterable[Standing], after: Iterable[Standing], earlier: Sequence[Iterable[Standing]] = ()
) -> tuple[ClauseTurn, ...]:
    """Return what became of every clause, in the order of the later draft, then what is no longer asked for.

    ``earlier`` are the drafts before those two, in any order: a clause that was open in one of them, was closed in
    ``before`` and is open now is opened again; without them every clause that opens is new.
    """
    old, new = _by_clause(before), _by_clause(after)
    once_open = {standing.clause_id for draft in earlier for standing in draft if standing.is_open}
    turns = [_turn(old.get(name), standing, once_open) for name, standing in new.items()]
    gone = [
        ClauseTurn(name, standing.title, Turn.NO_LONGER_ASKED, standing, None)
        for name, standing in old.items()
        if name not in new
    ]
    return (*turns, *gone)


def _by_clause(standings: Iterable[Standing]) -> Mapping[str, Standing]:
    """Return one standing for each clause; where several provisions ask for one, an open one speaks for it."""
    kept: dict[str, Standing] = {}
    for standing in standings:
        known = kept.get(standing.clause_id)
        if known is None or (standing.is_open and not known.is_open):
            kept[standing.clause_id] = standing
    return kept


def _turn(before: Standing | None, after: Standing, once_open: set[str]) -> ClauseTurn:
    was_open = before is not None and before.is_open
    if was_open == after.is_open:
        turn = Turn.UNCHANGED
    elif was_open:
        turn = Turn.CLOSED
    else:
        turn = Turn.REOPENED if after.clause_id in once_open else Turn.NEW
    return ClauseTurn(after.clause_id, after.title, turn, before, after)
