"""Rows an import kept out: seen with why, corrected or left out with a reason by who may."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from tests.ismap.lists import make_row, make_rows
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import take_in


@pytest.fixture
def admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


@pytest.fixture
def code(sqlite_office: Office) -> str:
    rows = [*make_rows(5), make_row(6) | {"サービス名": ""}, make_row(3, サービス名="=HYPERLINK(1)")]
    return take_in(sqlite_office, rows, date(2026, 11, 19))


def row_page(visitor: Visitor, words: str) -> Page:
    """Open the page of the row whose reason holds these words."""
    listed = visitor.open("/ismap/quarantine")
    paths = [link for link in listed.links() if link.startswith("/ismap/quarantine/")]
    return next(page for page in map(visitor.open, paths) if words in page.words)


def test_rows_wait_with_their_reason_and_their_cells(staff: Visitor, code: str) -> None:
    page = staff.open("/ismap/quarantine")

    assert "ISMAP 7行目" in page.words
    assert "7行目にサービス名がありません。" in page.words
    assert "C24-0006-2 / " in page.words
    assert staff.open(f"/ismap/quarantine?state=all&snapshot={code}").words.count("未処理") >= 2
    assert "条件「直した」に合うものはありません。" in staff.open("/ismap/quarantine?state=corrected").words


def test_a_corrected_row_joins_its_list(admin: Visitor, sqlite_office: Office, code: str) -> None:
    page = row_page(admin, "サービス名がありません")

    empty = admin.press(page, "直して一覧に入れる")
    unread = admin.press(page, "直して一覧に入れる", expires_on="いつか", reason="公表元で確かめた")
    done = admin.press(page, "直して一覧に入れる", service_name="星見クラウド6号", reason="公表元で確かめた")

    assert (empty.status, unread.status) == (422, 422)
    assert "直した値を1つ以上入力してください。" in empty.words
    assert unread.form_with("直して一覧に入れる").values("expires_on") == ["いつか"]
    assert "行を直し、一覧に入れました。" in done.html
    assert "星見クラウド6号" in admin.open("/ismap").words
    assert sqlite_office.one("SELECT count(*) FROM quarantined_row WHERE state = 'corrected'") == 1
    settled = admin.open(page.path)
    assert "公表元で確かめた" in settled.words
    assert "関 のぞみ" in settled.words
    assert not any(form.has_button("除く") for form in settled.forms)
    assert admin.press(page, "除く", note="もう一度").status == 409


def test_a_row_is_left_out_with_a_reason(admin: Visitor, code: str) -> None:
    page = row_page(admin, "C24-0003-2")

    empty, done = admin.press(page, "除く"), admin.press(page, "除く", note="同じ番号の誤記")

    assert empty.status == 422
    assert "除く理由を入力してください。" in empty.words
    assert "行を除きました。" in done.html
    assert "除いた" in admin.open(page.path).words


def test_a_form_that_is_overtaken_changes_nothing(admin: Visitor, sqlite_office: Office, code: str) -> None:
    page = row_page(admin, "サービス名がありません")
    sqlite_office.sql("UPDATE quarantined_row SET version = version + 1")

    answer = admin.press(page, "直して一覧に入れる", service_name="星見クラウド6号", reason="公表元で確かめた")

    assert answer.status == 409
    assert "星見クラウド6号" not in admin.open("/ismap").words


def test_the_rows_of_an_import_are_a_book_in_which_nothing_runs(staff: Visitor, code: str) -> None:
    answer = staff.open(f"/ismap/quarantine/{code}.xlsx").answer

    cells = [
        cell for line in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows() for cell in line
    ]
    formula = next(cell for cell in cells if cell.value == "=HYPERLINK(1)")
    assert formula.data_type == "s"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_others_read_and_the_next_town_settles_only_by_its_own_roles(
    staff: Visitor, visit_as: VisitAs, code: str
) -> None:
    page = row_page(staff, "サービス名がありません")

    assert not any(form.has_button("除く") for form in page.forms)
    assert "直すか除くのは、システム管理" in page.words
    assert visit_as("next_staff").open(page.path).status == 200
    token = page.form_with("ログアウト").values("csrf_token")[0]
    sent = {"csrf_token": token, "version": "1", "note": "いらない"}
    assert staff.client.post(f"{page.path}/exclusion", data=sent).status_code == 403
    assert staff.open("/ismap/quarantine/999999").status == 404
