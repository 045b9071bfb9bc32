"""The rules of recurring due dates, stated and checked: RFC 5545 rules, month ends, 29 February, the 31st, closed days.

- A cycle is a rule of RFC 5545 and is expanded by it (``calendar.recurrence``).
- From the 29th, 30th or 31st a period ends on the last day of a month that has no such day, else on the day before.
- From 29 February a year runs to the next 28 February, and to the 28th in leap years as well.
- What falls on a closed day is due on the open day before it, through Golden Week and the turn of the year.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.alert_settings import LEAD_DAYS
from casework.alert_steps import Thing
from casework.calendar import (
    due_day,
    fiscal_year,
    fiscal_year_days,
    is_open,
    last_day_of,
    open_day_on_or_before,
    period_ends,
    read_period,
    recurrence,
)
from casework.term_dates import end_of_term, next_start
from models.alert_days import AT_NEXT_RUN
from tests.scale import scaled

DAY = timedelta(days=1)
YEARS = 20
LONGEST_CLOSED_RUN = 10  # Golden Week of 2019 was ten days long
CYCLES = ("P1M", "P2M", "P3M", "P6M", "P1Y", "P2Y", "P26W", "P45D")
LONGER = ("P3M", "P6M", "P1Y", "P2Y", "P26W")
TERMS = ("P6M", "P1Y", "P3Y", "P5Y")
STARTS = st.one_of(
    st.dates(date(1988, 4, 1), date(2045, 12, 31)),
    st.sampled_from([date(2028, 2, 29), date(2027, 8, 31), date(2019, 4, 30), date(1989, 1, 7), date(2026, 12, 31)]),
)


@pytest.mark.parametrize(
    ("start", "every", "rule", "ends"),
    [
        (date(2027, 4, 1), "P1Y", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=1", ["2028-03-31", "2029-03-31", "2030-03-31"]),
        (date(2028, 2, 29), "P1Y", "FREQ=MONTHLY;INTERVAL=12;BYSETPOS=-1;BYMONTHDAY=28,29",
         ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-28", "2033-02-28"]),
        (date(2027, 1, 31), "P1M", "FREQ=MONTHLY;BYSETPOS=-1;BYMONTHDAY=28,29,30,31",
         ["2027-02-28", "2027-03-30", "2027-04-30", "2027-05-30", "2027-06-30"]),
        (date(2027, 10, 30), "P6M", "FREQ=MONTHLY;INTERVAL=6;BYSETPOS=-1;BYMONTHDAY=28,29,30",
         ["2028-04-29", "2028-10-29", "2029-04-29"]),
        (date(2026, 12, 29), "P2W", "FREQ=DAILY;INTERVAL=14", ["2027-01-11", "2027-01-25", "2027-02-08"]),
        (date(2019, 4, 1), "P1M", "FREQ=MONTHLY;BYMONTHDAY=1", ["2019-04-30", "2019-05-31"]),  # 平成31年から令和元年へ
    ],
)  # fmt: skip
def test_a_cycle_is_the_rule_it_says_and_ends_as_written_out_by_hand(
    start: date, every: str, rule: str, ends: list[str]
) -> None:
    assert str(recurrence(start, every)).splitlines()[1] == f"RRULE:{rule}"
    assert [str(day) for day in islice(period_ends(start, every, date(2100, 1, 1)), len(ends))] == ends


@pytest.mark.parametrize("every", ["P1M10D", "P0D", "P1Y1W"])
def test_what_is_no_rule_of_rfc_5545_is_refused(every: str) -> None:
    with pytest.raises(ValueError, match="mixes months and days"):
        recurrence(date(2027, 4, 1), every)


@given(STARTS, st.sampled_from(CYCLES))
@settings(max_examples=300, deadline=None)
def test_another_reader_of_the_rule_comes_to_the_same_days(start: date, every: str) -> None:
    read = rrulestr(str(recurrence(start, every)))

    assert list(islice(read, 30)) == list(islice(recurrence(start, every), 30))


@given(STARTS, st.sampled_from(CYCLES))
@settings(max_examples=scaled(2_000, 500), deadline=None)
def test_the_rule_and_the_law_agree(start: date, every: str) -> None:
    """民法143条2項, worked out by itself, gives the days that the rule gives."""
    step = read_period(every)

    by_rule = list(islice(period_ends(start, every, date(2200, 1, 1)), 40))

    assert by_rule == [last_day_of(start, step * no) for no in range(1, 41)]


@given(STARTS, st.sampled_from(LONGER), st.sampled_from(TERMS), st.integers(0, 3))
@settings(max_examples=scaled(10_000, 1_000), deadline=None)
def test_over_twenty_fiscal_years_no_due_date_is_lost_however_the_terms_turn(
    start: date, every: str, length: str, pause: int
) -> None:
    """At full scale ten thousand contracts: dated term by term they have the dates of one long contract."""
    last = fiscal_year_days(fiscal_year(start) + YEARS - 1)[1]
    made: list[date] = []
    ends_on, dated = end_of_term(start, length), start - DAY
    while dated < last:
        made += period_ends(start, every, min(ends_on, last), after=dated)
        dated = ends_on
        for _ in range(1 + pause):  # renewals that were confirmed late come together
            ends_on = end_of_term(next_start(ends_on), length)

    whole = list(period_ends(start, every, last))
    assert made == whole
    assert all(earlier < later for earlier, later in pairwise(whole))
    per_year = Counter(fiscal_year(day) for day in whole)
    if read_period(every).years != 2:  # every fiscal year but the first has its due dates
        assert set(range(fiscal_year(start) + 1, fiscal_year(start) + YEARS)) <= set(per_year)
    for nominal in whole[::9]:
        due = due_day(nominal)
        assert is_open(due)
        assert nominal - timedelta(days=LONGEST_CLOSED_RUN) <= due <= nominal


@given(st.dates(date(2020, 1, 1), date(2045, 12, 31)), st.frozensets(st.integers(-40, 5), max_size=8))
@settings(max_examples=500, deadline=None)
def test_every_step_of_a_notice_is_on_an_open_day_before_it_whatever_days_the_office_closes(
    due: date, own: frozenset[int]
) -> None:
    closed = frozenset(due + timedelta(days=no) for no in own)
    thing = Thing(2, 1, "duty", "duty_occurrence", 1, "期限", due, due, AT_NEXT_RUN, LEAD_DAYS, True, closed=closed)

    before, overdue = thing.steps[:-1], thing.steps[-1]

    assert [step.send_on for step in before] == [open_day_on_or_before(due - lead * DAY, closed) for lead in LEAD_DAYS]
    assert all(is_open(step.send_on, closed) for step in thing.steps)
    assert before[-1].send_on <= due < overdue.send_on


@pytest.mark.parametrize(
    ("nominal", "due"),
    [
        (date(2019, 5, 6), date(2019, 4, 26)),  # ten days of Golden Week at the turn from 平成 to 令和
        (date(2027, 5, 5), date(2027, 4, 30)),
        (date(2026, 12, 31), date(2026, 12, 28)),
        (date(2028, 1, 3), date(2027, 12, 28)),
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_closed_runs_are_stepped_over_to_the_open_day_before(nominal: date, due: date) -> None:
    assert due_day(nominal) == due
