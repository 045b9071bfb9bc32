"""A form that cannot be taken comes back with 422, every word that was typed, and a link to each field."""

from __future__ import annotations

import re

import pytest

from casework import contracts, endings
from tests.office import Office
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs
from tests.web.page_reader import read


def check_refusal(page: Page, *fields: str) -> None:
    """Title, summary and inline messages agree (A12, A14); no notice beside errors (A15)."""
    reader = read(page.html)
    assert page.status == 422, page.words
    assert page.title.startswith("エラー: ")
    summary = re.search(r'<div class="error-summary".*?</div>', page.html, re.DOTALL)
    assert summary
    links = dict(re.findall(r'<a href="#([^"]+)">(.*?)</a>', summary[0]))
    for field in fields:
        assert field in links, f"{field} not in {links}"
    for anchor, message in links.items():
        assert anchor in reader.ids, f"#{anchor} leads nowhere"
        assert page.html.count(f"エラー: </span>{message}</p>") == 1, message
    for element in reader.elements:
        if element.attrs.get("aria-invalid") == "true":
            described = element.attrs["aria-describedby"].split()
            assert set(described) <= set(reader.ids), element
            assert any(each.endswith("-error") for each in described)
    assert '<section class="notice' not in page.html


def test_the_first_page_of_a_request_keeps_everything_typed(staff: Visitor) -> None:
    page = staff.press(
        staff.open("/requests/new/basics?kind=both"),
        "下書きを作る",
        zone="lgwan",
        also={
            "information-0-name": "㈱神の名簿①",
            "information-0-personal": "unknown",
            "subjects-0-data_locations": "日本、月の裏",
            "subjects-0-flags": ["web_meeting", "generative_ai"],
            "subjects-1-activities": ["build", "none"],
            **day("contract-starts_on", "平成", "31", "5", "1"),
            **day("contract-ends_on", "令和", "8", "2", "30"),
        },
    )

    form = page.form_with("下書きを作る")
    check_refusal(
        page,
        "title",
        "information-0-confidentiality",
        "subjects-0-name",
        "subjects-0-data_locations",
        "subjects-1-contractor",
        "subjects-1-activities",
    )
    assert form.values("information-0-name") == ["㈱神の名簿①"]
    assert form.values("zone") == ["lgwan"]
    assert form.values("subjects-0-data_locations") == ["日本、月の裏"]
    assert form.values("subjects-0-flags") == ["web_meeting", "generative_ai"]
    assert form.values("subjects-1-activities") == ["build", "none"]
    assert form.values("contract-starts_on_year") == ["31"]
    assert "「月の裏」を、国の名前か2文字の符号" in page.words
    assert form.has_button("令和元年5月1日(2019-05-01)にする")


def test_a_suggested_day_is_taken_by_one_press(staff: Visitor) -> None:
    """A22."""
    page = staff.press(
        staff.open("/requests/new/basics"), "下書きを作る", also=day("contract-starts_on", "平成", "31", "5", "1")
    )

    page = staff.press(page, "令和元年5月1日(2019-05-01)にする")

    assert page.form_with("下書きを作る").values("contract-starts_on_year") == ["1"]
    assert page.form_with("下書きを作る").values("contract-starts_on_era") == ["令和"]


def test_rows_are_added_and_taken_away_without_losing_a_word(staff: Visitor, sqlite_office: Office) -> None:
    page = staff.open("/requests/new/basics?kind=cloud")
    page = staff.press(page, "情報の行を追加", title="予約", also={"information-0-name": "氏名"})
    page = staff.press(page, "業務委託を追加", also={"information-1-name": "電話番号"})
    page = staff.press(page, "情報1を外す", also={"subjects-1-contractor": "□□株式会社"})

    form = page.form_with("下書きを作る")
    assert (form.values("title"), form.values("information_row")) == (["予約"], ["1"])
    assert form.values("information-1-name") == ["電話番号"]
    assert form.values("subject_row") == ["0:cloud", "1:outsourcing"]
    assert form.values("subjects-1-contractor") == ["□□株式会社"]
    assert sqlite_office.one("SELECT count(*) FROM request") == 0


def test_a_condition_without_words_is_asked_for_by_its_provision(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.draft().number
    page = staff.open(f"/requests/{number}/q/cloud")
    stem = next(name for name in page.form_with("保存して次へ").names if re.fullmatch("a-[0-9a-f]+", name))

    refused = staff.press(page, "保存して次へ", also={stem: "conditional", f"{stem}-evidence": "案の写し"})

    check_refusal(refused, f"{stem}-condition")
    assert refused.form_with("保存して次へ").values(stem) == ["conditional"]
    assert refused.form_with("保存して次へ").values(f"{stem}-evidence") == ["案の写し"]


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["seen", "action"]),
        ({"seen": "yes", "action": "approve", "reason": "読んだ"}, ["manager"]),
        ({"seen": "yes", "action": "return"}, ["remarks"]),
        ({"seen": "yes", "action": "reject"}, ["reason"]),
        ({"seen": "yes", "action": "approve_with_conditions", "manager": "service_manager"}, ["condition-1"]),
    ],
)
def test_a_decision_that_lacks_something_names_it_and_records_nothing(
    officer: Visitor, sqlite_office: Office, typed: dict[str, str], fields: list[str]
) -> None:
    number = sqlite_office.submitted().number

    page = officer.press(officer.open(f"/requests/{number}"), "決裁を確認する", also=typed)

    check_refusal(page, *fields)
    form = page.form_with("決裁を確認する")
    assert all(form.values(name) == [value] for name, value in typed.items())
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action <> 'submit'") == 0


