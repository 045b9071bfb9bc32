"""The rules of a contract's days, stated once: where the next term begins and ends, and by when notice is given.

- Terms follow one another: the next one begins on the day after the last one ends.
- A term of a stated length ends on the day before the day that corresponds to its first one; where its last month has
  no such day, on the last day of that month (民法143条2項). From 29 February a year runs to 28 February.
- A term that begins on the first of a month therefore ends on the last of a month, however long that month is.
- Notice "three months before the end" is due on the day that corresponds to the last one, three months earlier; where
  that month has no such day, on its last day, which is the earlier and safer one. It is counted from the end of the
  term that runs now, never from that of the first one.
- A day on which the office is closed stays in the record as the contract's day; what counts for us is the open day
  before it. The law lets a last day pass over to the next open day (民法142条) only where the other side's custom
  agrees, so we never rely on it.
"""

from datetime import date, timedelta

from casework.calendar import last_day_of, read_period

DAY = timedelta(days=1)


def next_start(ends_on: date) -> date:
    """Return the first day of the term that follows one.

    >>> next_start(date(2028, 2, 29))
    datetime.date(2028, 3, 1)
    """
    return ends_on + DAY


def end_of_term(starts_on: date, every: str) -> date:
    """Return the last day of a term of a stated length.

    >>> end_of_term(date(2027, 4, 1), "P1Y"), end_of_term(date(2028, 2, 29), "P1Y")
    (datetime.date(2028, 3, 31), datetime.date(2029, 2, 28))
    """
    return last_day_of(starts_on, read_period(every))


def notice_day(ends_on: date, before: str) -> date:
    """Return the day by which notice is given that a term shall not go on, by the contract's own words.

    >>> notice_day(date(2028, 3, 31), "P1M"), notice_day(date(2026, 8, 28), "P2M")
    (datetime.date(2028, 2, 29), datetime.date(2026, 6, 28))
    """
    return ends_on - read_period(before)


def is_longer(starts_on: date, ends_on: date, most: str) -> bool:
    """Return whether a period is longer than a stated length.

    >>> is_longer(date(2027, 4, 1), date(2032, 3, 31), "P5Y"), is_longer(date(2027, 4, 1), date(2032, 4, 1), "P5Y")
    (False, True)
    """
    return ends_on > end_of_term(starts_on, most)
