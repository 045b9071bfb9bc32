"""Pages in English: what is turned, what is never touched, and the switch that keeps the page."""

from __future__ import annotations

import pytest

from api.authentication import SESSION_COOKIE
from casework.errors import BadInput
from casework.languages import read_language
from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from web import view
from web.english.catalogue import KEPT, KEPT_END, Catalogue, catalogue
from web.english.days import english_day
from web.english.page import in_english
from web.english.text import IN_NAVIGATION
from web.language import LANGUAGE_COOKIE

SMALL = Catalogue(
    {
        "申請": "Request",
        f"{IN_NAVIGATION}申請": "Requests",
        "契約": "Contract",
        "版": "Version",
        "閉じる": "Close",
        "開く": "Open",
        "保存しました。": "Saved.",
        "第%(a)s版": "version %(a)s",
        "%(a)s件": "%(a)s {item|items}",
        "%(a)sの番です。": "It is the turn of %(a)s.",
        "申請 %(a)s が見つかりません。": "There is no request %(a)s.",
        "期限は%(a)sまで": "due by %(a)s",
        "未使用": "",
    }
)
TO_ENGLISH, TO_JAPANESE = "Read in English", "日本語で表示"


def turned(markup: str) -> str:
    return in_english(markup, SMALL)


@pytest.mark.parametrize(
    ("markup", "english"),
    [
        ("<p>申請</p>", "<p>Request</p>"),
        ("<p>\n  申請\n</p>", "<p>\n  Request\n</p>"),
        ("<nav><a>申請</a></nav><p>申請</p>", "<nav><a>Requests</a></nav><p>Request</p>"),
        ("<p>第3版</p>", "<p>Version 3</p>"),
        ("<p>1件</p><p>12件</p>", "<p>1 item</p><p>12 items</p>"),
        ('<nav aria-label="申請"></nav>', '<nav aria-label="Request"></nav>'),
        ("<p>山田の番です。</p>", '<p>It is the turn of <span lang="ja">山田</span>.</p>'),
        ("<p>保存しました。 山田の番です。</p>", '<p>Saved. It is the turn of <span lang="ja">山田</span>.</p>'),
        ("<p>申請、契約</p>", "<p>Request, Contract</p>"),
        ("<p><b>3</b>件<a>申請</a>契約</p>", "<p><b>3</b> items<a> Request</a> Contract</p>"),
        ("<p>&lt;b&gt;の番です。</p>", "<p>It is the turn of &lt;b&gt;.</p>"),
        (
            '<p>期限は<time datetime="2026-04-01">R8.4.1(水)</time>まで</p>',
            '<p>Due by <time datetime="2026-04-01">2026-04-01 (Wed)</time></p>',
        ),
        ('<html lang="ja"><p>版</p></html>', '<html lang="en"><p>Version</p></html>'),
    ],
)
def test_what_a_page_says_is_turned(markup: str, english: str) -> None:
    assert turned(markup) == english


@pytest.mark.parametrize(
    "markup",
    [
        '<input name="title" value="申請">',
        '<textarea name="reason">申請</textarea>',
        '<option value="申請">',
        '<a href="/search?q=申請">1</a>',
        '<button name="deed" value="申請">1</button>',
        '<b lang="ja">申請</b>',
        '<p lang="ja">申請 <b>契約</b></p>',
        '<script src="/申請.js"></script>',
        "<p>2026-04-01 12:00</p>",
    ],
)
def test_what_was_typed_and_every_address_stay_untouched(markup: str) -> None:
    assert turned(markup) == markup


def test_an_option_that_says_its_value_keeps_it() -> None:
    assert turned("<option selected>申請</option>") == '<option selected value="申請">Request</option>'


@pytest.mark.parametrize(
    ("markup", "marked"),
    [
        ("<td>ひまわり台帳</td>", '<td lang="ja">ひまわり台帳</td>'),
        ("<p>1 <b>x</b> ひまわり</p>", '<p>1 <b>x</b><span lang="ja"> ひまわり</span></p>'),
        ("<title>ひまわり - 契約</title>", "<title>ひまわり - Contract</title>"),
        ("<option>ひまわり</option>", '<option lang="ja">ひまわり</option>'),
        ('<p translate="no">申請 <b>契約</b></p>', '<p translate="no" lang="ja">申請 <b>契約</b></p>'),
        ('<p class="wording">申請</p>', '<p class="wording" lang="ja">申請</p>'),
        ('<td aria-label="申請">ひまわり</td>', '<td aria-label="Request"><span lang="ja">ひまわり</span></td>'),
    ],
)
def test_what_is_not_known_is_data_and_marked_as_japanese(markup: str, marked: str) -> None:
    assert turned(markup) == marked


def test_half_a_name_is_never_turned() -> None:
    assert SMALL.english("申請の案内") is None
    assert SMALL.english("契約、みどりの窓口") is None
    assert SMALL.english("未使用") is None
    assert catalogue().english("石川 のぞむ") is None


def test_values_in_a_sentence_are_turned_too_and_names_are_kept() -> None:
    assert SMALL.english("申請の番です。") == "It is the turn of request."
    assert SMALL.english("花子の番です。") == f"It is the turn of {KEPT}花子{KEPT_END}."


