"""A39 to A42, A59 with 312 rows: a list whose address is the whole truth, in a browser with script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.acceptance.keyboard import ByKeyboard
from tests.browser.acceptance.offices import OpenOffice, open_office
from tests.browser.inspection import FOCUS
from tests.browser.people import Person

pytestmark = pytest.mark.browser

TOTAL, THEIRS = 312, 12
COLUMNS = (
    "organisation_id, created_at, version, title, search_key, state, department_id, provider_id, request_id,"
    " approved_service_id, owner_id, ends_on, is_existing"
)
MORE = (
    f"INSERT INTO contract ({COLUMNS}, number) WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n"  # noqa: S608 (our own words)
    f" WHERE i < {TOTAL}) SELECT {COLUMNS}, printf('K8-%04d', i) FROM contract, n WHERE number = 'K8-0001'"
)


@pytest.fixture(scope="module")
def town(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    """An office with 312 contracts, the last twelve of another section."""
    with open_office(browser, sqlite_template, tmp_path_factory.mktemp("lists")) as opened:
        opened.office.contract(opened.office.approved())
        opened.office.sql(MORE)
        opened.office.sql(
            "UPDATE contract SET department_id = (SELECT d.id FROM department d WHERE d.code = 'keiyaku'"
            " AND d.organisation_id = contract.organisation_id) WHERE number > 'K8-0300'"
        )
        opened.office.sql("UPDATE contract SET title = '星空の保守' WHERE number <= 'K8-0060'")
        yield opened


@pytest.fixture(scope="module")
def procurement(town: OpenOffice) -> Person:
    return town.person("procurement")


def rows(person: Person) -> list[str]:
    """Return the numbers in the first column, in their order."""
    return person.page.locator("tbody th[scope=row]").all_inner_texts()


def test_a39_the_address_of_a_narrowed_list_shows_the_same_rows_to_somebody_else(
    town: OpenOffice, procurement: Person
) -> None:
    procurement.opens("/contracts")
    procurement.selects(procurement.page.get_by_label("課", exact=False).first, "子育て支援課")
    procurement.selects(procurement.page.get_by_label("状態", exact=False).first, "契約準備中")
    procurement.presses("絞り込む")
    address, seen = procurement.page.url, rows(procurement)
    other = town.person("auditor")

    other.opens(address)

    assert rows(other) == seen
    assert len(seen) == 50
    for person in (procurement, other):
        said = person.page.locator(".condition").inner_text()
        assert all(words in said for words in ("子育て支援課", "契約準備中", f"{TOTAL - THEIRS}件")), said
    procurement.page.go_back()
    assert len(rows(procurement)) == 50
    other.follows("条件をすべて外す")
    assert f"{TOTAL}件" in other.page.locator(".condition").inner_text()
    assert "department=" not in other.page.url


def test_a40_a_heading_sorts_from_the_first_page_on_and_turning_pages_loses_nothing(
    town: OpenOffice, procurement: Person
) -> None:
    procurement.opens("/contracts?size=100")
    found = rows(procurement)
    for part in ("101–200", "201–300", "301–312"):
        if part == "201–300":  # somebody enters one meanwhile
            town.office.sql(MORE.replace("SELECT 2 UNION", "SELECT 313 UNION").replace(f"i < {TOTAL}", "i < 313"))
        procurement.follows("次へ")
        assert f"契約台帳 {part} / 31" in procurement.page.title()
        found += rows(procurement)
    town.office.sql("DROP TRIGGER contract_no_delete")
    town.office.sql("DELETE FROM contract WHERE number = 'K8-0313'")

    procurement.follows("満了")

    assert found == [f"K8-{no:04}" for no in range(TOTAL, 0, -1)]
    assert "1–100 / 312件" in procurement.page.title()
    assert procurement.page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a41_changing_all_that_fit_takes_a_second_step_and_shows_what_is_left_out(
    town: OpenOffice, *, has_script: bool
) -> None:
    """A60: the same without script."""
    chief = town.person("security_manager", has_script=has_script)
    chief.opens("/contracts")
    chief.marks(chief.page.get_by_label("K8-0312 を選ぶ"))
    chief.marks(chief.page.get_by_label("K8-0300 を選ぶ"))
    chief.selects(chief.page.get_by_label("選んだものを"), "担当者を替える")

    chief.presses("確かめる")

    assert chief.says("まだ何も変えていません。1件を変えます(変えられない 1件は除きます)")
    chief.presses(f"条件に合う全{TOTAL}件にする")
    assert chief.says(f"{TOTAL - THEIRS}件を変えます(変えられない {THEIRS}件は除きます)")
    tables = chief.page.locator("main table")
    assert tables.nth(0).locator("tbody tr").count() == 10  # the first ten
    assert f"変えられないもの({THEIRS}件)" in chief.page.locator("main").inner_text()
    assert all("所管" in words for words in tables.nth(1).locator("tbody td:last-child").all_inner_texts())
    chief.presses(f"{TOTAL - THEIRS}件を変える")
    assert chief.page.title().startswith("エラー: ")
    assert town.office.one("SELECT count(*) FROM audit_event WHERE action = 'bulk_changed'") == 0


def test_a41_no_list_offers_to_decide_many_at_once(procurement: Person) -> None:
    for path in ("/requests", "/contracts", "/services", "/obligations", "/exceptions"):
        procurement.opens(path)
        offered = procurement.page.locator("#bulk option, #bulk button").all_inner_texts()
        assert [words for words in offered if re.search("承認|却下|例外", words)] == [], path


def test_a42_the_three_kinds_of_empty_list_differ_and_lead_on(town: OpenOffice) -> None:
    """Nothing yet, nothing that fits, nothing for one's own eyes: each with one thing to do."""
    staff = town.person("staff")
    said: list[str] = []
    for path in ("/services?q=どこにもない語", "/exceptions", "/ismap"):
        staff.opens(path)
        empty = staff.page.locator("main .empty")
        assert empty.count() == 1, path
        assert empty.locator("a").count() == 1, path
        said.append(empty.inner_text())

    assert ["に合うものはありません" in said[0], "まだありません" in said[1], "見られるのは" in said[2]] == [True] * 3


def test_a59_the_bar_below_312_rows_covers_nothing_that_has_the_focus(procurement: Person) -> None:
    procurement.opens("/contracts")
    hands = ByKeyboard(procurement.page, procurement.login_name, procurement.password)

    hands.marks(procurement.page.get_by_label("K8-0290 を選ぶ"))

    assert procurement.page.evaluate(FOCUS) == []
