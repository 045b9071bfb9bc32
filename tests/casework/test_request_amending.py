"""審査中に直す: what matters lapses approvals and asks the same posts again; what does not keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from casework import request_amending, request_diff, request_views
from casework.errors import BadInput, ContentChanged, NotFound, NotPermitted, StaleVersion, WrongState
from casework.evidence import Upload
from casework.request_amending import Amendment
from models.request import Request
from models.vocabulary import DecisionAction as Action
from tests.casework.routes_of_ours import CONTRACTS, MANAGER, act, set_steps, version_of
from tests.casework.test_decision_routes import today_of, waits_for
from tests.office import Office, cloud, complete, document, information

PDF = Upload("規約.pdf", b"%PDF-1.7 x")
LATER_END: dict[str, Any] = {"contract": {"starts_on": "2027-04-01", "ends_on": "2029-03-31"}}
RETITLED: dict[str, Any] = {"title": "住民向け予約サービス(改)"}


def amend(office: Office, number: str, login_name: str = "staff", *, uploads: Any = (), **changes: Any) -> Request:
    return office.do(
        login_name,
        request_amending.amend,
        number,
        version=version_of(office, number),
        document=complete(document(**changes)),
        reason="書き誤り",
        uploads=uploads,
    )


def preview(office: Office, number: str, login_name: str = "staff", **changes: Any) -> Amendment:
    return office.look(login_name, request_amending.preview, number, complete(document(**changes)))


@pytest.fixture
def endorsed(office: Office) -> Office:
    """An office in which the section's head has approved R8-0001 and the supervising officer has it."""
    set_steps(office, MANAGER)
    act(office, office.submitted(), "security_manager", manager="")
    return office


def test_a_change_that_matters_lapses_approvals_and_asks_the_same_posts_again(endorsed: Office) -> None:
    """A33."""
    seen = preview(endorsed, "R8-0001", subjects=[cloud(name="別の予約")])
    before = today_of(endorsed, "security_manager")

    amended = amend(endorsed, "R8-0001", subjects=[cloud(name="別の予約")])

    assert (seen.matters, seen.kept_steps, [row.action for _, row in seen.lapsing]) == (True, 0, ["endorse"])
    assert (before, today_of(endorsed, "security_manager")) == ([], ["R8-0001"])
    assert (amended.current_version_no, waits_for(endorsed, "R8-0001")) == (2, ["security_manager"])
    detail = endorsed.look("security_manager", request_views.request_detail, "R8-0001")
    assert detail.decisions[-1].remarks[0].endswith("承認 1件は失効し、同じ職に改めて依頼")
    told = endorsed.sql("SELECT user_id FROM alert WHERE kind = 'approval_lapsed'")
    assert [row[0] for row in told] == [endorsed.user_id("security_manager")]
    act(endorsed, "R8-0001", "security_manager", manager="")
    assert act(endorsed, "R8-0001", "supervising_officer").state == "approved"


def test_a_change_of_free_text_keeps_what_was_approved(endorsed: Office) -> None:
    """A33."""
    renamed = [information() | {"name": "予約した人の氏名"}]
    seen = preview(endorsed, "R8-0001", information=renamed, **RETITLED)

    amended = amend(endorsed, "R8-0001", information=renamed, **RETITLED)

    assert (seen.matters, seen.kept_steps, seen.lapsing) == (False, 2, [])
    assert (amended.title, waits_for(endorsed, "R8-0001")) == (RETITLED["title"], ["supervising_officer"])
    assert endorsed.sql("SELECT 1 FROM alert WHERE kind = 'approval_lapsed'") == []
    assert act(endorsed, "R8-0001", "supervising_officer").state == "approved"


@pytest.mark.parametrize(
    "change",
    [
        {"subjects": [cloud(provider="別の会社")]},
        {"information": [information("2")]},
        {"zone": "lgwan"},
        {"answers": {"8-3(3)②(ア)": {"answer": "no"}}},
        LATER_END,
    ],
    ids=["provider", "class", "zone", "an answer", "the term"],
)
def test_what_decisions_rest_on_matters(endorsed: Office, change: dict[str, Any]) -> None:
    assert preview(endorsed, "R8-0001", **change).matters


