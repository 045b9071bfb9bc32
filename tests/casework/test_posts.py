"""Posts hold roles, people hold posts for a period; sections are renamed without a name in the record changing."""

from datetime import date
from typing import Any

import pytest

from casework import departments, posts, requests
from casework.errors import BadInput, NotFound, NotPermitted, WrongState
from casework.posts import PostIn, RoleOfPost
from models.vocabulary import RequestState, Role
from tests.office import Office

TODAY = date(2026, 11, 20)
APRIL = date(2027, 4, 1)
KACHO = PostIn(
    "joho-kacho", "情報政策課長", "joho", (RoleOfPost(Role.SYSTEM_MANAGER), RoleOfPost(Role.CISO, is_everywhere=True))
)


def with_post(office: Office, stated: PostIn = KACHO) -> None:
    office.do("admin", posts.enter_post, stated)


def appoint(office: Office, person: str, code: str = "joho-kacho", **facts: Any) -> int:
    said: dict[str, Any] = {"starts_on": office.clock.today} | facts
    return office.do("admin", posts.appoint, code, person, **said).key


def roles_today(office: Office, person: str) -> set[tuple[str, str]]:
    with office.call(person, writes=False) as call:
        return {(grant.role, grant.post) for grant in call.actor.grants}


def test_whoever_holds_a_post_has_its_roles_from_the_first_to_the_last_day(office: Office) -> None:
    with_post(office)
    appoint(office, "colleague", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))

    before = roles_today(office, "colleague")
    office.clock.set_day(date(2026, 12, 1))
    during = roles_today(office, "colleague")
    office.clock.set_day(date(2027, 1, 1))

    assert before == {("staff", "")}
    assert {("system_manager", "情報政策課長"), ("ciso", "情報政策課長"), ("staff", "情報政策課長")} <= during
    assert roles_today(office, "colleague") == before


def test_the_record_names_the_post_through_which_somebody_acts(office: Office) -> None:
    with_post(office, PostIn("bucho", "総務部長", "joho", (RoleOfPost(Role.SUPERVISING_OFFICER, is_everywhere=True),)))
    appoint(office, "colleague", "bucho")

    office.decide(office.submitted("staff"), "colleague")

    assert office.one("SELECT post FROM audit_event WHERE action = 'request_decided'") == "総務部長"


def test_a_post_gives_its_new_roles_at_once_and_no_longer_the_old(office: Office) -> None:
    with_post(office)
    appoint(office, "colleague")

    office.do("admin", posts.set_roles, "joho-kacho", [RoleOfPost(Role.AUDITOR, is_everywhere=True)])

    assert {role for role, _ in roles_today(office, "colleague")} == {"staff", "auditor"}


def test_a_term_that_is_ended_takes_the_roles_along(office: Office) -> None:
    with_post(office)
    holder = appoint(office, "colleague")

    office.do("admin", posts.dismiss, "joho-kacho", holder, last_day=date(2026, 11, 19))

    assert {role for role, _ in roles_today(office, "colleague")} == {"staff"}
    assert office.look("admin", posts.find_post, "joho-kacho").is_orphaned is False  # it ends with today


def test_nobody_appoints_oneself_or_changes_the_own_post(office: Office) -> None:
    with_post(office)
    with pytest.raises(NotPermitted, match="1\\(8\\)"):
        appoint(office, "admin")
    office.sql(
        "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on, post_name)"
        " SELECT organisation_id, created_at, id, 'admin', '2026-04-01', '' FROM user_account"
        " WHERE login_name = 'staff'"
    )
    office.do("staff", posts.appoint, "joho-kacho", "admin", starts_on=TODAY)

    with pytest.raises(NotPermitted):
        office.do("admin", posts.set_roles, "joho-kacho", [RoleOfPost(Role.CISO, is_everywhere=True)])


def test_only_the_administrator_gives_posts(office: Office) -> None:
    with_post(office)

    for person in ("staff", "ciso", "supervising_officer"):
        with pytest.raises(NotPermitted):
            office.do(person, posts.appoint, "joho-kacho", "colleague", starts_on=TODAY)
        with pytest.raises(NotPermitted):
            office.do(person, posts.enter_post, KACHO)


def test_the_next_town_knows_none_of_our_posts_and_appoints_none_of_our_people(office: Office) -> None:
    with_post(office)

    assert office.look("next_procurement", posts.list_posts) == []
    with pytest.raises(NotFound):
        office.do("next_procurement", posts.appoint, "joho-kacho", "next_staff", starts_on=TODAY)
    office.do("next_procurement", posts.enter_post, KACHO)
    with pytest.raises(BadInput):
        office.do("next_procurement", posts.appoint, "joho-kacho", "colleague", starts_on=TODAY)


