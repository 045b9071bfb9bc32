"""What a list change does to the pages of a use: the row as judged beside today's, and work for somebody."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from casework import registry_sync
from casework.registry_sync import SyncWish
from tests.ismap.lists import make_row, make_rows
from tests.office import Office, cloud
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import take_in

OURS = cloud(name="星見クラウド1号", provider="星見ヶ丘システム1株式会社", registry="auto")
FIRST = date(2026, 9, 1)


def later(office: Office, day: date, **cells: str) -> str:
    """Take in a list in which our service's row says something else."""
    return take_in(office, [make_row(1, **cells), *make_rows(20)[1:]], day)


def cells(page: Page, label: str) -> list[str]:
    """The two values of one line of the comparison: as judged, and now."""
    part = re.search(r'<section id="registry".*?</section>', page.html, re.DOTALL)
    assert part is not None
    row = re.search(rf'<th scope="row" class="tight">{label}</th>(.*?)</tr>', part[0], re.DOTALL)
    assert row is not None, part[0]
    shown = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row[1], re.DOTALL)]
    return [cell.removeprefix("削除").removeprefix("追加") for cell in shown]


@pytest.mark.parametrize("path", ["/requests/{}", "/requests/{}/verdicts/1"])
def test_after_three_more_imports_the_row_as_judged_stands_beside_todays(
    staff: Visitor, sqlite_office: Office, path: str
) -> None:
    """A49."""
    judged = take_in(sqlite_office, make_rows(20), FIRST)
    number = sqlite_office.approved(subjects=[OURS]).number
    later(sqlite_office, date(2026, 10, 1), 有効期限="2027-12-31")
    later(sqlite_office, date(2026, 10, 15), 有効期限="2028-01-31")
    now = later(sqlite_office, date(2026, 11, 1), 有効期限="2028-01-31", 備考="登録の一時停止")

    page = staff.open(path.format(number))

    assert cells(page, "登録の期限") == ["R9.7.31(2027-07-31)", "R10.1.31(2028-01-31)"]
    assert cells(page, "登録の状態") == ["登録中", "一時停止"]
    assert cells(page, "備考") == ["記載なし", "登録の一時停止"]
    assert cells(page, "サービス") == ["星見クラウド1号", "星見クラウド1号"]
    assert f"R8.9.1 取得 {judged}" in page.words
    assert f"R8.11.1 取得 {now}" in page.words
    assert "判定の後で変わった" in page.words
    assert page.words.count("取得") >= 5
    assert "同じ判定になりました" in staff.open(f"/requests/{number}/verdicts/1?replay=1").words


def test_a_row_that_went_is_shown_as_gone_and_leads_to_the_end_of_its_contract(
    procurement: Visitor, sqlite_office: Office
) -> None:
    before = take_in(sqlite_office, make_rows(20), FIRST)
    request = sqlite_office.approved(subjects=[OURS])
    contract = sqlite_office.concluded(request).number
    after = take_in(sqlite_office, make_rows(20)[1:], date(2026, 10, 1))
    task = sqlite_office.one("SELECT o.id FROM duty_occurrence o JOIN reassessment r ON r.duty_id = o.duty_id")
    start = f"/contracts/{contract}/closing/start?road=list_removal"

    assert cells(procurement.open(f"/requests/{request.number}"), "一覧") == ["ISMAP", "掲載なし"]
    assert start in procurement.open(f"/ismap/diffs/{before}..{after}").links()
    assert start in procurement.open(f"/obligations/{task}").links()
    form = procurement.open(start).form_with("終了手続を始める")
    assert form.values("road") == ["list_removal"]


def test_nothing_is_marked_while_the_list_says_the_same(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20), FIRST)
    number = sqlite_office.approved(subjects=[OURS]).number
    take_in(sqlite_office, [*make_rows(20), make_row(21)], date(2026, 10, 1))

    page = staff.open(f"/requests/{number}")

    assert "判定のときと同じ" in page.words
    assert "判定の後で変わった" not in page.words


