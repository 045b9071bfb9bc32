"""The year's table and its lists: every number is that of the list it leads to."""

from dataclasses import replace
from datetime import date

import pytest

from casework import contracts, terms, year_list
from casework.contracts import TermIn
from casework.errors import MalformedRequest
from casework.paging import PageWish, write_cursor
from casework.year_list import HEADINGS, MONTHS, Line, Narrowed, year_of
from models.vocabulary import OccurrenceState
from tests.office import Office

YEAR = 2027


def lines(office: Office, narrowed: Narrowed, who: str = "auditor") -> list[Line]:
    found: list[Line] = []
    wish = PageWish(100)
    while True:
        page = office.look(who, year_list.list_lines, narrowed, wish)
        found += page.items
        if page.next_cursor is None:
            assert office.look(who, year_list.count_lines, narrowed) == len(found)
            return found
        wish = PageWish(100, page.next_cursor)


def filled(office: Office) -> None:
    """Enter contracts whose days fall in and around a fiscal year, one drafting and one decided."""
    office.concluded()
    office.contract(office.approved())
    other = office.concluded(term=TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2028, 1, 1)))
    office.do("procurement", terms.decide_end, other.number, version=other.version, reason="後継に移る")


def test_every_number_of_the_table_is_that_of_its_list(office: Office) -> None:
    """A50."""
    filled(office)

    counts = office.look("auditor", year_list.count_by_month, YEAR)

    for heading in HEADINGS:
        for month in MONTHS:
            first, last = year_of(YEAR, month)
            assert counts.get((heading, month), 0) == len(lines(office, Narrowed(first, last, heading)))
    assert sum(counts.values()) == len(lines(office, Narrowed(*year_of(YEAR))))
    assert counts["notice", 12] == 2
    assert counts["expiry", 3] == 2


def test_the_own_table_counts_the_own_list(sqlite_office: Office) -> None:
    filled(sqlite_office)
    mine = sqlite_office.user_id("service_manager")

    counts = sqlite_office.look("service_manager", year_list.count_by_month, YEAR, mine)

    assert 0 < sum(counts.values()) == len(lines(sqlite_office, Narrowed(*year_of(YEAR), owner_id=mine)))
    assert sum(counts.values()) < sum(sqlite_office.look("auditor", year_list.count_by_month, YEAR).values())


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_both_tables_are_paged_in_one_order_and_nothing_is_left_out_or_twice(office: Office, limit: int) -> None:
    filled(office)
    narrowed = Narrowed(*year_of(YEAR))
    whole = [(line.due_on, line.title) for line in lines(office, narrowed)]

    def page_by_page(call: object) -> list[tuple[date, str]]:
        found, wish = [], PageWish(limit)
        while True:
            page = year_list.list_lines(call, narrowed, wish)  # type: ignore[arg-type]  # an office hands on a call
            found += [(line.due_on, line.title) for line in page.items]
            if page.next_cursor is None:
                return found
            wish = replace(wish, cursor=page.next_cursor)

    assert office.look("auditor", page_by_page) == whole
    assert [day for day, _ in whole] == sorted(day for day, _ in whole)


def test_notice_shows_the_contracts_day_and_the_open_day_before_it(sqlite_office: Office) -> None:
    sqlite_office.concluded(term=TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2028, 1, 1)))

    (notice,) = lines(sqlite_office, Narrowed(*year_of(YEAR), "notice"))

    assert (notice.nominal_on, notice.due_on) == (date(2028, 1, 1), date(2027, 12, 28))
    assert notice.contract is not None
    assert notice.state == OccurrenceState.SCHEDULED


def test_a_day_waits_until_somebody_decides_however_long_it_has_passed(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    sqlite_office.clock.set_day(date(2028, 6, 1))
    narrowed = Narrowed(*year_of(YEAR), "expiry")
    assert [line.state for line in lines(sqlite_office, narrowed)] == [OccurrenceState.OVERDUE]
    assert len(lines(sqlite_office, replace(narrowed, is_open=True))) == 1

    term = TermIn(date(2028, 4, 1), date(2029, 3, 31))
    sqlite_office.do("procurement", contracts.renew, contract.number, version=contract.version, term=term)

    assert [line.state for line in lines(sqlite_office, narrowed)] == [OccurrenceState.DONE]
    assert lines(sqlite_office, replace(narrowed, is_open=True)) == []
    assert len(lines(sqlite_office, replace(narrowed, is_open=False))) == 1


def test_a_contract_in_drafting_has_no_days_yet(sqlite_office: Office) -> None:
    sqlite_office.contract()

    assert lines(sqlite_office, Narrowed(*year_of(YEAR), "expiry")) == []


def test_the_next_town_has_a_year_of_its_own(sqlite_office: Office) -> None:
    filled(sqlite_office)

    assert sqlite_office.look("next_officer", year_list.count_by_month, YEAR) == {}
    assert lines(sqlite_office, Narrowed(*year_of(YEAR)), "next_officer") == []


def test_a_place_of_another_list_is_refused(sqlite_office: Office) -> None:
    with sqlite_office.call("auditor", writes=False) as call, pytest.raises(MalformedRequest):
        year_list.list_lines(call, Narrowed(*year_of(YEAR)), PageWish(10, write_cursor(3, 3)))


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (0, (date(2027, 4, 1), date(2028, 3, 31))),
        (4, (date(2027, 4, 1), date(2027, 4, 30))),
        (12, (date(2027, 12, 1), date(2027, 12, 31))),
        (2, (date(2028, 2, 1), date(2028, 2, 29))),
        (3, (date(2028, 3, 1), date(2028, 3, 31))),
    ],
)
def test_a_month_lies_in_its_fiscal_year(month: int, expected: tuple[date, date]) -> None:
    assert year_of(2027, month) == expected
