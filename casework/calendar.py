"""Japan's calendar as an office lives by it: fiscal years, closed days, periods that end on real days."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MONTHLY, rrule

FIRST_MONTH = 4
SHORTEST_MONTH = 28  # days that every month has
WEEKEND = (5, 6)
Closed = AbstractSet[date]
NO_DAYS: Closed = frozenset()
ERAS = ((2019, "R"), (1989, "H"), (1926, "S"))
_PERIOD = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$")


def fiscal_year(day: date) -> int:
    """Return the fiscal year (April to March) of a day, by the year of its April.

    >>> fiscal_year(date(2027, 3, 31)), fiscal_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """Return the first and the last day of a fiscal year."""
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - timedelta(days=1)


def era_year(year: int) -> tuple[str, int]:
    """Return a fiscal year as era letter and number, named by the era of its April 1.

    >>> era_year(2026), era_year(2019), era_year(2018)
    (('R', 8), ('H', 31), ('H', 30))
    """
    # 1 April 2019 was still Heisei: the era of that day names the year.
    for first, letter in ERAS:
        if year > first or (year == first and letter != "R"):
            return letter, year - first + 1
    return "", year


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=year))


def is_open(day: date, closed: Closed = NO_DAYS) -> bool:
    """Return whether the office is open: no Saturday, Sunday, national holiday, and not 12/29 to 1/3.

    ``closed`` are the closed days of its own (``casework.closed_days``).
    """
    if day.weekday() in WEEKEND or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return False
    return day not in _holidays(day.year) and day not in closed


def open_day_on_or_before(day: date, closed: Closed = NO_DAYS) -> date:
    """Return the day itself or the last open day before it: our own duties may be done early, never late."""
    while not is_open(day, closed):
        day -= timedelta(days=1)
    return day


def open_day_on_or_after(day: date, closed: Closed = NO_DAYS) -> date:
    """Return the day itself or the first open day after it."""
    while not is_open(day, closed):
        day += timedelta(days=1)
    return day


def due_day(nominal_on: date, closed: Closed = NO_DAYS, *, not_before: date | None = None) -> date:
    """Return the open day on which something counts as due for us, when its own day may be a closed one.

    What we plan ourselves (a cycle, a condition, notice, the end of a term) is due on the open day before: done early,
    never late. What an event brings cannot be due before it happened (``not_before``): there it is the open day after,
    as 民法142条 has it.

    >>> due_day(date(2027, 12, 31)), due_day(date(2027, 7, 4), not_before=date(2027, 7, 3))
    (datetime.date(2027, 12, 28), datetime.date(2027, 7, 5))
    """
    before = open_day_on_or_before(nominal_on, closed)
    is_too_early = not_before is not None and before < not_before
    return open_day_on_or_after(nominal_on, closed) if is_too_early else before


def open_days_later(day: date, count: int, closed: Closed = NO_DAYS) -> date:
    """Return the open day that comes ``count`` open days after a day (民法140条: the day itself is not counted).

    >>> open_days_later(date(2026, 12, 25), 3)
    datetime.date(2027, 1, 5)
    """
    for _ in range(count):
        day = open_day_on_or_after(day + timedelta(days=1), closed)
    return day


def read_period(text: str) -> relativedelta:
    """Return an ISO 8601 period of days, weeks, months or years; raises ``ValueError`` for anything else."""
    found = _PERIOD.match(text)
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is no period such as P1Y or P6M")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return relativedelta(years=years, months=months, weeks=weeks, days=days)


def recurrence(start: date, every: str) -> rrule:
    """Return the rule (RFC 5545) by which the periods that begin with ``start`` are followed by the next one.

    Its days are the first days of the second, third, … period, except where a month has no such day: then the last day
    of that month, on which the period itself ends (``period_ends`` tells the two apart). A period is whole months
    (``FREQ=MONTHLY``; the 29th to the 31st as ``BYMONTHDAY=28,…;BYSETPOS=-1``) or whole days (``FREQ=DAILY``); raises
    ``ValueError`` for one of both, which has no such rule.

    >>> str(recurrence(date(2027, 1, 31), "P1M")).splitlines()[1]
    'RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYMONTHDAY=28,29,30,31'
    """
    step = read_period(every)
    months, days = step.years * 12 + step.months, step.days
    begins = datetime.combine(start, time())
    if months and not days:
        if start.day <= SHORTEST_MONTH:
            return rrule(MONTHLY, interval=months, dtstart=begins, bymonthday=start.day)
        reached = range(SHORTEST_MONTH, start.day + 1)
        return rrule(MONTHLY, interval=months, dtstart=begins, bymonthday=tuple(reached), bysetpos=-1)
    if days and not months:
        return rrule(DAILY, interval=days, dtstart=begins)
    raise ValueError(f"{every!r} mixes months and days, or is empty; say either")


def period_ends(start: date, every: str, until: date, *, after: date = date.min) -> Iterator[date]:
    """Yield the last days of the periods that follow one another from ``start``, up to and including ``until``.

    A year from 1 April ends on 31 March, so that a duty of every year falls due within a contract of one year. Each
    day is counted from ``start`` (``recurrence``), so that none drifts; only those after ``after`` are yielded.

    Provisions:
        民法 第143条第2項: a period ends on the day before the day that corresponds to its first one; where the last
        month has no such day, on the last day of that month.

    >>> [str(day) for day in period_ends(date(2027, 4, 1), "P1Y", date(2029, 3, 31))]
    ['2028-03-31', '2029-03-31']
    >>> [str(day) for day in period_ends(date(2027, 1, 31), "P1M", date(2027, 4, 30))]
    ['2027-02-28', '2027-03-30', '2027-04-30']
    """
    step = read_period(every)
    begins = _whole_periods_on(start, step, after)
    for following in recurrence(start, every).replace(dtstart=datetime.combine(begins, time())):
        if (first := following.date()) <= start:
            continue
        day = first - timedelta(days=1) if step.days or first.day == start.day else first
        if day > until:
            return
        if day > after:
            yield day


def _whole_periods_on(start: date, step: relativedelta, after: date) -> date:
    """Return a day from which a rule may be read on without missing one after a day: its phase stays that of start."""
    if after <= start:
        return start
    months = step.years * 12 + step.months
    if not months:
        return start + timedelta(days=((after - start).days // step.days) * step.days)
    passed = ((after.year - start.year) * 12 + after.month - start.month) // months * months
    return start.replace(day=1) + relativedelta(months=passed)


def last_day_of(start: date, length: relativedelta) -> date:
    """Return the last day of a period that begins on a day (民法143条2項).

    >>> last_day_of(date(2028, 2, 29), read_period("P1Y")), last_day_of(date(2027, 4, 1), read_period("P6M"))
    (datetime.date(2029, 2, 28), datetime.date(2027, 9, 30))
    """
    following = start + length
    corresponds = bool(length.days) or following.day == start.day
    return following - timedelta(days=1) if corresponds else following
