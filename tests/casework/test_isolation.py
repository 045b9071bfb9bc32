"""The next town sees nothing of ours, by whatever door; and we see nothing of theirs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casework import (
    accounts,
    attachment_list,
    attachments,
    catalogue,
    contracts,
    decisions,
    delegations,
    departments,
    duties,
    endings,
    evidence,
    file_preview,
    handover,
    posts,
    request_views,
    requests,
    stuck,
    tenancy,
    today,
)
from casework.attachments import NewFiles
from casework.call import Call
from casework.decisions import Deciding
from casework.errors import BadInput, NotFound
from casework.evidence import Upload
from casework.paging import PageWish
from casework.posts import PostIn
from models.request import Request
from models.vocabulary import ClauseState, DecisionAction
from tests.office import Office, document

PDF = Upload("規約.pdf", b"%PDF-1.7 x")
DAY = date(2026, 11, 20)
CHANGE = "職員番号,氏名,異動元の職,異動先の職,異動日\r\nstaff,青木 はる,,総務部長,2027-04-01".encode()
SAID = Deciding(DecisionAction.APPROVE, "0" * 64, manager="next_staff")

READS: dict[str, Callable[[Call], Any]] = {
    "a request": lambda call: requests.find_request(call, "R8-0001"),
    "a request's page": lambda call: request_views.request_detail(call, "R8-0001"),
    "a file to look at": lambda call: file_preview.preview_of(call, 1),
    "a request's files": lambda call: attachment_list.list_rows(call, "R8-0001"),
    "a row by its key": lambda call: tenancy.find(call.session, call.actor, Request, 1, "申請"),
    "a contract": lambda call: contracts.contract_detail(call, "K8-0001"),
    "an ending": lambda call: endings.find_ending(call, "K8-0001"),
    "a service": lambda call: catalogue.service_detail(call, "S8-0001"),
    "a due date": lambda call: duties.find_occurrence(call, 1),
    "a file": lambda call: evidence.read_file(call, 1),
    "a post": lambda call: posts.find_post(call, "bucho"),
    "a section": lambda call: departments.find_department(call, "only-ours"),
    "a delegation": lambda call: delegations.find_delegation(call, 1),
    "a person": lambda call: accounts.find_person(call, "staff"),
}
WRITES: dict[str, Callable[[Call], Any]] = {
    "an edit": lambda call: requests.update_request(call, "R8-0001", version=2, document=document()),
    "a submission": lambda call: requests.submit_request(call, "R8-0001", version=2),
    "a withdrawal": lambda call: requests.withdraw_request(call, "R8-0001", version=2, reason=""),
    "a copy": lambda call: requests.create_request(call, document(), copied_from="R8-0001"),
    "a file": lambda call: attachments.attach_to_request(call, "R8-0001", PDF),
    "a file given before": lambda call: attachments.attach_files(call, "R8-0001", NewFiles(reused=[1])),
    "another version of a file": lambda call: attachments.replace_file(call, "R8-0001", 1, PDF),
    "another order of files": lambda call: attachments.move_file(call, "R8-0001", 1, place=1),
    "a decision": lambda call: decisions.decide(call, "R8-0001", version=2, deciding=SAID),
    "a contract": lambda call: contracts.create_contract(
        call, request_number="R8-0001", title="x", contractor="y", term=contracts.TermIn(DAY, DAY)
    ),
    "a clause": lambda call: contracts.decide_clause(call, "K8-0001", "x", version=1, state=ClauseState.MISSING),
    "a conclusion": lambda call: contracts.conclude(call, "K8-0001", version=1, concluded_on=DAY),
    "a renewal": lambda call: contracts.renew(call, "K8-0001", version=1, term=contracts.TermIn(DAY, DAY)),
    "an ending": lambda call: endings.open_ending(call, "K8-0001", version=1),
    "an item": lambda call: endings.settle_item(call, "K8-0001", "all_copies_erased", version=1),
    "a closing": lambda call: endings.close_ending(call, "K8-0001", version=1),
    "a duty": lambda call: duties.complete(call, 1, version=1, done_on=DAY, note="x", upload=None),
    "a waiver": lambda call: duties.waive(call, 1, version=1, reason="x"),
    "a decided delegation": lambda call: delegations.decide(call, 1, version=1, is_permitted=True, note=""),
    "an ended delegation": lambda call: delegations.revoke(call, 1, version=1),
    "an appointment": lambda call: posts.appoint(call, "bucho", "next_staff", starts_on=DAY),
    "other roles of a post": lambda call: posts.set_roles(call, "bucho", []),
    "a renamed section": lambda call: departments.succeed(call, "only-ours", successor="x", name="x", day=DAY),
    "a handover": lambda call: handover.cancel(call, "T8-0001", version=1),
    "an event": lambda call: duties.report_event(call, 1, happened_on=DAY, due_on=DAY, note=""),
}


@pytest.fixture
def ours(office: Office) -> Office:
    """Our town with a request, a service, a contract under ending, duties and a file, each the first of its kind."""
    draft = office.draft()
    office.do("staff", attachments.attach_to_request, draft.number, PDF)
    submitted = office.do("staff", requests.submit_request, draft.number, version=1)
    contract = office.concluded(office.decide(submitted))
    office.do("procurement", endings.open_ending, contract.number, version=contract.version)
    office.do("admin", departments.enter_department, "only-ours", "わたしたちの課")
    office.do("admin", posts.enter_post, PostIn("bucho", "総務部長", "joho"))
    office.do("admin", handover.plan, "異動.csv", CHANGE)
    asking = delegations.Asking("staff", ("procurement",), DAY, DAY, "出張のため")
    office.do("procurement", delegations.ask, asking)
    # The next town's people hold every role there.
    for role in ("procurement", "security_manager", "supervising_officer", "ciso", "admin"):
        office.sql(
            "INSERT INTO role_grant (organisation_id, created_at, user_id, role, starts_on)"
            " SELECT organisation_id, created_at, id, :role, '2026-04-01' FROM user_account"
            " WHERE login_name = 'next_officer'",
            role=role,
        )
    return office


def test_what_is_there_for_us_is_not_there_for_the_next_town(ours: Office) -> None:
    for name, read in READS.items():
        assert ours.look("procurement", read), name

        with pytest.raises(NotFound):
            ours.look("next_officer", read)


def test_the_next_town_changes_nothing_of_ours(ours: Office) -> None:
    before = ours.one("SELECT count(*) FROM audit_event")

    for write in WRITES.values():
        with pytest.raises(NotFound):
            ours.do("next_officer", write)

    assert ours.one("SELECT count(*) FROM audit_event") == before


def test_lists_begin_empty_in_the_next_town(ours: Office) -> None:
    wish = PageWish()

    assert ours.look("next_officer", request_views.list_requests, wish=wish).items == []
    assert ours.look("next_officer", request_views.list_requests, words="予約", wish=wish).items == []
    assert ours.look("next_officer", contracts.list_contracts, words="契約", wish=wish).items == []
    assert ours.look("next_officer", catalogue.list_services, words="予約", wish=wish).items == []
    assert ours.look("next_officer", duties.list_occurrences, wish=wish).items == []
    assert ours.look("next_officer", duties.count_by_month, 2027) == {}
    assert ours.look("next_officer", today.look_at_today).is_empty
    assert ours.look("next_officer", posts.list_posts) == []
    assert ours.look("next_officer", posts.list_concurrent) == []
    assert ours.look("next_officer", delegations.list_delegations) == []
    assert ours.look("next_officer", handover.list_handovers) == []
    assert ours.look("next_officer", stuck.list_stuck) == []
    assert "わたしたちの課" not in {row.name for row in ours.look("next_officer", departments.list_departments)}
    assert {user.login_name for user, _ in ours.look("next_officer", accounts.list_people)} == {
        "next_staff",
        "next_officer",
        "next_procurement",
    }


def test_numbers_begin_at_one_in_each_town(ours: Office) -> None:
    assert ours.draft("next_staff").number == "R8-0001"


def test_a_manager_is_one_of_ours(office: Office) -> None:
    waiting = office.submitted()

    with pytest.raises(BadInput):
        office.decide(waiting, manager="next_officer")


def test_a_department_is_one_of_ours(sqlite_office: Office) -> None:
    sqlite_office.do("next_procurement", departments.enter_department, "tonari", "隣の課")

    with pytest.raises(BadInput):
        sqlite_office.do("staff", requests.create_request, document(department="隣の課"))
