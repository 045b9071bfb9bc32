"""Bringing a list in on the pages: tried first, then taken in; a loss is confirmed by somebody else."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest

from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import counts, finished, take_in, try_list


@pytest.fixture
def admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


def snapshots(office: Office) -> int:
    return int(str(office.one("SELECT count(*) FROM registry_snapshot")))


def test_a_trial_shows_what_would_change_and_changes_nothing(admin: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20))
    rows = [*make_rows(20)[1:19], make_row(20, 備考="指摘あり"), make_row(21), make_row(22) | {"サービス名": ""}]

    tried = try_list(admin, rows)

    assert tried.path.startswith("/ismap/imports/")
    assert "試し取込が終わりました。一覧はまだ変わっていません" in tried.words
    assert counts(tried) == {"行": 21, "使える行": 20, "保留した行": 1, "追加": 1, "変更": 1, "削除": 1}
    assert "サービス名がありません" in tried.words
    assert snapshots(sqlite_office) == 1


def test_what_was_tried_is_taken_in_as_it_was_tried(admin: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20))

    done = finished(admin, admin.press(try_list(admin, make_rows(21)), "取り込む"))

    assert "取り込みました" in done.words
    assert snapshots(sqlite_office) == 2
    code = str(sqlite_office.one("SELECT code FROM registry_snapshot ORDER BY id DESC LIMIT 1"))
    assert f"/ismap?snapshot={code}" in done.links()
    assert any(link.startswith("/ismap/diffs/") and link.endswith(f"..{code}") for link in done.links())
    assert "星見クラウド21号" in admin.open("/ismap").words


def test_pasted_rows_are_a_list_too_however_many(admin: Visitor, sqlite_office: Office) -> None:
    pasted = as_csv(make_rows(400), delimiter="\t").decode()
    assert len(pasted) > 20_000

    page = admin.press(admin.open("/ismap/import"), "試し取込をする", pasted=pasted, carried_by="関")
    tried = finished(admin, page)

    assert counts(tried)["使える行"] == 400
    assert "貼り付けた行" in tried.words
    assert snapshots(sqlite_office) == 0


def test_the_same_list_again_says_so(admin: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(5))

    tried = try_list(admin, list(reversed(make_rows(5))))

    assert "前の一覧と違うところはありません。" in tried.words or "前の一覧と同じ内容でした" in tried.words
    assert snapshots(sqlite_office) == 1


def test_a_file_that_is_no_list_is_refused_with_the_reason_and_stays_in_the_history(
    admin: Visitor, staff: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(5))
    form = admin.open("/ismap/import")

    refused = finished(
        admin,
        admin.press(form, "試し取込をする", files={"file": ("list.csv", "これは,一覧では\nない,です\n".encode())}),
    )

    assert "取り込みませんでした" in refused.words
    assert not any(form.has_button("取り込む") for form in refused.forms)
    history = staff.open("/ismap/imports")
    assert "取り込まなかった" in history.words
    assert refused.path in history.links()
    assert snapshots(sqlite_office) == 1


def test_a_loss_is_confirmed_by_another_person_with_a_reason(
    admin: Visitor, visit_as: VisitAs, staff: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(20))
    refused = try_list(admin, make_rows(10))
    second = visit_as("security_officer")

    assert "あなたが持ち込んだ一覧です。" in refused.words
    assert not any(form.has_button("確かめたので取り込む") for form in refused.forms)
    assert "持ち込んだ人以外です。" in staff.open(refused.path).words
    seen = second.open(refused.path)
    assert "なくなる登録(10件)" in seen.words
    assert all(f"星見クラウド{number}号" in seen.words for number in range(11, 21))
    assert "星見クラウド10号" not in seen.words
    empty = second.press(seen, "確かめたので取り込む")
    assert empty.status == 422
    assert "確かめた理由を入力してください。" in empty.words
    done = finished(second, second.press(seen, "確かめたので取り込む", reason="公表元の知らせで確かめた"))

    assert "取り込みました" in done.words
    assert "加藤 りく「公表元の知らせで確かめた」" in done.words
    assert counts(done)["削除"] == 10


def test_whoever_brought_the_list_cannot_confirm_by_hand_either(admin: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20))
    refused = try_list(admin, make_rows(10))
    token = re.search(r'name="csrf_token" value="([^"]+)"', refused.html)
    assert token is not None

    answer = admin.client.post(
        f"{refused.path}/confirmation", data={"csrf_token": token[1], "reason": "自分で確かめた"}
    )

    assert answer.status_code == 403
    assert snapshots(sqlite_office) == 1


def test_a_running_import_comes_anew_by_itself_and_a_finished_one_does_not(
    admin: Visitor, sqlite_office: Office
) -> None:
    """A48."""
    take_in(sqlite_office, make_rows(5))
    path = try_list(admin, make_rows(6)).path
    assert "Refresh" not in admin.open(path).answer.headers
    sqlite_office.sql("UPDATE registry_import SET state = 'running', rows_done = 1200, rows_total = 5000")

    page = admin.open(path)

    assert page.answer.headers["Refresh"] == "5"
    assert '<progress class="progress__bar" value="1200" max="5000"' in page.html
    assert "1200 / 5000" in page.words
    assert "離れても処理は続き" in page.words


def test_an_import_that_stopped_is_started_again_by_who_may(
    admin: Visitor, staff: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(5))
    path = try_list(admin, make_rows(6)).path
    sqlite_office.sql("UPDATE registry_import SET state = 'failed', refused = '止まりました。' WHERE is_trial")

    assert not any(form.has_button("もう一度始める") for form in staff.open(path).forms)
    again = finished(admin, admin.press(admin.open(path), "もう一度始める"))

    assert "試し取込が終わりました" in again.words


def test_every_row_with_its_result_and_the_file_itself_can_be_downloaded(admin: Visitor, sqlite_office: Office) -> None:
    rows = [*make_rows(3), make_row(4, 備考="=1+1"), make_row(5) | {"サービス名": ""}]
    path = try_list(admin, rows).path

    book = admin.open(f"{path}/result.xlsx").answer
    raw = admin.open(f"{path}/raw").answer

    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet.max_row >= 6
    assert book.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert raw.content == as_csv(rows)
    assert raw.headers["x-content-type-options"] == "nosniff"
    assert admin.open("/ismap/imports/INOTHING").status == 404


def test_many_lints_are_cut_and_the_book_has_them_all(admin: Visitor) -> None:
    tried = try_list(admin, [make_row(number, 備考="確認事項あり") for number in range(1, 251)])

    assert "確かめてほしい行(250件)" in tried.words
    assert "はじめの200件です。" in tried.words


def test_only_who_may_brings_lists_in_and_the_next_town_sees_no_name(
    staff: Visitor, visit_as: VisitAs, admin: Visitor
) -> None:
    page = try_list(admin, make_rows(3))

    assert staff.open("/ismap/import").status == 403
    assert not any(form.has_button("取り込む") for form in staff.open(page.path).forms)
    seen = visit_as("next_staff").open(page.path)
    assert "ほかの団体の人" in seen.words
    assert visit_as("next_procurement").open("/ismap/import").status == 200


def test_the_history_lists_every_run(staff: Visitor, sqlite_office: Office) -> None:
    for number in range(3):
        take_in(sqlite_office, make_rows(20 + number), date(2026, 11, 1 + number))

    page = staff.open("/ismap/imports")

    assert page.html.count("/ismap/imports/I") == 3
    assert "取り込み済み" in page.words
