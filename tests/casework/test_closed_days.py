"""The office's own closed days: what falls due on one moves, and moves back when the day is taken back."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import closed_days, duties
from casework.calendar import due_day, is_open
from casework.errors import BadInput, NotFound, NotPermitted
from models.vocabulary import OccurrenceState
from tests.office import Office

FOUNDING_DAY = date(2028, 3, 31)  # a Friday
DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


def enter(office: Office, day: date = FOUNDING_DAY, name: str = "市制施行記念日", by: str = "admin") -> None:
    office.do(by, closed_days.enter_closed_day, day=day, name=name)


def due_days(office: Office, nominal: str = "2028-03-31") -> set[str]:
    found = office.sql("SELECT due_on FROM duty_occurrence WHERE nominal_on = :day", day=nominal)
    return {str(due)[:10] for (due,) in found}


def test_what_falls_due_on_a_closed_day_is_done_before_it(office: Office) -> None:
    office.concluded()
    assert due_days(office) == {"2028-03-31"}

    enter(office)

    assert due_days(office) == {"2028-03-30"}
    expiry = office.sql("SELECT nominal_on, due_on FROM contract_date WHERE kind = 'expiry'")
    assert [tuple(str(day)[:10] for day in row) for row in expiry] == [("2028-03-31", "2028-03-30")]


def test_a_day_taken_back_gives_the_due_dates_back(sqlite_office: Office) -> None:
    sqlite_office.approved()
    enter(sqlite_office)

    sqlite_office.do("admin", closed_days.remove_closed_day, FOUNDING_DAY)

    assert due_days(sqlite_office) == {"2028-03-31"}


def test_what_is_entered_later_keeps_to_the_closed_days_too(sqlite_office: Office) -> None:
    enter(sqlite_office)
    enter(sqlite_office, date(2028, 3, 30), "庁舎の停電")

    sqlite_office.approved()

    assert due_days(sqlite_office) == {"2028-03-29"}


def test_what_is_settled_stays_as_it_was(sqlite_office: Office) -> None:
    sqlite_office.approved()
    first = int(str(sqlite_office.one("SELECT min(id) FROM duty_occurrence WHERE nominal_on = '2028-03-31'")))
    sqlite_office.do(
        "service_manager", duties.complete, first, version=1, done_on=date(2026, 11, 20), note="確認", upload=None
    )

    enter(sqlite_office)

    assert sqlite_office.one("SELECT due_on FROM duty_occurrence WHERE id = :id", id=first) == "2028-03-31"
    assert sqlite_office.look("staff", duties.find_occurrence, first).state == OccurrenceState.DONE


def test_another_towns_closed_day_is_its_own(sqlite_office: Office) -> None:
    sqlite_office.approved()

    enter(sqlite_office, by="next_procurement")

    assert due_days(sqlite_office) == {"2028-03-31"}
    assert sqlite_office.look("admin", closed_days.list_closed_days) == []


@pytest.mark.parametrize(
    ("day", "name", "code"),
    [
        (date(2026, 11, 19), "昨日", "day_past"),
        (date(2026, 11, 21), "土曜日", "closed_already"),
        (date(2026, 11, 23), "勤労感謝の日", "closed_already"),
        (date(2026, 12, 29), "年末", "closed_already"),
        (date(2026, 11, 24), " ", "missing"),
        (date(2026, 11, 24), "長" * 101, "too_long"),
    ],
)
def test_a_day_that_adds_nothing_is_refused(sqlite_office: Office, day: date, name: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        enter(sqlite_office, day, name)

    assert [error.code for error in refused.value.errors] == [code]


def test_only_the_administrator_keeps_the_days_and_only_those_to_come(sqlite_office: Office) -> None:
    enter(sqlite_office, date(2026, 11, 24))

    with pytest.raises(NotPermitted):
        enter(sqlite_office, by="supervising_officer")
    with pytest.raises(NotFound):
        sqlite_office.do("admin", closed_days.remove_closed_day, date(2026, 11, 25))
    sqlite_office.clock.set_day(date(2026, 11, 25))
    with pytest.raises(BadInput):
        sqlite_office.do("admin", closed_days.remove_closed_day, date(2026, 11, 24))


def test_an_event_of_a_weekend_is_not_due_before_it_happened(sqlite_office: Office) -> None:
    sqlite_office.approved()
    duty_id = int(str(sqlite_office.one("SELECT min(id) FROM duty WHERE kind = 'event'")))
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)

    made = sqlite_office.do(
        "service_manager", duties.report_event, duty_id, happened_on=saturday, due_on=sunday, note=""
    )

    assert (made.nominal_on, made.due_on) == (sunday, date(2026, 11, 30))


@given(DAYS, st.sets(st.integers(-12, 12).map(timedelta)), st.booleans())
@settings(max_examples=2000, deadline=None)
def test_a_due_day_is_open_and_never_late_unless_it_could_not_be_early(
    nominal_on: date,
    shifts: set[timedelta],
    brought_by_an_event: bool,  # noqa: FBT001 (the kind of a case)
) -> None:
    closed = frozenset(nominal_on + shift for shift in shifts)
    not_before = nominal_on if brought_by_an_event else None

    due_on = due_day(nominal_on, closed, not_before=not_before)

    assert is_open(due_on, closed)
    assert (due_on >= nominal_on) if brought_by_an_event else (due_on <= nominal_on)
    between = range(1, abs((due_on - nominal_on).days))
    step = timedelta(days=1 if due_on > nominal_on else -1)
    assert not any(is_open(nominal_on + step * no, closed) for no in between)
