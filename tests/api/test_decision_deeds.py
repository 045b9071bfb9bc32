"""The deeds on a request, exceptions, unavoidable cases and settings over the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.casework.routes_of_ours import MANAGER, ROUND, act, against_the_policy, set_steps
from tests.casework.test_separation import own_request
from tests.office import Office, cloud, complete, document

DeskOf = Callable[[str], Desk]
ASKED = {
    "title": "改修までの措置",
    "provisions": ["8-3(3)②(ア)"],
    "reason": "改修が間に合わない",
    "alternative": "庁内に限る",
    "until_on": "2027-03-31",
}


@pytest.fixture
def desk(client: TestClient, sqlite_office: Office) -> DeskOf:
    return lambda login_name: desk_of(client, sqlite_office, login_name)


@pytest.fixture
def endorsed(sqlite_office: Office) -> str:
    """The number of a request that the section's head has approved."""
    set_steps(sqlite_office, MANAGER, ROUND, allows_later_view=True)
    waiting = sqlite_office.submitted()
    act(sqlite_office, waiting, "security_manager", manager="")
    return waiting.number


def test_a_route_tells_its_places(endorsed: str, officer: Desk) -> None:
    route = made(officer.get(f"/requests/{endorsed}"))["route"]

    assert [(each["kind"], each["is_open"], each["is_last"]) for each in route] == [
        ("endorse", False, False),
        ("decide", True, True),
    ]


def test_an_amendment_is_weighed_made_and_compared(endorsed: str, staff: Desk, officer: Desk) -> None:
    said = {"document": complete(document(subjects=[cloud(provider="別の会社")])), "reason": "会社名"}
    path = f"/requests/{endorsed}"
    read = made(officer.get(path))

    weighed = made(staff.post(f"{path}/amendment-previews", said))
    amended = made(staff.post(f"{path}/amendments", said, version=read["version"]))
    compared = made(officer.get(f"{path}/diff?a=1&b=2"))
    seen = {"version": read["version"], "content_hash": read["content_hash"]}
    late = officer.post(
        f"{path}/decisions", {"action": "approve", "manager": "service_manager", "seen": seen}, version=read["version"]
    )

    assert (weighed["matters"], weighed["lapsing"]) == (True, ["課長の承認"])
    assert (amended["current_version_no"], amended["waits_for_roles"]) == (2, ["security_manager"])
    assert compared["document"][0]["after"] == "別の会社"
    assert compared["matters"] is True
    problem(late, 409, "not_your_turn")


def test_a_decision_on_changed_content_is_refused_with_the_difference(
    sqlite_office: Office, staff: Desk, officer: Desk
) -> None:
    path = f"/requests/{sqlite_office.submitted().number}"
    read = made(officer.get(path))
    said = {"document": complete(document(subjects=[cloud(provider="別の会社")])), "reason": "会社名"}
    made(staff.post(f"{path}/amendments", said, version=read["version"]))

    seen = {"version": read["version"], "content_hash": read["content_hash"]}
    body = {"action": "approve", "manager": "service_manager", "seen": seen}
    refused = problem(
        officer.post(f"{path}/decisions", body, version=read["version"]), 409, "content_changed_since_read"
    )

    assert refused["changes"][0] == {
        "pointer": "/subjects/0/provider",
        "before": "△△株式会社",
        "after": "別の会社",
    }


def test_what_was_done_last_is_recalled_and_afterwards_is_the_wrong_state(
    endorsed: str, desk: DeskOf, officer: Desk
) -> None:
    """A35."""
    head, path = desk("security_manager"), f"/requests/{endorsed}/recalls"

    problem(officer.post(path, {}, version=3), 403, "not_permitted")
    recalled = made(head.post(path, {"reason": "見落とし"}, version=3))

    assert recalled["waits_for_roles"] == ["security_manager"]
    problem(head.post(path, {}, version=recalled["version"]), 409, "wrong_state")


def test_an_absent_post_is_passed_over_and_views_later(sqlite_office: Office, officer: Desk, desk: DeskOf) -> None:
    set_steps(sqlite_office, MANAGER, allows_later_view=True)
    path = f"/requests/{sqlite_office.submitted().number}"
    read = made(officer.get(path))
    said = {"step_no": 0, "content_hash": read["content_hash"], "reason": "出張"}

    passed = made(officer.post(f"{path}/later-views", said, version=read["version"]))
    decision = made(officer.get(path))["decisions"][-1]
    viewing = f"{path}/later-views/{decision['id']}/confirmations"

    assert passed["waits_for_roles"] == ["supervising_officer"]
    problem(officer.post(viewing, {}), 403, "not_permitted")
    made(desk("security_manager").post(viewing, {"objection": ""}))
    problem(desk("security_manager").post(viewing, {}), 409, "wrong_state")


