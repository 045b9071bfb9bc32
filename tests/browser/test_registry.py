"""Lists in a browser, with and without script: tried, taken in, a loss confirmed by a second person, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.people import Person
from tests.browser.test_print import A4_POINTS, page_sizes
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office, cloud

if TYPE_CHECKING:
    from tests.browser.conftest import Desks

pytestmark = pytest.mark.browser

OURS = cloud(name="星見クラウド1号", provider="星見ヶ丘システム1株式会社", registry="auto")


def brings(person: Person, content: bytes) -> None:
    """Try a list from a file and wait, as its page does by itself, until it is finished."""
    person.opens("/ismap/import")
    field = person.page.get_by_label(re.compile("^一覧のファイル"))
    field.set_input_files({"name": "一覧.csv", "mimeType": "text/csv", "buffer": content})
    person.presses("試し取込をする")
    waits(person)


def waits(person: Person) -> None:
    """Wait until the page of an import says by itself that it is finished."""
    person.page.get_by_role("heading", name="件数").wait_for()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_list_is_tried_and_then_taken_in(desks: Desks, sqlite_office: Office, *, has_script: bool) -> None:
    """A48, A60: the page of the import comes anew by itself, without script too."""
    admin = desks.person("admin", has_script=has_script)
    admin.signs_in()

    brings(admin, as_csv([*make_rows(60), make_row(61) | {"サービス名": ""}]))
    assert admin.says("試し取込が終わりました。一覧はまだ変わっていません")
    admin.presses("取り込む")
    waits(admin)

    assert admin.says("取り込みました")
    admin.follows("取り込んだ一覧を見る")
    assert admin.page.locator(".table:not(.chart__table) tbody tr").count() == 50
    admin.follows("次へ")
    assert admin.page.locator(".table:not(.chart__table) tbody tr").count() == 10
    admin.opens("/")
    assert admin.says("保留した行が1件あります")


def test_a_change_reaches_who_has_to_know_and_a_loss_needs_a_second_person(desks: Desks, sqlite_office: Office) -> None:
    admin, officer = desks.person("admin"), desks.person("supervising_officer")
    admin.signs_in()
    brings(admin, as_csv(make_rows(20)))
    admin.presses("取り込む")
    waits(admin)
    number = sqlite_office.approved(subjects=[OURS]).number

    brings(admin, as_csv([make_row(1, 備考="登録の一時停止"), *make_rows(10)[1:]]))
    assert admin.says("あなたが持ち込んだ一覧です。")
    officer.signs_in()
    officer.opens(admin.page.url)
    officer.writes("確かめた理由", "公表元の知らせで確かめた")
    officer.presses("確かめたので取り込む")
    waits(officer)

    officer.follows("前回との差分を見る")
    ours = officer.page.get_by_role("region", name="台帳に影響のある変更").inner_text()
    assert number in ours
    assert "一時停止" in ours
    officer.opens("/")
    of_lists = officer.page.locator(".work__kind", has_text="一覧")
    officer.goes_by(officer.page.locator(".work", has=of_lists).locator("a").first)
    assert officer.says("判定したときの登録と、いまの登録")
    assert officer.says("判定の後で変わった")


def test_lists_are_printed_on_a4_landscape_without_the_screens_controls(desks: Desks, sqlite_office: Office) -> None:
    admin = desks.person("admin")
    admin.signs_in()
    brings(admin, as_csv(make_rows(30)))
    admin.presses("取り込む")
    waits(admin)
    admin.opens("/ismap")

    admin.page.emulate_media(media="print")
    sizes = page_sizes(admin.page.pdf(prefer_css_page_size=True))

    assert set(sizes) == {A4_POINTS[::-1]}
    assert admin.page.locator("form:visible, .actions:visible, header nav:visible").count() == 0
    assert admin.page.locator("thead th", has_text="備考(原文)").is_visible()
