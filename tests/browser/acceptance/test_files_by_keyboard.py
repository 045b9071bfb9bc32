"""A45: files beside a draft put in order and replaced by a person who touches no mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.acceptance.keyboard import ByKeyboard
from tests.browser.acceptance.offices import OpenOffice, open_office
from tests.browser.inspection import AXE, FOCUS, LOOK, RUN_AXE, TAGS, allowed_pairs

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.7 x"


@pytest.fixture(scope="module")
def town(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    with open_office(browser, sqlite_template, tmp_path_factory.mktemp("files")) as opened:
        yield opened


def names(person: ByKeyboard) -> list[str]:
    return person.page.locator("#files tbody th a").all_inner_texts()


def test_a45_files_are_moved_and_replaced_by_keyboard_and_the_way_on_begins_where_one_was(town: OpenOffice) -> None:
    seated = town.person("staff")
    staff = ByKeyboard(seated.page, seated.login_name, seated.password)
    staff.opens(f"/requests/{town.office.draft().number}")
    for name in ("案.pdf", "証明書.pdf", "画面写し.pdf"):
        staff.attaches("添付するファイル", name, PDF + name.encode())
        staff.presses("添付する")

    up = staff.page.get_by_role("button", name=re.compile(r"^上へ\s*\(画面写し"))
    staff.goes_by(up)
    moved_once = names(staff)
    before = len(staff.stops)
    staff.goes_by(up)

    assert moved_once == ["案.pdf", "画面写し.pdf", "証明書.pdf"]
    assert names(staff) == ["画面写し.pdf", "案.pdf", "証明書.pdf"]
    assert len(staff.stops) - before < 6  # the page opens at the file that was moved
    staff.unfolds(staff.page.get_by_text("「案.pdf」を差し替える"))
    staff.attaches("「案.pdf」の新しい版", "案2.pdf", PDF)
    staff.presses("差し替える")
    assert names(staff) == ["画面写し.pdf", "案2.pdf", "案.pdf", "証明書.pdf"]
    assert staff.page.locator("#files s").all_inner_texts() == ["案.pdf"]
    staff.page.evaluate(AXE)
    assert staff.page.evaluate(RUN_AXE, TAGS)["violations"] == []
    assert staff.page.evaluate(LOOK, allowed_pairs()) == []
    assert staff.page.evaluate(FOCUS) == []
