"""Lists: pages that neither repeat nor lose a row, and search by part of a Japanese name."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import catalogue, contracts, duties, request_views, requests
from casework.errors import MalformedRequest
from casework.paging import PageWish, read_cursor, write_cursor
from casework.search import grams_of
from ismap.names import search_key
from models.vocabulary import RequestState
from tests.office import Office, cloud, document, information

TITLES = ["住民向け予約サービス", "契約書の電子保管", "ヴァーチャル窓口", "給付金システム", "ｵﾝﾗｲﾝ会議", "予約台帳"]


def titles(office: Office, words: str, **cut: Any) -> set[str]:
    page = office.look("staff", request_views.list_requests, words=words, wish=PageWish(), **cut)
    return {row.request.title for row in page.items}


@pytest.fixture
def filled(office: Office) -> Office:
    for title in TITLES:
        stated = document(title=title, subjects=[cloud(name="○○基盤", provider="株式会社みほん")])
        office.do("staff", requests.create_request, stated)
    return office


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("予約", {"住民向け予約サービス", "予約台帳"}),
        ("契約", {"契約書の電子保管"}),
        ("バーチャル", {"ヴァーチャル窓口"}),
        ("ばーちゃる", {"ヴァーチャル窓口"}),
        ("オンライン会議", {"ｵﾝﾗｲﾝ会議"}),
        ("ｵﾝﾗｲﾝ", {"ｵﾝﾗｲﾝ会議"}),
        ("給付金システム", {"給付金システム"}),
        ("窓", {"ヴァーチャル窓口"}),
        ("保管契約", set()),
        ("%", set()),
        ("○○基盤", set(TITLES)),
        ("", set(TITLES)),
        ("  ", set(TITLES)),
    ],
)
def test_part_of_a_name_finds_it(filled: Office, words: str, found: set[str]) -> None:
    assert titles(filled, words) == found


def test_a_new_title_is_found_and_the_old_one_is_not(office: Office) -> None:
    draft = office.draft(title="旧い題名")

    office.do("staff", requests.update_request, draft.number, version=1, document=document(title="新しい題名"))

    assert (titles(office, "旧い"), titles(office, "新しい")) == (set(), {"新しい題名"})


def test_services_and_contracts_are_found_by_name_too(office: Office) -> None:
    office.contract()

    services = office.look("staff", catalogue.list_services, words="予約", wish=PageWish())
    listed = office.look("staff", contracts.list_contracts, words="利用契約", wish=PageWish())

    assert [(row.service.name, row.provider_name) for row in services.items] == [("○○予約", "△△株式会社")]
    assert [row.number for row in listed.items] == ["K8-0001"]
    assert office.look("staff", contracts.list_contracts, words="ない", wish=PageWish()).items == []


def test_lists_are_cut_by_state_section_and_applicant(office: Office) -> None:
    office.submitted("staff")
    office.draft("colleague", department="情報政策課")

    def numbers(**cut: Any) -> list[str]:
        page = office.look("staff", request_views.list_requests, wish=PageWish(), **cut)
        return [row.request.number for row in page.items]

    assert numbers(state=RequestState.IN_REVIEW) == ["R8-0001"]
    assert numbers(department="情報政策課") == ["R8-0002"]
    assert numbers(applicant_id=office.user_id("staff")) == ["R8-0001"]
    assert numbers() == ["R8-0002", "R8-0001"]


def test_a_list_says_who_applied_where_and_for_how_long_it_waits(sqlite_office: Office) -> None:
    sqlite_office.submitted()
    sqlite_office.clock.set_day(date(2026, 11, 27))

    row = sqlite_office.look("staff", request_views.list_requests, wish=PageWish()).items[0]

    assert (row.department_name, row.applicant_name, row.days_waiting) == ("子育て支援課", "青木 はる", 7)


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_pages_give_every_row_once_while_rows_come_in(office: Office, limit: int) -> None:
    for number in range(7):
        office.do("staff", requests.create_request, document(title=f"はじめ{number}"))
    seen: list[str] = []
    cursor = None

    while True:
        page = office.look("staff", request_views.list_requests, wish=PageWish(limit, cursor))
        seen += [row.request.title for row in page.items]
        office.do("staff", requests.create_request, document(title="あとから"))
        if page.next_cursor is None:
            break
        cursor = page.next_cursor

    assert seen == [f"はじめ{number}" for number in range(6, -1, -1)]


def test_pages_by_day_break_ties_by_key_and_miss_none(office: Office) -> None:
    office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2030-03-31"})
    whole = office.look("staff", duties.list_occurrences, wish=PageWish(200)).items
    seen: list[int] = []
    cursor = None

    while True:
        page = office.look("staff", duties.list_occurrences, wish=PageWish(3, cursor))
        seen += [row.occurrence.key for row in page.items]
        if not page.has_more:
            break
        cursor = page.next_cursor

    assert len({row.occurrence.due_on for row in whole}) < len(whole)
    assert seen == [row.occurrence.key for row in whole]


@given(limit=st.integers(1, 9), come=st.lists(st.booleans(), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_in_between_pages_neither_repeat_nor_lose(
    sqlite_office: Office, limit: int, come: list[bool]
) -> None:
    def count() -> set[str]:
        return {str(row[0]) for row in sqlite_office.sql("SELECT number FROM request")}

    sqlite_office.do("staff", requests.create_request, document(information=[information("1")]))
    before, seen, cursor = count(), [], None
    arrivals = iter(come)

    while True:
        page = sqlite_office.look("staff", request_views.list_requests, wish=PageWish(limit, cursor))
        seen += [row.request.number for row in page.items]
        if next(arrivals, False):
            sqlite_office.do("staff", requests.create_request, document(information=[information("1")]))
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(seen) == len(set(seen))
    assert set(seen) == before


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_one_to_two_hundred_rows(sqlite_office: Office, limit: int) -> None:
    with pytest.raises(MalformedRequest):
        sqlite_office.look("staff", request_views.list_requests, wish=PageWish(limit))


@pytest.mark.parametrize("cursor", ["x", "あ", "AAAA", write_cursor(3, 4)[:-2], write_cursor(3, 4) + "AA", "=" * 9])
def test_a_text_that_is_no_cursor_is_said_so(sqlite_office: Office, cursor: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        sqlite_office.look("staff", request_views.list_requests, wish=PageWish(5, cursor))

    assert refused.value.facts["errors"][0].code == "unreadable_cursor"


def test_a_cursor_of_another_list_is_refused_on_either_database(office: Office) -> None:
    with pytest.raises(MalformedRequest):
        office.look("staff", request_views.list_requests, wish=PageWish(5, write_cursor(date(2027, 4, 1), 3)))
    with pytest.raises(MalformedRequest):
        office.look("staff", duties.list_occurrences, wish=PageWish(5, write_cursor(3, 3)))


@given(st.one_of(st.dates(), st.integers(0, 2**31)), st.integers(0, 2**31))
def test_a_cursor_reads_back_as_it_was_written(value: date | int, key: int) -> None:
    assert read_cursor(write_cursor(value, key)) == (value, key)


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_every_part_of_a_key_has_only_pieces_the_whole_has(name: str, start: int, length: int) -> None:
    key = search_key(name)

    assert set(grams_of(key[start : start + length])) <= set(grams_of(key))
