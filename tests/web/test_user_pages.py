"""職員のアカウント: an administrator makes, stops and opens them; steps that are owed open nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.authentication import SECURE_SESSION_COOKIE, SESSION_COOKIE
from casework.installation import Installation
from tests.doors import Authenticator, codes_in, set_privileges
from tests.office import OUR_PEOPLE, PASSWORD, Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.test_pages_open import check_page
from web.app import create_site
from web.notices import NOTICES

NEW = "雨の日の図書館で三冊の本"
REASON = "本人から窓口で申し出"


def sign_in(visitor: Visitor, login_name: str, password: str = PASSWORD, path: str = "/login") -> Page:
    return visitor.press(visitor.open(path), "ログインする", login_name=login_name, password=password)


def shown_once(page: Page) -> str:
    found = re.search(r'<code class="secret">([a-z0-9-]+)</code>', page.html)
    assert found, page.words
    return found[1]


def made(admin: Visitor, **changed: str) -> Page:
    stated: dict[str, str | list[str]] = {
        "login_name": "new.person",
        "name": "新田 あおい",
        "department": "kosodate",
        "email": "n@x.example",
    }
    return admin.press(admin.open("/admin/users"), "アカウントを作る", also={**stated, **changed})


@pytest.fixture
def admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


def test_only_an_administrator_opens_the_accounts(visit_as: VisitAs) -> None:
    for login_name in OUR_PEOPLE:
        for path in ("/admin/users", "/admin/users/staff"):
            page = visit_as(login_name).open(path)
            if login_name == "admin":
                check_page(page, 200, path)
            else:
                assert page.status == 403
                assert "システム管理の役割を持つ人です" in page.words


def test_the_next_towns_administrator_finds_nobody_of_ours(visit_as: VisitAs) -> None:
    neighbour = visit_as("next_procurement")

    assert "青木" not in neighbour.open("/admin/users").words
    assert neighbour.open("/admin/users/staff").status == 404
    token = neighbour.open("/admin/users").form_with("アカウントを作る").values("csrf_token")[0]
    for deed in ("block", "unblock", "sessions", "password", "second-factor"):
        sent = {"csrf_token": token, "reason": REASON}
        assert neighbour.client.post(f"/admin/users/staff/{deed}", data=sent).status_code == 404


def test_a_new_person_gets_in_with_a_temporary_password_and_chooses_an_own_one(
    admin: Visitor, visit_as: VisitAs
) -> None:
    page = made(admin)
    check_page(page, 200, "temporary password")
    temporary = shown_once(page)
    assert temporary not in admin.open("/admin/users/new.person").html

    person = visit_as(None)
    owed = sign_in(person, "new.person", temporary, "/requests/new")
    check_page(owed, 200, "owed password")
    assert (owed.path, "ほかの画面は開きません" in owed.words) == ("/me/password", True)
    for path in ("/", "/requests", "/me", "/me/tokens", "/me/sessions", "/admin/users"):
        assert person.open(path).path == "/me/password", path
    assert person.client.get("/api/v1/requests").json()["code"] == "sign_in_incomplete"
    done = person.press(owed, "パスワードを変える", current=temporary, wanted=NEW, again=NEW)

    assert done.path == "/requests/new"
    assert person.open("/me").words.count("新田 あおい") >= 1


def test_a_refused_account_keeps_what_was_typed(admin: Visitor) -> None:
    page = made(admin, login_name="staff", name="", department="")

    check_page(page, 422, "refused account")
    for words in ("「staff」は使われています", "氏名を入力してください", "所属を一覧から選んでください"):
        assert words in page.words
    assert page.form_with("アカウントを作る").values("email") == ["n@x.example"]


def test_an_account_is_stopped_and_opened_with_a_reason(admin: Visitor, staff: Visitor) -> None:
    refused = admin.press(admin.open("/admin/users/staff"), "アカウントを止める")
    assert (refused.status, "理由を入力してください" in refused.words) == (422, True)

    stopped = admin.press(admin.open("/admin/users/staff"), "アカウントを止める", reason=REASON)

    assert "止めてある" in stopped.words
    assert staff.open("/").path == "/login"
    opened = admin.press(stopped, "また使えるようにする", reason=REASON)
    assert "止めてある" not in opened.words
    assert sign_in(staff, "staff").path == "/"


def test_every_session_of_a_person_is_ended_by_an_administrator(admin: Visitor, staff: Visitor) -> None:
    admin.press(admin.open("/admin/users/staff"), "ログインをすべて終わらせる", reason=REASON)

    assert staff.open("/").path == "/login"
    assert sign_in(staff, "staff").path == "/"


def test_a_locked_account_is_opened_before_its_time(admin: Visitor, visit_as: VisitAs) -> None:
    person = visit_as(None)
    for _ in range(5):
        sign_in(person, "staff", "違う")
    assert "失敗が続いて停止中" in admin.open("/admin/users?q=青木").words

    admin.press(admin.open("/admin/users/staff"), "また使えるようにする", reason=REASON)

    assert sign_in(person, "staff").path == "/"


def test_ones_own_account_is_left_to_another_administrator(admin: Visitor) -> None:
    page = admin.open("/admin/users/admin")
    check_page(page, 200, "own account")
    assert "ほかのシステム管理が行います" in page.words

    sent = {"csrf_token": page.form_with("ログアウト").values("csrf_token")[0], "reason": REASON}
    assert admin.client.post("/admin/users/admin/second-factor", data=sent).status_code == 403


def test_a_privileged_person_can_only_enrol_until_it_is_done(visit_as: VisitAs, sqlite_office: Office) -> None:
    """6-2(6)."""
    set_privileges(sqlite_office, "admin", "ciso")
    person = visit_as(None)

    owed = sign_in(person, "admin", path="/admin/users")
    check_page(owed, 200, "owed enrolment")
    assert owed.path == "/me/second-factor"
    for path in ("/", "/admin/users", "/me", "/me/password", "/me/tokens", "/audit"):
        assert person.open(path).path == "/me/second-factor", path
    assert person.client.get("/api/v1/audit-events").json()["step"] == "enrolment"
    token = owed.form_with("登録を始める").values("csrf_token")[0]
    refused = person.client.post("/api/v1/tokens", json={}, headers={"X-CSRF-Token": token})
    assert refused.json()["code"] == "sign_in_incomplete"

    page = person.press(owed, "登録を始める")
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.html)
    assert secret
    code = Authenticator(secret[1].replace(" ", "")).code(sqlite_office.clock())
    done = person.press(page, "登録する", code=code)

    check_page(done, 200, "recovery codes")
    assert len(codes_in(done.words)) == 10
    assert 'href="/admin/users"' in done.html
    check_page(person.open("/admin/users"), 200, "after enrolment")
    assert "自分では外せません" in person.open("/me/second-factor").words


def test_a_lost_authenticator_is_reset_by_an_administrator(
    admin: Visitor, staff: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    page = staff.press(staff.open("/me/second-factor"), "登録を始める")
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.html)
    assert secret
    staff.press(page, "登録する", code=Authenticator(secret[1].replace(" ", "")).code(sqlite_office.clock()))

    admin.press(admin.open("/admin/users/staff"), "認証アプリの登録を外す", reason=REASON)

    assert staff.open("/").path == "/login"
    assert sign_in(visit_as(None), "staff").path == "/"


# -- cookies --


def secure_client(office: Office, **settings: Any) -> TestClient:
    stated = office.settings.model_copy(update={"secure_cookies": True} | settings)
    site = create_site(Installation(stated, office.engine, office.store, office.clock))
    return TestClient(site, base_url="https://testserver", raise_server_exceptions=False)


def test_over_https_the_cookie_is_bound_to_the_host(sqlite_office: Office) -> None:
    client = secure_client(sqlite_office)
    sent = {"login_name": "staff", "password": PASSWORD}

    answer = client.post("/login", data=sent, follow_redirects=False)

    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(SECURE_SESSION_COOKIE))
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)
    assert client.get("/me").status_code == 200


def test_attack_cookie_without_the_prefix_planted_by_a_neighbour_host(sqlite_office: Office) -> None:
    plain = TestClient(create_site(sqlite_office.installation))
    plain.post("/login", data={"login_name": "staff", "password": PASSWORD})
    secret = str(plain.cookies.get(SESSION_COOKIE))

    client = secure_client(sqlite_office)

    headers = {"Cookie": f"{SESSION_COOKIE}={secret}"}
    assert client.get("/me", headers=headers, follow_redirects=False).status_code == 303


def test_attack_form_sent_over_plain_http_to_a_secure_site(sqlite_office: Office) -> None:
    client = secure_client(sqlite_office)
    sent = {"login_name": "staff", "password": PASSWORD}

    assert client.post("/login", data=sent, headers={"Origin": "http://testserver"}).status_code == 403
    assert client.post("/login", data=sent, headers={"Origin": "https://testserver"}).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_attack_signing_a_victim_in_as_the_attacker(nobody: Visitor, headers: dict[str, str]) -> None:
    sent = {"login_name": "staff", "password": PASSWORD}

    assert nobody.client.post("/login", data=sent, headers=headers).status_code == 403
    assert nobody.client.cookies.get(SESSION_COOKIE) is None


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/me/password", {"current": PASSWORD, "wanted": NEW, "again": NEW}),
        ("/me/sessions", {}),
        ("/me/sessions/1/end", {}),
        ("/me/second-factor", {}),
        ("/me/second-factor/confirm", {"code": "1"}),
        ("/me/second-factor/recovery-codes", {}),
        ("/me/second-factor/removal", {"current": PASSWORD}),
        ("/me/tokens", {"name": "x", "scopes": "requests:read"}),
        ("/me/tokens/1/revocation", {}),
        ("/login/code", {"code": "1"}),
        ("/admin/users", {"login_name": "x.y", "name": "x", "department": "joho"}),
        ("/admin/users/staff/block", {"reason": "x"}),
    ],
)
def test_attack_csrf_on_every_form_about_accounts(
    path: str, fields: dict[str, str], admin: Visitor, sqlite_office: Office
) -> None:
    token = admin.open("/me").form_with("ログアウト").values("csrf_token")[0]
    answers = [
        admin.client.post(path, data=fields).status_code,
        admin.client.post(path, data=fields | {"csrf_token": "guessed"}).status_code,
        admin.client.post(
            path, data=fields | {"csrf_token": token}, headers={"Origin": "https://evil.example"}
        ).status_code,
        admin.client.post(
            path, data=fields | {"csrf_token": token}, headers={"Sec-Fetch-Site": "same-site"}
        ).status_code,
    ]

    assert answers == [403, 403, 403, 403]
    assert sqlite_office.one("SELECT count(*) FROM api_token") == 0
    assert sqlite_office.one("SELECT count(*) FROM user_account WHERE blocked_at IS NOT NULL") == 0
    assert sqlite_office.one("SELECT count(*) FROM second_factor") == 0
    assert sqlite_office.one("SELECT count(*) FROM login_session WHERE revoked_at IS NOT NULL") == 0


def test_attack_open_redirect_on_the_way_through_the_steps(staff: Visitor, sqlite_office: Office) -> None:
    for path in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        page = staff.open(f"/me/password?next={path}")
        assert page.form_with("パスワードを変える").values("next") == ["/"]
        assert staff.open(f"/login/code?next={path}").path == "/"
    sqlite_office.clock.instant += timedelta(hours=3)
    answer = staff.client.get("/login?next=//elsewhere.example")
    assert 'value="/"' in answer.text


def test_every_notice_has_its_words() -> None:
    assert all(words.endswith("。") for words in NOTICES.values())