@pytest.mark.parametrize(
    "facts",
    [{"starts_on": date(2026, 11, 19)}, {"ends_on": date(2026, 11, 19)}],
    ids=["a past day", "an end before the start"],
)
def test_a_term_that_cannot_be_is_refused(office: Office, facts: dict[str, Any]) -> None:
    with_post(office)

    with pytest.raises(BadInput):
        appoint(office, "colleague", **facts)


def test_the_same_term_is_entered_once(office: Office) -> None:
    with_post(office)
    appoint(office, "colleague")

    with pytest.raises(WrongState, match="もう情報政策課長"):
        appoint(office, "colleague", starts_on=APRIL)


def test_several_posts_of_one_person_are_shown_with_the_roles_that_meet(office: Office) -> None:
    with_post(office, PostIn("a", "子育て支援課長", "kosodate", (RoleOfPost(Role.SECURITY_MANAGER),)))
    with_post(office, PostIn("b", "総務部長", "joho", (RoleOfPost(Role.SUPERVISING_OFFICER, is_everywhere=True),)))
    with_post(office, PostIn("c", "契約管財課長", "keiyaku", (RoleOfPost(Role.SYSTEM_MANAGER),)))
    for person, code in (("colleague", "a"), ("colleague", "b"), ("staff", "a"), ("staff", "c")):
        appoint(office, person, code, is_concurrent=code != "a")

    found = {row.user.login_name: row for row in office.look("admin", posts.list_concurrent)}

    assert found["colleague"].meeting == ["情報セキュリティ管理者", "統括情報セキュリティ責任者"]
    assert [holder.is_concurrent for holder, _ in found["colleague"].posts] == [False, True]
    assert found["staff"].meeting == []  # two sections never meet in one route


def test_a_renamed_section_goes_on_and_its_old_cases_are_still_decided(office: Office) -> None:
    with_post(office, PostIn("kacho", "子育て支援課長", "kosodate", (RoleOfPost(Role.SYSTEM_MANAGER),)))
    waiting = office.submitted("staff")
    office.sql("DELETE FROM role_grant WHERE role = 'supervising_officer'")
    office.sql(
        "UPDATE request SET waits_for_role = 'security_manager', waits_at = 'security_manager@' || department_id"
    )

    office.do("admin", departments.succeed, "kosodate", successor="kodomo", name="こども未来課", day=TODAY)

    with office.call("security_manager", writes=False) as call:
        assert call.actor.grant_for(["security_manager"], waiting.department_id) is not None
        new = departments.find_department(call, "kodomo")
        assert call.actor.department_id == new.key
        assert call.actor.grant_for(["security_manager"], new.key) is not None
    assert office.one("SELECT d.name FROM request r JOIN department d ON d.id = r.department_id") == "子育て支援課"


def test_a_draft_under_the_old_name_is_sent_by_the_new_section(office: Office) -> None:
    draft = office.draft("staff")
    office.do("admin", departments.succeed, "kosodate", successor="kodomo", name="こども未来課", day=TODAY)

    sent = office.do("staff", requests.submit_request, draft.number, version=1)

    assert sent.state == RequestState.IN_REVIEW
    assert "こども未来課" in str(office.one("SELECT document_json FROM request_version"))


def test_a_post_of_a_renamed_section_goes_along_under_both_names(office: Office) -> None:
    with_post(office)
    appoint(office, "colleague")
    office.do("admin", departments.succeed, "joho", successor="dx", name="デジタル推進課", day=APRIL)
    office.clock.set_day(APRIL)

    with office.call("admin") as call:
        departments.carry_over(call)
        departments.carry_over(call)  # once is enough

    row = office.look("admin", posts.find_post, "joho-kacho")
    assert row.department.name == "デジタル推進課"
    names = [holder.department_name for holder in office.look("admin", posts.history_of, row.post)]
    assert names == ["デジタル推進課", "情報政策課"]
    assert ("system_manager", "情報政策課長") in roles_today(office, "colleague")


def test_two_sections_become_one(office: Office) -> None:
    office.do("admin", departments.succeed, "kosodate", successor="joho", name="", day=TODAY)
    office.do("admin", departments.succeed, "keiyaku", successor="joho", name="", day=TODAY)

    assert [row.code for row in office.look("admin", departments.list_departments)] == ["joho"]
    assert office.one("SELECT count(*) FROM user_account u JOIN department d ON d.id = u.department_id"
                      " WHERE d.code <> 'joho' AND u.organisation_id = 2") == 0  # fmt: skip


def test_a_section_is_succeeded_once_and_never_by_itself(office: Office) -> None:
    with pytest.raises(BadInput):
        office.do("admin", departments.succeed, "joho", successor="joho", name="", day=TODAY)
    office.do("admin", departments.succeed, "joho", successor="dx", name="デジタル推進課", day=APRIL)

    with pytest.raises(WrongState):
        office.do("admin", departments.succeed, "joho", successor="kosodate", name="", day=APRIL)