def test_an_approval_is_revoked(sqlite_office: Office, officer: Desk, staff: Desk) -> None:
    approved = sqlite_office.approved()
    path = f"/requests/{approved.number}/revocations"

    problem(staff.post(path, {"reason": "x"}, version=approved.version), 403, "not_permitted")
    problem(officer.post(path, {"reason": " "}, version=approved.version), 422, "validation_error")
    assert made(officer.post(path, {"reason": "登録の取消し"}, version=approved.version))["state"] == "revoked"


def test_a_circulation_is_read_and_taken_back(endorsed: str, auditor: Desk, neighbour: Desk) -> None:
    listed = made(auditor.get("/circulations"))["items"]
    slip = listed[0]["id"]

    problem(neighbour.post("/circulations/readings", {"ids": [slip]}), 404, "not_found")
    made(auditor.post("/circulations/readings", {"ids": [slip]}))
    emptied = made(auditor.get("/circulations"))["items"]
    made(auditor.post(f"/circulations/{slip}/unreadings"))

    assert (listed[0]["request"], emptied) == (endorsed, [])
    assert len(made(auditor.get("/circulations"))["items"]) == 1


def test_an_exception_is_asked_for_permitted_and_reviewed(
    sqlite_office: Office, staff: Desk, desk: DeskOf, neighbour: Desk
) -> None:
    waiting = against_the_policy(sqlite_office)
    head, ciso = desk("security_manager"), desk("ciso")
    body = ASKED | {"request": waiting.number}

    problem(staff.post("/exceptions", body), 403, "not_permitted")
    pointers = problem(head.post("/exceptions", body | {"reason": ""}), 422, "validation_error")["errors"]
    asked = made(head.post("/exceptions", body))
    path = f"/exceptions/{asked['number']}"
    problem(head.post(f"{path}/permissions", {"is_permitted": True}, version=1), 403, "not_permitted")
    permitted = made(ciso.post(f"{path}/permissions", {"is_permitted": True}, version=1))
    reviewed = made(ciso.post(f"{path}/reviews", {"note": "続ける"}, version=permitted["version"]))

    assert [error["pointer"] for error in pointers] == ["/reason"]
    assert (asked["standing"], permitted["standing"], permitted["counts"]) == ("requested", "permitted", True)
    assert reviewed["reviewed_on"] == "2026-11-20"
    assert [row["number"] for row in made(staff.get("/exceptions?state=permitted"))["items"]] == [asked["number"]]
    problem(neighbour.get(path), 404, "not_found")
    assert made(neighbour.get("/exceptions"))["items"] == []


def test_an_unavoidable_case_is_asked_for_and_permitted(
    sqlite_office: Office, officer: Desk, staff: Desk, desk: DeskOf, neighbour: Desk
) -> None:
    own = own_request(sqlite_office)
    body = {"part": "decide_own", "request": own.number, "reason": "一人しかいない"}

    case = made(officer.post("/unavoidable-cases", body))
    path = f"/unavoidable-cases/{case['id']}/permissions"
    problem(officer.post(path, {"is_permitted": True}, version=1), 403, "not_permitted")
    problem(neighbour.post(path, {"is_permitted": True}, version=1), 403, "not_permitted")
    permitted = made(desk("ciso").post(path, {"is_permitted": True}, version=1))

    assert (case["state"], permitted["state"], permitted["permitted_by"]) == ("requested", "permitted", "小林 まち")
    problem(staff.get("/unavoidable-cases"), 403, "not_permitted")
    assert len(made(desk("auditor").get("/unavoidable-cases"))["items"]) == 1
    assert made(desk("next_officer").get("/unavoidable-cases"))["items"] == []


def test_the_settings_of_decisions_are_replaced_on_the_version_read(staff: Desk, desk: DeskOf) -> None:
    admin = desk("admin")
    read = admin.get("/decision-settings")
    body = made(read) | {"allows_later_view": True, "steps": [MANAGER]}

    problem(staff.put("/decision-settings", body, version=1), 403, "not_permitted")
    problem(admin.put("/decision-settings", body), 428, "version_required")
    problem(admin.put("/decision-settings", body, version=9), 412, "stale_version")
    kept = admin.put("/decision-settings", body, version=1)

    assert (read.headers["etag"], kept.headers["etag"]) == ('"v1"', '"v2"')
    assert made(kept)["steps"][0]["label"] == "課長の承認"
    assert made(desk("next_officer").get("/decision-settings"))["steps"] == []


def test_the_applicant_urges_once_a_day_and_hears_how_many_were_told(
    sqlite_office: Office, staff: Desk, desk: DeskOf
) -> None:
    path = f"/requests/{sqlite_office.submitted().number}/urgings"

    problem(desk("colleague").post(path), 403, "not_permitted")
    problem(desk("next_officer").post(path), 404, "not_found")
    told = made(staff.post(path, key="one"))
    again = made(staff.post(path, key="one"))

    assert told == again == {"told": 2}
    problem(staff.post(path), 409, "wrong_state")
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'request_urged'") == 1
