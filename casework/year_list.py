"""The year of an office: due dates of duties and days of contracts, counted by month and listed in one order.

A number of the table and the list it leads to are read by the same conditions, so that they cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import duties
from casework.calendar import FIRST_MONTH, fiscal_year_days
from casework.call import Call
from casework.duties import SOON, OccurrenceRow
from casework.paging import Page, PageWish, read_cursor, unreadable_cursor, write_cursor
from casework.tenancy import names_of, visible_to
from models.contract import Contract
from models.contract_date import ContractDate
from models.duty import CONDITION, PLAN
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import ContractDateKind, ContractState, DutyKind, OccurrenceState

HEADINGS: tuple[str, ...] = (
    ContractDateKind.NOTICE,
    ContractDateKind.EXPIRY,
    PLAN,
    DutyKind.PERIODIC,
    DutyKind.EVENT,
    CONDITION,
    DutyKind.RECORD,
    DutyKind.END,
)
OF_CONTRACTS = tuple(ContractDateKind)
TITLES = {
    ContractDateKind.NOTICE: "更新しないと知らせる期限",
    ContractDateKind.EXPIRY: "契約の満了",
}
MONTHS = tuple((FIRST_MONTH + no - 1) % 12 + 1 for no in range(12))
# Places of the two tables in one order: even numbers are due dates of duties, odd ones days of contracts.
_TABLES = 2


@dataclass(frozen=True)
class Narrowed:
    """What is listed: days from the first to the last, one heading or all, of one owner or all, open ones or all.

    ``is_overdue`` leaves out what the policy leaves to us (必要に応じて): that is never overdue.
    """

    first: date
    last: date
    heading: str = ""
    owner_id: int | None = None
    is_open: bool | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class Line:
    """One line: a due date of a duty (``occurrence``) or a day of a contract (``contract``)."""

    heading: str
    nominal_on: date
    due_on: date
    title: str
    ground: str
    owner_id: int
    state: OccurrenceState
    occurrence: OccurrenceRow | None = None
    contract: Contract | None = None


def year_of(fiscal_year: int, month: int = 0) -> tuple[date, date]:
    """Return the first and the last day of a fiscal year, or of one of its months."""
    first, last = fiscal_year_days(fiscal_year)
    if month not in MONTHS:
        return first, last
    begins = date(fiscal_year if month >= FIRST_MONTH else fiscal_year + 1, month, 1)
    following = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
    return begins, date.fromordinal(following.toordinal() - 1)


def count_by_month(call: Call, fiscal_year: int, owner_id: int | None = None) -> dict[tuple[str, int], int]:
    """Return how many lines each month of a fiscal year has under each heading; two statements, both on an index."""
    first, last = fiscal_year_days(fiscal_year)
    counts: dict[tuple[str, int], int] = {}
    tables: tuple[Any, ...] = (DutyOccurrence, ContractDate)
    for table in tables:
        query = select(col(table.kind), col(table.due_on), func.count()).where(
            table.organisation_id == call.actor.organisation_id, col(table.due_on).between(first, last)
        )
        if owner_id is not None:
            query = query.where(table.owner_id == owner_id)
        for kind, due_on, count in call.session.exec(query.group_by(col(table.due_on), col(table.kind))):
            counts[kind, due_on.month] = counts.get((kind, due_on.month), 0) + count
    return counts


def count_open_by_month(call: Call, fiscal_year: int, owner_id: int | None = None) -> dict[int, int]:
    """Return how many lines of each month of a fiscal year are still open; two statements."""
    narrowed = Narrowed(*fiscal_year_days(fiscal_year), owner_id=owner_id, is_open=True)
    days = (
        (_duty_query(call, narrowed), col(DutyOccurrence.due_on)),
        (_contract_query(call, narrowed), col(ContractDate.due_on)),
    )
    counts: dict[int, int] = {}
    for query, due_on in days:
        for day, count in call.session.execute(query.with_only_columns(due_on, func.count()).group_by(due_on)):
            counts[day.month] = counts.get(day.month, 0) + count
    return counts


def list_lines(call: Call, narrowed: Narrowed, wish: PageWish) -> Page[Line]:
    """Return the lines of a list, soonest first; each table gives as many as a page may need, and no more are read."""
    at = _place(wish.cursor) if wish.cursor else None
    found: list[tuple[date, int, Any]] = []
    if narrowed.heading not in OF_CONTRACTS:
        found += _of_duties(call, narrowed, at, wish.limit + 1)
    if narrowed.heading in {"", *OF_CONTRACTS}:
        found += _of_contracts(call, narrowed, at, wish.limit + 1)
    found.sort(key=lambda row: row[:2])
    kept = found[: wish.limit]
    cursor = write_cursor(kept[-1][0], kept[-1][1]) if len(found) > wish.limit else None
    return Page(_lines(call, [row for _, _, row in kept]), cursor)


def count_lines(call: Call, narrowed: Narrowed) -> int:
    """Return how many lines a list has; two statements."""
    found = 0
    if narrowed.heading not in OF_CONTRACTS:
        found += _size_of(call, _duty_query(call, narrowed))
    if narrowed.heading in {"", *OF_CONTRACTS}:
        found += _size_of(call, _contract_query(call, narrowed))
    return found


def _size_of(call: Call, query: SelectOfScalar[Any]) -> int:
    return call.session.exec(select(func.count()).select_from(query.subquery())).one()


def owners_of(call: Call, lines: Sequence[Line]) -> dict[int, str]:
    """Return the names of those who answer for some lines."""
    return names_of(call.session, call.actor, {line.owner_id for line in lines})


def _place(cursor: str) -> tuple[date, int]:
    due_on, key = read_cursor(cursor)
    if not isinstance(due_on, date):
        raise unreadable_cursor()
    return due_on, key


def _of_duties(
    call: Call, narrowed: Narrowed, at: tuple[date, int] | None, most: int
) -> list[tuple[date, int, DutyOccurrence]]:
    query = _duty_query(call, narrowed)
    if at is not None:
        query = query.where(_after(DutyOccurrence, at[0], at[1] // _TABLES))
    ordered = query.order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id)).limit(most)
    return [(row.due_on, row.key * _TABLES, row) for row in call.session.exec(ordered).all()]


def _of_contracts(
    call: Call, narrowed: Narrowed, at: tuple[date, int] | None, most: int
) -> list[tuple[date, int, ContractDate]]:
    query = _contract_query(call, narrowed)
    if at is not None:
        query = query.where(_after(ContractDate, at[0], (at[1] - 1) // _TABLES))
    ordered = query.order_by(col(ContractDate.due_on), col(ContractDate.id)).limit(most)
    return [(row.due_on, row.key * _TABLES + 1, row) for row in call.session.exec(ordered).all()]


def _duty_query(call: Call, narrowed: Narrowed) -> SelectOfScalar[DutyOccurrence]:
    query = _narrow(visible_to(call.actor, DutyOccurrence), DutyOccurrence, narrowed)
    if narrowed.is_open is not None:
        state, scheduled = col(DutyOccurrence.state), OccurrenceState.SCHEDULED
        query = query.where(state == scheduled if narrowed.is_open else state != scheduled)  # an index serves this
    if narrowed.is_overdue:
        query = query.where(col(DutyOccurrence.is_optional).is_(False))
    return query


def _contract_query(call: Call, narrowed: Narrowed) -> SelectOfScalar[ContractDate]:
    query = _narrow(visible_to(call.actor, ContractDate), ContractDate, narrowed)
    if narrowed.is_open is None:
        return query
    closed = select(Contract.id).where(Contract.id == ContractDate.contract_id, Contract.state == ContractState.CLOSED)
    is_open = and_(col(ContractDate.settled_on).is_(None), ~closed.exists())
    return query.where(is_open if narrowed.is_open else ~is_open)


def _narrow(query: SelectOfScalar[Any], table: Any, narrowed: Narrowed) -> SelectOfScalar[Any]:  # noqa: ANN401 (either table)
    query = query.where(col(table.due_on).between(narrowed.first, narrowed.last))
    if narrowed.heading:
        query = query.where(table.kind == narrowed.heading)
    return query if narrowed.owner_id is None else query.where(table.owner_id == narrowed.owner_id)


def _after(table: Any, due_on: date, key: int) -> ColumnElement[bool]:  # noqa: ANN401 (either table)
    later = or_(col(table.due_on) > due_on, col(table.id) > key)
    return and_(col(table.due_on) >= due_on, later)  # the first half is what the index is searched by


def _lines(call: Call, rows: Sequence[DutyOccurrence | ContractDate]) -> list[Line]:
    occurrences = [row for row in rows if isinstance(row, DutyOccurrence)]
    by_id = {row.occurrence.key: row for row in duties.rows_of(call, occurrences)}
    keys = {row.contract_id for row in rows if isinstance(row, ContractDate)}
    held = call.session.exec(visible_to(call.actor, Contract).where(col(Contract.id).in_(keys))).all() if keys else []
    contracts = {contract.key: contract for contract in held}
    return [
        _line_of_duty(by_id[row.key])
        if isinstance(row, DutyOccurrence)
        else _line_of_contract(row, contracts[row.contract_id], call.today)
        for row in rows
    ]


def _line_of_duty(row: OccurrenceRow) -> Line:
    occurrence = row.occurrence
    return Line(
        row.duty.heading,
        occurrence.nominal_on,
        occurrence.due_on,
        row.duty.title,
        row.duty.provision,
        occurrence.owner_id,
        row.state,
        occurrence=row,
    )


def _line_of_contract(row: ContractDate, contract: Contract, today: date) -> Line:
    title = f"{contract.number} {contract.title}: {TITLES[ContractDateKind(row.kind)]}"
    state = _state_on(row, contract, today)
    return Line(row.kind, row.nominal_on, row.due_on, title, "契約", row.owner_id, state, contract=contract)


def _state_on(row: ContractDate, contract: Contract, today: date) -> OccurrenceState:
    if row.settled_on is not None or contract.state == ContractState.CLOSED:
        return OccurrenceState.DONE
    if row.due_on < today:
        return OccurrenceState.OVERDUE
    return OccurrenceState.DUE if row.due_on <= today + SOON else OccurrenceState.SCHEDULED
