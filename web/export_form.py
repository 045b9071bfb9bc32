"""The small form with which a list is written to a file: the same condition, Excel or CSV, which columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.ledgers import Ledger
from casework.ledgers.exporting import MOST_AT_ONCE
from web.visit import Visit


@dataclass(frozen=True)
class ExportForm:
    """What the form shows and carries along."""

    ledger: str
    label: str
    hidden: Sequence[tuple[str, str]]
    csrf_token: str
    total: int
    columns: Sequence[tuple[str, str]]

    @property
    def is_long(self) -> bool:
        """Return whether the file is fetched later."""
        return self.total > MOST_AT_ONCE


def export_form(visit: Visit, ledger: Ledger, asked: Mapping[str, str], total: int | None = None) -> ExportForm:
    """Return the form for what a page shows."""
    narrowed = ledger.narrowed(asked)
    return ExportForm(
        ledger=ledger.key,
        label=ledger.label,
        hidden=tuple(narrowed.items()),
        csrf_token=visit.csrf_token,
        total=ledger.count(visit.call, narrowed) if total is None else total,
        columns=[(column.key, column.label) for column in ledger.leaving],
    )