def test_a_further_file_matters(endorsed: Office) -> None:
    amend(endorsed, "R8-0001", uploads=[PDF], **RETITLED)

    _, _, _, found = endorsed.look("auditor", request_diff.diff, "R8-0001", a=1, b=2)
    assert waits_for(endorsed, "R8-0001") == ["security_manager"]
    assert [change.pointer.startswith("/attachments/規約.pdf(") for change in found.files] == [True]


def test_only_the_places_a_change_concerns_are_asked_again(office: Office) -> None:
    set_steps(office, CONTRACTS, MANAGER)
    waiting = office.submitted()
    act(office, waiting, "procurement", manager="")
    act(office, waiting, "security_manager", manager="")

    amend(office, waiting.number, subjects=[cloud(provider="別の会社")])
    without_the_contract = waits_for(office, waiting.number)
    act(office, waiting, "security_manager", manager="")
    amend(office, waiting.number, subjects=[cloud(provider="別の会社")], **LATER_END)

    assert without_the_contract == ["security_manager"]
    assert waits_for(office, waiting.number) == ["procurement"]


def test_a_decision_on_the_version_before_is_refused_with_the_difference(endorsed: Office) -> None:
    read = endorsed.content_hash("R8-0001")
    amend(endorsed, "R8-0001", subjects=[cloud(provider="別の会社")])
    act(endorsed, "R8-0001", "security_manager", manager="")
    before = endorsed.one("SELECT count(*) FROM decision")

    with pytest.raises(ContentChanged) as refused:
        act(endorsed, "R8-0001", "supervising_officer", content_hash=read)

    assert {"pointer": "/subjects/0/provider", "before": "△△株式会社", "after": "別の会社"} in refused.value.facts[
        "changes"
    ]
    assert endorsed.one("SELECT count(*) FROM decision") == before


def test_an_amendment_says_why_changes_something_and_stands_on_what_was_read(endorsed: Office) -> None:
    same = complete(document())
    version = version_of(endorsed, "R8-0001")

    with pytest.raises(BadInput) as refused:
        endorsed.do("staff", request_amending.amend, "R8-0001", version=version, document=same, reason=" ")
    with pytest.raises(StaleVersion):
        endorsed.do("staff", request_amending.amend, "R8-0001", version=1, document=same, reason="x")

    assert [error.pointer for error in refused.value.errors] == ["/reason", "/document"]


def test_who_did_not_apply_does_not_amend_and_a_decided_request_stays(endorsed: Office) -> None:
    for login_name, kind in (
        ("colleague", NotPermitted),
        ("supervising_officer", NotPermitted),
        ("next_officer", NotFound),
    ):
        with pytest.raises(kind):
            amend(endorsed, "R8-0001", login_name, **RETITLED)
    act(endorsed, "R8-0001", "supervising_officer")

    with pytest.raises(WrongState):
        amend(endorsed, "R8-0001", **RETITLED)


def test_whom_it_was_returned_to_may_amend_and_then_decides_it_no_more(endorsed: Office) -> None:
    act(endorsed, "R8-0001", "supervising_officer", Action.RETURN, manager="", remarks=["期間"], return_to=0)

    amend(endorsed, "R8-0001", "security_manager", **LATER_END)

    assert waits_for(endorsed, "R8-0001") == ["security_manager"]
    with pytest.raises(NotPermitted, match="1\\(8\\)①"):
        act(endorsed, "R8-0001", "security_manager", manager="", replies={"1": "直しました"})
    submitted_by = endorsed.one("SELECT submitted_by_id FROM request_version WHERE version_no = 2")
    assert submitted_by == endorsed.user_id("security_manager")


def test_versions_are_compared_within_ones_own_town(endorsed: Office) -> None:
    with pytest.raises(NotFound):
        endorsed.look("next_officer", request_diff.diff, "R8-0001", a=1, b=1)
    with pytest.raises(NotFound, match="第7版"):
        endorsed.look("auditor", request_diff.diff, "R8-0001", a=1, b=7)


def test_what_is_left_out_and_what_is_usual_are_the_same() -> None:
    stated = document()
    spelt_out = document(subjects=[cloud(government_cloud=None, components=[], web_meeting=False)])

    assert request_diff.compare_documents(stated, spelt_out) == []
    assert request_diff.compare_documents(stated, document(as_of="2027-01-01")) == []
