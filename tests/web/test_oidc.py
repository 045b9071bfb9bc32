"""Signing in at an identity provider: the whole way over HTTP on loopback, and every way in which it is attacked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from casework.oidc_roles import MappingUnreadable, read_mapping
from tests.office import Office
from tests.web.issuer import CLIENT, SECRET, Issuer, running_issuer
from web.app import create_site

KACHO = {"role": "security_manager", "department": "kosodate"}
ROLES = {"claim": "groups", "grants": {"kansa": [{"role": "auditor"}], "kacho": [KACHO]}}
KNOWN = {"email": "staff@hoshimigaoka.example", "email_verified": True}


@dataclass
class Door:
    """A browser before a site that knows the provider."""

    client: TestClient
    issuer: Issuer
    office: Office

    def goes_there(self, next_path: str = "/") -> str:
        """Return where the provider sends the browser back to."""
        begun = self.client.get("/login/oidc", params={"next": next_path}, follow_redirects=False)
        assert begun.status_code == 303, begun.text
        return httpx.get(begun.headers["location"]).headers["location"]

    def comes_back(self, address: str) -> httpx2.Response:
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)

    def signs_in(self, next_path: str = "/") -> httpx2.Response:
        return self.comes_back(self.goes_there(next_path))

    @property
    def is_in(self) -> bool:
        return self.client.get("/api/v1/me").status_code == 200

    def me(self) -> dict[str, Any]:
        return dict(self.client.get("/api/v1/me").json())


DoorWith = Callable[..., Door]


@pytest.fixture
def issuer(sqlite_office: Office) -> Iterator[Issuer]:
    with running_issuer(sqlite_office.clock) as running:
        running.says = dict(KNOWN)
        yield running


@pytest.fixture
def door_with(sqlite_office: Office, issuer: Issuer) -> DoorWith:
    def make(**settings: Any) -> Door:
        stated = {
            "oidc_issuer": issuer.address,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_organisation": "hoshimigaoka",
            "oidc_match_email": True,
        }
        known = sqlite_office.settings.model_copy(update=stated | settings)
        site = create_site(replace(sqlite_office.installation, settings=known))
        return Door(TestClient(site, raise_server_exceptions=False), issuer, sqlite_office)

    return make


def refused(answer: httpx2.Response, status: int = 401) -> str:
    assert answer.status_code == status, answer.text[:500]
    assert "sekisho_session" not in answer.headers.get("set-cookie", "")
    assert "ログインできませんでした" in answer.text
    return answer.text


# -- the way itself --


def test_a_person_signs_in_at_the_provider_and_goes_on_to_the_page_that_was_wanted(door_with: DoorWith) -> None:
    door = door_with()
    assert "職員認証でログインする" in door.client.get("/login").text

    answer = door.signs_in("/requests?q=予約")

    assert (answer.status_code, answer.headers["location"]) == (303, "/requests?q=%E4%BA%88%E7%B4%84")
    assert door.issuer.asked["code_challenge_method"] == "S256"
    assert door.issuer.asked["response_type"] == "code"
    assert "openid" in door.issuer.asked["scope"].split()
    me = door.me()
    assert (me["user"]["login_name"], me["signed_in_with"]) == ("staff", "oidc")
    events = door.office.sql("SELECT action FROM audit_event ORDER BY id")
    assert [row[0] for row in events] == ["identity_linked", "signed_in"]


def test_the_second_time_the_person_is_known_by_issuer_and_subject(door_with: DoorWith) -> None:
    door_with().signs_in()
    door = door_with(oidc_match_email=False)
    door.issuer.says = {"email": "another@elsewhere.example"}

    door.signs_in()

    assert door.me()["user"]["login_name"] == "staff"


def test_it_is_off_unless_it_is_set(sqlite_office: Office) -> None:
    client = TestClient(create_site(sqlite_office.installation), raise_server_exceptions=False)

    assert client.get("/login/oidc", follow_redirects=False).status_code == 404
    assert client.get("/login/oidc/callback?state=x&code=y").status_code == 404
    assert "/login/oidc" not in client.get("/login").text


def test_signing_out_leads_on_to_the_providers_own_way_out(door_with: DoorWith) -> None:
    door = door_with(site_url="https://sekisho.example")
    door.client.get("/login")
    door = door_with()
    door.signs_in()
    token = door.me()["csrf_token"]

    page = door.client.post("/logout", data={"csrf_token": token}, follow_redirects=True)

    assert "認証基盤からもログアウトする" in page.text
    assert not door.is_in
    way_out = door.client.get("/login/oidc/logout", follow_redirects=False).headers["location"]
    assert way_out.startswith(f"{door.issuer.address}/end?")
    assert parse_qs(urlsplit(way_out).query)["client_id"] == [CLIENT]


def test_a_provider_that_does_not_answer_is_a_page_that_says_so(door_with: DoorWith) -> None:
    door = door_with(oidc_issuer="http://127.0.0.1:9")

    answer = door.client.get("/login/oidc", follow_redirects=False)

    assert (answer.status_code, "認証基盤から返事がありません" in answer.text) == (503, True)


def test_a_provider_that_breaks_off_half_way_is_a_page_that_says_so(door_with: DoorWith) -> None:
    door = door_with()
    back = door.goes_there()
    door.issuer.breaks_off = True

    answer = door.comes_back(back)

    assert (answer.status_code, "認証基盤から返事がありません" in answer.text) == (503, True)


def test_a_document_of_another_issuer_is_not_believed(door_with: DoorWith) -> None:
    door = door_with()
    door.issuer.document = {"issuer": "https://elsewhere.example"}

    assert door.client.get("/login/oidc", follow_redirects=False).status_code == 503


# -- attacks --


def test_attack_open_redirect_after_signing_in(door_with: DoorWith) -> None:
    for path in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert door_with().signs_in(path).headers["location"] == "/"


def test_attack_oidc_state_mismatch(door_with: DoorWith) -> None:
    door = door_with()
    query = parse_qs(urlsplit(door.goes_there()).query)

    refused(door.client.get("/login/oidc/callback", params={"code": query["code"][0], "state": "guessed"}))
    refused(door.client.get("/login/oidc/callback", params={"code": query["code"][0]}))

    assert door.issuer.tokens_given == 0
    assert not door.is_in


def test_attack_oidc_state_used_twice(door_with: DoorWith) -> None:
    door = door_with()
    back = door.goes_there()
    assert door.comes_back(back).status_code == 303

    assert "一度使われ" in refused(door.comes_back(back))


def test_attack_oidc_login_planted_in_another_browser(door_with: DoorWith) -> None:
    """The attacker's own answer, sent to a victim, signs nobody in: the way belongs to the browser that began it."""
    attacker, victim = door_with(), door_with()
    back = attacker.goes_there()

    assert "別の端末" in refused(victim.comes_back(back))
    victim.goes_there()
    refused(victim.comes_back(back))

    assert not victim.is_in


