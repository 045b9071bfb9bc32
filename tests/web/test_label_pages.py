"""Labels on pages: beside one thing, below its name in lists, as a condition in the address, and many at once."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from casework import labels
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs


def look(visitor: Visitor, path: str, action: str, *numbers: str) -> Page:
    """Choose rows of a list, as their boxes do that belong to the form below, and look at what would change."""
    page = visitor.open(path)
    form = page.form_with("確かめる")
    kept = [(name, said) for name, said in form.fields if name != "bulk_action"]
    return visitor.send(form, [*kept, ("bulk_action", action), *(("number", each) for each in numbers)], None, path)


def test_a_label_is_put_on_beside_a_request_and_leads_to_the_list_of_its_kind(
    staff: Visitor, sqlite_office: Office
) -> None:
    marked, bare = sqlite_office.draft(title="重い申請"), sqlite_office.draft(title="軽い申請")

    page = staff.press(staff.open(f"/requests/{marked.number}"), "ラベルを付ける", new_label="重点")
    again = staff.press(page, "ラベルを付ける", new_label="年度末")
    link = next(found for found in again.links() if found.startswith("/requests?label="))
    narrowed = staff.open(link)

    assert page.path == f"/requests/{marked.number}"
    assert "ラベルを付けました。" in page.words
    assert link == f"/requests?label={quote('重点')}"
    assert "ラベル「重点」" in narrowed.words
    assert "ラベル: 重点、年度末" in narrowed.words
    assert marked.number in narrowed.words
    assert bare.number not in narrowed.words
    assert staff.open(f"/requests/{bare.number}").form_with("ラベルを付ける").names >= {"chosen_label", "new_label"}

    off = staff.press(again, "外す(重点)")

    assert "ラベルを外しました。" in off.words
    assert marked.number not in staff.open(link).words


def test_a_list_shows_three_labels_and_how_many_more(staff: Visitor, sqlite_office: Office) -> None:
    request = sqlite_office.draft()
    for name in ("い", "ろ", "は", "に", "ほ"):
        sqlite_office.do("staff", labels.put, "requests", request.number, name=name)

    page = staff.open("/requests")

    assert "ラベル: い、ろ、は ほか2件" in page.words
    assert "い、ろ、は、に、ほ" in staff.open("/requests?cols=labels").words
    assert page.form_with("絞り込む").names >= {"label"}


@pytest.mark.parametrize("place", ["services", "contracts"])
def test_services_and_contracts_bear_labels_too(procurement: Visitor, sqlite_office: Office, place: str) -> None:
    contract = sqlite_office.contract()
    number = contract.number if place == "contracts" else str(sqlite_office.one("SELECT min(number) FROM service"))

    page = procurement.press(procurement.open(f"/{place}/{number}"), "ラベルを付ける", new_label="重点")

    assert page.path == f"/{place}/{number}"
    assert "ラベル: 重点" in procurement.open(f"/{place}?label=重点").words
    assert number not in procurement.open(f"/{place}?label=ほか").words


def test_labels_are_put_on_many_at_once_after_a_look(staff: Visitor, sqlite_office: Office) -> None:
    first, second = sqlite_office.draft(), sqlite_office.draft()
    sqlite_office.do("staff", labels.put, "requests", first.number, name="重点")

    looked = look(staff, "/requests", "label_on", first.number, second.number)
    empty = staff.press(looked, "2件を変える")
    both = staff.press(looked, "2件を変える", bulk_label="重点", new_label="ほか")
    done = staff.press(looked, "2件を変える", bulk_label="重点")

    assert "まだ何も変えていません" in looked.words
    assert "いまのラベル" in looked.words
    assert (empty.status, "ラベルを選ぶか、新しいラベルを入力してください。" in empty.words) == (422, True)
    assert (both.status, "どちらか一方にしてください" in both.words) == (422, True)
    assert re.search(r"一括番号 B8-\d{4}", done.words)
    assert "もう付いています" in done.words
    assert "2件のうち 1件を変えました" in done.words
    assert sqlite_office.one("SELECT count(*) FROM label") == 2


def test_in_a_narrowed_list_the_condition_and_the_new_label_do_not_mix(staff: Visitor, sqlite_office: Office) -> None:
    request = sqlite_office.draft()
    sqlite_office.do("staff", labels.put, "requests", request.number, name="重点")

    looked = look(staff, "/requests?label=重点", "label_off", request.number)
    empty = staff.press(looked, "1件を変える")
    done = staff.press(looked, "1件を変える", bulk_label="重点")

    assert "ラベル「重点」" in looked.words
    assert (empty.status, 'href="#bulk_label"' in empty.html) == (422, True)
    assert "1件のうち 1件を変えました" in done.words
    assert sqlite_office.one("SELECT count(*) FROM label") == 0


def test_a_stranger_and_the_next_town_put_nothing_on(
    visit_as: VisitAs, nobody: Visitor, staff: Visitor, sqlite_office: Office
) -> None:
    number = sqlite_office.draft().number
    theirs = visit_as("next_staff")
    token = staff.open(f"/requests/{number}").form_with("ラベルを付ける").values("csrf_token")[0]
    path, data = f"/lists/requests/{number}/labels", {"csrf_token": token, "new_label": "重点"}
    own = theirs.open("/requests").form_with("この条件を保存する").values("csrf_token")[0]

    assert theirs.client.post(path, data={**data, "csrf_token": own}).status_code == 404
    assert nobody.client.post(path, data=data).status_code == 401
    assert staff.client.post(path, data={"new_label": "重点"}).status_code == 403
    assert sqlite_office.one("SELECT count(*) FROM label") == 0
