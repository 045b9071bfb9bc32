"""兼務の禁止 1(8): the one way round is asked for, permitted by the CISO, used once, and reviewed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework import duties, separation
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from models.request import Request
from models.unavoidable_case import UnavoidableCase
from models.vocabulary import Role, SeparationPart
from tests.casework.routes_of_ours import MANAGER, act, set_steps
from tests.casework.standing_in import delegate
from tests.office import Office


def own_request(office: Office) -> Request:
    """Return a request of the supervising officer's own, in a town that has nobody else to decide it."""
    office.sql("UPDATE role_grant SET ends_on = '2026-11-01' WHERE user_id = :id", id=office.user_id("deputy_officer"))
    return office.submitted("supervising_officer", department="情報政策課")


def ask(
    office: Office, number: str, login_name: str = "supervising_officer", reason: str = "一人しかいない"
) -> UnavoidableCase:
    return office.do(
        login_name,
        separation.ask,
        SeparationPart.DECIDE_OWN,
        object_kind="request",
        object_number=number,
        reason=reason,
    )


def permit(
    office: Office, case: UnavoidableCase, login_name: str = "ciso", *, is_permitted: bool = True
) -> UnavoidableCase:
    return office.do(
        login_name, separation.decide_case, case.key, version=case.version, is_permitted=is_permitted, note="確認した"
    )


def test_a_permitted_case_lets_this_one_decision_pass_on_the_record(office: Office) -> None:
    own = own_request(office)
    with pytest.raises(NotPermitted, match="CISOに申し出てください"):
        act(office, own, "supervising_officer")

    case = permit(office, ask(office, own.number))
    approved = act(office, own, "supervising_officer")

    assert approved.state == "approved"
    assert office.one("SELECT unavoidable_case_id FROM decision WHERE action = 'approve'") == case.key
    kinds = ["unavoidable_case_asked", "unavoidable_case_decided", "unavoidable_case_used"]
    recorded = office.sql("SELECT action FROM audit_event WHERE object_kind = 'unavoidable_case' ORDER BY seq")
    assert [row[0] for row in recorded] == kinds


def test_a_case_is_used_once(office: Office) -> None:
    first, second = own_request(office), own_request(office)
    permit(office, ask(office, first.number))
    act(office, first, "supervising_officer")

    with pytest.raises(NotPermitted):
        act(office, second, "supervising_officer")
    ask(office, first.number)  # a further deed would be a further case


def test_a_used_case_makes_a_review_and_stands_in_the_report(office: Office) -> None:
    own = own_request(office)
    permit(office, ask(office, own.number))
    before = office.look("auditor", separation.report)[0]
    act(office, own, "supervising_officer")

    row = office.look("auditor", separation.report)[0]
    assert (before.review, row.is_review_open, row.person, row.permitted_by) == (None, True, "木村 そら", "小林 まち")
    assert row.review is not None
    assert row.review.due_on <= office.clock.today + timedelta(days=30)
    office.do(
        "auditor", duties.complete, row.review.key, version=1, done_on=office.clock.today, note="妥当", upload=None
    )
    assert not office.look("ciso", separation.report)[0].is_review_open


def test_who_leant_on_a_case_does_not_review_it(office: Office) -> None:
    own = own_request(office)
    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on)"
        " SELECT organisation_id, created_at, id, 'auditor', '2026-04-01' FROM user_account WHERE id = :id",
        id=office.user_id("supervising_officer"),
    )
    permit(office, ask(office, own.number))
    act(office, own, "supervising_officer")
    row = office.look("ciso", separation.report)[0]
    assert row.review is not None

    with pytest.raises(NotPermitted, match="1\\(8\\)②"):
        office.do(
            "supervising_officer",
            duties.complete,
            row.review.key,
            version=1,
            done_on=office.clock.today,
            note="妥当",
            upload=None,
        )


