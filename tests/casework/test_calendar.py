"""Japan's calendar: fiscal years, closed days, and periods that end on real days."""

import doctest
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from casework import calendar, clock, search
from casework.calendar import (
    era_year,
    fiscal_year,
    fiscal_year_days,
    is_open,
    open_day_on_or_after,
    open_day_on_or_before,
    period_ends,
    read_period,
)

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize("module", [calendar, clock, search])
def test_examples_in_docstrings_hold(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type] # a module is an object to pytest

    assert outcome.attempted > 0
    assert outcome.failed == 0


@given(DAYS)
def test_a_day_lies_in_the_fiscal_year_it_is_said_to(day: date) -> None:
    first, last = fiscal_year_days(fiscal_year(day))

    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2026, 5, 6), False),  # 振替休日
        (date(2026, 9, 22), False),  # 国民の休日
    ],
)
def test_the_office_is_closed_on_weekends_holidays_and_at_the_turn_of_the_year(day: date, expected: bool) -> None:  # noqa: FBT001 (the expectation of a case)
    assert is_open(day) is expected


@given(DAYS)
def test_the_open_day_before_and_after_are_the_nearest(day: date) -> None:
    before, after = open_day_on_or_before(day), open_day_on_or_after(day)

    assert is_open(before)
    assert is_open(after)
    assert before <= day <= after
    assert (day - before).days < 12
    assert not any(is_open(before + timedelta(days=step)) for step in range(1, (after - before).days))


@given(DAYS, st.sampled_from(["P1M", "P3M", "P6M", "P1Y", "P2Y", "P1W", "P10D"]), st.integers(0, 1500))
def test_periods_follow_one_another_without_gap_or_drift(start: date, every: str, length: int) -> None:
    until = start + timedelta(days=length)

    ends = list(period_ends(start, every, until))

    assert all(start < end <= until or every == "P1D" for end in ends)
    assert all(earlier < later for earlier, later in pairwise(ends))
    step = read_period(every)
    for times, end in enumerate(ends, start=1):
        assert end in {start + step * times, start + step * times - timedelta(days=1)}
    following = start + step * (len(ends) + 1)
    assert following > until


@pytest.mark.parametrize(
    ("start", "every", "until", "expected"),
    [
        (date(2027, 4, 1), "P1Y", date(2028, 3, 30), []),
        (date(2027, 4, 1), "P1Y", date(2028, 3, 31), ["2028-03-31"]),
        (date(2028, 2, 29), "P1Y", date(2032, 12, 31), ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-28"]),
        (date(2027, 8, 31), "P6M", date(2028, 8, 31), ["2028-02-29", "2028-08-30"]),
        (date(2027, 4, 1), "P1W", date(2027, 4, 15), ["2027-04-07", "2027-04-14"]),
    ],
)
def test_periods_end_on_real_days(start: date, every: str, until: date, expected: list[str]) -> None:
    assert [day.isoformat() for day in period_ends(start, every, until)] == expected


@pytest.mark.parametrize("text", ["", "P", "1Y", "P1H", "PT1H", "P-1Y", "毎年", "P1Y "])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        read_period(text)


def test_a_period_may_have_several_parts() -> None:
    assert read_period("P1Y2M3W4D") == relativedelta(years=1, months=2, days=25)


@pytest.mark.parametrize(
    ("year", "expected"), [(2026, ("R", 8)), (2020, ("R", 2)), (2019, ("H", 31)), (1989, ("H", 1)), (1988, ("S", 63))]
)
def test_a_fiscal_year_is_named_by_the_era_of_its_first_day(year: int, expected: tuple[str, int]) -> None:
    assert era_year(year) == expected


@given(st.datetimes(datetime(2020, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (bounds are naive)
def test_a_day_in_japan_begins_at_three_in_the_afternoon_of_utc(instant: datetime) -> None:
    assert clock.day_in_japan(instant) == (instant + timedelta(hours=9)).date()
