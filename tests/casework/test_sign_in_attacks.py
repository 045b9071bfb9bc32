"""Signing in under attack: guessing, codes used twice, planted sessions; and what people are told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from casework import passwords, sessions, sign_in, totp, user_accounts
from casework.call import Call
from casework.errors import BadInput, NotAuthenticated, NotFound, NotPermitted, TooManyRequests
from casework.sessions import NewSession
from casework.sign_in import NotLetIn
from casework.sign_in_rules import FAILURES_ALLOWED, Knock
from casework.user_accounts import UserIn
from models.audit_event import AuditEvent
from models.user import User
from tests.doors import Authenticator, enter, knock, read, set_privileges, try_to_enter
from tests.office import PASSWORD, Office

NEW = "雨の日の図書館で三冊の本"
REASON = "本人から電話で申し出"


def wait(office: Office, **time: int) -> None:
    office.clock.instant += timedelta(**time)


def give(office: Office, opened: NewSession, code: str, *, address: str = "192.0.2.7") -> NewSession | NotLetIn:
    found = read(office, opened.secret)
    with office.session(writes=True) as session:
        return sign_in.give_code(session, found, code, knock(office, address))


def enrol(office: Office, login_name: str = "staff") -> tuple[Authenticator, list[str], NewSession]:
    """Enrol and return the authenticator, the recovery codes and the renewed session."""
    opened = enter(office, login_name)
    found = read(office, opened.secret)
    with office.call(login_name) as call:
        secret = totp.begin(call, found.user).secret
    authenticator = Authenticator(secret)
    with office.call(login_name) as call:
        code = authenticator.code(office.clock())
        renewed, codes = sign_in.enrol(call, found, code, office.settings.sign_in_rules)
    wait(office, minutes=1)
    return authenticator, codes, renewed


def told(office: Office, login_name: str) -> list[str]:
    """Return the kinds of notices a person got about accounts."""
    rows = office.sql(
        "SELECT a.kind FROM alert a JOIN user_account u ON u.id = a.user_id WHERE u.login_name = :login ORDER BY a.id",
        login=login_name,
    )
    return [row[0] for row in rows]


def actions(office: Office) -> list[str]:
    return [row[0] for row in office.sql("SELECT action FROM audit_event ORDER BY id")]


# -- brute force --


def test_attack_brute_force_on_one_account(office: Office) -> None:
    for _ in range(FAILURES_ALLOWED):
        assert isinstance(try_to_enter(office, password="違う"), NotLetIn)

    with pytest.raises(TooManyRequests):
        try_to_enter(office)

    assert actions(office) == [*["sign_in_failed"] * FAILURES_ALLOWED, "account_locked"]
    assert told(office, "staff") == ["account_locked"]
    assert told(office, "admin") == ["account_locked"]
    assert told(office, "next_procurement") == []
    assert office.one("SELECT count(DISTINCT actor_name) FROM audit_event WHERE actor_name <> ''") == 0


def test_attack_guessing_who_exists(sqlite_office: Office) -> None:
    """A name nobody has is locked after as many failures, and in the same words."""
    refusals = {}
    for name in ("staff", "nobody-at-all"):
        first = [try_to_enter(sqlite_office, name, "違う", address=name) for _ in range(FAILURES_ALLOWED)]
        with pytest.raises(TooManyRequests) as refused:
            try_to_enter(sqlite_office, name, "違う", address=name)
        refusals[name] = (first, refused.value.message, refused.value.facts)

    assert refusals["staff"] == refusals["nobody-at-all"]


def test_attack_one_password_tried_on_many_accounts(office: Office) -> None:
    limit = office.settings.sign_in_rules.address_failures
    for at in range(limit):
        assert isinstance(try_to_enter(office, f"name-{at}", "Spring-2026!"), NotLetIn)

    with pytest.raises(TooManyRequests, match="この端末や回線"):
        enter(office)
    assert enter(office, address="198.51.100.4")
    wait(office, minutes=15)
    assert enter(office)


def test_failures_of_a_day_that_is_over_are_forgotten(sqlite_office: Office) -> None:
    try_to_enter(sqlite_office, "nobody", "違う")
    wait(sqlite_office, days=2)
    try_to_enter(sqlite_office, "somebody", "違う")

    assert sqlite_office.one("SELECT count(*) FROM sign_in_failure WHERE subject LIKE 'name:%'") == 1


def test_a_password_that_changed_while_it_was_compared_opens_nothing(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = passwords.verify

    def change_meanwhile(password: str, kept: str | None) -> tuple[bool, str | None]:
        sqlite_office.sql("UPDATE user_account SET password_hash = 'another' WHERE login_name = 'staff'")
        return compare(password, kept)

    monkeypatch.setattr("casework.passwords.verify", change_meanwhile)

    assert isinstance(try_to_enter(sqlite_office), NotLetIn)


# -- codes --


def test_attack_totp_replay(office: Office) -> None:
    authenticator, _, _ = enrol(office)
    code = authenticator.code(office.clock())
    assert isinstance(give(office, enter(office), code), NewSession)

    again = give(office, enter(office), code)

    assert isinstance(again, NotLetIn)
    wait(office, seconds=30)
    assert isinstance(give(office, enter(office), code), NotLetIn)
    assert isinstance(give(office, enter(office), authenticator.code(office.clock())), NewSession)


def test_a_code_of_the_step_before_or_after_is_taken_and_no_further_one(sqlite_office: Office) -> None:
    authenticator, _, _ = enrol(sqlite_office)
    now = sqlite_office.clock()

    outcomes = {
        away: isinstance(
            give(sqlite_office, enter(sqlite_office), authenticator.code(now + timedelta(seconds=away))), NewSession
        )
        for away in (-60, 60, -30, 0, 30)
    }

    assert outcomes == {-60: False, 60: False, -30: True, 0: True, 30: True}


def test_attack_recovery_code_reuse(office: Office) -> None:
    _, codes, _ = enrol(office)

    first = give(office, enter(office), codes[0].upper())
    second = give(office, enter(office), codes[0])

    assert isinstance(first, NewSession)
    assert read(office, first.secret).actor.signed_in_with == "recovery_code"
    assert isinstance(second, NotLetIn)
    assert "recovery_code_used" in told(office, "staff")
    assert isinstance(give(office, enter(office), codes[1]), NewSession)


def test_a_recovery_code_of_another_person_opens_nothing(sqlite_office: Office) -> None:
    enrol(sqlite_office)
    _, theirs, _ = enrol(sqlite_office, "colleague")

    assert isinstance(give(sqlite_office, enter(sqlite_office), theirs[0]), NotLetIn)


def test_attack_brute_force_on_the_code(office: Office) -> None:
    authenticator, _, _ = enrol(office)
    opened = enter(office)
    for _ in range(FAILURES_ALLOWED):
        assert isinstance(give(office, opened, "000000"), NotLetIn)

    with pytest.raises(NotAuthenticated):
        read(office, opened.secret)
    with pytest.raises(TooManyRequests):
        try_to_enter(office)
    wait(office, minutes=15)
    assert isinstance(give(office, enter(office), authenticator.code(office.clock())), NewSession)


def test_a_session_that_waits_for_its_code_is_worth_nothing_and_ends_in_ten_minutes(sqlite_office: Office) -> None:
    enrol(sqlite_office)
    opened = enter(sqlite_office)

    assert (opened.step, read(sqlite_office, opened.secret).step) == ("code", "code")
    assert "signed_in" not in actions(sqlite_office)[3:]
    wait(sqlite_office, minutes=10)
    with pytest.raises(NotAuthenticated):
        read(sqlite_office, opened.secret)


def test_a_program_gives_its_code_along_with_the_password(sqlite_office: Office) -> None:
    authenticator, _, _ = enrol(sqlite_office)

    without = sign_in.sign_in(sqlite_office.engine, "staff", PASSWORD, knock=knock(sqlite_office), in_one_step=True)
    wrong = try_to_enter(sqlite_office, code="000000")
    right = try_to_enter(sqlite_office, code=authenticator.code(sqlite_office.clock()))

    assert without == NotLetIn(sign_in.NEED_CODE, "code")
    assert wrong == NotLetIn(totp.WRONG_CODE, "code")
    assert isinstance(right, NewSession)


# -- session fixation --


def test_attack_session_fixation(office: Office) -> None:
    """Whoever knows a secret from before a step knows nothing after it."""
    authenticator, _, renewed = enrol(office)
    waiting = enter(office)
    complete = give(office, waiting, authenticator.code(office.clock()))
    assert isinstance(complete, NewSession)

    assert len({renewed.secret, waiting.secret, complete.secret}) == 3
    assert waiting.csrf_token != complete.csrf_token
    with pytest.raises(NotAuthenticated):
        read(office, waiting.secret)

    found = read(office, complete.secret)
    with office.call() as call:
        after = sign_in.change_password(call, found, PASSWORD, NEW, NEW)
    with pytest.raises(NotAuthenticated):
        read(office, complete.secret)
    assert read(office, after.secret).step == ""


def test_a_role_that_makes_privileged_asks_to_sign_in_anew(office: Office) -> None:
    set_privileges(office, "admin")
    _, _, renewed = enrol(office)
    assert read(office, renewed.secret)

    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on)"
        " SELECT organisation_id, created_at, id, 'admin', '2026-11-20' FROM user_account WHERE login_name = 'staff'"
    )

    with pytest.raises(NotAuthenticated, match="役割が変わりました"):
        read(office, renewed.secret)


# -- privileged accounts (6-2(6)) --


def test_a_privileged_person_without_an_authenticator_can_only_enrol(office: Office) -> None:
    set_privileges(office, "admin", "ciso")

    assert read(office, enter(office, "admin").secret).step == "enrolment"
    assert read(office, enter(office, "ciso").secret).step == "enrolment"
    assert read(office, enter(office, "staff").secret).step == ""
    _, _, renewed = enrol(office, "admin")
    assert read(office, renewed.secret).step == ""


def test_what_is_set_nowhere_asks_administrators_officers_and_the_ciso(sqlite_office: Office) -> None:
    sqlite_office.sql("UPDATE organisation SET settings = '{}'")

    steps = {who: read(sqlite_office, enter(sqlite_office, who).secret).step for who in
             ("admin", "supervising_officer", "ciso", "auditor")}  # fmt: skip

    assert steps == {"admin": "enrolment", "supervising_officer": "enrolment", "ciso": "enrolment", "auditor": ""}


def test_privileged_sessions_are_shorter(office: Office) -> None:
    set_privileges(office, "admin")
    authenticator, _, _ = enrol(office, "admin")
    opened = give(office, enter(office, "admin"), authenticator.code(office.clock()))
    assert isinstance(opened, NewSession)

    assert opened.expires_at == office.clock() + timedelta(hours=8)
    wait(office, minutes=29)
    assert read(office, opened.secret)
    wait(office, minutes=1)
    with pytest.raises(NotAuthenticated):
        read(office, opened.secret)


def test_a_privileged_person_does_not_give_the_authenticator_up(sqlite_office: Office) -> None:
    set_privileges(sqlite_office, "admin")
    _, _, renewed = enrol(sqlite_office, "admin")
    found = read(sqlite_office, renewed.secret)

    with pytest.raises(NotPermitted, match="6-2"):
        sqlite_office.do("admin", sign_in.give_up_factor, found, PASSWORD, sqlite_office.settings.sign_in_rules)


# -- temporary passwords, and accounts as an administrator keeps them --


def new_person(office: Office, **changed: str) -> tuple[User, str]:
    stated = {"login_name": "new.person", "name": "新田 あおい", "department": "kosodate"} | changed
    return office.do("admin", user_accounts.create_user, UserIn(**stated))


def test_a_temporary_password_opens_nothing_but_its_change(office: Office) -> None:
    _, temporary = new_person(office)

    opened = enter(office, "new.person", temporary)
    found = read(office, opened.secret)
    assert (opened.step, found.step) == ("password", "password")
    with office.call("new.person") as call:
        after = sign_in.change_password(call, found, temporary, NEW, NEW)

    assert read(office, after.secret).step == ""
    assert isinstance(try_to_enter(office, "new.person", temporary), NotLetIn)
    assert read(office, enter(office, "new.person", NEW).secret).step == ""


def test_a_temporary_password_works_for_seven_days(sqlite_office: Office) -> None:
    _, temporary = new_person(sqlite_office)
    wait(sqlite_office, days=7)

    assert try_to_enter(sqlite_office, "new.person", temporary) == NotLetIn(sign_in.OUT_OF_TIME)


def test_a_program_is_not_let_in_with_a_temporary_password(sqlite_office: Office) -> None:
    _, temporary = new_person(sqlite_office)
    at_the_door: Knock = knock(sqlite_office)

    refused = sign_in.sign_in(sqlite_office.engine, "new.person", temporary, knock=at_the_door, in_one_step=True)

    assert refused == NotLetIn(sign_in.NEED_PASSWORD, "password")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"login_name": "あ"}, "/login_name"),
        ({"login_name": "next_staff"}, "/login_name"),
        ({"name": " "}, "/name"),
        ({"department": "nowhere"}, "/department"),
        ({"email": "nobody"}, "/email"),
    ],
)
def test_an_account_that_cannot_be_made_says_where(
    sqlite_office: Office, changed: dict[str, str], pointer: str
) -> None:
    with pytest.raises(BadInput) as refused:
        new_person(sqlite_office, **changed)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_blocked_account_is_out_at_once_and_back_after_the_block(office: Office) -> None:
    secret = enter(office).secret
    office.do("admin", user_accounts.block, "staff", REASON)

    with pytest.raises(NotAuthenticated):
        read(office, secret)
    assert try_to_enter(office) == NotLetIn(sign_in.BLOCKED)
    assert isinstance(try_to_enter(office, password="違う"), NotLetIn)
    office.do("admin", user_accounts.unblock, "staff", REASON)
    assert read(office, enter(office).secret)
    assert told(office, "staff") == ["user_blocked", "user_unblocked"]


def test_a_forgotten_password_is_replaced_by_a_temporary_one(office: Office) -> None:
    secret = enter(office).secret
    temporary = office.do("admin", user_accounts.give_temporary_password, "staff", REASON)

    with pytest.raises(NotAuthenticated):
        read(office, secret)
    assert isinstance(try_to_enter(office), NotLetIn)
    assert enter(office, "staff", temporary).step == "password"
    assert "password_reset" in told(office, "staff")


def test_a_lost_authenticator_is_reset_with_a_reason(office: Office) -> None:
    set_privileges(office, "ciso")
    _, _, renewed = enrol(office, "ciso")
    with pytest.raises(BadInput, match="理由"):
        office.do("admin", user_accounts.reset_second_factor, "ciso", " ")

    office.do("admin", user_accounts.reset_second_factor, "ciso", REASON)

    with pytest.raises(NotAuthenticated):
        read(office, renewed.secret)
    assert read(office, enter(office, "ciso").secret).step == "enrolment"
    assert "second_factor_reset" in told(office, "ciso")
    with office.session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "second_factor_reset")).one()
    assert (event.actor_name, event.after) == ("関 のぞみ", {"reason": REASON, "blocked_at": ""})


def test_nobody_but_an_administrator_keeps_accounts(sqlite_office: Office) -> None:
    for who in ("staff", "ciso", "supervising_officer", "auditor", "service_manager"):
        for deed in (user_accounts.block, user_accounts.give_temporary_password, user_accounts.reset_second_factor):
            with pytest.raises(NotPermitted):
                sqlite_office.do(who, deed, "colleague", REASON)
        with pytest.raises(NotPermitted):
            sqlite_office.do(who, user_accounts.create_user, UserIn("a.b", "x", "joho"))


def test_an_administrator_of_the_next_town_finds_none_of_our_accounts(sqlite_office: Office) -> None:
    for deed in (user_accounts.block, user_accounts.give_temporary_password, user_accounts.reset_second_factor):
        with pytest.raises(NotFound):
            sqlite_office.do("next_procurement", deed, "staff", REASON)

    names = {row.user.login_name for row in sqlite_office.look("next_procurement", user_accounts.list_users)}
    assert names == {"next_staff", "next_officer", "next_procurement"}


def test_an_administrator_leaves_the_own_account_to_another(sqlite_office: Office) -> None:
    for deed in (user_accounts.block, user_accounts.give_temporary_password, user_accounts.reset_second_factor):
        with pytest.raises(NotPermitted, match="自分のアカウント"):
            sqlite_office.do("admin", deed, "admin", REASON)


def test_making_an_account_gives_no_role(sqlite_office: Office) -> None:
    user, _ = new_person(sqlite_office)

    assert sqlite_office.one("SELECT count(*) FROM role_grant WHERE user_id = :id", id=user.key) == 0


def test_sessions_of_one_person_are_ended_for_that_person_alone(office: Office) -> None:
    mine, theirs = enter(office), enter(office, "colleague")

    def end(call: Call) -> int:
        return sessions.end_all(call, mine.user)

    assert office.do("staff", end) == 1
    with pytest.raises(NotAuthenticated):
        read(office, mine.secret)
    assert read(office, theirs.secret)
