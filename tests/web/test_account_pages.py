"""自分の設定: password, sessions, authenticator and tokens on the pages, each for oneself alone."""

from __future__ import annotations

import doctest
import re
from datetime import timedelta

import pytest

from api import token_scopes
from api.authentication import SESSION_COOKIE
from casework import oidc_roles, passwords, tokens
from casework.sessions import hash_secret
from tests.doors import Authenticator, codes_in, enter
from tests.office import PASSWORD, Office
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs
from tests.web.test_pages_open import check_page
from web.pages import me

NEW = "雨の日の図書館で三冊の本"
PAGES = ("/me", "/me/password", "/me/sessions", "/me/second-factor", "/me/tokens")


@pytest.mark.parametrize("module", [me, token_scopes, tokens, passwords, oidc_roles])
def test_examples_in_docstrings_hold(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type] # a module is an object to pytest

    assert outcome.attempted > 0
    assert outcome.failed == 0


def cookie(visitor: Visitor) -> str:
    return str(visitor.client.cookies.get(SESSION_COOKIE))


def enrolled(visitor: Visitor, office: Office) -> tuple[Authenticator, list[str], Page]:
    """Enrol on the pages and return the authenticator with the recovery codes."""
    page = visitor.press(visitor.open("/me/second-factor"), "登録を始める")
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.html)
    assert secret
    authenticator = Authenticator(secret[1].replace(" ", ""))
    done = visitor.press(page, "登録する", code=authenticator.code(office.clock()))
    return authenticator, codes_in(done.words), done


def test_ones_own_pages_open_for_everybody(visit_as: VisitAs) -> None:
    for login_name in ("staff", "admin", "ciso", "next_staff"):
        for path in PAGES:
            check_page(visit_as(login_name).open(path), 200, f"{login_name} {path}")


def test_the_last_sign_in_is_shown_after_signing_in(nobody: Visitor, sqlite_office: Office) -> None:
    """6-2(4)."""
    enter(sqlite_office, "staff", address="192.0.2.7")
    nobody.press(nobody.open("/login"), "ログインする", login_name="staff", password="違う")
    sqlite_office.clock.instant += timedelta(hours=1)

    page = nobody.press(nobody.open("/login"), "ログインする", login_name="staff", password=PASSWORD)

    assert "前回のログインは R8.11.20 10:00(192.0.2.7 から)です。その後、失敗が1回ありました。" in page.words
    assert "前回のログインは" not in nobody.open("/").words
    assert "192.0.2.7" in nobody.open("/me").words


def test_changing_the_password_ends_every_other_session(staff: Visitor, visit_as: VisitAs) -> None:
    other, colleague, before = visit_as("staff"), visit_as("colleague"), cookie(staff)

    page = staff.press(staff.open("/me/password"), "パスワードを変える", current=PASSWORD, wanted=NEW, again=NEW)

    assert (page.status, "パスワードを変えました" in page.words) == (200, True)
    assert cookie(staff) != before
    assert other.open("/me").path == "/login"
    assert colleague.open("/me").path == "/me"
    again = visit_as(None)
    assert again.press(again.open("/login"), "ログインする", login_name="staff", password=NEW).path == "/"


@pytest.mark.parametrize(
    ("current", "wanted", "again", "words"),
    [
        ("違う", NEW, NEW, "いまのパスワードが違います"),
        (PASSWORD, "みじかい", "みじかい", "12文字以上"),
        (PASSWORD, "staff-20262026", "staff-20262026", "ログイン名と同じ言葉だけ"),
        (PASSWORD, "Password-2026!", "Password-2026!", "よく使われていて"),
        (PASSWORD, "sekisho-sekisho", "sekisho-sekisho", "よく使われていて"),
        (PASSWORD, "ああああああああああああ", "ああああああああああああ", "よく使われていて"),
        (PASSWORD, PASSWORD, PASSWORD, "いまのパスワードと同じ"),
        (PASSWORD, NEW, "別のもの", "2回の入力が違います"),
    ],
)
def test_a_password_that_cannot_be_taken_says_what_to_do(
    staff: Visitor, sqlite_office: Office, current: str, wanted: str, again: str, words: str
) -> None:
    before = sqlite_office.one("SELECT password_hash FROM user_account WHERE login_name = 'staff'")

    page = staff.press(staff.open("/me/password"), "パスワードを変える", current=current, wanted=wanted, again=again)

    assert (page.status, words in page.words) == (422, True)
    assert sqlite_office.one("SELECT password_hash FROM user_account WHERE login_name = 'staff'") == before
    assert not any(typed in page.html for typed in (PASSWORD, NEW))


