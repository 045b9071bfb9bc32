"""The days on which a promise falls due within one term of a contract. Arithmetic only: no clock, no database."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from contract_clauses.promises import Promise
from contract_clauses.time_words import LAST_DAY, Cycle, DueDay, Span, Unit
from models.vocabulary import DutyKind

_SATURDAY = 5
_LETTERS = {Unit.DAYS: "D", Unit.WEEKS: "W", Unit.MONTHS: "M", Unit.YEARS: "Y"}

IsOpen = Callable[[date], bool]


def is_weekday(day: date) -> bool:
    """Whether a day is no Saturday or Sunday; the caller that knows holidays brings its own."""
    return day.weekday() < _SATURDAY


def days_due(
    promise: Promise,
    *,
    starts_on: date,
    ends_on: date,
    concluded_on: date | None = None,
    is_open: IsOpen = is_weekday,
) -> tuple[date, ...]:
    """Return the days of a term on which the promise falls due, in their order; an event's day is not known before.

    A periodic one falls due at the end of each period from the first day of the term on (or by the day, or within the
    time, that the contract names for it), and a last short period counts too. The end's and the beginning's are dated
    from the last and the first day; what runs from the conclusion from ``concluded_on`` where it is given.

    Raises:
        ValueError: the term ends before it starts.
    """
    if ends_on < starts_on:
        raise ValueError(f"the term ends on {ends_on} before it starts on {starts_on}")
    if promise.duty is DutyKind.EVENT:
        return ()
    if promise.duty is DutyKind.PERIODIC:
        return tuple(_periodic(promise, starts_on, ends_on, is_open))
    if promise.duty is DutyKind.END:
        return (add(ends_on, promise.within, is_open),)
    from_day = concluded_on if concluded_on is not None and promise.since == "conclusion" else starts_on
    return (add(from_day, promise.within, is_open),)


def outlives_until(promise: Promise, ends_on: date) -> date | None:
    """Return the last day of what outlives the contract; None for one without end, or that outlives nothing.

    Provisions:
        民法 第143条第2項: a period ends on the day before the one that corresponds to its first.
    """
    span = promise.until.span if promise.until else None
    if span is None:
        return None
    return ends_on + _step(_LETTERS[span.unit], span.amount)


def add(day: date, span: Span | None, is_open: IsOpen = is_weekday) -> date:
    """Return the last day of a time limit that runs from ``day``, the first day not counted; hours end that day.

    >>> str(add(date(2028, 3, 31), Span(30, Unit.DAYS)))
    '2028-04-30'
    >>> str(add(date(2026, 11, 27), Span(1, Unit.OPEN_DAYS)))
    '2026-11-30'
    """
    if span is None or not span.amount:
        return day
    if span.unit is Unit.OPEN_DAYS:
        for _ in range(span.amount):
            day += timedelta(days=1)
            while not is_open(day):
                day += timedelta(days=1)
        return day
    if span.unit in {Unit.HOURS, Unit.MINUTES}:
        hours = span.amount if span.unit is Unit.HOURS else span.amount / 60
        return day + timedelta(days=int(hours // 24))
    return day + _step(_LETTERS[span.unit], span.amount)


def _periodic(promise: Promise, starts_on: date, ends_on: date, is_open: IsOpen) -> Iterator[date]:
    every, day = promise.every, promise.day
    if every is None:
        raise ValueError(f"a periodic promise needs a cycle: {promise.label}")
    if day is not None and day.month is not None and every.every != "P1Y":
        day = None  # one named day says nothing of the others of the year
    if day is not None and day.month is not None:
        yield from _yearly(day, day.month, starts_on, ends_on)
        return
    if day is not None and day.later == 0 and every.every == "P1M":
        yield from (found for found in _monthly(day, starts_on, ends_on) if starts_on <= found <= ends_on)
        return
    # A day of the month belongs to calendar months, so their periods begin with one.
    begins_on = starts_on if day is None else starts_on.replace(day=1)
    for first, last in _periods(begins_on, ends_on, every.every):
        if day is not None:
            yield _day_of_month(last + relativedelta(months=day.later), day.day)
        elif every.times > 1:
            yield from _spread(first, last, every)
        else:
            yield add(last, promise.within, is_open)


def _spread(first: date, last: date, every: Cycle) -> Iterator[date]:
    """So many days spread evenly over a whole period, as far as the term reaches; its last day if it reaches none."""
    length = (first + _step(every.every[-1], int(every.every[1:-1])) - first).days
    spread = {first + timedelta(days=max(length * no // every.times, 1) - 1) for no in range(1, every.times + 1)}
    yield from sorted(day for day in spread if day <= last) or [last]


def _step(letter: str, count: int) -> relativedelta:
    """So many of an ISO 8601 unit; months and years keep the day where the month has it."""
    match letter:
        case "D":
            return relativedelta(days=count)
        case "W":
            return relativedelta(weeks=count)
        case "M":
            return relativedelta(months=count)
        case _:
            return relativedelta(years=count)


def _periods(starts_on: date, ends_on: date, every: str) -> Iterator[tuple[date, date]]:
    """First and last days of the periods of a term; the last one ends with it, however short it is."""
    count, times, first = int(every[1:-1]), 1, starts_on
    while first <= ends_on:
        following = starts_on + _step(every[-1], count * times)
        yield first, min(following - timedelta(days=1), ends_on)
        first, times = following, times + 1


def _monthly(day: DueDay, starts_on: date, ends_on: date) -> Iterator[date]:
    month = starts_on.replace(day=1)
    while month <= ends_on:
        yield _day_of_month(month, day.day)
        month += relativedelta(months=1)


def _yearly(day: DueDay, month: int, starts_on: date, ends_on: date) -> Iterator[date]:
    """The named day of each year of the term; one named for the following year may come after the end."""
    last = ends_on + relativedelta(years=day.later)
    for year in range(starts_on.year, last.year + 1):
        found = _day_of_month(date(year, month, 1), day.day)
        if starts_on + relativedelta(years=day.later) <= found + relativedelta(days=day.later) and found <= last:
            yield found


def _day_of_month(month: date, day: int) -> date:
    length = monthrange(month.year, month.month)[1]
    return month.replace(day=length if day == LAST_DAY else min(day, length))
