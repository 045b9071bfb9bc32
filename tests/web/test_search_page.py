"""The search box: what was typed stands in it still, and each kind leads to its whole list."""

from __future__ import annotations

from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.page_reader import read


def test_the_box_keeps_what_was_typed_and_nothing_is_markup(staff: Visitor) -> None:
    page = staff.open("/search?q=%22%3E<b>予約")

    box = next(each for each in read(page.html).all("input") if each.attrs.get("id") == "site-search")

    assert box.attrs["value"] == '"><b>予約'


def test_what_was_found_leads_to_the_whole_list_with_the_same_words(staff: Visitor, sqlite_office: Office) -> None:
    sqlite_office.draft()

    found = read(staff.open("/search?q=予約サービス").html)

    links = {each.text: each.attrs["href"] for each in found.all("a")}
    whole = links["申請の一覧で、この語句のものをすべて見る"]
    assert whole == "/requests?q=%E4%BA%88%E7%B4%84%E3%82%B5%E3%83%BC%E3%83%93%E3%82%B9"
    assert "住民向け予約サービス" in staff.open(whole).words


def test_a_page_that_searches_for_nothing_has_an_empty_box(staff: Visitor) -> None:
    box = next(each for each in read(staff.open("/").html).all("input") if each.attrs.get("id") == "site-search")

    assert box.attrs["value"] == ""
