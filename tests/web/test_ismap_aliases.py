"""別名: shipped ones are read, our own are proposed by one person and confirmed by another."""

from __future__ import annotations

import pytest

from tests.ismap.lists import make_rows
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import take_in

SAID = {
    "kind": "service",
    "alias": "ほしみ共有箱",
    "listed_as": "星見クラウド1号",
    "provider": "星見ヶ丘システム1株式会社",
    "source": "提供者の公表資料(2026-11-01)",
}


@pytest.fixture
def admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


def button(page: Page, word: str) -> str:
    """The words of the button that decides about our alias."""
    return next(
        label for form in page.forms for label, _, _ in form.buttons if label.startswith(f"{word}: ほしみ共有箱")
    )


def test_shipped_names_show_their_source_and_cannot_be_changed(staff: Visitor) -> None:
    page = staff.open("/ismap/aliases")

    assert "Google Cloud Platform" in page.words
    assert "関所 開発者" in page.words
    assert not any(form.has_button("提案する") for form in page.forms)
    assert "自分の団体の別名はまだありません。" in page.words


def test_an_alias_is_proposed_by_one_and_confirmed_by_another(
    admin: Visitor, officer: Visitor, staff: Visitor, sqlite_office: Office
) -> None:
    take_in(sqlite_office, make_rows(5))

    proposed = admin.press(admin.open("/ismap/aliases"), "提案する", also=SAID)
    assert "別名を提案しました。" in proposed.html
    assert "ほかの人の確認を待っています" in proposed.words
    assert not any(label.startswith("同じ") for form in proposed.forms for label, _, _ in form.buttons)
    waiting = officer.open("/ismap/aliases")
    confirmed = officer.press(waiting, button(waiting, "同じ"))

    assert "同じものとして記録しました。" in confirmed.html
    words = " ".join(staff.open("/ismap/aliases").words.split())
    assert "提案 関 のぞみ" in words
    assert "確認 木村 そら" in words
    assert "提供者の公表資料(2026-11-01)" in words


def test_a_confirmed_alias_is_taken_back_with_a_reason(admin: Visitor, officer: Visitor) -> None:
    admin.press(admin.open("/ismap/aliases"), "提案する", also=SAID)
    waiting = officer.open("/ismap/aliases")
    confirmed = officer.press(waiting, button(waiting, "同じ"))
    path = next(link for link in confirmed.links() if link.endswith("/withdrawal"))

    empty = officer.press(officer.open(path), "取り消す")
    done = officer.press(officer.open(path), "取り消す", note="別の会社のものだった")

    assert empty.status == 422
    assert "取り消す理由を入力してください。" in empty.words
    assert "別名を取り消しました。" in done.html
    assert "別の会社のものだった" in officer.open("/ismap/aliases?state=withdrawn").words


def test_what_is_missing_is_told_and_what_was_typed_stays(admin: Visitor) -> None:
    page = admin.press(admin.open("/ismap/aliases"), "提案する", alias="ほしみ共有箱")

    assert page.status == 422
    for words in ("何の名前かを選択してください。", "一覧での名前を入力してください。", "出典を入力してください。"):
        assert words in page.words
    assert page.form_with("提案する").values("alias") == ["ほしみ共有箱"]


def test_two_spellings_of_one_name_need_no_alias(admin: Visitor) -> None:
    page = admin.press(admin.open("/ismap/aliases"), "提案する", also=SAID | {"alias": "星見クラウド１号"})

    assert page.status == 422
    assert "登録しなくても同じものとして扱われます" in page.words


def test_the_next_town_sees_none_of_ours_and_others_may_not_propose(
    admin: Visitor, staff: Visitor, visit_as: VisitAs
) -> None:
    page = admin.press(admin.open("/ismap/aliases"), "提案する", also=SAID)
    token = staff.open("/ismap/aliases").form_with("ログアウト").values("csrf_token")[0]

    assert "ほしみ共有箱" in page.words
    assert "ほしみ共有箱" not in visit_as("next_officer").open("/ismap/aliases").words
    assert staff.client.post("/ismap/aliases", data=SAID | {"csrf_token": token}).status_code == 403
    assert visit_as("next_officer").open("/ismap/aliases/1/withdrawal").status == 404