def test_attack_oidc_way_that_took_too_long(door_with: DoorWith) -> None:
    door = door_with()
    back = door.goes_there()
    door.office.clock.instant += timedelta(minutes=10)

    refused(door.comes_back(back))


def test_attack_oidc_nonce_mismatch(door_with: DoorWith) -> None:
    door = door_with()
    for nonce in ("another", None):
        door.issuer.says = KNOWN | {"nonce": nonce}
        assert "このログインのものではありません" in refused(door.signs_in())

    assert not door.is_in


def test_attack_oidc_pkce_mismatch(door_with: DoorWith) -> None:
    """A code that was caught on the way is worth nothing without the verifier that never left the server."""
    door = door_with()
    caught = parse_qs(urlsplit(door.goes_there()).query)["code"][0]
    own = parse_qs(urlsplit(door.goes_there()).query)

    mixed = {"code": caught, "state": own["state"][0]}

    assert "認めませんでした" in refused(door.client.get("/login/oidc/callback", params=mixed))
    assert door.issuer.tokens_given == 0


@pytest.mark.parametrize("signs", ["none", "HS256", "other key"])
def test_attack_id_token_that_is_not_signed_by_the_provider(signs: str, door_with: DoorWith) -> None:
    door = door_with()
    door.issuer.signs = signs

    assert "証明を確かめられません" in refused(door.signs_in())
    assert not door.is_in