def test_ones_sessions_are_listed_and_ended(staff: Visitor, visit_as: VisitAs, sqlite_office: Office) -> None:
    other = visit_as("staff")
    page = staff.open("/me/sessions")
    assert "この端末" in page.words

    gone = staff.press(page, next(form for form in page.forms if "/end" in form.action).buttons[0][0])

    assert "そのログインを終わらせました。" in gone.words
    assert other.open("/me").path == "/login"
    assert staff.open("/me").path == "/me"


def test_every_other_session_is_ended_by_one_button(staff: Visitor, visit_as: VisitAs) -> None:
    others = [visit_as("staff") for _ in range(2)]

    staff.press(staff.open("/me/sessions"), "ほかの端末をすべて終わらせる")

    assert [other.open("/me").path for other in others] == ["/login", "/login"]
    assert "ほかの端末をすべて終わらせる" not in staff.open("/me/sessions").words


def test_nobody_ends_the_session_of_another_on_the_pages(
    staff: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    theirs = sqlite_office.one(
        "SELECT id FROM login_session WHERE secret_hash = :hash", hash=hash_secret(cookie(staff))
    )
    for login_name in ("colleague", "admin", "next_procurement"):
        visitor = visit_as(login_name)
        token = visitor.open("/me/sessions").form_with("ログアウト").values("csrf_token")[0]
        answer = visitor.client.post(f"/me/sessions/{theirs}/end", data={"csrf_token": token})
        assert answer.status_code == 404

    assert staff.open("/me").path == "/me"


def test_the_qr_code_is_a_picture_of_our_own(staff: Visitor) -> None:
    page = staff.press(staff.open("/me/second-factor"), "登録を始める")

    picture = staff.open("/me/second-factor/qr.svg").answer

    check_page(page, 200, "enrolment")
    assert re.search(r'<img[^>]*src="/me/second-factor/qr.svg"', page.html)
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "private, no-store"
    assert "<script" not in picture.text


def test_an_authenticator_is_enrolled_and_nothing_of_it_can_be_read_again(
    staff: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    before, other = cookie(staff), visit_as("staff")

    authenticator, codes, done = enrolled(staff, sqlite_office)

    check_page(done, 200, "recovery codes")
    assert len(set(codes)) == 10
    assert cookie(staff) != before
    assert other.open("/me").path == "/login"
    assert authenticator.secret not in str(sqlite_office.sql("SELECT * FROM second_factor"))
    assert not any(code in str(sqlite_office.sql("SELECT * FROM recovery_code")) for code in codes)
    assert "登録済み" in staff.open("/me").words
    assert staff.open("/me/second-factor/qr.svg").status == 409


def test_a_wrong_first_code_enrols_nothing(staff: Visitor, sqlite_office: Office) -> None:
    page = staff.press(staff.open("/me/second-factor"), "登録を始める")

    refused = staff.press(page, "登録する", code="000000")

    assert (refused.status, "確認コードが違います" in refused.words) == (422, True)
    assert sqlite_office.one("SELECT confirmed_at FROM second_factor") is None


def test_the_code_is_asked_for_after_the_password(staff: Visitor, visit_as: VisitAs, sqlite_office: Office) -> None:
    authenticator, _, _ = enrolled(staff, sqlite_office)
    sqlite_office.clock.instant += timedelta(minutes=1)
    visitor = visit_as(None)

    page = visitor.press(visitor.open("/requests/new"), "ログインする", login_name="staff", password=PASSWORD)
    assert page.path == "/login/code"
    check_page(page, 200, "/login/code")
    assert visitor.open("/requests").path == "/login/code"
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in authenticator.code(sqlite_office.clock()))
    done = visitor.press(page, "ログインを続ける", code=f" {wide} ")

    assert done.path == "/requests/new"
    assert "青木 はる" in done.html


def test_a_form_interrupted_by_the_end_of_a_session_survives_both_steps(staff: Visitor, sqlite_office: Office) -> None:
    authenticator, _, _ = enrolled(staff, sqlite_office)
    number = sqlite_office.submitted().number
    page = staff.open(f"/requests/{number}/withdraw")
    sqlite_office.clock.instant += timedelta(hours=3)

    login = staff.press(page, "取り下げる", reason="長く考えた理由")
    code_page = staff.press(login, "ログインする", login_name="staff", password=PASSWORD)
    wrong = staff.press(code_page, "ログインを続ける", code="000000")
    resumed = staff.press(wrong, "ログインを続ける", code=authenticator.code(sqlite_office.clock()))

    assert (code_page.status, wrong.status) == (200, 422)
    assert resumed.form_with("前の入力を送る").values("reason") == ["長く考えた理由"]
    assert staff.press(resumed, "前の入力を送る").path == f"/requests/{number}"


def test_the_authenticator_is_given_up_with_the_password(staff: Visitor, sqlite_office: Office) -> None:
    enrolled(staff, sqlite_office)

    refused = staff.press(staff.open("/me/second-factor"), "登録を外す", current="違う")
    assert (refused.status, "いまのパスワードが違います" in refused.words) == (422, True)
    done = staff.press(staff.open("/me/second-factor"), "登録を外す", current=PASSWORD)

    assert "認証アプリの登録を外しました" in done.words
    assert sqlite_office.one("SELECT count(*) FROM second_factor") == 0
    assert sqlite_office.one("SELECT count(*) FROM recovery_code") == 0


def test_new_recovery_codes_take_the_place_of_the_old(staff: Visitor, sqlite_office: Office) -> None:
    _, old, _ = enrolled(staff, sqlite_office)

    new = codes_in(staff.press(staff.open("/me/second-factor"), "回復コードを作り直す").words)

    assert len(new) == 10
    assert not set(new) & set(old)
    assert sqlite_office.one("SELECT count(*) FROM recovery_code") == 10


def test_a_token_is_made_shown_once_and_revoked(staff: Visitor) -> None:
    page = staff.open("/me/tokens")
    made = staff.press(page, "トークンを作る", name="財務会計との連携", scopes=["contracts:read", "services:read"])

    check_page(made, 200, "new token")
    token = re.search(r"tsk_live_[A-Za-z0-9]+", made.words)
    assert token
    listed = staff.open("/me/tokens")
    check_page(listed, 200, "tokens")
    assert token[0] not in listed.html
    assert "財務会計との連携" in listed.words
    assert "R9.3.31" in listed.words
    headers = {"Authorization": f"Bearer {token[0]}"}
    assert staff.client.get("/api/v1/contracts", headers=headers).status_code == 200

    gone = staff.press(listed, "取り消す(財務会計との連携)")
    assert "取り消しました" in gone.words
    assert staff.client.get("/api/v1/contracts", headers=headers).status_code == 401


def test_the_last_day_of_a_token_may_be_left_empty_and_the_page_says_so(staff: Visitor) -> None:
    page = staff.open("/me/tokens")
    made = staff.press(
        page, "トークンを作る", name="連携", scopes=["requests:read"], also=day("ends_on", "令和", "", "", "")
    )

    assert "使える最後の日 任意" in " ".join(page.words.split())
    assert made.status == 200
    assert "令和9年3月31日" in made.words


def test_a_wish_for_a_token_that_cannot_be_granted_keeps_what_was_typed(staff: Visitor) -> None:
    page = staff.press(
        staff.open("/me/tokens"), "トークンを作る", name="連携", scopes=["decisions:write"], addresses="どこか"
    )

    assert page.status == 422
    check_page(page, 422, "refused token")
    assert "読むだけのトークンに" in page.words
    assert "192.0.2.0/24" in page.words
    assert page.form_with("トークンを作る").values("scopes") == ["decisions:write"]


def test_a_page_takes_no_token(staff: Visitor, nobody: Visitor) -> None:
    made = staff.press(staff.open("/me/tokens"), "トークンを作る", name="連携", scopes=["requests:read"])
    token = re.search(r"tsk_live_[A-Za-z0-9]+", made.words)
    assert token

    page = nobody.open("/requests", Authorization=f"Bearer {token[0]}")

    assert (page.status, "/api/v1 でだけ使えます" in page.words) == (401, True)


def test_tokens_of_others_are_not_to_be_seen_or_revoked(staff: Visitor, visit_as: VisitAs) -> None:
    staff.press(staff.open("/me/tokens"), "トークンを作る", name="わたしの連携", scopes=["requests:read"])

    for login_name in ("colleague", "admin", "next_procurement"):
        visitor = visit_as(login_name)
        page = visitor.open("/me/tokens")
        assert "わたしの連携" not in page.words
        sent = {"csrf_token": page.form_with("トークンを作る").values("csrf_token")[0]}
        assert visitor.client.post("/me/tokens/1/revocation", data=sent).status_code == 404