def test_only_the_ciso_permits_and_never_for_oneself(office: Office) -> None:
    own = own_request(office)
    case = ask(office, own.number)

    for login_name in ("supervising_officer", "security_officer", "auditor", "staff"):
        with pytest.raises(NotPermitted):
            permit(office, case, login_name)
    with pytest.raises(NotFound):
        office.do("next_officer", separation.find_case, case.key)
    office.sql("UPDATE role_grant SET role = 'ciso' WHERE user_id = :id", id=office.user_id("supervising_officer"))
    with pytest.raises(NotPermitted, match="自分の申出"):
        permit(office, case, "supervising_officer")
    with pytest.raises(StaleVersion):
        office.do("ciso", separation.decide_case, case.key, version=9, is_permitted=True, note="")
    permit(office, case)
    with pytest.raises(WrongState):
        permit(office, case)


def test_nobody_permits_in_the_place_of_who_asks(office: Office) -> None:
    own = own_request(office)
    case = ask(office, own.number)
    delegate(office, "colleague", behalf="supervising_officer", role="ciso")

    with pytest.raises(NotPermitted, match="自分の申出"):
        permit(office, case, "colleague")


def test_a_refused_case_opens_nothing(office: Office) -> None:
    own = own_request(office)
    case = ask(office, own.number)
    with pytest.raises(BadInput):
        office.do("ciso", separation.decide_case, case.key, version=1, is_permitted=False, note=" ")
    permit(office, case, is_permitted=False)

    with pytest.raises(NotPermitted):
        act(office, own, "supervising_officer")


def test_asking_wants_a_reason_and_is_done_once(office: Office) -> None:
    own = own_request(office)

    with pytest.raises(BadInput):
        ask(office, own.number, reason=" ")
    ask(office, own.number)
    with pytest.raises(WrongState):
        ask(office, own.number)
    with pytest.raises(NotFound):
        ask(office, own.number, "next_officer")


def test_anothers_permission_is_nobody_elses(office: Office) -> None:
    own = own_request(office)
    permit(office, ask(office, own.number))
    office.sql("UPDATE role_grant SET ends_on = NULL WHERE user_id = :id", id=office.user_id("deputy_officer"))

    act(office, own, "deputy_officer")

    assert office.one("SELECT count(*) FROM decision WHERE unavoidable_case_id IS NOT NULL") == 0
    assert office.one("SELECT count(*) FROM unavoidable_case WHERE used_at IS NOT NULL") == 0


def test_two_steps_of_a_route_have_a_road_of_their_own(office: Office) -> None:
    set_steps(office, {**MANAGER, "seats": [{"role": "supervising_officer"}]})
    waiting = office.submitted()
    act(office, waiting, "supervising_officer", manager="")
    permit(office, ask(office, waiting.number))
    with pytest.raises(NotPermitted, match="二つの順番"):
        act(office, waiting, "supervising_officer")  # that permission is for another part

    case = office.do(
        "supervising_officer",
        separation.ask,
        SeparationPart.TWO_STEPS,
        object_kind="request",
        object_number=waiting.number,
        reason="一人しかいない",
    )
    permit(office, case)

    assert act(office, waiting, "supervising_officer").state == "approved"


def test_the_pair_of_a_deed_is_refused_in_one_place(office: Office) -> None:
    with office.call("auditor", writes=False) as call:
        me = call.actor.user_id
        assert separation.need_two(call, SeparationPart.AUDIT, me + 1, None) is None
        with pytest.raises(NotPermitted, match="1\\(8\\)②"):
            separation.need_two(call, SeparationPart.AUDIT, me, object_kind="request", object_number="R8-0001")
        with pytest.raises(NotPermitted) as strict:
            separation.need_two(call, SeparationPart.DELETION, me)
    assert strict.value.facts["has_road"] is False


def test_deletion_has_no_road(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.do(
            "procurement",
            separation.ask,
            SeparationPart.DELETION,
            object_kind="ending_item",
            object_number="K8-0001 erased",
            reason="一人しかいない",
        )


def test_the_report_is_read_by_who_answers_for_it(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.look("staff", separation.report)
    own = own_request(office)
    ask(office, own.number)

    assert len(office.look("ciso", separation.report)) == 1
    assert office.look("next_officer", separation.report) == []
    assert Role.AUDITOR in separation.READERS