@pytest.mark.parametrize(
    "says",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"sub": None},
        {"exp": None},
        {"exp": 1},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_attack_id_token_for_somebody_or_some_time_else(says: dict[str, Any], door_with: DoorWith) -> None:
    door = door_with()
    door.issuer.says = KNOWN | says

    assert "証明を確かめられません" in refused(door.signs_in())


@pytest.mark.parametrize("says", [{"aud": [CLIENT, "other"]}, {"azp": "other"}], ids=str)
def test_attack_id_token_meant_for_another_party_too(says: dict[str, Any], door_with: DoorWith) -> None:
    door = door_with()
    door.issuer.says = KNOWN | says

    assert "別のシステムに宛てた" in refused(door.signs_in())


@pytest.mark.parametrize(("seconds", "is_in"), [(-359, True), (-361, False), (59, True), (61, False)])
def test_clocks_may_differ_by_a_minute_and_no_more(seconds: int, is_in: bool, door_with: DoorWith) -> None:  # noqa: FBT001 (the expectation of a case)
    door = door_with()
    issued = int(door.office.clock().timestamp()) + seconds
    door.issuer.says = KNOWN | {"iat": issued, "exp": issued + 300}

    door.signs_in()

    assert door.is_in is is_in


def test_attack_answer_of_another_issuer(door_with: DoorWith) -> None:
    door = door_with()
    back = door.goes_there().replace("iss=http", "iss=https")

    refused(door.comes_back(back))
    assert door.issuer.tokens_given == 0


def test_what_the_provider_refuses_is_told(door_with: DoorWith) -> None:
    door = door_with()
    state = parse_qs(urlsplit(door.goes_there()).query)["state"][0]

    answer = door.client.get("/login/oidc/callback", params={"state": state, "error": "access_denied"})

    assert "取りやめ" in refused(answer)


# -- who the person is here --


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, {"email": "nobody@hoshimigaoka.example"}),
        ({}, {"email_verified": False}),
        ({}, {"email_verified": None}),
        ({}, {"email": "next_staff@tonari.example"}),
        ({"oidc_match_email": False}, {}),
        ({"oidc_provision": True}, {"email": None, "preferred_username": "new", "department": "kosodate"}),
        ({"oidc_provision": True, "oidc_department_claim": "department"}, {"email": None, "department": "kosodate"}),
        (
            {"oidc_provision": True, "oidc_department_claim": "department"},
            {"email": None, "preferred_username": "ciso", "department": "kosodate"},
        ),
    ],
    ids=str,
)
def test_who_is_not_known_here_gets_a_page_and_no_account(
    settings: dict[str, Any], says: dict[str, Any], door_with: DoorWith
) -> None:
    door = door_with(**settings)
    door.issuer.says = KNOWN | says
    before = door.office.one("SELECT count(*) FROM user_account")

    assert "アカウントがありません" in refused(door.signs_in(), 403)

    assert door.office.one("SELECT count(*) FROM user_account") == before
    assert door.office.one("SELECT action FROM audit_event") == "sign_in_failed"


def test_attack_taking_over_a_linked_account_by_its_mail_address(door_with: DoorWith) -> None:
    door = door_with()
    door.signs_in()
    door.issuer.says = KNOWN | {"sub": "subject-2"}

    refused(door_with().signs_in(), 403)


