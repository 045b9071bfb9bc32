"""A real installation begins with a command, and a person whom nobody can help gets in again with another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from casework import passwords, posts, totp, user_accounts
from casework.user_accounts import UserIn
from models.user import User
from tests.cli.conftest import Terminal

ADD = ("organisation", "add", "umikaze", "--name", "海風町", "--pack", "mutsu", "--section", "somu:総務課")
TWO = ("--admin", "kanri:川瀬 みお:mio@umikaze.example", "--admin", "kanri2:森 はる")


@pytest.fixture
def founded(desk: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask(*ADD, *TWO)
    return found


def account(desk: Terminal, login_name: str) -> User:
    with desk.office.session() as session:
        return session.exec(select(User).where(User.login_name == login_name)).one()


def test_an_organisation_begins_with_administrators_who_get_in_once_with_a_temporary_password(
    desk: Terminal, founded: list[dict[str, Any]]
) -> None:
    assert [login["login_name"] for login in founded] == ["kanri", "kanri2"]
    for login in founded:
        user = account(desk, login["login_name"])
        assert passwords.verify(login["temporary_password"], user.password_hash)[0]
        assert user.temporary_until_at is not None


def test_the_first_administrator_enters_everybody_else(desk: Terminal, founded: list[dict[str, Any]]) -> None:
    entered, _ = desk.office.do("kanri", user_accounts.create_user, UserIn("hirano", "平野 そら", "somu"))
    desk.office.do("kanri", posts.appoint, "system-admin", "hirano", starts_on=desk.office.clock.today)

    assert entered.login_name == "hirano"
    assert len(founded) == 2


def test_what_was_done_stands_in_the_new_organisations_record_alone(
    desk: Terminal, founded: list[dict[str, Any]]
) -> None:
    told = desk.office.sql(
        "SELECT action, source, actor_name FROM audit_event WHERE organisation_id ="
        " (SELECT id FROM organisation WHERE code = 'umikaze') ORDER BY seq"
    )

    assert [action for action, *_ in told] == [
        "organisation_entered",
        "department_entered",
        "post_entered",
        *["user_entered", "post_given"] * len(founded),
    ]
    assert {(source, name) for _, source, name in told} == {("cli", "サーバーの管理(コマンド)")}


def test_the_organisations_are_listed_without_the_shared_one(desk: Terminal, founded: list[dict[str, Any]]) -> None:
    codes = [row["code"] for row in desk.ask("organisation", "list")]

    assert "umikaze" in codes
    assert "shared" not in codes
    assert len(codes) == 3, founded


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ADD[:2], "Umi Kaze", *ADD[3:], *TWO), "英小文字"),
        ((*ADD[:2], "hoshimigaoka", *ADD[3:], *TWO), "もうあります"),
        ((*ADD[:2], "shared", *ADD[3:], *TWO), "英小文字"),
        ((*ADD[:6], "nobodys", *ADD[7:], *TWO), "mutsu"),
        ((*ADD[:8], "総務課", *TWO), "符号:名前"),
        ((*ADD, "--admin", "kanri"), "ログイン名:氏名"),
        ((*ADD, "--admin", "staff:平野 そら"), "staff"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_do_and_nothing_is_entered(
    desk: Terminal, words: tuple[str, ...], said: str
) -> None:
    before = desk.office.one("SELECT count(*) FROM organisation")

    error = desk.refused(*words)

    assert said in error["message"]
    assert desk.office.one("SELECT count(*) FROM organisation") == before


def test_the_last_administrator_gets_in_again(desk: Terminal, founded: list[dict[str, Any]]) -> None:
    desk.office.do("kanri", totp.begin, account(desk, "kanri"))

    (login,) = desk.ask("organisation", "rescue", "umikaze", "kanri", "--reason", "端末を失くした")

    assert login["temporary_password"] != founded[0]["temporary_password"]
    assert passwords.verify(login["temporary_password"], account(desk, "kanri").password_hash)[0]
    assert desk.office.one("SELECT count(*) FROM second_factor") == 0
    told = str(desk.office.one("SELECT after FROM audit_event WHERE action = 'password_reset'"))
    assert json.loads(told)["reason"] == "端末を失くした"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "kanri", "--reason", "x"), "organisation list"),
        (("shared", "kanri", "--reason", "x"), "organisation list"),
        (("hoshimigaoka", "kanri", "--reason", "x"), "kanri"),
        (("umikaze", "kanri", "--reason", " "), "理由"),
    ],
)
def test_a_rescue_names_an_organisation_a_person_of_it_and_a_reason(
    desk: Terminal, founded: list[dict[str, Any]], words: tuple[str, ...], said: str
) -> None:
    assert said in desk.refused("organisation", "rescue", *words)["message"]
    assert passwords.verify(founded[0]["temporary_password"], account(desk, "kanri").password_hash)[0]
