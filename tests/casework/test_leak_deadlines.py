"""The commission's deadlines: the day of knowledge is day 1, closed days count, a closed last day moves on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import is_open
from casework.clock import JAPAN
from casework.leak_deadlines import contractor_was_late, deadlines, must_report
from models.vocabulary import LeakedKind, LeakGround

WRONGFUL = (LeakGround.WRONGFUL,)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), JAPAN).astimezone(UTC)


@pytest.mark.parametrize(
    ("known", "grounds", "first", "final"),
    [
        ("2026-11-20", (), "2026-11-24", "2026-12-21"),  # the 30th day is Saturday 12/19
        ("2026-11-20", WRONGFUL, "2026-11-24", "2027-01-18"),
        ("2026-12-01", (), "2026-12-05", "2027-01-04"),  # 12/30 is closed until 1/3
        ("2026-11-30", (), "2026-12-04", "2027-01-04"),  # 12/29, the first closed day of the year's end
        ("2026-11-29", (), "2026-12-03", "2026-12-28"),  # the last open day of the year
        ("2027-04-01", (), "2027-04-05", "2027-04-30"),
        ("2027-04-05", (), "2027-04-09", "2027-05-06"),  # 5/4 lies in Golden Week
        ("2028-01-31", (), "2028-02-04", "2028-02-29"),
        ("2027-01-31", (), "2027-02-04", "2027-03-01"),
    ],
)
def test_the_days_are_counted_from_the_day_of_knowledge(
    known: str, grounds: tuple[LeakGround, ...], first: str, final: str
) -> None:
    found = deadlines(at(known), grounds)

    assert (found.first_by_on.isoformat(), found.final_by_on.isoformat()) == (first, final)


def test_late_in_the_evening_in_japan_is_still_that_day() -> None:
    assert deadlines(at("2026-11-20", 23)).known_on == date(2026, 11, 20)
    assert deadlines(at("2026-11-20", 0)).known_on == date(2026, 11, 20)


def test_the_first_report_is_not_put_off_by_a_weekend() -> None:
    found = deadlines(at("2026-12-01"))

    assert found.first_by_on == date(2026, 12, 5)
    assert not is_open(found.first_by_on)
    assert "閉庁日でも延びません" in found.first_reason


def test_the_reason_says_when_and_why_the_last_day_moved() -> None:
    moved, kept = deadlines(at("2026-12-01")), deadlines(at("2027-04-01"))

    assert "30日目の2026-12-30は閉庁日のため、次の開庁日" in moved.final_reason
    assert "閉庁日のため" not in kept.final_reason
    assert "不正の目的のおそれがあるため60日以内" in deadlines(at("2026-12-01"), WRONGFUL).final_reason


@given(st.dates(date(2020, 1, 1), date(2045, 12, 31)), st.booleans())
def test_the_final_day_is_open_and_never_before_the_count(day: date, is_wrongful: bool) -> None:  # noqa: FBT001 (a drawn value)
    found = deadlines(at(day.isoformat()), WRONGFUL if is_wrongful else ())

    assert found.final_nominal_on - day == timedelta(days=59 if is_wrongful else 29)
    assert is_open(found.final_by_on)
    between = (found.final_by_on - found.final_nominal_on).days
    assert all(not is_open(found.final_nominal_on + timedelta(days=number)) for number in range(between))


@pytest.mark.parametrize(
    ("leaked", "people", "grounds", "due"),
    [
        (LeakedKind.PERSONAL, 100, (), False),
        (LeakedKind.PERSONAL, 101, (), True),
        (LeakedKind.SPECIFIC_PERSONAL, None, (), False),
        (LeakedKind.PERSONAL, 1, (LeakGround.SENSITIVE,), True),
        (LeakedKind.NONE, 500, (LeakGround.MANY,), False),
    ],
)
def test_a_report_is_due_from_a_hundred_and_one_people_or_with_a_ground(
    leaked: LeakedKind,
    people: int | None,
    grounds: tuple[LeakGround, ...],
    due: bool,  # noqa: FBT001 (the expectation of a case)
) -> None:
    assert must_report(leaked, people, grounds) is due


def test_a_contractor_has_five_days_of_its_own() -> None:
    assert not contractor_was_late(at("2026-11-16"), at("2026-11-20", 23))
    assert contractor_was_late(at("2026-11-16", 23), at("2026-11-21", 0))
