"""A22 to A26 on the pages: days as they are written and understood, codes said back, names that stay as they are."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from fastapi import Request

from casework.contracts import TermIn
from casework.decisions import Condition
from models.vocabulary import DecisionAction
from tests.office import Office, cloud
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs
from web.app import create_site
from web.date_choice import date_style_of
from web.pages import list_files

# 神 U+FA19, 﨑 U+FA11 and 髙 U+9AD9 are letters of their own; ㈱ and ① are one sign each.
SERVICE, PROVIDER = "\ufa19\ufa11のさくら予約①", "㈱\u9ad9\ufa11システム"
ONE_LESS = "R8.2.30"


def text_of(page: Page) -> str:
    return "".join(page.words.split())


def pasted(typed: str) -> dict[str, str]:
    """Return the boxes of a day pasted whole into the year, on a form that lacks everything else."""
    return day("contract-starts_on", "令和", typed, "", "")


@pytest.mark.parametrize(
    "typed",
    ["R9.4.1", "令和９年４月１日", "㋿9.4.1", "2027/4/1", "2027-04-01", "20270401", "2027ー4ー1", "令和 9年 4月 1日"],
)
def test_a22_a_day_is_said_back_as_it_was_understood(staff: Visitor, typed: str) -> None:
    page = staff.press(staff.open("/requests/new/basics?kind=cloud"), "下書きを作る", also=pasted(typed))

    assert page.status == 422
    assert "令和9年4月1日(木)(2027-04-01)として受け付けます" in text_of(page)
    assert page.form_with("下書きを作る").values("contract-starts_on_year") == [typed]


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("H31.5.1", "平成は4月30日までです。令和元年5月1日ですか。", "令和元年5月1日(2019-05-01)にする"),
        (ONE_LESS, "令和8年2月は28日までです。令和8年2月28日ですか。", "令和8年2月28日(2026-02-28)にする"),
        ("8/4/1", "年号のない「8年」は、和暦か西暦か読み分けられません。", "令和8年4月1日(2026-04-01)にする"),
    ],
)
def test_a22_a_day_that_is_not_is_refused_with_the_one_press_that_mends_it(
    staff: Visitor, typed: str, said: str, offered: str
) -> None:
    refused = staff.press(staff.open("/requests/new/basics?kind=cloud"), "下書きを作る", also=pasted(typed))

    mended = staff.press(refused, offered)

    assert said in text_of(refused)
    assert "として受け付けます" not in refused.words
    assert said not in text_of(mended)
    assert offered.removesuffix("にする").partition("(")[0] in text_of(mended)


def test_a23_days_are_written_as_the_town_or_the_person_has_set(sqlite_office: Office, visit_as: VisitAs) -> None:
    number = sqlite_office.approved().number
    staff, elsewhere, officer = visit_as("staff"), visit_as("staff"), visit_as("supervising_officer")
    japanese = staff.open(f"/requests/{number}")

    chosen = staff.press(staff.open("/me"), "この書き方にする", date_style="seireki")
    western, of_somebody_else = (each.open(f"/requests/{number}") for each in (staff, officer))
    on_another_device = elsewhere.open(f"/requests/{number}")
    sqlite_office.sql("UPDATE organisation SET settings = :s", s='{"mfa_roles": [], "date_style": "seireki"}')
    of_the_town = officer.open(f"/requests/{number}")
    elsewhere.press(elsewhere.open("/me"), "この書き方にする", date_style="wareki")

    begins = {"令和9年4月1日(2027-04-01)", "2027年4月1日(令和9年)"}
    shown = [{each for each in begins if each in page.words} for page in (japanese, western, of_somebody_else)]
    assert shown == [{"令和9年4月1日(2027-04-01)"}, {"2027年4月1日(令和9年)"}, {"令和9年4月1日(2027-04-01)"}]
    assert "2027年4月1日(令和9年)" in on_another_device.words
    assert "2027年4月1日(令和9年)" in of_the_town.words
    assert "令和9年4月1日(2027-04-01)" in staff.open(f"/requests/{number}").words
    assert "日付の書き方を変えました" in chosen.words
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'date_style_chosen'") == 2
    for page in (japanese, western):
        assert '<time datetime="2027-04-01">' in page.html
        assert re.search(
            r"<time datetime=\"2026-11-20T10:00:00\+09:00\">(R8\.11\.20|2026/11/20) 10:00</time>", page.html
        )


def test_a23_the_installation_says_how_days_are_written_at_first(sqlite_office: Office) -> None:
    number, installation = sqlite_office.approved().number, sqlite_office.installation
    installation.settings.date_style = "seireki"

    page = Visitor(create_site(installation), sqlite_office, "staff").open(f"/requests/{number}")

    assert "2027年4月1日(令和9年)" in page.words


def test_what_a_browser_was_told_counts_where_nobody_is_signed_in_and_nowhere_else() -> None:
    told = {"type": "http", "headers": [(b"cookie", b"sekisho_dates=seireki")]}
    nobody, somebody = Request({**told}), Request({**told})
    somebody.state.date_style = "wareki"

    styles = [date_style_of(nobody), date_style_of(somebody), date_style_of(Request({"type": "http", "headers": []}))]

    assert styles == ["seireki", "wareki", "wareki"]


def test_a24_a_number_in_any_width_is_said_back_before_it_is_kept(sqlite_office: Office, procurement: Visitor) -> None:
    path = f"/contracts/new?request={sqlite_office.approved().number}"

    refused = procurement.press(procurement.open(path), "契約を登録する", amount_yen="１３２万円", title="")
    entered = procurement.press(
        refused, "契約を登録する", title="利用契約", also=day("notice_on", "令和", "９", "１２", "２８日")
    )

    assert "1,320,000円として受け付けます" in refused.words
    assert refused.form_with("契約を登録する").values("amount_yen") == ["１３２万円"]
    assert "1,320,000円" in entered.words
    assert sqlite_office.one("SELECT amount_yen FROM contract") == 1_320_000


@pytest.mark.parametrize(
    ("path", "button", "typed", "said_back"),
    [
        ("/admin/users", "アカウントを作る", {"login_name": "ｓａｔｏ ‐ ２"}, "sato-2"),
        ("/admin/users", "アカウントを作る", {"email": "ｓａｔｏ＠ｃｉｔｙ．ｅｘａｍｐｌｅ"}, "sato@city.example"),
        ("/admin/webhooks", "Webhookを登録する", {"url": "ｈｔｔｐｓ：／／chat.city.example／ hooks"}, "https://chat.city.example/hooks"),
        ("/admin/org", "課を登録する", {"code": "ｋａｎｋｙｏ−２"}, "kankyo-2"),
        (
            "/requests/new/basics?kind=cloud",
            "下書きを作る",
            {"subjects-0-registry-registration_number": "Ｃ２１－００００ー２"},
            "C21-0000-2",
        ),
    ],
)  # fmt: skip
def test_a24_a_code_in_any_width_is_said_back_as_it_was_understood(
    sqlite_office: Office, path: str, button: str, typed: dict[str, str], said_back: str
) -> None:
    installation = sqlite_office.installation
    installation.settings.webhook_hosts = "chat.city.example"
    person = "staff" if path.startswith("/requests") else "admin"
    visitor = Visitor(create_site(installation), sqlite_office, person)

    refused = visitor.press(visitor.open(path), button, also=typed)

    assert refused.status == 422
    assert f"{said_back}として受け付けます" in refused.words
    assert refused.form_with(button).values(next(iter(typed))) == list(typed.values())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a form that begins long work wait for it."""
    monkeypatch.setattr(list_files, "MOMENT_SECONDS", 30)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("ledger", "words"),
    [("/requests", SERVICE), ("/services", SERVICE), ("/contracts", PROVIDER)],
)
def test_a25_a_name_is_kept_shown_and_exported_byte_for_byte_and_found_by_its_plain_form(
    sqlite_office: Office, procurement: Visitor, ledger: str, words: str
) -> None:
    approved = sqlite_office.approved(title=SERVICE, subjects=[cloud(name=SERVICE, provider=PROVIDER)])
    number = sqlite_office.contract(approved, title=SERVICE, contractor=PROVIDER).number
    page = procurement.open(ledger)
    book, text = (procurement.press(page, "書き出す", file_kind=kind).answer.content for kind in ("xlsx", "csv"))

    exported = {cell.value for row in openpyxl.load_workbook(io.BytesIO(book))["データ"].iter_rows() for cell in row}
    in_csv = {cell for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in row}
    assert words in page.html
    assert words in exported
    assert words in in_csv
    assert words in procurement.open(f"/contracts/{number}").html + procurement.open("/services/S8-0001").html
    plain = ["神崎のさくら", "ノサクラ", "神﨑の さくら・予約1"] if words == SERVICE else ["髙崎しすてむ", "髙崎シス"]
    spelt = [each.replace("崎", "\ufa11") for each in plain]
    assert {each: words in procurement.open(f"{ledger}?q={each}").html for each in spelt} == dict.fromkeys(spelt, True)


