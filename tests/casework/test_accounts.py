"""Signing in: how often it may fail, how long a session holds, and which roles count."""

from datetime import date, timedelta

import pytest

from casework import accounts, sessions
from casework.errors import NotAuthenticated, NotFound, TooManyRequests
from casework.sign_in import NotLetIn
from casework.tenancy import names_of
from models.vocabulary import Role
from tests.doors import enter, read, try_to_enter
from tests.office import PASSWORD, Office


def wait(office: Office, **time: int) -> None:
    office.clock.instant += timedelta(**time)


def test_the_right_password_opens_a_session_with_ones_roles(office: Office) -> None:
    opened = enter(office, "supervising_officer")

    found = read(office, opened.secret)
    assert (found.user.name, found.organisation.name) == ("木村 そら", "星見ヶ丘市")
    assert found.actor.roles == {Role.SUPERVISING_OFFICER, Role.STAFF}
    assert opened.previous_login_at is None
    assert enter(office, "supervising_officer").previous_login_at == office.clock.instant


def test_the_secret_itself_is_not_stored(office: Office) -> None:
    opened = enter(office)

    stored = office.one("SELECT secret_hash FROM login_session")
    assert opened.secret not in str(stored)
    assert stored == sessions.hash_secret(opened.secret)
    assert office.one("SELECT action FROM audit_event") == "signed_in"


@pytest.mark.parametrize(("login_name", "password"), [("staff", "違う"), ("nobody", PASSWORD), ("staff", "")])
def test_a_wrong_name_or_password_opens_nothing(sqlite_office: Office, login_name: str, password: str) -> None:
    assert isinstance(try_to_enter(sqlite_office, login_name, password), NotLetIn)
    assert sqlite_office.one("SELECT count(*) FROM login_session") == 0


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(office: Office) -> None:
    for _ in range(5):
        assert isinstance(try_to_enter(office, password="違う"), NotLetIn)

    with pytest.raises(TooManyRequests, match="15分") as refused:
        enter(office)
    wait(office, minutes=14, seconds=59)
    with pytest.raises(TooManyRequests):
        enter(office)
    wait(office, seconds=1)

    assert refused.value.facts == {"retry_after": 900}
    assert enter(office)


def test_a_success_forgets_the_failures_before_it(sqlite_office: Office) -> None:
    for _ in range(2):
        for _ in range(4):
            assert isinstance(try_to_enter(sqlite_office, password="違う"), NotLetIn)
        assert enter(sqlite_office)


def test_a_locked_account_locks_nobody_else_out(sqlite_office: Office) -> None:
    for _ in range(5):
        try_to_enter(sqlite_office, password="違う")

    assert enter(sqlite_office, "colleague")


def test_a_session_runs_out_after_an_hour_of_silence(office: Office) -> None:
    secret = enter(office).secret
    wait(office, minutes=59)
    login = read(office, secret).session
    with office.session(writes=True) as session:
        sessions.touch(session, login.key, office.clock())
    wait(office, minutes=59)
    assert read(office, secret)

    wait(office, minutes=1)

    with pytest.raises(NotAuthenticated) as refused:
        read(office, secret)
    assert refused.value.facts == {"is_expired": True}


def test_a_session_ends_after_twelve_hours_however_busy(sqlite_office: Office) -> None:
    secret = enter(sqlite_office).secret
    for _ in range(23):
        wait(sqlite_office, minutes=30)
        login = read(sqlite_office, secret).session
        with sqlite_office.session(writes=True) as session:
            sessions.touch(session, login.key, sqlite_office.clock())

    wait(sqlite_office, minutes=30)

    with pytest.raises(NotAuthenticated):
        read(sqlite_office, secret)


def test_use_is_not_written_down_at_every_step(sqlite_office: Office) -> None:
    login = read(sqlite_office, enter(sqlite_office).secret).session

    assert not sessions.is_worth_touching(login, sqlite_office.clock() + timedelta(seconds=59))
    assert sessions.is_worth_touching(login, sqlite_office.clock() + timedelta(seconds=60))


def test_signing_out_ends_ones_own_session_and_nobody_elses(office: Office) -> None:
    mine, theirs = enter(office).secret, enter(office, "colleague").secret
    office.do("staff", sessions.sign_out, read(office, mine).session.key)
    office.do("staff", sessions.sign_out, read(office, theirs).session.key)

    with pytest.raises(NotAuthenticated):
        read(office, mine)
    assert read(office, theirs)


def test_an_unknown_secret_is_nobodys(sqlite_office: Office) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        read(sqlite_office, "x")

    assert refused.value.facts == {}


def test_whoever_left_is_signed_out_and_cannot_come_back(office: Office) -> None:
    secret = enter(office).secret
    office.sql("UPDATE user_account SET is_active = false WHERE login_name = 'staff'")

    with pytest.raises(NotAuthenticated):
        read(office, secret)
    assert isinstance(try_to_enter(office), NotLetIn)


def test_roles_count_from_their_first_to_their_last_day(office: Office) -> None:
    office.sql("UPDATE role_grant SET ends_on = '2027-03-31' WHERE role = 'procurement'")

    def roles_on(day: date) -> frozenset[str]:
        office.clock.set_day(day)
        return office.look("procurement", lambda call: call.actor.roles)

    assert roles_on(date(2026, 3, 31)) == {Role.STAFF}
    assert roles_on(date(2026, 4, 1)) == {Role.PROCUREMENT, Role.STAFF}
    assert roles_on(date(2027, 3, 31)) == {Role.PROCUREMENT, Role.STAFF}
    assert roles_on(date(2027, 4, 1)) == {Role.STAFF}


def test_people_are_found_by_login_name_and_named_by_key(sqlite_office: Office) -> None:
    key = sqlite_office.user_id("ciso")

    assert sqlite_office.look("staff", accounts.find_person, "ciso").key == key
    assert sqlite_office.look("staff", lambda call: names_of(call.session, call.actor, [key, None, 404])) == {
        key: "小林 まち"
    }
    with pytest.raises(NotFound):
        sqlite_office.look("staff", accounts.find_person, "no one")