def test_a_condition_needs_words_and_a_day_to_come(officer: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    typed = {"seen": "yes", "action": "approve_with_conditions", "manager": "service_manager"}

    no_day = officer.press(
        officer.open(f"/requests/{number}"), "決裁を確認する", also=typed | {"condition-2": "写しを出す"}
    )
    past = officer.press(
        officer.open(f"/requests/{number}"),
        "決裁を確認する",
        also=typed | {"condition-1": "写しを出す"} | day("condition-1-due", "令和", "8", "4", "1"),
    )

    check_refusal(no_day, "condition-2-due")
    check_refusal(past, "condition-1-due")


def test_a_returned_request_is_sent_again_only_with_every_remark_answered(
    staff: Visitor, officer: Visitor, sqlite_office: Office
) -> None:
    """A34."""
    number = sqlite_office.submitted().number
    panel = officer.open(f"/requests/{number}")
    confirm = officer.press(panel, "決裁を確認する", seen="yes", action="return", remarks="期間を書く\n国を書く")
    assert "差戻し" in officer.press(confirm, "この内容で決裁する").words

    check = staff.open(f"/requests/{number}/check")
    refused = staff.press(check, "提出する", also={"reply-1": "書きました"})

    check_refusal(refused, "reply-2")
    assert refused.form_with("提出する").values("reply-1") == ["書きました"]
    assert "審査中" in staff.press(refused, "提出する", also={"reply-2": "書きました"}).words


def test_a_contract_with_a_period_that_runs_backwards_comes_back(procurement: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.approved().number

    page = procurement.press(
        procurement.open(f"/contracts/new?request={number}"),
        "契約を登録する",
        title="",
        amount_yen="百万くらい",
        also=day("ends_on", "令和", "9", "3", "31"),
    )
    again = procurement.press(page, "契約を登録する", title="利用契約", amount_yen="100万円")

    check_refusal(page, "title", "amount_yen")
    assert page.form_with("契約を登録する").values("amount_yen") == ["百万くらい"]
    check_refusal(again, "ends_on")


def test_a_clause_result_says_what_is_missing_at_its_own_row(procurement: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.contract().number
    page = procurement.open(f"/contracts/{number}")
    check = sqlite_office.look("procurement", contracts.contract_detail, number).checks[0]

    nothing = procurement.press(page, "決める", where={"provision": check.provision})
    no_place = procurement.press(page, "決める", where={"provision": check.provision}, state="present", reason="長い文")

    check_refusal(nothing, "clause-1-state")
    check_refusal(no_place, "clause-1-place")
    assert no_place.form_with("決める", provision=check.provision).values("reason") == ["長い文"]


def test_an_ending_item_without_its_evidence_names_every_piece(manager: Visitor, sqlite_office: Office) -> None:
    concluded = sqlite_office.concluded()
    sqlite_office.do("procurement", endings.open_ending, concluded.number, version=concluded.version)
    _, detail = sqlite_office.look("procurement", endings.find_ending, concluded.number)
    item = next(item for item in detail.items if item.code == "encryption_keys_deleted")
    page = manager.open(f"/contracts/{concluded.number}/closing")
    form = next(form for form in page.forms if form.action.endswith(f"/items/{item.code}"))

    fields = [(name, "上書き消去" if name == "detail-method" else said) for name, said in form.fields]
    refused = manager.send(form, fields, None, page.path)

    check_refusal(refused, f"item-{item.position}-key_id", f"item-{item.position}-file")
    assert "鍵の識別名を入力してください。" in refused.words
    assert "上書き消去" in refused.html
    assert not re.search(r"[a-z]+_[a-z]+を", refused.words)


def test_a_duty_without_evidence_or_done_tomorrow_comes_back(manager: Visitor, sqlite_office: Office) -> None:
    sqlite_office.approved()
    first = sqlite_office.one("SELECT min(id) FROM duty_occurrence")
    link = f"/obligations/{first}"

    empty = manager.press(manager.open(link), "済みにする")
    future = manager.press(
        manager.open(link), "済みにする", note="見た", also=day("done_on", "西暦", "2026", "11", "21")
    )
    wrong_kind = manager.press(manager.open(link), "済みにする", note="見た", files={"file": ("a.svg", b"<svg/>")})

    check_refusal(empty, "note")
    check_refusal(future, "done_on")
    check_refusal(wrong_kind, "file")
    assert future.form_with("済みにする").values("note") == ["見た"]


def test_a_form_without_a_list_or_with_a_day_to_come_is_refused(visit_as_admin: Visitor) -> None:
    page = visit_as_admin.open("/ismap/import")
    later = day("acquired_on", "令和", "9", "1", "1")

    nothing = visit_as_admin.press(page, "試し取込をする")
    both = visit_as_admin.press(page, "試し取込をする", pasted="登録番号\n", files={"file": ("list.csv", b"x")})
    future = visit_as_admin.press(page, "試し取込をする", pasted="登録番号\nC21-0001-2", also=later)

    check_refusal(nothing, "file")
    check_refusal(both, "pasted")
    check_refusal(future, "acquired_on-year")
    assert future.form_with("試し取込をする").values("pasted") == ["登録番号\nC21-0001-2"]


@pytest.fixture
def visit_as_admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


def test_withdrawing_asks_for_a_reason_and_keeps_the_record(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    page = staff.open(f"/requests/{number}/withdraw")

    check_refusal(staff.press(page, "取り下げる"), "reason")
    done = staff.press(page, "取り下げる", reason="要らなくなった")

    assert "申請を取り下げました" in done.words
    assert "理由: 要らなくなった" in done.words