@pytest.mark.parametrize(
    ("due", "both"),
    [
        (date(2026, 12, 31), "契約上R8.12.31(木)・閉庁→R8.12.28(月)"),
        (date(2027, 1, 16), "契約上R9.1.16(土)・閉庁→R9.1.15(金)"),
        (date(2027, 1, 17), "契約上R9.1.17(日)・閉庁→R9.1.15(金)"),
        (date(2027, 3, 22), "契約上R9.3.22(月)・閉庁→R9.3.19(金)"),
    ],
    ids=["the last of December", "Saturday", "Sunday", "the day after a holiday on Sunday"],
)
def test_a26_what_is_due_on_a_closed_day_shows_that_day_and_the_open_day_before(
    sqlite_office: Office, manager: Visitor, due: date, both: str
) -> None:
    conditions = [Condition("写しを契約担当に出す", due)]
    waiting = sqlite_office.submitted()
    sqlite_office.decide(
        waiting, action=DecisionAction.APPROVE_WITH_CONDITIONS, reason="条件による", conditions=conditions
    )
    occurrence = sqlite_office.one("SELECT id FROM duty_occurrence WHERE nominal_on = :day", day=due.isoformat())

    pages = [f"/requests/{waiting.number}", "/obligations?fy=2026", f"/obligations/{occurrence}"]

    assert {path: both in text_of(manager.open(path)) for path in pages} == dict.fromkeys(pages, True)


def test_a26_the_last_day_to_say_no_shows_both_days_on_the_contract(
    sqlite_office: Office, procurement: Visitor
) -> None:
    term = TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2027, 12, 31))

    page = procurement.open(f"/contracts/{sqlite_office.concluded(term=term).number}")

    assert "契約上R9.12.31(金)・閉庁→R9.12.28(火)" in text_of(page)