def test_an_account_is_made_only_where_that_is_on(door_with: DoorWith) -> None:
    door = door_with(oidc_provision=True, oidc_department_claim="department")
    door.issuer.says = {"preferred_username": "new.person", "name": "新田 あおい", "department": "子育て支援課"}

    door.signs_in()

    me = door.me()
    assert (me["user"], me["roles"]) == ({"login_name": "new.person", "name": "新田 あおい"}, ["staff"])
    post = {"login_name": "new.person", "password": "anything at all"}
    assert door.client.post("/api/v1/sessions", json=post).status_code == 401


def test_a_person_of_the_next_town_is_nobody_here(door_with: DoorWith) -> None:
    door = door_with(oidc_organisation="tonari")
    door.issuer.says = {"email": "next_staff@tonari.example", "email_verified": True}
    door.signs_in()

    refused(door_with().signs_in(), 403)


def test_a_blocked_person_is_not_let_in(door_with: DoorWith) -> None:
    door = door_with()
    door.office.sql("UPDATE user_account SET blocked_at = '2026-11-01 00:00:00' WHERE login_name = 'staff'")

    refused(door.signs_in(), 403)


def test_without_a_set_organisation_nobody_is_guessed(door_with: DoorWith) -> None:
    assert "どの組織" in refused(door_with(oidc_organisation="").signs_in(), 403)


# -- roles, and the second factor --


def test_roles_follow_the_claim_from_one_sign_in_to_the_next(door_with: DoorWith) -> None:
    door = door_with(oidc_roles=json.dumps(ROLES))
    door.issuer.says = KNOWN | {"groups": ["kansa", "kacho", "unknown"]}
    door.signs_in()
    assert door.me()["roles"] == ["auditor", "security_manager", "staff"]

    door.office.clock.instant += timedelta(days=1)
    door.issuer.says = KNOWN | {"groups": "kacho"}
    door.signs_in()
    assert door.me()["roles"] == ["security_manager", "staff"]
    ended = door.office.one("SELECT ends_on FROM role_grant WHERE role = 'auditor' AND user_id = 1")
    assert str(ended) == "2026-11-20"

    door.issuer.says = KNOWN
    door.signs_in()
    assert door.me()["roles"] == ["staff"]
    assert door.office.one("SELECT count(*) FROM audit_event WHERE action = 'roles_from_provider'") == 3


def test_a_role_given_here_is_not_taken_away_by_the_provider(door_with: DoorWith) -> None:
    door = door_with(oidc_roles=json.dumps(ROLES))
    door.issuer.says = {"email": "ciso@hoshimigaoka.example", "email_verified": True, "groups": []}

    door.signs_in()

    assert door.me()["roles"] == ["ciso", "staff"]


@pytest.mark.parametrize(
    "setting",
    [
        "{",
        "nowhere.json",
        '{"claim": "groups"}',
        '{"claim": "g", "grants": {"a": [{"role": "king"}]}}',
        '{"claim": "g", "grants": {"a": [{"role": "admin", "post": "x"}]}}',
        '{"claim": "g", "grants": {"a": [{}]}}',
    ],
)
def test_a_mapping_that_cannot_be_read_lets_nobody_in(setting: str) -> None:
    with pytest.raises(MappingUnreadable, match="SEKISHO_OIDC_ROLES"):
        read_mapping(setting)


def test_the_providers_second_factor_counts_where_that_is_set(door_with: DoorWith) -> None:
    door = door_with(oidc_mfa_values="mfa phr")
    door.office.sql("""UPDATE organisation SET settings = '{"mfa_roles": ["ciso"]}'""")
    who = {"email": "ciso@hoshimigaoka.example", "email_verified": True}

    door.issuer.says = who | {"amr": ["pwd"]}
    door.signs_in()
    assert door.client.get("/requests", follow_redirects=False).headers["location"].startswith("/me/second-factor")
    for says in ({"amr": ["pwd", "mfa"]}, {"acr": "phr"}):
        door.issuer.says = who | says
        door.signs_in()
        assert door.client.get("/requests").status_code == 200
