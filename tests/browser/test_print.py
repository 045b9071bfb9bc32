"""Paper: the decision sheet as Chromium prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.office import Office

if TYPE_CHECKING:
    from tests.browser.conftest import Desks

pytestmark = pytest.mark.browser

A4_POINTS = (595, 842)  # 210 × 297 mm
ON_SCREEN_ONLY = ("header nav", ".breadcrumb", ".site-search", "button", "form", ".skip-link", ".no-print")


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each page in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def test_the_decision_sheet_is_a4_and_carries_nothing_of_the_screen(desks: Desks, sqlite_office: Office) -> None:
    request = sqlite_office.submitted()
    officer = desks.person("supervising_officer")
    officer.signs_in()
    officer.opens(f"/requests/{request.number}/print")
    on_screen = officer.page.locator("header nav").first.is_visible()

    officer.page.emulate_media(media="print")
    sizes = page_sizes(officer.page.pdf(prefer_css_page_size=True))
    printed = officer.page.locator("body").inner_text()
    left_over = [each for each in ON_SCREEN_ONLY if officer.page.locator(f"{each}:visible").count()]

    assert on_screen
    assert set(sizes) == {A4_POINTS}
    assert 1 <= len(sizes) <= 2
    assert left_over == []
    for words in ("決裁シート", request.number, "住民向け予約サービス", "審査中・第1版", "判定の内訳", "決裁欄"):
        assert words in printed
    for words in ("今日やること", "ログアウト", "検索", "本文へ移動"):
        assert words not in printed


def test_the_sheet_of_a_decided_request_says_who_decided(desks: Desks, sqlite_office: Office) -> None:
    request = sqlite_office.approved()
    staff = desks.person("staff")
    staff.signs_in()
    staff.opens(f"/requests/{request.number}/print")

    staff.page.emulate_media(media="print")
    seals = staff.page.locator(".seals").inner_text()

    assert "木村 そら" in seals
    assert "統括情報セキュリティ責任者" in seals
    assert "審査中" not in staff.page.locator("body").inner_text()
