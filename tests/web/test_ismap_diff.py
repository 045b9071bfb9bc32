"""What changed between two lists, what of ours it touches first, and what a person decides about it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.ismap.lists import make_row, make_rows
from tests.office import Office, cloud
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import take_in


def ours(number: int) -> dict[str, object]:
    """A cloud subject that names a row of the list and leaves its registration to be looked up."""
    row = make_row(number)
    return cloud(name=row["サービス名"], provider=row["事業者"], registry="auto")


@pytest.fixture
def lists(sqlite_office: Office) -> tuple[str, str, str]:
    """Two lists, and the number of the one request of ours that the second touches."""
    before = take_in(sqlite_office, make_rows(30), date(2026, 10, 1))
    request = sqlite_office.approved(subjects=[ours(1)])
    sqlite_office.contract(request)
    sqlite_office.approved(subjects=[ours(2)])
    rows = make_rows(30)
    rows[0] |= {"備考": "登録の一時停止(令和8年11月1日から)"}
    rows[4] |= {"有効期限": "2028-07-31"}
    del rows[29]
    after = take_in(sqlite_office, [*rows, make_row(31)], date(2026, 11, 19))
    return before, after, request.number


def test_the_counts_and_every_change_are_shown_by_kind(staff: Visitor, lists: tuple[str, str, str]) -> None:
    """A49."""
    page = staff.open(f"/ismap/diffs/{lists[0]}..{lists[1]}")

    numbers = dict(re.findall(r"<li>(台帳に影響|追加|変更|削除|同じ) <b>([0-9,]+)</b>", page.html))
    assert numbers == {"台帳に影響": "1", "追加": "1", "変更": "2", "削除": "1", "同じ": "27"}
    for heading in ("一時停止(1件)", "登録の期限(1件)", "備考(1件)"):
        assert heading in page.words, heading
    assert "R9.7.31(2027-07-31)" in page.words
    assert "R10.7.31(2028-07-31)" in page.words
    assert page.words.index("台帳に影響あり") < page.words.index("星見クラウド31号")


def test_ours_stand_first_with_verdict_service_contract_and_task(
    staff: Visitor, sqlite_office: Office, lists: tuple[str, str, str]
) -> None:
    """A49."""
    page = staff.open(f"/ismap/diffs/{lists[0]}..{lists[1]}")

    part = re.search(r'<section id="ours".*?</section>', page.html, re.DOTALL)
    assert part is not None
    task = sqlite_office.one(
        "SELECT o.id FROM duty_occurrence o JOIN reassessment r ON r.duty_id = o.duty_id WHERE r.is_changed"
    )
    for link in (f"/requests/{lists[2]}#registry", "/services/S8-0001", "/contracts/K8-0001", f"/obligations/{task}"):
        assert f'href="{link}"' in part[0], link
    assert "一時停止" in part[0]
    assert "期限" in part[0]
    assert "S8-0002" not in part[0]
    assert "利用の可否は決裁で決まります" in part[0]


def test_the_next_town_sees_the_changes_and_nothing_of_ours(visit_as: VisitAs, lists: tuple[str, str, str]) -> None:
    page = visit_as("next_officer").open(f"/ismap/diffs/{lists[0]}..{lists[1]}")

    assert page.status == 200
    assert "星見クラウド31号" in page.words
    assert lists[2] not in page.words
    assert "自分の団体の利用で、判定か登録の内容が変わったものはありません。" in page.words


def test_an_unknown_list_is_not_found(staff: Visitor, lists: tuple[str, str, str]) -> None:
    assert staff.open(f"/ismap/diffs/{lists[0]}..nothing").status == 404


def renamed(office: Office) -> tuple[str, str]:
    """Take in a list that gives our service another name, and return both lists."""
    before = take_in(office, make_rows(20), date(2026, 10, 1))
    office.approved(subjects=[ours(1)])
    rows = make_rows(20)
    rows[0] |= {"サービス名": "ほしみ雲プラス"}
    return before, take_in(office, rows, date(2026, 11, 19))


@pytest.mark.parametrize(
    ("button", "state", "said"),
    [("同じ", "confirmed", "同じものとして記録しました"), ("別", "rejected", "別のものとして")],
)
def test_a_new_name_is_asked_for_and_a_person_decides(
    officer: Visitor, staff: Visitor, sqlite_office: Office, button: str, state: str, said: str
) -> None:
    before, after = renamed(sqlite_office)
    path = f"/ismap/diffs/{before}..{after}"
    page = officer.open(path)
    assert "表記ゆれ・改称の候補(人が決める)" in page.words
    assert not any("同じ" in label for form in staff.open(path).forms for label, _, _ in form.buttons)
    label = next(
        label for form in page.forms for label, _, _ in form.buttons if re.match(rf"{button}: 星見クラウド1号", label)
    )

    decided = officer.press(page, label)

    assert decided.path == path
    assert said in decided.html
    assert sqlite_office.one("SELECT state FROM registry_alias") == state


def test_a_list_beside_itself_suggests_no_other_name(officer: Visitor, sqlite_office: Office) -> None:
    _, after = renamed(sqlite_office)

    page = officer.open(f"/ismap/diffs/{after}..{after}")

    assert "表記ゆれ・改称の候補" not in page.words


def test_the_next_town_cannot_decide_for_us(visit_as: VisitAs, sqlite_office: Office) -> None:
    before, after = renamed(sqlite_office)
    neighbour = visit_as("next_officer")
    page = neighbour.open(f"/ismap/diffs/{before}..{after}")
    token = page.form_with("ログアウト").values("csrf_token")[0]
    alias = sqlite_office.one("SELECT id FROM registry_alias")

    answer = neighbour.client.post(f"/ismap/aliases/{alias}/confirmation", data={"csrf_token": token, "version": "1"})

    assert answer.status_code == 404
    assert "決めるものはありません" in page.words


def test_more_uses_than_fit_are_turned_over_page_by_page(
    staff: Visitor, sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.lists.PAGE_SIZE", 2)
    before = take_in(sqlite_office, make_rows(12))
    numbers = [sqlite_office.approved(subjects=[ours(5)]).number for _ in range(3)]
    after = take_in(sqlite_office, [make_row(5, 備考="一時停止"), *make_rows(12)[:4], *make_rows(12)[5:]])

    first = staff.open(f"/ismap/diffs/{before}..{after}")
    second = staff.open(next(link for link in first.links() if "cursor=" in link))

    assert "台帳に影響 <b>3</b>" in first.html
    assert [number in first.words for number in numbers] == [True, True, False]
    assert [number in second.words for number in numbers] == [False, False, True]