@pytest.mark.parametrize(
    ("japanese", "english"),
    [
        ("令和8年4月1日", "1 April 2026"),
        ("令和8年4月1日(水)(2026-04-01)", "Wed 1 April 2026"),
        ("令和元年5月1日", "1 May 2019"),
        ("2026年4月1日(令和8年)", "1 April 2026"),
        ("2026年4月1日(令和8年4月1日)", "1 April 2026"),
        ("R8.4.1(水)", "2026-04-01 (Wed)"),
        ("R8.11.19 16:40", "2026-11-19 16:40"),
        ("令和8年度", "FY2026"),
        ("令和8年4月", "April 2026"),
        ("30年", "30 years"),
        ("1か月", "1 month"),
        ("あと1時間30分", "1 hour 30 minutes left"),
        ("4月", "Apr"),
        ("機密性2以上", "confidentiality 2 or higher"),
        ("令和8年2月30日", None),
        ("13月", None),
        ("令和の台帳", None),
    ],
)
def test_days_lengths_and_classes_read_as_english(japanese: str, english: str | None) -> None:
    assert english_day(japanese) == english


def test_the_switch_keeps_the_page_and_its_question(staff: Visitor) -> None:
    page = staff.press(staff.open("/requests?state=draft&whose=mine"), TO_ENGLISH)

    assert str(page.answer.url).endswith("/requests?state=draft&whose=mine")
    assert '<html lang="en">' in page.html
    assert page.title == "Request - Sekisho"

    page = staff.press(page, TO_JAPANESE)

    assert str(page.answer.url).endswith("/requests?state=draft&whose=mine")
    assert '<html lang="ja">' in page.html


def test_the_page_of_the_sign_in_can_be_read_in_english(nobody: Visitor) -> None:
    page = nobody.press(nobody.open("/login?next=/requests"), TO_ENGLISH)

    assert str(page.answer.url).endswith("/login?next=/requests")
    assert (page.title, page.form_with("Sign in").action) == ("Sign in - Sekisho", "/login")
    cookie = next(each for each in nobody.client.cookies.jar if each.name == LANGUAGE_COOKIE)
    assert (cookie.value, cookie.get_nonstandard_attr("SameSite")) == ("en", "lax")


def test_a_person_reads_in_their_language_at_any_browser(visit_as: VisitAs, sqlite_office: Office) -> None:
    one, other = visit_as("staff"), visit_as("staff")

    one.press(one.open("/"), TO_ENGLISH)

    assert '<html lang="en">' in other.open("/").html
    assert '<html lang="ja">' in visit_as("procurement").open("/").html
    assert sqlite_office.one("SELECT language FROM user_account WHERE login_name = 'staff'") == "en"
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'language_chosen'") == 1


def test_an_error_is_read_in_the_same_language_and_leads_back(staff: Visitor) -> None:
    staff.press(staff.open("/"), TO_ENGLISH)

    lost, nowhere = staff.open("/requests/R9-9999"), staff.open("/nowhere?a=1")

    assert (lost.status, nowhere.status) == (404, 404)
    assert lost.title == "The page was not found - Sekisho"
    assert '<html lang="en">' in nowhere.html
    assert str(staff.press(nowhere, TO_JAPANESE).answer.url).endswith("/nowhere?a=1")


def test_a_refused_form_is_told_in_english_and_keeps_what_was_typed(staff: Visitor) -> None:
    staff.press(staff.open("/"), TO_ENGLISH)
    page = staff.open("/requests/new/basics?kind=cloud")
    form = next(each for each in page.forms if "title" in each.names)

    answer = staff.press(page, form.buttons[-1][0], title="申請", where=None, also={"information-0-name": "契約"})

    assert answer.status == 422
    assert answer.title.startswith("Error: ")
    kept = next(each for each in answer.forms if "title" in each.names)
    assert (kept.values("title"), kept.values("information-0-name")) == (["申請"], ["契約"])


def test_the_answer_to_a_form_leads_back_to_where_the_form_stood(staff: Visitor) -> None:
    page = staff.open("/requests/new/basics?kind=cloud")
    answer = staff.client.post(
        "/requests/new/basics", data={"csrf_token": page.form_with(TO_ENGLISH).values("csrf_token")[0]},
        headers={"Referer": "http://testserver/requests/new/basics?kind=cloud"},
    )  # fmt: skip

    assert 'name="back" value="/requests/new/basics?kind=cloud"' in answer.text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
def test_the_switch_leads_nowhere_else(nobody: Visitor, back: str) -> None:
    answer = nobody.client.post("/language", data={"language": "en", "back": back}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_no_other_site_can_switch_somebodys_language(staff: Visitor, sqlite_office: Office) -> None:
    lie = {"language": "en", "back": "/"}

    assert staff.client.post("/language", data=lie).status_code == 403
    assert staff.client.post("/language", data=lie, headers={"Origin": "https://evil.example"}).status_code == 403
    assert sqlite_office.one("SELECT language FROM user_account WHERE login_name = 'staff'") == ""


def test_a_session_that_ran_out_leaves_the_choice_to_the_browser(nobody: Visitor) -> None:
    nobody.client.cookies.set(SESSION_COOKIE, "gone", domain="testserver.local")

    answer = nobody.client.post("/language", data={"language": "en", "back": "/login"})

    assert '<html lang="en">' in answer.text


def test_a_language_nobody_wrote_is_refused() -> None:
    with pytest.raises(BadInput):
        read_language("fr")


def test_a_japanese_page_never_meets_the_catalogue(staff: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_arguments: object) -> str:
        raise AssertionError("the page was looked up")

    monkeypatch.setattr(view, "in_english", stop)

    assert staff.open("/").status == 200


def test_the_catalogue_of_the_product_is_read_once() -> None:
    assert catalogue() is catalogue()
    assert catalogue().english("今日やること") == "Today"
