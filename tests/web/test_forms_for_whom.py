"""A form is shown to who may send it; others read who that is."""

from __future__ import annotations

from tests.office import Office
from tests.web.browsing import Page
from tests.web.conftest import VisitAs


def leads_to(page: Page, action: str) -> bool:
    return any(form.method == "post" and form.action.endswith(action) for form in page.forms)


def test_an_ending_is_begun_by_those_who_look_after_the_contract(sqlite_office: Office, visit_as: VisitAs) -> None:
    number = sqlite_office.concluded().number
    path = f"/contracts/{number}/closing/start"

    reader, editor = visit_as("auditor"), visit_as("procurement")

    assert leads_to(editor.open(path), "/closing/start")
    assert path in editor.open(f"/contracts/{number}").links()
    told = reader.open(path)
    assert not leads_to(told, "/closing/start")
    assert "終了手続を始めるのは、契約担当" in told.words
    assert path not in reader.open(f"/contracts/{number}").links()


def test_a_draft_is_sent_by_its_applicant_alone(sqlite_office: Office, visit_as: VisitAs) -> None:
    number = sqlite_office.draft().number
    path = f"/requests/{number}/check"

    assert leads_to(visit_as("staff").open(path), "/submissions")
    told = visit_as("supervising_officer").open(path)
    assert not leads_to(told, "/submissions")
    assert "提出できるのは、申請した人です。" in told.words
    assert (
        f"/requests/{number}/withdraw" not in visit_as("supervising_officer").open(f"/requests/{number}/tasks").links()
    )


def test_who_only_reads_the_organisation_is_shown_no_form_to_change_it(visit_as: VisitAs) -> None:
    assert not leads_to(visit_as("auditor").open("/admin/org/transfer"), "/transfer")
    assert "人事異動を取り込むのは、システム管理者です。" in visit_as("auditor").open("/admin/org/transfer").words
