"""A45: files beside a draft put in order and replaced by a person who touches no mouse, or dragged by one who does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from casework import attachments
from casework.demo.papers import pdf_paper, picture_of_a_screen
from casework.evidence import Upload
from tests.browser.acceptance.keyboard import ByKeyboard
from tests.browser.acceptance.offices import OpenOffice, open_office
from tests.browser.inspection import AXE, FOCUS, LOOK, RUN_AXE, TAGS, allowed_pairs

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.7 x"


@pytest.fixture(scope="module")
def town(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    with open_office(browser, sqlite_template, tmp_path_factory.mktemp("files")) as opened:
        yield opened


def names(page: Page) -> list[str]:
    return page.locator("#files tbody th a[translate]").all_inner_texts()


def test_a45_files_are_moved_and_replaced_by_keyboard_and_the_way_on_begins_where_one_was(town: OpenOffice) -> None:
    seated = town.person("staff")
    staff = ByKeyboard(seated.page, seated.login_name, seated.password)
    staff.opens(f"/requests/{town.office.draft().number}")
    for name in ("案.pdf", "証明書.pdf", "画面写し.pdf"):
        staff.follows("ファイルを添付する")
        staff.attaches("添付するファイル", name, PDF + name.encode())
        staff.presses("添付する")

    up = staff.page.get_by_role("button", name=re.compile(r"^上へ\s*\(画面写し"))
    staff.goes_by(up)
    moved_once = names(staff.page)
    before = len(staff.stops)
    staff.goes_by(up)

    assert moved_once == ["案", "画面写し", "証明書"]
    assert names(staff.page) == ["画面写し", "案", "証明書"]
    assert len(staff.stops) - before < 8  # the page opens at the file that was moved
    staff.goes_by(staff.page.get_by_role("link", name=re.compile(r"^直す・差し替える\s*\(案")))
    staff.attaches("新しい版のファイル", "案2.pdf", PDF)
    staff.writes("題名", "案の2")
    staff.presses("この内容にする")
    assert names(staff.page) == ["画面写し", "案の2", "案", "証明書"]
    assert staff.page.locator("#files s").all_inner_texts() == ["案"]
    staff.page.evaluate(AXE)
    assert staff.page.evaluate(RUN_AXE, TAGS)["violations"] == []
    assert staff.page.evaluate(LOOK, allowed_pairs()) == []
    assert staff.page.evaluate(FOCUS) == []


def test_files_are_dragged_by_their_handles(town: OpenOffice) -> None:
    number = town.office.draft().number
    for name in ("一.pdf", "二.pdf", "三.pdf"):
        town.office.do("staff", attachments.attach_to_request, number, Upload(name, PDF + name.encode()))
    staff = town.person("staff")
    staff.opens(f"/requests/{number}")
    handles = staff.page.locator(".drag-handle")

    with staff.page.expect_navigation():
        handles.nth(2).drag_to(handles.nth(0))

    assert names(staff.page) == ["三", "一", "二"]


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a46_the_page_of_a_preview_runs_no_script_and_shows_the_file(town: OpenOffice, kind: str) -> None:
    number = town.office.draft().number
    content = picture_of_a_screen() if kind == "png" else pdf_paper("第1条 目的")
    town.office.do("staff", attachments.attach_to_request, number, Upload(f"見本.{kind}", content))
    staff = town.person("staff")
    staff.opens(f"/requests/{number}")

    staff.follows("見本 第1版")

    shown = staff.page.locator("h1")
    expect(shown).to_have_text("見本")
    if kind == "png":
        expect(staff.page.locator("figure img")).to_be_visible()
    else:
        expect(staff.page.get_by_role("region", name="PDFの文字")).to_contain_text("第1条 目的")
    with staff.page.expect_download() as saved:
        staff.page.get_by_role("link", name="保存する").click()
    assert saved.value.suggested_filename == f"{number}_01_見本_v1.{kind}"
    look_without_the_sandbox(staff.page)


def look_without_the_sandbox(page: Page) -> None:
    """Try axe-core on the page as it stands: inside the sandbox not even its script would run."""

    def let_run(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/preview", let_run)
    page.reload()
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE, TAGS)["violations"] == []
    assert page.evaluate(LOOK, allowed_pairs()) == []
    assert page.evaluate(FOCUS) == []
