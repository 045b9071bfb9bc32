"""The lists as pages: the list of a day, one registration through time, and what of ours hangs on it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from casework import registry_sync
from casework.registry_sync import SAMPLE, SyncWish
from ismap.sources import REGISTRIES
from tests.ismap.lists import make_row, make_rows
from tests.office import Office, cloud
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.page_reader import read
from tests.web.registry_rooms import take_in

OURS = cloud(name="星見クラウド1号", provider="星見ヶ丘システム1株式会社", registry="auto")


def names(visitor: Visitor, path: str) -> list[str]:
    """The services a list page shows, in order."""
    page = visitor.open(path)
    assert page.status == 200, page.words
    return re.findall(r'<th scope="row"><a href="/ismap/entries/[^"]+">([^<]+)</a>', page.html)


def listed(html: str) -> str:
    """Return what follows the picture of the states: the list itself."""
    return html.partition('<table class="table table--dense">')[2]


def test_the_remarks_stand_right_after_the_name_and_the_origin_above(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, [make_row(1, 備考="監査における指摘事項あり"), make_row(2)], date(2026, 11, 8))

    page = staff.open("/ismap")

    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', listed(page.html))
    assert heads[:2] == ["サービス", "備考(原文)"]
    raw = str(sqlite_office.one("SELECT raw_sha256 FROM registry_snapshot"))
    for said in ("一覧.csv", "令和8年11月8日(2026-11-08)", "(12日前)", "関 のぞみ", raw, "監査における指摘事項あり"):
        assert said in page.words, said
    assert "備考を読む必要あり" in page.words
    assert "使えるかどうかは、用途ごとの申請で判定・決裁します。" in page.words


@pytest.mark.parametrize(
    ("state", "cells", "words"),
    [
        ("valid", {}, "登録中"),
        ("expiring_soon", {"有効期限": "2027-02-18"}, "期限が近い"),
        ("past_date_unconfirmed", {"有効期限": "2026-11-19"}, "期限の日を過ぎた(確認が必要)"),
        ("suspended", {"備考": "登録の一時停止"}, "一時停止"),
        ("removed", {"備考": "登録の削除"}, "削除"),
        ("unknown", {"有効期限": ""}, "状態不明"),
        ("needs_reading", {"備考": "確認事項あり"}, "備考を読む必要あり"),
    ],
)
def test_each_state_is_shown_in_words_and_found_by_its_filter(
    staff: Visitor, sqlite_office: Office, state: str, cells: dict[str, str], words: str
) -> None:
    others = [make_row(number, 備考="登録の一時停止" if state != "suspended" else "") for number in range(2, 12)]
    if state not in {"valid", "suspended"}:
        others.append(make_row(12))
    take_in(sqlite_office, [make_row(1, **cells), *(others if state != "suspended" else make_rows(12)[1:])])

    page = staff.open(f"/ismap?state={state}")

    assert names(staff, f"/ismap?state={state}")[:1] == ["星見クラウド1号"]
    assert len(names(staff, f"/ismap?state={state}")) == 1
    row = re.search(r'<tr><th scope="row">.*?</tr>', listed(page.html), re.DOTALL)
    assert row is not None
    assert words in row[0]


def test_the_list_is_narrowed_by_words_number_list_and_date(staff: Visitor, sqlite_office: Office) -> None:
    rows = [
        make_row(1, 有効期限="2026-12-01"),
        make_row(2, 有効期限="2027-02-01"),
        make_row(3, 有効期限="2026-11-01"),
        make_row(4, 制度="ISMAP-LIU"),
    ]
    take_in(sqlite_office, [{"制度": "ISMAP"} | row for row in rows])

    assert names(staff, "/ismap?q=クラウド２号") == ["星見クラウド2号"]
    assert names(staff, "/ismap?q=c24-0003") == ["星見クラウド3号"]
    assert names(staff, "/ismap?scheme=ISMAP-LIU") == ["星見クラウド4号"]
    assert names(staff, "/ismap?scheme=ISMAP") == ["星見クラウド1号", "星見クラウド2号", "星見クラウド3号"]
    assert names(staff, "/ismap?due=30") == ["星見クラウド1号"]
    assert names(staff, "/ismap?due=90") == ["星見クラウド1号", "星見クラウド2号"]
    assert names(staff, "/ismap?due=past") == ["星見クラウド3号"]
    page = staff.open("/ismap?due=90&state=expiring_soon&q=星見")
    assert "「星見」を含む かつ 状態が期限が近い かつ 期限が90日以内" in page.words
    assert "/ismap" in page.links()


def test_any_past_day_has_its_own_list_with_the_states_of_that_day(staff: Visitor, sqlite_office: Office) -> None:
    """A49."""
    take_in(sqlite_office, [make_row(1, 有効期限="2026-10-15"), make_row(2)], date(2026, 9, 1))
    take_in(sqlite_office, [make_row(2), make_row(3), make_row(1, 有効期限="2028-10-15")], date(2026, 11, 1))

    then, now = staff.open("/ismap?on=令和8年9月30日"), staff.open("/ismap")

    assert names(staff, "/ismap?on=R8.9.30") == ["星見クラウド1号", "星見クラウド2号"]
    assert "過去の一覧を見ています" in then.words
    assert "期限が近い" in then.words.split("絞り込む")[1]
    assert len(names(staff, "/ismap")) == 3
    assert "過去の一覧を見ています" not in now.words


def test_a_day_that_cannot_be_read_or_has_no_list_is_told(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(2), date(2026, 9, 1))

    unreadable, early = staff.open("/ismap?on=8/9/30"), staff.open("/ismap?on=2026-08-31")

    assert unreadable.status == 422
    assert unreadable.title.startswith("エラー: ")
    assert any(element.attrs["href"].startswith("#on") for element in read(unreadable.html).all("a"))
    assert early.status == 404
    assert "2026-08-31 までに取得した一覧はありません。" in early.words


@pytest.mark.parametrize(("age", "is_told"), [(30, False), (31, True)])
def test_an_old_list_is_marked(staff: Visitor, sqlite_office: Office, age: int, *, is_told: bool) -> None:
    take_in(sqlite_office, make_rows(2), sqlite_office.clock.today - timedelta(days=age))

    assert (f"取得から{age}日たっています" in staff.open("/ismap").words) is is_told


def test_our_uses_are_counted_and_led_to_and_the_next_towns_are_not_ours(
    staff: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(3))
    number = sqlite_office.approved(subjects=[OURS]).number

    ours, theirs = staff.open("/ismap"), visit_as("next_staff").open("/ismap")

    assert "利用 1件" in ours.words
    assert "/ismap/entries/ISMAP/C24-0001-2#uses" in ours.links()
    assert "利用 1件" not in theirs.words
    assert f"/requests/{number}#registry" in staff.open("/ismap/entries/ISMAP/C24-0001-2").links()
    assert number not in visit_as("next_staff").open("/ismap/entries/ISMAP/C24-0001-2").words


def test_one_registration_shows_remarks_first_raw_cells_history_and_uses(
    staff: Visitor, procurement: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(3), date(2026, 9, 1))
    contract = sqlite_office.contract(sqlite_office.approved(subjects=[OURS])).number
    changed = make_row(1, 備考="監査における指摘事項あり", 有効期限="2028-07-31")
    take_in(sqlite_office, [changed, make_row(2), make_row(3)], date(2026, 10, 1))

    page = staff.open("/ismap/entries/ISMAP/C24-0001-2")

    words = page.words
    assert words.index("監査における指摘事項あり") < words.index("登録の内容")
    assert "使うプラン・部品・リージョンが範囲に入るかは、人が確かめます。" in words
    assert "言明の対象範囲" in words
    assert "サービスごとの登録です" in words
    assert REGISTRIES["ISMAP"].validity in words
    assert re.search(r"R8\.10\.1.*?登録の期限.*?R9\.7\.31.*?R10\.7\.31", words, re.DOTALL)
    assert f"/contracts/{contract}" in page.links()
    assert "/services/S8-0001" in page.links()
    assert procurement.open("/ismap/entries/ISMAP/C24-0001-2").status == 200


def test_a_registration_that_went_says_when_it_was_last_listed(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20), date(2026, 9, 1))
    take_in(sqlite_office, make_rows(20)[1:], date(2026, 10, 1))

    page = staff.open("/ismap/entries/ISMAP/C24-0001-2")

    assert "いまの一覧には載っていません" in page.words
    assert re.search(r"2026-09-01\)\s+取得の一覧までは載っていました。", page.words)
    assert "一覧からなくなった" in page.words


def test_a_registration_without_a_number_has_a_page_of_its_own(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, [make_row(1, 登録番号="", サービス名="名前/だけ?の 雲"), make_row(2)])
    key = str(sqlite_office.one("SELECT entry_key FROM registry_entry WHERE registration_number IS NULL"))

    links = [link for link in staff.open("/ismap").links() if link.startswith("/ismap/entries/")]

    assert f"/ismap/entries/ISMAP/{quote(key, safe='')}" in links
    assert "名前/だけ?の 雲" in staff.open(links[0]).words
    assert staff.open("/ismap/entries/ISMAP/C99-9999-2").status == 404


def test_the_sample_is_never_called_registered(staff: Visitor, sqlite_office: Office) -> None:
    registry_sync.sync(sqlite_office.installation, SyncWish(source=SAMPLE))

    page = staff.open("/ismap")

    assert "見本の一覧です(未確認)" in page.words
    assert "公開の文書(二次の資料、未確認)" in page.words
    assert "secondary" not in page.words
    assert "登録中" not in re.sub(r"<form.*?</form>", "", page.html, flags=re.DOTALL)
