"""A request from draft to decision: who may do what, when, and on which version."""

import json
from typing import Any

import pytest

from casework import attachments, request_views, requests
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
from casework.evidence import Upload
from models.vocabulary import DecisionAction as Action
from models.vocabulary import RequestState as State
from tests.casework.standing_in import delegate
from tests.office import Office, cloud, complete, document, information, outsourcing

PDF = b"%PDF-1.7 x"
TEXT = {"answer": "yes", "evidence": "規約 第3条"}


def events_of(office: Office, number: str) -> list[Any]:
    return [
        row[0] for row in office.sql("SELECT action FROM audit_event WHERE object_number = :n ORDER BY seq", n=number)
    ]


def test_a_draft_gets_a_number_a_verdict_and_a_line_in_the_record(office: Office) -> None:
    draft = office.do("staff", requests.create_request, document())

    assert (draft.number, draft.state, draft.overall) == ("R8-0001", State.DRAFT, "needs_information")
    assert draft.governed_by == "8-3"
    assert events_of(office, draft.number) == ["request_drafted"]


def test_the_office_says_the_day_and_the_department_not_the_document(office: Office) -> None:
    stated = document(as_of="2020-01-01")
    del stated["department"]

    draft = office.do("staff", requests.create_request, stated)

    kept = json.loads(draft.document_json)
    assert (kept["as_of"], kept["department"]) == ("2026-11-20", "子育て支援課")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"pack": "other"}, "/pack"),
        ({"department": "ない課"}, "/department"),
        ({"applicant_role": "supervising_officer"}, "/applicant_role"),
        ({"information": []}, "/information"),
        ({"zone": "moon"}, "/zone"),
        ({"answers": {"99-9": TEXT}}, "/answers/99-9"),
    ],
)
def test_a_document_that_cannot_be_taken_writes_nothing(
    sqlite_office: Office, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(BadInput) as refused:
        sqlite_office.do("staff", requests.create_request, document(**changes))

    assert refused.value.errors[0].pointer == pointer
    assert sqlite_office.one("SELECT count(*) FROM request") == 0
    assert sqlite_office.one("SELECT count(*) FROM audit_event") == 0


def test_submitting_fixes_version_findings_and_whose_turn_it_is(office: Office) -> None:
    request = office.submitted()

    detail = office.look("supervising_officer", request_views.request_detail, request.number)
    assert (detail.row.request.state, detail.row.request.waits_for_role) == (State.IN_REVIEW, "supervising_officer")
    assert detail.version is not None
    assert detail.grant is not None
    assert (detail.version.version_no, detail.version.edition) == (1, "5")
    assert len(detail.findings) == len(detail.verdict["findings"]) > 30
    assert detail.grant.role == "supervising_officer"
    assert [step.action for step in detail.decisions] == ["submit"]


def test_what_is_submitted_cannot_be_edited_but_a_draft_can(office: Office) -> None:
    draft = office.draft()
    changed = office.do(
        "staff", requests.update_request, draft.number, version=1, document=complete(document(title="改めた題名"))
    )
    submitted = office.do("staff", requests.submit_request, draft.number, version=changed.version)

    assert submitted.title == "改めた題名"
    with pytest.raises(WrongState):
        office.do("staff", requests.update_request, draft.number, version=submitted.version, document=document())


def test_answers_are_merged_and_an_empty_one_takes_the_old_away(office: Office) -> None:
    draft = office.do("staff", requests.create_request, document(answers={"8-3(3)②(ア)": TEXT, "8-3(3)③": TEXT}))

    saved = office.do(
        "staff", requests.save_answers, draft.number, version=1, answers={"8-3(3)③": {}, "8-3(3)②(イ)": TEXT}
    )

    assert set(json.loads(saved.document_json)["answers"]) == {"8-3(3)②(ア)", "8-3(3)②(イ)"}


def test_a_stale_writer_is_refused_and_the_first_ones_text_stays(office: Office) -> None:
    draft = office.draft()
    office.do("staff", requests.update_request, draft.number, version=1, document=document(title="先の人"))

    with pytest.raises(StaleVersion) as refused:
        office.do("staff", requests.update_request, draft.number, version=1, document=document(title="後の人"))

    assert refused.value.facts == {"current_version": 2}
    assert office.one("SELECT title FROM request") == "先の人"


def test_only_the_applicant_edits_submits_withdraws_and_attaches(office: Office) -> None:
    draft = office.draft("staff")

    deeds: tuple[tuple[Any, dict[str, Any]], ...] = (
        (requests.update_request, {"document": document(), "version": 1}),
        (requests.submit_request, {"version": 1}),
        (requests.withdraw_request, {"version": 1, "reason": ""}),
    )
    for deed, facts in deeds:
        with pytest.raises(NotPermitted):
            office.do("colleague", deed, draft.number, **facts)
    with pytest.raises(NotPermitted):
        office.do("colleague", attachments.attach_to_request, draft.number, Upload("a.pdf", PDF))


def test_a_request_can_be_withdrawn_until_it_is_decided(office: Office) -> None:
    waiting, decided = office.submitted(), office.approved()

    withdrawn = office.do(
        "staff", requests.withdraw_request, waiting.number, version=waiting.version, reason="不要になった"
    )

    assert (withdrawn.state, withdrawn.waits_for_role) == (State.WITHDRAWN, "")
    with pytest.raises(WrongState):
        office.do("staff", requests.withdraw_request, decided.number, version=decided.version, reason="")
    with pytest.raises(WrongState):
        office.decide(withdrawn)


def test_an_approval_names_a_manager_and_makes_a_service_and_dated_duties(office: Office) -> None:
    approved = office.approved()

    detail = office.look("staff", request_views.request_detail, approved.number)
    assert approved.state == State.APPROVED
    assert [detail.people[row.manager_id] for row in detail.approved] == ["清水 ゆき"]
    assert (detail.approved[0].confidentiality, detail.approved[0].approved_on.isoformat()) == ("3B", "2026-11-20")
    assert detail.occurrences
    assert all(row.occurrence.owner_id == detail.approved[0].manager_id for row in detail.occurrences)
    assert "service_approved" in events_of(office, "S8-0001")


def test_an_approval_without_a_manager_is_refused(office: Office) -> None:
    waiting = office.submitted()

    with pytest.raises(BadInput) as refused:
        office.decide(waiting, manager="")
    with pytest.raises(BadInput) as unknown:
        office.decide(waiting, manager="next_staff")

    assert refused.value.errors[0].pointer == unknown.value.errors[0].pointer == "/manager"
    assert office.one("SELECT count(*) FROM approved_service") == 0


def test_an_approval_against_the_verdict_needs_a_reason_and_is_marked(office: Office) -> None:
    draft = office.do("staff", requests.create_request, document())
    waiting = office.do("staff", requests.submit_request, draft.number, version=1)

    with pytest.raises(BadInput) as refused:
        office.decide(waiting)
    office.decide(waiting, reason="代わる手段がなく、個別に対策を確かめた")

    assert refused.value.errors[0].pointer == "/reason"
    assert office.one("SELECT is_against_verdict FROM decision WHERE action = 'approve'") == 1


def test_an_approval_that_follows_the_verdict_is_not_marked(office: Office) -> None:
    office.approved()

    assert office.one("SELECT is_against_verdict FROM decision WHERE action = 'approve'") == 0


@pytest.mark.parametrize(
    ("action", "said", "pointer"),
    [
        (Action.RETURN, {"remarks": [" "]}, "/remarks"),
        (Action.REJECT, {"reason": " "}, "/reason"),
        (Action.APPROVE_WITH_CONDITIONS, {}, "/conditions"),
        (Action.ENDORSE, {}, "/action"),
        (Action.SUBMIT, {}, "/action"),
    ],
)
def test_a_decision_says_what_it_must(
    sqlite_office: Office, action: Action, said: dict[str, Any], pointer: str
) -> None:
    waiting = sqlite_office.submitted()

    with pytest.raises(BadInput) as refused:
        sqlite_office.decide(waiting, action=action, **said)

    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action <> 'submit'") == 0


def test_a_returned_request_comes_back_only_with_every_remark_answered(office: Office) -> None:
    waiting = office.submitted()
    returned = office.decide(waiting, action=Action.RETURN, manager="", remarks=["再委託先を書く", "保存場所を書く"])
    detail = office.look("staff", request_views.request_detail, waiting.number)

    with pytest.raises(UnansweredRemarks) as refused:
        office.do(
            "staff", requests.submit_request, waiting.number, version=returned.version, replies={"1": "書きました"}
        )
    again = office.do(
        "staff",
        requests.submit_request,
        waiting.number,
        version=returned.version,
        replies={"1": "書きました", "2": "東京です"},
    )

    assert detail.open_remarks == ["再委託先を書く", "保存場所を書く"]
    assert refused.value.facts == {"remarks": [2]}
    assert (again.state, again.current_version_no) == (State.IN_REVIEW, 2)
    after = office.look("supervising_officer", request_views.request_detail, waiting.number)
    assert after.decisions[-1].remarks == ["1. 再委託先を書く → 書きました", "2. 保存場所を書く → 東京です"]
    assert after.open_remarks == []


def test_a_rejection_ends_the_matter(office: Office) -> None:
    waiting = office.submitted()

    rejected = office.decide(waiting, action=Action.REJECT, manager="", reason="代替手段がある")

    assert (rejected.state, rejected.waits_for_role) == (State.REJECTED, "")
    assert office.one("SELECT count(*) FROM approved_service") == 0
    with pytest.raises(WrongState):
        office.do("staff", requests.submit_request, waiting.number, version=rejected.version)


def test_a_decision_is_bound_to_the_content_that_was_read(office: Office) -> None:
    waiting = office.submitted()
    read = office.content_hash(waiting.number)
    returned = office.decide(waiting, action=Action.RETURN, manager="", remarks=["題名を改める"])
    changed = office.do(
        "staff",
        requests.update_request,
        waiting.number,
        version=returned.version,
        document=complete(document(title="改めた題名")),
    )
    again = office.do(
        "staff", requests.submit_request, waiting.number, version=changed.version, replies={"1": "改めました"}
    )

    with pytest.raises(ContentChanged):
        office.decide(again, content_hash=read)

    assert office.decide(again).state == State.APPROVED


def test_a_file_beside_the_request_is_part_of_the_content(office: Office) -> None:
    bare = office.submitted()
    with_file = office.draft()
    office.do("staff", attachments.attach_to_request, with_file.number, Upload("規約.pdf", PDF))
    office.do("staff", requests.submit_request, with_file.number, version=1)

    assert office.content_hash(bare.number) != office.content_hash(with_file.number)
    with pytest.raises(WrongState):
        office.do("staff", attachments.attach_to_request, with_file.number, Upload("後から.pdf", PDF))


def test_a_decider_with_a_stale_version_is_refused(office: Office) -> None:
    waiting = office.submitted()
    waiting.version -= 1

    with pytest.raises(StaleVersion):
        office.decide(waiting)


def test_who_applied_never_decides_whatever_the_role(office: Office) -> None:
    own = office.submitted("supervising_officer", department="情報政策課")

    with pytest.raises(NotPermitted, match="1\\(8\\)①"):
        office.decide(own, "supervising_officer")

    detail = office.look("supervising_officer", request_views.request_detail, own.number)
    assert detail.grant is None
    assert office.decide(own, "deputy_officer").state == State.APPROVED


def test_a_delegate_decides_in_somebodys_place_and_the_record_says_so(office: Office) -> None:
    delegate(office, "colleague", behalf="deputy_officer")
    waiting = office.submitted("staff")

    office.decide(waiting, "colleague")

    event = office.sql("SELECT acted_as, on_behalf_of FROM audit_event WHERE action = 'request_decided'")[0]
    assert tuple(event) == ("supervising_officer", "久保 うみ")
    assert office.one("SELECT on_behalf_of_id FROM decision WHERE action = 'approve'") == office.user_id(
        "deputy_officer"
    )


def test_nobody_decides_in_the_applicants_place(office: Office) -> None:
    delegate(office, "colleague", behalf="supervising_officer")
    own = office.submitted("supervising_officer", department="情報政策課")

    with pytest.raises(NotPermitted, match="1\\(8\\)①"):
        office.decide(own, "colleague")


def test_a_right_of_ones_own_is_not_lost_by_being_the_applicants_delegate(office: Office) -> None:
    office.sql("DELETE FROM role_grant WHERE user_id = :id", id=office.user_id("deputy_officer"))
    delegate(office, "deputy_officer", behalf="supervising_officer")
    delegate(office, "deputy_officer", behalf="ciso")
    own = office.submitted("supervising_officer", department="情報政策課")

    office.decide(own, "deputy_officer")

    assert office.one("SELECT on_behalf_of_id FROM decision WHERE action = 'approve'") == office.user_id("ciso")


def test_only_whose_turn_it_is_decides(office: Office) -> None:
    waiting = office.submitted()

    with pytest.raises(NotYourTurn, match="統括情報セキュリティ責任者の番"):
        office.decide(waiting, "security_officer")
    with pytest.raises(NotPermitted, match="統括情報セキュリティ責任者です"):
        office.decide(waiting, "procurement")


def test_a_role_counts_only_within_its_days(office: Office) -> None:
    waiting = office.submitted()
    office.sql("UPDATE role_grant SET ends_on = '2026-11-19' WHERE role = 'supervising_officer'")

    with pytest.raises(NotPermitted):
        office.decide(waiting)
    office.sql("UPDATE role_grant SET ends_on = '2026-11-20' WHERE role = 'supervising_officer'")

    assert office.decide(waiting).state == State.APPROVED


def test_a_light_service_is_decided_by_the_security_officer(office: Office) -> None:
    waiting = office.submitted(information=[information("1")])

    with pytest.raises(NotYourTurn):
        office.decide(waiting, "supervising_officer")

    assert office.decide(waiting, "security_officer").state == State.APPROVED


def test_plain_outsourcing_is_confirmed_by_the_sections_own_manager(office: Office) -> None:
    waiting = office.submitted(subjects=[outsourcing()])

    with pytest.raises(NotYourTurn):
        office.decide(waiting, "other_manager")
    approved = office.decide(waiting, "security_manager")

    assert (waiting.governed_by, approved.state) == ("8-1", State.APPROVED)
    assert office.one("SELECT count(*) FROM approved_service") == 0  # nothing but a contract comes of it
    assert office.one("SELECT count(*) FROM duty") > 0


def test_a_request_with_two_subjects_is_governed_by_the_union(office: Office) -> None:
    waiting = office.submitted(subjects=[cloud(), outsourcing(activities=["operate"])])

    assert waiting.governed_by.split() == ["8-1", "8-2(1)", "8-2(3)", "8-3"]
    office.decide(waiting)
    assert office.one("SELECT count(*) FROM approved_service") == 1


def test_numbers_that_are_not_there_are_said_so(sqlite_office: Office) -> None:
    with pytest.raises(NotFound, match="R8-0404"):
        sqlite_office.do("staff", requests.submit_request, "R8-0404", version=1)
