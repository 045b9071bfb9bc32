"""Deeds on one request at the same moment: one wins, the others are told, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import col, select

from casework import audit, decisions, recalls, request_amending, requests, separation
from casework.call import Call
from casework.decisions import Deciding
from casework.errors import CaseworkError, ContentChanged, NotPermitted, StaleVersion, WrongState
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.vocabulary import DecisionAction, SeparationPart
from tests.casework.routes_of_ours import ALL_OF_THEM, MANAGER, act, set_steps, state_of, version_of
from tests.casework.standing_in import delegate
from tests.casework.test_at_once import race, refused
from tests.casework.test_separation import own_request
from tests.office import Office, cloud, complete, document

Deed = Callable[[], object]


def approving(office: Office, number: str, login_name: str, manager: str = "service_manager") -> Deed:
    said = Deciding(DecisionAction.APPROVE, office.content_hash(number), manager=manager, reason="理由")
    version = version_of(office, number)
    return lambda: office.do(login_name, decisions.decide, number, version=version, deciding=said)


def amending(office: Office, number: str) -> Deed:
    written: dict[str, Any] = complete(document(subjects=[cloud(provider="別の会社")]))
    version = version_of(office, number)
    facts: dict[str, Any] = {"version": version, "document": written, "reason": "会社名"}
    return lambda: office.do("staff", request_amending.amend, number, **facts)


def nothing_is_half_written(office: Office) -> None:
    """The record holds, and every step on a request has its event and the other way round."""
    with office.session() as session:
        town = session.exec(select(Organisation).where(Organisation.code == "hoshimigaoka")).one()
        assert audit.verify(session, town).ok
    told = (
        "('request_submitted', 'request_decided', 'request_amended', 'request_recalled', 'request_withdrawn',"
        " 'request_revoked', 'request_passed_over', 'request_viewed_later')"
    )
    events = office.one(f"SELECT count(*) FROM audit_event WHERE action IN {told}")  # noqa: S608 (the test's own words)
    assert events == office.one("SELECT count(*) FROM decision")
    assert office.one("SELECT count(*) FROM request_version") == office.one(
        "SELECT count(*) FROM decision WHERE action IN ('submit', 'amend')"
    )


def test_two_deciders_of_one_step_make_one_decision(office: Office) -> None:
    set_steps(office, MANAGER)
    waiting = office.submitted()
    act(office, waiting, "security_manager", manager="")

    outcomes = race(
        approving(office, waiting.number, "supervising_officer"), approving(office, waiting.number, "deputy_officer")
    )

    assert set(refused(outcomes)) <= {WrongState, StaleVersion}
    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM decision WHERE action = 'approve'") == 1
    assert office.one("SELECT count(*) FROM approved_service") == 1
    nothing_is_half_written(office)


def test_two_posts_of_a_joint_step_both_agree_one_after_the_other(office: Office) -> None:
    set_steps(office, ALL_OF_THEM)
    waiting = office.submitted()

    outcomes = race(
        approving(office, waiting.number, "procurement", ""), approving(office, waiting.number, "system_manager", "")
    )
    for login_name in ("procurement", "system_manager"):
        if office.one("SELECT count(*) FROM decision WHERE action = 'agree'") == 1:
            try:
                act(office, waiting, login_name, manager="")
            except CaseworkError:
                continue

    assert refused(outcomes) in ([], [StaleVersion])
    assert office.one("SELECT waits_for_role FROM request") == "supervising_officer"
    nothing_is_half_written(office)


def test_a_decision_and_an_amendment_do_not_pass_each_other(office: Office) -> None:
    waiting = office.submitted()

    outcomes = race(approving(office, waiting.number, "supervising_officer"), amending(office, waiting.number))

    assert len(refused(outcomes)) == 1
    assert set(refused(outcomes)) <= {WrongState, StaleVersion, ContentChanged}
    decided = office.one("SELECT count(*) FROM decision WHERE action = 'approve'")
    assert (decided, office.one("SELECT count(*) FROM request_version")) in {(1, 1), (0, 2)}
    assert state_of(office, waiting.number) == ("approved" if decided else "in_review")
    nothing_is_half_written(office)


def test_a_recall_and_the_next_decision_do_not_both_happen(office: Office) -> None:
    """A35."""
    set_steps(office, MANAGER)
    waiting = office.submitted()
    act(office, waiting, "security_manager", manager="")
    version = version_of(office, waiting.number)

    outcomes = race(
        lambda: office.do("security_manager", recalls.recall, waiting.number, version=version),
        approving(office, waiting.number, "supervising_officer"),
    )

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM decision WHERE action IN ('recall', 'approve')") == 1
    nothing_is_half_written(office)


def test_a_submission_sent_twice_makes_one_version(office: Office) -> None:
    """A18."""
    draft = office.draft()

    outcomes = race(*[lambda: office.do("staff", requests.submit_request, draft.number, version=1) for _ in range(3)])

    assert len(refused(outcomes)) == 2
    assert office.one("SELECT count(*) FROM request_version") == 1
    nothing_is_half_written(office)


def revoke_delegation(call: Call) -> None:
    """End every delegation as of yesterday, in line with the other writers of the organisation."""
    call.line_up()
    for grant in call.session.exec(select(RoleGrant).where(col(RoleGrant.on_behalf_of_id).is_not(None))).all():
        call.session.delete(grant)
    call.session.flush()
    audit.record(call, "delegation_revoked", "user", "colleague")


def test_a_delegate_decides_before_the_delegation_is_revoked_or_not_at_all(office: Office) -> None:
    delegate(office, "colleague", behalf="deputy_officer")
    waiting = office.submitted("staff")

    outcomes = race(
        approving(office, waiting.number, "colleague"),
        lambda: office.do("deputy_officer", revoke_delegation),
    )

    order = [row[0] for row in office.sql("SELECT action FROM audit_event ORDER BY seq")]
    revoked = order.index("delegation_revoked")
    if refused(outcomes):
        assert refused(outcomes) == [NotPermitted]
        assert "request_decided" not in order
    else:
        assert order.index("request_decided") < revoked
    nothing_is_half_written(office)


def test_a_revoked_delegation_counts_no_more_for_who_waited_in_line(office: Office) -> None:
    delegate(office, "colleague", behalf="deputy_officer")
    waiting = office.submitted("staff")
    said = Deciding(DecisionAction.APPROVE, office.content_hash(waiting.number), manager="service_manager")
    with office.call("colleague", writes=False) as earlier:
        actor = earlier.actor  # the rights as they were read before the line
    office.do("deputy_officer", revoke_delegation)

    with office.call("colleague") as call:
        late = Call(session=call.session, actor=actor, now=call.now, store=call.store)
        outcomes = race(lambda: decisions.decide(late, waiting.number, version=2, deciding=said))

    assert refused(outcomes) == [NotPermitted]


def test_a_permission_is_used_once_by_two_presses(office: Office) -> None:
    own = own_request(office)
    part = SeparationPart.DECIDE_OWN
    facts = {"object_kind": "request", "object_number": own.number, "reason": "一人"}
    case = office.do("supervising_officer", separation.ask, part, **facts)
    office.do("ciso", separation.decide_case, case.key, version=1, is_permitted=True, note="")

    outcomes = race(*[approving(office, own.number, "supervising_officer") for _ in range(2)])

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM decision WHERE unavoidable_case_id IS NOT NULL") == 1
    assert office.one("SELECT count(*) FROM duty WHERE basis = 'やむを得ない場合の許可'") == 1
    nothing_is_half_written(office)
