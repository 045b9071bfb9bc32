"""Signing in, forms from elsewhere, sessions that run out, notices that show once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from api.authentication import SESSION_COOKIE
from tests.office import PASSWORD, Office
from tests.web.browsing import Visitor
from web.visit import NOTICE_COOKIE, own_path


def test_a_right_password_leads_to_the_page_that_was_wanted(nobody: Visitor) -> None:
    page = nobody.press(nobody.open("/requests/new"), "ログインする", login_name="staff", password=PASSWORD)

    assert (page.path, "青木 はる" in page.html) == ("/requests/new", True)
    cookie = nobody.client.cookies.get(SESSION_COOKIE)
    assert cookie


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(nobody: Visitor) -> None:
    form = nobody.open("/login").form_with("ログインする")
    nobody.client.follow_redirects = False

    page = nobody.send(form, [("next", "/"), ("login_name", "staff"), ("password", PASSWORD)], None, "/login")

    cookie = page.answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


@pytest.mark.parametrize(
    ("login_name", "password", "message"),
    [
        ("staff", "違う", "ログイン名かパスワードが違います"),
        ("いない人", PASSWORD, "ログイン名かパスワードが違います"),
        ("", "", "ログイン名を入力してください"),
    ],
)
def test_a_wrong_sign_in_says_the_same_for_name_and_password(
    nobody: Visitor, login_name: str, password: str, message: str
) -> None:
    page = nobody.press(nobody.open("/login"), "ログインする", login_name=login_name, password=password)

    assert (page.status, page.title.startswith("エラー: ")) == (422, True)
    assert message in page.words
    assert page.form_with("ログインする").values("login_name") == [login_name]
    assert PASSWORD not in page.html


def test_a61_password_managers_and_pasting_find_what_they_need(nobody: Visitor) -> None:
    html = nobody.open("/login").html

    assert re.findall(r'<input [^>]*autocomplete="([^"]+)"', html) == ["username", "current-password"]
    assert "onpaste" not in html
    assert "readonly" not in html


def test_after_five_mistakes_the_page_says_how_long_to_wait(nobody: Visitor) -> None:
    for _ in range(5):
        nobody.press(nobody.open("/login"), "ログインする", login_name="staff", password="違う")

    page = nobody.press(nobody.open("/login"), "ログインする", login_name="staff", password=PASSWORD)

    assert (page.status, "15分ほどログインを止めています" in page.words) == (429, True)


@pytest.mark.parametrize("path", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "elsewhere", ""])
def test_the_login_never_leads_to_another_site(path: str) -> None:
    assert own_path(path) == "/"


def test_signing_out_ends_the_session(staff: Visitor) -> None:
    page = staff.press(staff.open("/"), "ログアウト")

    assert (page.path, "ログアウトしました" in page.html) == ("/login", True)
    assert staff.open("/").path == "/login"


def test_a_form_without_the_sessions_token_is_refused(staff: Visitor, sqlite_office: Office) -> None:
    page = staff.open("/requests/new/basics")

    refused = staff.press(page, "下書きを作る", csrf_token="somebody-elses", title="偽の申請")

    assert refused.status == 403
    assert "開き直して" in refused.words
    assert sqlite_office.one("SELECT count(*) FROM request") == 0


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_sent_by_another_site_is_refused(staff: Visitor, headers: dict[str, str]) -> None:
    form = staff.open("/").form_with("ログアウト")

    answer = staff.client.post("/logout", data=dict(form.fields), headers=headers)

    assert answer.status_code == 403
    assert staff.open("/").path == "/"


def test_a_session_that_runs_out_gives_the_typed_words_back(staff: Visitor, sqlite_office: Office) -> None:
    """A61."""
    number = sqlite_office.submitted().number
    page = staff.open(f"/requests/{number}/withdraw")
    sqlite_office.clock.instant += timedelta(hours=3)

    login = staff.press(page, "取り下げる", reason="長く考えた理由")
    assert (login.status, "入力した内容は残っています" in login.words) == (401, True)

    resumed = staff.press(login, "ログインする", login_name="staff", password=PASSWORD)
    assert resumed.form_with("前の入力を送る").values("reason") == ["長く考えた理由"]
    done = staff.press(resumed, "前の入力を送る")

    assert (done.path, "理由: 長く考えた理由" in done.words) == (f"/requests/{number}", True)


def test_a_notice_is_gone_on_the_next_page(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.draft().number
    saved = staff.press(staff.open(f"/requests/{number}/basics"), "保存して次へ")

    assert "保存しました。" in saved.words
    assert staff.client.cookies.get(NOTICE_COOKIE) is None
    assert "保存しました。" not in staff.open(f"/requests/{number}/tasks").words


def test_a_crash_is_a_page_with_a_number_and_no_details(staff: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def _break(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("casework.today.look_at_today", _break)

    page = staff.open("/", **{"X-Request-Id": "call-12345"})

    assert (page.status, "処理の途中で止まりました" in page.words) == (500, True)
    assert "call-12345" in page.words
    assert "secret detail" not in page.html
