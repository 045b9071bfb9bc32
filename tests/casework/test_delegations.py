"""代理: asked for, permitted by the CISO, told to everybody concerned, ended at once, never handed on."""

from datetime import date
from typing import Any

import pytest

from casework import delegations
from casework.delegations import Asking
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from models.vocabulary import DelegationState, RequestState
from tests.office import Office

TODAY = date(2026, 11, 20)
FRIDAY = date(2026, 11, 27)
RIGHT = "supervising_officer"


def asked(office: Office, asker: str = "supervising_officer", delegate: str = "colleague", **facts: Any) -> int:
    said: dict[str, Any] = {
        "delegate": delegate, "scope": (RIGHT,), "starts_on": TODAY, "ends_on": FRIDAY, "reason": "出張のため",
    }  # fmt: skip
    return office.do(asker, delegations.ask, Asking(**(said | facts))).key


def permitted(office: Office, **facts: Any) -> int:
    key = asked(office, **facts)
    office.do("ciso", delegations.decide, key, version=1, is_permitted=True, note="")
    return key


def may(office: Office, person: str = "colleague", role: str = RIGHT) -> bool:
    with office.call(person, writes=False) as call:
        return call.actor.has(role)


def test_a_delegation_counts_on_its_days_once_the_ciso_has_permitted_it(office: Office) -> None:
    key = asked(office, starts_on=date(2026, 11, 24))

    before = may(office)
    office.do("ciso", delegations.decide, key, version=1, is_permitted=True, note="")
    early = may(office)
    office.clock.set_day(date(2026, 11, 24))
    during = may(office)
    office.clock.set_day(date(2026, 11, 28))

    assert (before, early, during, may(office)) == (False, False, True, False)


def test_a_delegate_decides_in_the_givers_place_and_the_record_says_as_what(office: Office) -> None:
    permitted(office)

    decided = office.decide(office.submitted("staff"), "colleague")

    event = office.sql("SELECT actor_name, acted_as, on_behalf_of FROM audit_event WHERE action = 'request_decided'")[0]
    assert decided.state == RequestState.APPROVED
    assert tuple(event) == ("石井 なつ", RIGHT, "木村 そら")


@pytest.mark.parametrize("person", ["supervising_officer", "admin", "auditor", "staff", "deputy_officer"])
def test_only_the_ciso_permits(office: Office, person: str) -> None:
    key = asked(office)

    with pytest.raises((NotPermitted, NotFound)):
        office.do(person, delegations.decide, key, version=1, is_permitted=True, note="")


@pytest.mark.parametrize(("giver", "delegate"), [("ciso", "colleague"), ("supervising_officer", "ciso")])
def test_the_ciso_permits_no_delegation_of_the_own(office: Office, giver: str, delegate: str) -> None:
    key = asked(office, giver, delegate, scope=("ciso" if giver == "ciso" else RIGHT,))

    with pytest.raises(NotPermitted, match="自分がかかわる"):
        office.do("ciso", delegations.decide, key, version=1, is_permitted=True, note="")


def test_who_stands_in_for_the_ciso_permits_nothing_that_concerns_the_ciso(office: Office) -> None:
    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, post_name)"
        " SELECT organisation_id, created_at, id, 'ciso', '2026-04-01', '' FROM user_account"
        " WHERE login_name = 'auditor'"
    )
    key = asked(office, "ciso", "colleague", scope=("ciso",))
    office.do("auditor", delegations.decide, key, version=1, is_permitted=True, note="")
    other = asked(office, "ciso", "staff", scope=("ciso",))

    with pytest.raises(NotPermitted, match="自分がかかわる"):
        office.do("colleague", delegations.decide, other, version=1, is_permitted=True, note="")


def test_a_delegate_cannot_hand_on(office: Office) -> None:
    permitted(office)

    with pytest.raises(BadInput, match="さらにほかの人に任せられません"):
        asked(office, "colleague", "staff")


