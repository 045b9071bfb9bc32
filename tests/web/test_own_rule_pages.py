"""組織の定め: a register of what the policy wants the organisation to have, recorded by who answers for it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from casework import organisation_items
from casework.organisation_items import ItemIn
from policy.library import load_pack
from tests.office import OUR_PEOPLE, Office
from tests.web.browsing import Visitor, day
from tests.web.conftest import VisitAs

KEEPERS = {"supervising_officer", "deputy_officer", "admin"}
RULES = [item.id for item in load_pack("mutsu").organisation_items]
RULE = "8-1(1)②"
PATH = f"/organisation-items/{quote(RULE)}"
MADE = {"owner": "総務部長", "document": "委託判断基準", **day("made_on", "令和", "8", "4", "1")}


def test_everybody_reads_the_register_and_only_keepers_are_offered_the_form(visit_as: VisitAs) -> None:
    for login_name in OUR_PEOPLE:
        visitor = visit_as(login_name)
        page, one = visitor.open("/organisation-items"), visitor.open(PATH)
        assert (page.status, one.status) == (200, 200)
        assert all(provision in page.words for provision in RULES)
        assert any(form.has_button("記録する") for form in one.forms) == (login_name in KEEPERS)
        assert ("記録するのは、統括情報セキュリティ責任者とシステム管理です。" in one.words) == (
            login_name not in KEEPERS
        )


def test_a_rule_is_recorded_and_leaves_the_list_of_the_missing(officer: Visitor) -> None:
    before = officer.open("/organisation-items?state=missing").words

    done = officer.press(officer.open(PATH), "記録する", also=MADE)

    assert done.status == 200
    assert "組織の定めを記録しました。" in done.words
    assert "定めてある" in done.words
    assert "令和8年4月1日(2026-04-01)" in done.words
    assert RULE in before.split()
    assert RULE not in officer.open("/organisation-items?state=missing").words.split()
    assert RULE in officer.open("/organisation-items?state=made").words.split()


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"owner": "総務部長"}, "まだ定めていない"),
        (MADE | day("next_review_on", "令和", "8", "11", "19"), "見直しの日を過ぎた"),
        (MADE | day("next_review_on", "令和", "8", "11", "20"), "定めてある"),
    ],
)
def test_the_standing_of_a_rule_is_told_in_words(officer: Visitor, stated: dict[str, str], words: str) -> None:
    done = officer.press(officer.open(PATH), "記録する", also=stated)

    assert words in done.words


@pytest.mark.parametrize(
    ("stated", "field", "told"),
    [
        ({"owner": ""}, "owner", "担当する職か人の名前を入力してください。"),
        (MADE | {"document": ""}, "document", "定めた文書の名前を書いてください。"),
        (MADE | day("made_on", "令和", "8", "11", "21"), "made_on-year", "定めた日を今日までの日にするか"),
        (
            MADE | day("next_review_on", "令和", "8", "3", "31"),
            "next_review_on-year",
            "次の見直しの日を、定めた日以降にしてください。",
        ),
        (MADE | day("made_on", "令和", "8", "2", "30"), "made_on-day", "令和8年2月は28日までです。"),
    ],
)
def test_what_cannot_be_recorded_comes_back_with_every_word(
    officer: Visitor, sqlite_office: Office, stated: dict[str, str], field: str, told: str
) -> None:
    page = officer.press(officer.open(PATH), "記録する", also=stated)

    form = page.form_with("記録する")
    assert page.status == 422
    assert page.title.startswith("エラー: ")
    assert told in page.words
    assert f'href="#{field}"' in page.html
    assert f'id="{field}"' in page.html
    assert {name: form.values(name) for name in stated} == {name: [value] for name, value in stated.items()}
    assert sqlite_office.one("SELECT count(*) FROM organisation_item") == 0


def test_two_keepers_at_once_are_told_of_each_other(officer: Visitor, visit_as: VisitAs) -> None:
    admin = visit_as("admin")
    mine, theirs = officer.open(PATH), admin.open(PATH)
    admin.press(theirs, "記録する", also={"owner": "情報政策課長"})

    conflict = officer.press(mine, "記録する", also=MADE)

    assert conflict.status == 409
    assert all(word in conflict.words for word in ("情報政策課長", "総務部長", "担当する職", "定めた日 年"))
    saved = officer.press(conflict, "この内容で保存する")
    assert saved.path == f"/organisation-items/{RULE}"
    assert "総務部長" in saved.words
    assert "委託判断基準" in saved.words


def test_a_later_record_is_made_on_the_version_that_was_read(officer: Visitor) -> None:
    officer.press(officer.open(PATH), "記録する", also=MADE)
    old = officer.open(PATH)
    officer.press(officer.open(PATH), "記録する", document="委託判断基準(改正)")

    conflict = officer.press(old, "記録する", owner="総務課長")

    assert conflict.status == 409
    assert "委託判断基準(改正)" in conflict.words


def test_who_may_not_record_is_refused_though_the_form_is_sent(
    staff: Visitor, officer: Visitor, sqlite_office: Office
) -> None:
    form = officer.open(PATH).form_with("記録する")
    token = staff.open("/requests/new/basics").form_with("下書きを作る").values("csrf_token")[0]
    fields = [(name, value) for name, value in form.fields if name not in {"csrf_token", "owner"}]

    refused = staff.send(form, [*fields, ("csrf_token", token), ("owner", "総務部長")], None, PATH)
    forged = staff.send(form, [*fields, ("csrf_token", "x"), ("owner", "総務部長")], None, PATH)

    assert (refused.status, forged.status) == (403, 403)
    assert sqlite_office.one("SELECT count(*) FROM organisation_item") == 0


def test_a_provision_that_asks_for_no_rule_has_no_entry(officer: Visitor) -> None:
    assert officer.open(f"/organisation-items/{quote('8-3(3)②(ア)')}").status == 404
    assert officer.open("/organisation-items/99").status == 404


def test_the_next_town_sees_its_own_register(visit_as: VisitAs, sqlite_office: Office) -> None:
    sqlite_office.do("admin", organisation_items.record_item, RULE, ItemIn("総務部長", "星見の基準"))

    page = visit_as("next_officer").open(PATH)

    assert "星見の基準" not in page.words
    assert "記録なし" in page.words


def test_the_officer_is_told_of_missing_rules_until_there_are_none(
    officer: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    words = f"組織の定めが{len(RULES)}件、まだありません"
    assert words in officer.open("/").words
    assert "/organisation-items" in officer.open("/").links()
    assert "組織の定めが" not in visit_as("security_officer").open("/").words

    for provision in RULES:
        stated = ItemIn("総務部長", "情報セキュリティの手順", sqlite_office.clock.today)
        sqlite_office.do("supervising_officer", organisation_items.record_item, provision, stated)

    assert "組織の定めが" not in officer.open("/").words


def test_the_record_is_in_the_audit_trail_in_words(officer: Visitor) -> None:
    officer.press(officer.open(PATH), "記録する", also=MADE)

    assert f"組織の定め {RULE}" in " ".join(officer.open("/audit").words.split())
    assert "組織の定めの記録" in officer.open("/audit").words