def test_the_judgements_since_are_listed_with_their_list_and_task(staff: Visitor, sqlite_office: Office) -> None:
    before = take_in(sqlite_office, make_rows(20), FIRST)
    number = sqlite_office.approved(subjects=[OURS]).number
    after = later(sqlite_office, date(2026, 10, 1), 備考="登録の一時停止")
    task = sqlite_office.one("SELECT o.id FROM duty_occurrence o JOIN reassessment r ON r.duty_id = o.duty_id")

    page = staff.open(f"/requests/{number}")

    assert "一覧が変わったときの判定" in page.words
    assert f"/ismap/diffs/{before}..{after}" in page.links()
    assert f"/obligations/{task}" in page.links()


def test_the_decider_is_told_that_the_list_changed_after_the_submission(
    officer: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(20), FIRST)
    number = sqlite_office.submitted(subjects=[OURS]).number
    told = "提出の後で、一覧の登録が変わりました"
    assert told not in officer.open(f"/requests/{number}").words

    later(sqlite_office, date(2026, 10, 1), 備考="登録の一時停止")

    assert told in officer.open(f"/requests/{number}").words


@pytest.mark.parametrize(("age", "is_told"), [(60, False), (61, True)])
def test_a_list_older_than_sixty_days_is_told_on_requests(
    staff: Visitor, sqlite_office: Office, age: int, *, is_told: bool
) -> None:
    take_in(sqlite_office, make_rows(20), sqlite_office.clock.today - timedelta(days=age))
    draft, sent = sqlite_office.draft().number, sqlite_office.submitted().number

    for path in (f"/requests/{sent}", f"/requests/{draft}/check"):
        assert (f"一覧を取得してから{age}日たっています" in staff.open(path).words) is is_told, path


def test_a_service_shows_todays_row_of_its_name(staff: Visitor, sqlite_office: Office) -> None:
    take_in(sqlite_office, make_rows(20), FIRST)
    sqlite_office.approved(subjects=[OURS])
    later(sqlite_office, date(2026, 10, 1), 備考="登録の一時停止")

    page = staff.open("/services/S8-0001")

    assert page.words.index("登録の一時停止") < page.words.index("登録番号")
    assert "/ismap/entries/ISMAP/C24-0001-2" in page.links()


def test_who_watches_finds_the_touched_use_and_the_news_on_the_first_page(
    visit_as: VisitAs, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(20), FIRST)
    number = sqlite_office.approved(subjects=[OURS]).number
    later(sqlite_office, date(2026, 11, 19), 備考="登録の一時停止")

    for login_name in ("security_officer", "supervising_officer"):
        assert f"/requests/{number}#registry" in visit_as(login_name).open("/").links()
    assert "台帳の利用 1件に変更があります。" in visit_as("staff").open("/").words
    assert f"/requests/{number}#registry" not in visit_as("staff").open("/").links()
    neighbour = visit_as("next_officer").open("/")
    assert f"/requests/{number}#registry" not in neighbour.links()
    assert "に変更があります" not in neighbour.words


def test_who_answers_for_the_lists_sees_the_last_good_and_the_last_failed_run(
    visit_as: VisitAs, sqlite_office: Office
) -> None:
    assert "本物の一覧はまだ取り込まれていません。" in visit_as("admin").open("/").words
    take_in(sqlite_office, make_rows(20), date(2026, 10, 1))
    sqlite_office.clock.instant += timedelta(minutes=5)
    failed = registry_sync.sync(sqlite_office.installation, SyncWish(source="壊れた.csv", raw=b"no,list\n1,2\n"))
    assert failed["refused"]

    for login_name in ("admin", "supervising_officer"):
        words = visit_as(login_name).open("/").words
        for said in ("一覧を取り込めていません", "壊れた.csv", "R8.11.20 10:05", "業務への影響", "(50日前)"):
            assert said in words, said
    assert "公的な一覧の取込" not in visit_as("staff").open("/").words

    sqlite_office.clock.instant += timedelta(minutes=5)
    take_in(sqlite_office, make_rows(21), date(2026, 11, 20))
    assert "一覧を取り込めていません" not in visit_as("admin").open("/").words


def test_rows_that_wait_are_work_for_who_brings_lists_in(visit_as: VisitAs, sqlite_office: Office) -> None:
    take_in(sqlite_office, [*make_rows(20), make_row(21) | {"サービス名": ""}])

    assert "保留した行が1件あります" in visit_as("admin").open("/").words
    assert "保留した行" not in visit_as("staff").open("/").words