def test_everybody_concerned_is_told_at_the_decision_the_start_and_the_end(office: Office) -> None:
    permitted(office, starts_on=date(2026, 11, 24))

    told = office.sql(
        "SELECT a.kind, a.send_on, u.login_name FROM alert a JOIN user_account u ON u.id = a.user_id"
        " WHERE a.object_kind = 'delegation' AND a.kind <> 'delegation_asked'"
    )

    everybody = {"supervising_officer", "colleague", "ciso", "deputy_officer"}
    for kind, day in (("decided", TODAY), ("starts", date(2026, 11, 24)), ("ends", FRIDAY)):
        who = {row[2] for row in told if row[0] == f"delegation_{kind}" and str(row[1]) == day.isoformat()}
        assert who == everybody, kind


@pytest.mark.parametrize("person", ["supervising_officer", "colleague", "ciso", "admin"])
def test_a_delegation_is_ended_at_once(office: Office, person: str) -> None:
    key = permitted(office, starts_on=TODAY)
    waiting = office.submitted("staff")

    office.do(person, delegations.revoke, key, version=2)

    assert not may(office)
    with pytest.raises(NotPermitted):
        office.decide(waiting, "colleague")
    assert office.one("SELECT count(*) FROM alert WHERE kind = 'delegation_ends'") == 0


def test_a_stranger_neither_ends_nor_sees_it(office: Office) -> None:
    key = permitted(office)

    assert office.look("staff", delegations.list_delegations) == []
    for person in ("staff", "next_officer"):
        with pytest.raises(NotFound):
            office.do(person, delegations.revoke, key, version=2)


def test_the_right_of_the_delegate_ends_with_the_givers_own(office: Office) -> None:
    office.sql(
        "UPDATE role_grant SET ends_on = '2026-11-24' WHERE user_id = :id", id=office.user_id("supervising_officer")
    )

    permitted(office)
    office.clock.set_day(date(2026, 11, 25))

    assert not may(office)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"delegate": "supervising_officer"}, "/delegate"),
        ({"delegate": "next_officer"}, "/delegate"),
        ({"delegate": ""}, "/delegate"),
        ({"scope": ()}, "/scope"),
        ({"scope": ("admin",)}, "/scope"),
        ({"starts_on": date(2026, 11, 19)}, "/starts_on"),
        ({"ends_on": date(2026, 11, 19)}, "/ends_on"),
        ({"ends_on": date(2028, 1, 1)}, "/ends_on"),
        ({"reason": " "}, "/reason"),
    ],
)
def test_what_is_asked_for_amiss_is_said_at_its_field(sqlite_office: Office, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked(sqlite_office, **facts)

    assert field in [error.pointer for error in refused.value.errors]


def test_only_the_giver_or_an_administrator_asks(sqlite_office: Office) -> None:
    key = asked(sqlite_office, "admin", giver="supervising_officer")

    with pytest.raises(NotPermitted):
        asked(sqlite_office, "staff", giver="supervising_officer")
    assert sqlite_office.do("supervising_officer", delegations.withdraw, key, version=1).state == "withdrawn"


def test_a_decision_is_made_once_on_the_version_read_and_a_refusal_says_why(sqlite_office: Office) -> None:
    key = asked(sqlite_office)

    with pytest.raises(StaleVersion):
        sqlite_office.do("ciso", delegations.decide, key, version=7, is_permitted=True, note="")
    with pytest.raises(BadInput, match="理由"):
        sqlite_office.do("ciso", delegations.decide, key, version=1, is_permitted=False, note="")
    sqlite_office.do("ciso", delegations.decide, key, version=1, is_permitted=False, note="期間が長い")
    with pytest.raises(WrongState):
        sqlite_office.do("ciso", delegations.decide, key, version=2, is_permitted=True, note="")

    rows = sqlite_office.look("supervising_officer", delegations.list_delegations)
    assert [row.delegation.state for row in rows] == [DelegationState.REFUSED]
    assert not may(sqlite_office)


def test_what_a_delegate_does_by_a_right_of_their_own_is_done_in_nobodys_place(office: Office) -> None:
    permitted(office, asker="security_officer", scope=("security_officer",))
    giver = office.user_id("security_officer")
    with office.call("colleague", writes=False) as call:
        call.need("security_officer", to="確かめる")
        lent_right = call.actor.rights.lent
        call.actor.rights.tell()
        call.need("security_officer", "staff", to="確かめる")

        assert lent_right is not None
        assert lent_right.on_behalf_of_id == giver
        assert call.actor.rights.lent is None
