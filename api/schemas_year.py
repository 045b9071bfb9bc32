"""The year of an office on the wire: its lines and how many there are."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, Field

from api.words import OccurrenceStateWord
from casework.year_list import HEADINGS, MONTHS, Line


class DueDateOut(BaseModel):
    """One line: a due date of a duty (``obligation_id``) or a day of a contract (``contract``), as it stands today."""

    kind: str = Field(description="notice(更新拒絶通知)、expiry(満了)、plan、periodic、event、condition、record、end")
    nominal_on: date = Field(description="契約や規則の日")
    due_on: date = Field(description="閉庁日を避けた、こちらの期限")
    title: str
    provision: str
    state: OccurrenceStateWord
    obligation_id: int | None
    contract: str | None


class DueCountOut(BaseModel):
    """How many lines of one kind each month has, April first."""

    kind: str
    counts: list[int]
    total: int


class DueCountsOut(BaseModel):
    """The table of a fiscal year; every number is that of the list ``/due-dates`` narrowed in the same way."""

    fiscal_year: int
    months: list[int]
    rows: list[DueCountOut]
    total: int


def due_date_out(line: Line) -> DueDateOut:
    """Return a line as shown."""
    return DueDateOut.model_construct(
        kind=line.heading,
        nominal_on=line.nominal_on,
        due_on=line.due_on,
        title=line.title,
        provision=line.ground,
        state=line.state,
        obligation_id=line.occurrence.occurrence.key if line.occurrence else None,
        contract=line.contract.number if line.contract else None,
    )


def due_counts_out(fiscal_year: int, counts: Mapping[tuple[str, int], int]) -> DueCountsOut:
    """Return the table of a fiscal year."""
    rows = []
    for heading in HEADINGS:
        numbers = [counts.get((heading, no), 0) for no in MONTHS]
        rows.append(DueCountOut(kind=heading, counts=numbers, total=sum(numbers)))
    return DueCountsOut(fiscal_year=fiscal_year, months=list(MONTHS), rows=rows, total=sum(row.total for row in rows))
