"""Routes of the organisation's own: 承認, 合議, 回覧, 後閲, back to an earlier place, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework import (
    circulation,
    contracts,
    decision_settings,
    later_views,
    recalls,
    request_views,
    requests,
    revocations,
    today,
)
from casework.decision_settings import read_settings
from casework.errors import (
    BadInput,
    ContentChanged,
    NotFound,
    NotPermitted,
    NotYourTurn,
    StaleVersion,
    UnansweredRemarks,
    WrongState,
)
from models.vocabulary import DecisionAction as Action
from tests.casework.routes_of_ours import ALL_OF_THEM, MANAGER, ROUND, act, set_steps, state_of, version_of
from tests.casework.standing_in import delegate
from tests.office import Office, complete, document


def waits_for(office: Office, number: str) -> list[str]:
    return str(office.one("SELECT waits_for_role FROM request WHERE number = :n", n=number)).split()


def today_of(office: Office, login_name: str) -> list[str]:
    return [row.request.number for row in office.look(login_name, today.look_at_today).to_decide]


def test_a_step_of_the_organisations_own_comes_before_the_policys(office: Office) -> None:
    set_steps(office, MANAGER)
    waiting = office.submitted()

    with pytest.raises(NotYourTurn, match="情報セキュリティ管理者の番"):
        act(office, waiting, "supervising_officer")
    endorsed = act(office, waiting, "security_manager", manager="")
    approved = act(office, waiting, "supervising_officer")

    assert (waiting.waits_for_role, endorsed.waits_for_role, approved.state) == (
        "security_manager",
        "supervising_officer",
        "approved",
    )
    actions = office.sql("SELECT action, step_no FROM decision ORDER BY id")
    assert [tuple(row) for row in actions] == [("submit", None), ("endorse", 0), ("approve", 1)]


def test_the_route_is_the_one_of_the_day_it_was_sent(office: Office) -> None:
    waiting = office.submitted()
    set_steps(office, MANAGER)

    assert act(office, waiting, "supervising_officer").state == "approved"
    assert office.submitted().waits_for_role == "security_manager"


def test_a_joint_step_goes_on_when_all_its_posts_have_agreed(office: Office) -> None:
    set_steps(office, ALL_OF_THEM)
    waiting = office.submitted()
    before = {login: today_of(office, login) for login in ("procurement", "system_manager", "supervising_officer")}

    act(office, waiting, "system_manager", manager="")
    half = waits_for(office, waiting.number)
    with pytest.raises(NotYourTurn):
        act(office, waiting, "system_manager", manager="")
    with pytest.raises(NotYourTurn):
        act(office, waiting, "supervising_officer")
    act(office, waiting, "procurement", manager="")

    assert before == {"procurement": ["R8-0001"], "system_manager": ["R8-0001"], "supervising_officer": []}
    assert half == ["procurement"]
    assert act(office, waiting, "supervising_officer").state == "approved"
    assert [row[0] for row in office.sql("SELECT action FROM decision ORDER BY id")] == [
        "submit",
        "agree",
        "agree",
        "approve",
    ]


def test_only_who_decides_may_reject(office: Office) -> None:
    set_steps(office, MANAGER)
    waiting = office.submitted()

    with pytest.raises(BadInput) as refused:
        act(office, waiting, "security_manager", Action.REJECT, manager="", reason="不要")

    assert [error.code for error in refused.value.errors] == ["not_a_decider"]


def test_a_circulation_stops_nothing_and_is_taken_back_within_half_a_minute(office: Office) -> None:
    set_steps(office, ROUND)
    waiting = office.submitted()
    slip = office.look("auditor", circulation.unread)[0].slip

    office.do("auditor", circulation.mark_read, [slip.key])
    read = office.look("auditor", circulation.unread)
    office.clock.instant += timedelta(seconds=30)
    office.do("auditor", circulation.take_back, slip.key)
    again = office.look("auditor", circulation.unread)
    office.do("auditor", circulation.mark_read, [slip.key])
    office.clock.instant += timedelta(seconds=31)

    assert (waiting.waits_for_role, len(read), len(again)) == ("supervising_officer", 0, 1)
    with pytest.raises(WrongState, match="30秒"):
        office.do("auditor", circulation.take_back, slip.key)
    assert len(office.look("procurement", circulation.unread)) == 1
    assert act(office, waiting, "supervising_officer").state == "approved"


def test_a_circulation_is_read_by_its_post_in_its_town(office: Office) -> None:
    set_steps(office, ROUND)
    office.submitted()
    slip = office.look("auditor", circulation.unread)[0].slip

    with pytest.raises(NotPermitted):
        office.do("staff", circulation.mark_read, [slip.key])
    with pytest.raises(NotFound):
        office.do("next_officer", circulation.mark_read, [slip.key])
    with pytest.raises(NotPermitted):
        office.do("procurement", circulation.take_back, slip.key)
    assert office.look("next_procurement", circulation.unread) == []


def test_what_goes_round_after_the_decision_goes_then(office: Office) -> None:
    set_steps(office, {**ROUND, "stage": "decided"})
    waiting = office.submitted()
    before = office.look("auditor", circulation.unread)

    act(office, waiting, "supervising_officer")

    assert before == []
    assert len(office.look("auditor", circulation.unread)) == 1


def test_a_return_to_an_earlier_place_asks_it_again_with_the_remarks(office: Office) -> None:
    set_steps(office, MANAGER)
    waiting = office.submitted()
    act(office, waiting, "security_manager", manager="")

    with pytest.raises(BadInput):
        act(office, waiting, "supervising_officer", Action.RETURN, manager="", remarks=["x"], return_to=1)
    act(office, waiting, "supervising_officer", Action.RETURN, manager="", remarks=["体制を確かめる"], return_to=0)
    back = waits_for(office, waiting.number)
    detail = office.look("security_manager", request_views.request_detail, waiting.number)
    with pytest.raises(UnansweredRemarks):
        act(office, waiting, "security_manager", manager="")
    act(office, waiting, "security_manager", manager="", replies={"1": "確かめました"})

    assert back == ["security_manager"]
    assert detail.step_remarks == ["体制を確かめる"]
    assert act(office, waiting, "supervising_officer").state == "approved"


@pytest.mark.parametrize("later", [False, True], ids=["before the next acts", "after the next acted"])
def test_who_acted_last_takes_it_back_until_the_next_acts(office: Office, *, later: bool) -> None:
    set_steps(office, MANAGER)
    waiting = office.submitted()
    act(office, waiting, "security_manager", manager="")
    if later:
        act(office, waiting, "supervising_officer")
        with pytest.raises(WrongState):
            office.do("security_manager", recalls.recall, waiting.number, version=version_of(office, waiting.number))
        return

    with pytest.raises(NotPermitted, match="上田"):
        office.do("supervising_officer", recalls.recall, waiting.number, version=version_of(office, waiting.number))
    office.do("security_manager", recalls.recall, waiting.number, version=version_of(office, waiting.number))

    assert waits_for(office, waiting.number) == ["security_manager"]
    with pytest.raises(NotYourTurn):
        act(office, waiting, "supervising_officer")
    act(office, waiting, "security_manager", manager="")
    assert act(office, waiting, "supervising_officer").state == "approved"
    assert office.one("SELECT count(*) FROM decision WHERE action = 'endorse'") == 2


def test_the_applicant_takes_a_submission_back_to_the_desk(office: Office) -> None:
    waiting = office.submitted()
    office.do("staff", recalls.recall, waiting.number, version=waiting.version)
    after = state_of(office, waiting.number)

    version = version_of(office, waiting.number)
    changed = office.do(
        "staff", requests.update_request, waiting.number, version=version, document=complete(document(title="改めた"))
    )
    again = office.do("staff", requests.submit_request, waiting.number, version=changed.version)

    assert (after, again.state, again.current_version_no) == ("draft", "in_review", 2)


def test_a_return_is_taken_back_only_before_the_applicant_begins(office: Office) -> None:
    waiting = office.submitted()
    act(office, waiting, "supervising_officer", Action.RETURN, manager="", remarks=["直す"])
    office.do("supervising_officer", recalls.recall, waiting.number, version=version_of(office, waiting.number))
    first = state_of(office, waiting.number)

    act(office, waiting, "supervising_officer", Action.RETURN, manager="", remarks=["直す"])
    version = version_of(office, waiting.number)
    changed = complete(document(title="直した"))
    office.do("staff", requests.update_request, waiting.number, version=version, document=changed)

    assert first == "in_review"
    with pytest.raises(WrongState):
        office.do("supervising_officer", recalls.recall, waiting.number, version=version_of(office, waiting.number))


def test_nobody_elses_town_recalls_or_revokes_ours(office: Office) -> None:
    waiting = office.approved()

    with pytest.raises(NotFound):
        office.do("next_officer", recalls.recall, waiting.number, version=3)
    with pytest.raises(NotFound):
        office.do("next_officer", revocations.revoke, waiting.number, version=3, reason="x")
    with pytest.raises(NotFound):
        office.do("next_officer", later_views.view, waiting.number, passed_id=1)


def pass_over(office: Office, number: str, login_name: str, **said: Any) -> None:
    usual: dict[str, Any] = {"content_hash": office.content_hash(number), "step_no": 0, "reason": "出張のため"}
    facts = usual | said
    office.do(login_name, later_views.pass_over, number, version=version_of(office, number), **facts)


def test_an_absent_post_is_passed_over_where_allowed_and_confirms_afterwards(office: Office) -> None:
    set_steps(office, MANAGER, allows_later_view=True)
    waiting = office.submitted()

    pass_over(office, waiting.number, "supervising_officer")
    approved = act(office, waiting, "supervising_officer")
    office.clock.set_day(office.clock.today + timedelta(days=3))
    daily = office.look("security_manager", later_views.open_views)
    passed_id = daily[0].passed.key
    with pytest.raises(NotPermitted):
        office.do("supervising_officer", later_views.view, waiting.number, passed_id=passed_id)
    office.do("security_manager", later_views.view, waiting.number, passed_id=passed_id, objection="次は代理を立てる")

    assert approved.state == "approved"
    assert office.look("security_manager", later_views.open_views) == []
    with pytest.raises(WrongState):
        office.do("security_manager", later_views.view, waiting.number, passed_id=passed_id)


def test_a_later_view_is_no_way_round(office: Office) -> None:
    set_steps(office, MANAGER)
    forbidden = office.submitted()
    with pytest.raises(NotPermitted, match="後閲にできない設定"):
        pass_over(office, forbidden.number, "supervising_officer")

    set_steps(office, MANAGER, allows_later_view=True)
    waiting = office.submitted()
    attempts: list[tuple[str, dict[str, Any], type[Exception]]] = [
        ("staff", {}, NotPermitted),
        ("procurement", {}, NotPermitted),
        ("supervising_officer", {"step_no": 1}, WrongState),
        ("supervising_officer", {"reason": " "}, BadInput),
        ("supervising_officer", {"content_hash": "0"}, ContentChanged),
    ]
    for login_name, said, kind in attempts:
        with pytest.raises(kind):
            pass_over(office, waiting.number, login_name, **said)

    assert office.one("SELECT count(*) FROM decision WHERE action = 'pass'") == 0


def test_one_person_takes_one_step_of_a_route(office: Office) -> None:
    set_steps(office, {**MANAGER, "seats": [{"role": "supervising_officer"}]})
    waiting = office.submitted()
    act(office, waiting, "supervising_officer", manager="")

    with pytest.raises(NotPermitted, match="二つの順番"):
        act(office, waiting, "supervising_officer")
    assert act(office, waiting, "deputy_officer").state == "approved"


def test_nobody_takes_a_second_step_in_the_place_of_who_took_the_first(office: Office) -> None:
    set_steps(office, {**MANAGER, "seats": [{"role": "supervising_officer"}]})
    delegate(office, "colleague", behalf="supervising_officer")
    waiting = office.submitted()
    act(office, waiting, "supervising_officer", manager="")

    with pytest.raises(NotPermitted, match="二つの順番"):
        act(office, waiting, "colleague")


def test_where_the_organisation_wants_no_distinct_people_one_takes_both(office: Office) -> None:
    set_steps(office, {**MANAGER, "seats": [{"role": "supervising_officer"}]}, needs_distinct_people=False)
    waiting = office.submitted()
    act(office, waiting, "supervising_officer", manager="")

    assert act(office, waiting, "supervising_officer").state == "approved"


@pytest.mark.parametrize("login_name", ["supervising_officer", "ciso"])
def test_an_approval_is_revoked_by_a_new_record(office: Office, login_name: str) -> None:
    contract = office.concluded()
    number = "R8-0001"
    with pytest.raises(BadInput):
        office.do(login_name, revocations.revoke, number, version=version_of(office, number), reason=" ")

    office.do(login_name, revocations.revoke, number, version=version_of(office, number), reason="登録の取消し")

    assert state_of(office, number) == "revoked"
    assert office.one("SELECT state FROM approved_service") == "suspended"
    assert [row[0] for row in office.sql("SELECT action FROM decision ORDER BY id")] == ["submit", "approve", "revoke"]
    told = {row[0] for row in office.sql("SELECT user_id FROM alert WHERE kind = 'request_revoked'")}
    assert {office.user_id("service_manager"), office.user_id("staff"), office.user_id("procurement")} <= told
    with pytest.raises(WrongState, match="承認されていません"):
        office.contract(office.look("staff", requests.find_request, number))
    assert contract.state == "concluded"


def test_a_contract_is_not_concluded_on_a_revoked_approval(office: Office) -> None:
    contract = office.contract()
    office.do("ciso", revocations.revoke, "R8-0001", version=version_of(office, "R8-0001"), reason="やめる")

    with pytest.raises(WrongState, match="取り消されています"):
        office.do(
            "procurement",
            contracts.conclude,
            contract.number,
            version=contract.version,
            concluded_on=office.clock.today,
        )


def test_who_applied_does_not_revoke_and_others_may_not(office: Office) -> None:
    own = office.submitted("supervising_officer", department="情報政策課")
    act(office, own, "deputy_officer")
    version = version_of(office, own.number)

    for login_name in ("supervising_officer", "staff", "auditor"):
        with pytest.raises(NotPermitted):
            office.do(login_name, revocations.revoke, own.number, version=version, reason="x")
    with pytest.raises(StaleVersion):
        office.do("ciso", revocations.revoke, own.number, version=version - 1, reason="x")


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        ({**MANAGER, "kind": "decide"}, "/steps/0"),
        ({**MANAGER, "seats": [{"role": "staff"}]}, "/steps/0"),
        ({**MANAGER, "seats": [{"role": "ciso"}, {"role": "procurement"}]}, "/steps/0"),
        ({**MANAGER, "concerns": ["price"]}, "/steps/0"),
        ({**MANAGER, "seats": []}, "/steps/0/seats"),
    ],
)
def test_settings_that_make_no_route_are_refused(step: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_settings({"steps": [step]})

    assert refused.value.errors[0].pointer == pointer


def test_settings_are_kept_by_who_keeps_them_on_the_version_read(office: Office) -> None:
    stated = read_settings({"steps": [{**MANAGER, "seats": [{"role": "ciso", "department": "ない課"}]}]})

    with pytest.raises(NotPermitted):
        office.do("staff", decision_settings.save_settings, stated, version=1)
    with pytest.raises(BadInput):
        office.do("admin", decision_settings.save_settings, stated, version=1)
    set_steps(office, MANAGER)
    with pytest.raises(StaleVersion):
        office.do("admin", decision_settings.save_settings, read_settings({}), version=1)

    theirs = office.look(
        "next_officer", lambda call: decision_settings.settings_of(call.session, call.actor.organisation_id)
    )
    assert (theirs.steps, theirs.version) == ((), 1)
