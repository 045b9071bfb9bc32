"""The contract's page on how it goes on, the office's calendar, and the year with its numbers, lists and files."""

import csv
import io
import re
from datetime import date, datetime

import openpyxl
import pytest

from casework import contracts, terms
from casework.contracts import TermIn
from casework.terms import RuleIn
from models.contract import Contract
from tests.office import Office
from tests.web.browsing import Visitor, day
from tests.web.conftest import VisitAs

BY_ITSELF = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")


def running(office: Office) -> Contract:
    contract = office.concluded(term=TermIn(date(2027, 4, 1), date(2028, 3, 31)))
    office.do("procurement", terms.set_rule, contract.number, BY_ITSELF, version=contract.version)
    return contract


@pytest.fixture
def procurement(visit_as: VisitAs) -> Visitor:
    return visit_as("procurement")


def test_a_renewal_nobody_confirmed_waits_on_the_page_until_somebody_does(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    contract = running(sqlite_office)
    sqlite_office.clock.set_day(date(2028, 4, 10))
    visitor = visit_as("procurement")

    page = visitor.open(f"/contracts/{contract.number}")
    assert "更新の確認待ち" in page.words
    assert "確認されていない自動更新 1回" in page.words
    refused = visitor.press(page, "更新を確認", also={"seen_note": " "})
    assert refused.status == 422
    confirmed = visitor.press(page, "更新を確認", also={"seen_note": "通知がないことを確かめた"})

    assert "更新を確認しました" in confirmed.words
    assert "更新の確認待ち" not in confirmed.words
    assert "自動更新を確認 佐藤 いと" in confirmed.words


def test_the_rule_of_a_contract_is_entered_on_its_page(sqlite_office: Office, procurement: Visitor) -> None:
    contract = sqlite_office.concluded()
    page = procurement.open(f"/contracts/{contract.number}")

    refused = procurement.press(page, "更新の定めを登録する", also={"basis": "debt_burden", "authority": "議決"})
    assert refused.status == 422
    assert "債務負担行為の期間の最後の日" in refused.words
    kept = procurement.press(
        page,
        "更新の定めを登録する",
        also={"basis": "long_term", "authority": "長期継続契約条例", "renews_tacitly": "yes", "tacit_every": "P1Y"},
    )

    assert "更新の定めを登録しました" in kept.words
    assert "1年ごとに自動更新" in kept.words
    assert "団体の設定なし" in kept.words


def test_an_end_is_decided_on_the_page(sqlite_office: Office, procurement: Visitor) -> None:
    contract = sqlite_office.concluded()
    page = procurement.open(f"/contracts/{contract.number}")

    assert procurement.press(page, "更新しないと決める").status == 422
    ended = procurement.press(page, "更新しないと決める", also={"end_reason": "後継に移る"})

    assert "更新しないことを記録しました" in ended.words


def test_what_is_planned_back_and_the_transitional_rule_stand_on_the_page(
    sqlite_office: Office, procurement: Visitor
) -> None:
    contract = sqlite_office.concluded()

    words = procurement.open(f"/contracts/{contract.number}").words

    assert "期間の終わりから逆算した予定" in words
    assert "予算要求" in words
    assert "ポリシーに期日の定めなし" in words
    assert "従前の例" in words
    assert "二次資料" in words


def test_a_renewal_across_the_day_of_a_new_rule_is_to_be_looked_up(sqlite_office: Office, procurement: Visitor) -> None:
    contract = sqlite_office.concluded()
    term = TermIn(date(2028, 4, 1), date(2029, 3, 31))
    sqlite_office.do("procurement", contracts.renew, contract.number, version=contract.version, term=term)

    assert "省令の原文で確かめてください" in procurement.open(f"/contracts/{contract.number}").words


def test_the_days_that_are_left_are_counted_to_the_last_open_day_for_the_notice(
    sqlite_office: Office, procurement: Visitor
) -> None:
    # Three months before the end is the last day of the year, when the office has been closed for three days.
    contract = running(sqlite_office)
    left = f"残{(date(2027, 12, 28) - sqlite_office.clock.today).days}日"

    page = procurement.open(f"/contracts/{contract.number}")

    assert page.words.count("契約上 R9.12.31(金)・閉庁") >= 2
    assert left in page.words
    ledger = procurement.open("/contracts")
    assert "R9.12.28(火)" in ledger.words


# -- the office's calendar --


def test_the_administrator_keeps_the_closed_days(sqlite_office: Office, visit_as: VisitAs) -> None:
    admin = visit_as("admin")
    page = admin.open("/office-calendar")

    refused = admin.press(page, "閉庁日を登録する", also={"name": "記念日", **day("day", "西暦", "2027", "7", "3")})
    assert refused.status == 422
    assert "もう閉庁日です" in refused.words
    entered = admin.press(page, "閉庁日を登録する", also={"name": "記念日", **day("day", "西暦", "2027", "7", "1")})
    assert "令和9年7月1日(木)" in entered.words
    removed = admin.press(entered, "取り消す")

    assert "登録した閉庁日はありません" in removed.words
    assert "閉庁日を登録するのはシステム管理です" in visit_as("staff").open("/office-calendar").words


def test_the_leads_are_kept_on_the_page(sqlite_office: Office, visit_as: VisitAs) -> None:
    admin = visit_as("admin")
    page = admin.open("/office-calendar")
    assert "設定なし" in page.words

    refused = admin.press(page, "契約の期間の設定を保存する", also={"budget_day": "32"})
    assert refused.status == 422
    kept = admin.press(
        page, "契約の期間の設定を保存する", also={"budget_month": "9", "budget_day": "15", "long_term_cap": "P5Y"}
    )

    assert "9月15日まで" in kept.words
    assert re.search(r"長期継続契約の期間の上限\s+5年", kept.words)


# -- the year --


def numbers_of(html: str) -> list[tuple[str, int]]:
    """Return the links of the year's table with their numbers."""
    table = re.search(r"<table class=\"table table--dense table--months\">.*?</table>", html, re.DOTALL)
    assert table is not None
    found = re.findall(r'<a href="([^"]+)">(?:<b>)?(\d+)', table[0])
    return [(url.replace("&amp;", "&"), int(count)) for url, count in found]


def rows_of(visitor: Visitor, url: str) -> int:
    html = visitor.open(url).html
    listed = re.search(r'aria-label="期限の一覧".*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return listed[1].count("<tr>") if listed else 0


def test_every_number_of_the_year_leads_to_as_many_lines(sqlite_office: Office, procurement: Visitor) -> None:
    """A50."""
    sqlite_office.concluded()

    html = procurement.open("/obligations?fy=2027").html
    numbers = numbers_of(html)
    table = html.partition("table--months")[2].partition("</table>")[0]

    assert len(numbers) > 10
    assert re.findall(r'<th scope="col"[^>]*>(\d+)月', table) == [str((3 + no) % 12 + 1) for no in range(12)]
    assert table.count("<tr>") - 1 == table.count('<th scope="row"') > 5
    assert {url: rows_of(procurement, url) for url, _ in numbers} == {url: min(count, 50) for url, count in numbers}


def test_the_list_is_taken_away_as_excel_and_csv(sqlite_office: Office, procurement: Visitor) -> None:
    sqlite_office.concluded(title="=1+1")
    page = procurement.open("/obligations?fy=2027&kind=expiry")

    book, text = (
        procurement.press(page, "書き出す", file_kind=kind, also={"wareki": "yes"}).answer for kind in ("xlsx", "csv")
    )

    opened = openpyxl.load_workbook(io.BytesIO(book.content))
    sheet, facts = opened["データ"], {row[0].value: row[1].value for row in opened["抽出条件"].iter_rows(min_row=2)}
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    headings = [cell.value for cell in sheet[1]]
    assert rows[0] == headings
    assert headings[1:3] == ["期限(開庁日)", "期限(開庁日)(和暦)"]
    assert [cell.value for cell in sheet[2]][1:3] == [datetime(2028, 3, 31), "令和10年3月31日"]  # noqa: DTZ001 (a cell of Excel has no zone)
    assert "=1+1" in str(sheet[2][headings.index("すること")].value)
    assert (facts["条件"], facts["件数"]) == ("令和9年度 かつ 満了", 1)
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'exported'") == 2


def test_what_the_year_holds_of_contracts_links_to_them(sqlite_office: Office, procurement: Visitor) -> None:
    contract = sqlite_office.concluded()

    page = procurement.open("/obligations?fy=2027&kind=notice")

    assert f"/contracts/{contract.number}#terms" in page.html
    assert "更新しないと知らせる期限" in page.words
