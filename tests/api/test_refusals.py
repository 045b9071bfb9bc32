"""Every kind of refusal that the people of the story may meet."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office, complete, document


def submitted(staff: Desk, **changes: object) -> str:
    number = str(made(staff.post("/requests", complete(document(**changes))))["number"])
    made(staff.post(f"/requests/{number}/submissions", {}, version=1))
    return number


def decision(officer: Desk, number: str, **said: object) -> dict[str, Any]:
    read = made(officer.get(f"/requests/{number}"))
    seen = {"version": read["version"], "content_hash": read["content_hash"]}
    return {"action": "approve", "manager": "service_manager", "seen": seen, **said}


def test_the_applicant_does_not_decide(client: TestClient, sqlite_office: Office) -> None:
    officer = desk_of(client, sqlite_office, "supervising_officer")
    number = submitted(officer)

    refused = officer.post(f"/requests/{number}/decisions", decision(officer, number), version=2)

    assert problem(refused, 403, "not_permitted")["provision"] == "1(8)①"


def test_who_has_no_deciding_role_is_told_who_decides(staff: Desk, procurement: Desk) -> None:
    number = submitted(staff)

    refused = procurement.post(f"/requests/{number}/decisions", decision(procurement, number), version=2)

    assert "統括情報セキュリティ責任者" in problem(refused, 403, "not_permitted")["detail"]


def test_a_decider_out_of_turn_is_told_whose_turn_it_is(client: TestClient, sqlite_office: Office, staff: Desk) -> None:
    number = submitted(staff)
    other = desk_of(client, sqlite_office, "security_officer")

    refused = other.post(f"/requests/{number}/decisions", decision(other, number), version=2)

    assert problem(refused, 409, "not_your_turn")["roles"] == ["supervising_officer"]


def test_a_decision_on_other_content_is_refused(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)
    said = decision(officer, number, seen={"version": 2, "content_hash": "0" * 64})

    problem(officer.post(f"/requests/{number}/decisions", said, version=2), 409, "content_changed_since_read")


def test_a_decision_whose_two_versions_differ_is_refused(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)
    said = decision(officer, number)

    refused = officer.post(f"/requests/{number}/decisions", said, version=1)

    assert problem(refused, 422, "validation_error")["errors"][0]["pointer"] == "/seen/version"


def test_a_decision_on_an_old_version_is_refused(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)
    said = decision(officer, number)
    said["seen"]["version"] = 1

    problem(officer.post(f"/requests/{number}/decisions", said, version=1), 412, "stale_version")


def test_an_approval_names_a_manager(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)

    refused = officer.post(f"/requests/{number}/decisions", decision(officer, number, manager=""), version=2)

    assert problem(refused, 422, "validation_error")["errors"][0]["pointer"] == "/manager"


def test_what_is_decided_is_not_decided_again(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)
    said = decision(officer, number, action="reject", reason="使わない")
    made(officer.post(f"/requests/{number}/decisions", said, version=2))

    again = officer.post(f"/requests/{number}/decisions", said, version=2)

    assert problem(again, 409, "wrong_state")["state"] == "rejected"


def test_a_returned_request_answers_each_remark(staff: Desk, officer: Desk) -> None:
    number = submitted(staff)
    said = decision(officer, number, action="return", remarks=["再委託先を書く", "期間を直す"])
    made(officer.post(f"/requests/{number}/decisions", said, version=2))
    assert made(staff.get(f"/requests/{number}"))["open_remarks"] == ["再委託先を書く", "期間を直す"]

    refused = staff.post(f"/requests/{number}/submissions", {"replies": {"1": "書いた"}}, version=3)
    assert problem(refused, 422, "unanswered_remarks")["remarks"] == [2]

    replies = {"replies": {"1": "書いた", "2": "直した"}}
    assert made(staff.post(f"/requests/{number}/submissions", replies, version=3))["current_version_no"] == 2
    assert len(made(staff.get(f"/requests/{number}/verdicts"))["items"]) == 2


def test_a_stored_verdict_is_told_as_it_was_recorded(staff: Desk, sqlite_office: Office) -> None:
    number = submitted(staff)

    told = staff.get(f"/requests/{number}/verdicts/1").text

    assert told == sqlite_office.one("SELECT verdict_json FROM request_version")
    problem(staff.get(f"/requests/{number}/verdicts/2"), 404, "not_found")


def test_a_preview_says_what_the_evaluation_says_and_stores_nothing(staff: Desk, sqlite_office: Office) -> None:
    number = submitted(staff)
    before = sqlite_office.one("SELECT count(*) FROM audit_event")

    preview = made(staff.send("POST", "/verdict-previews", json=complete(document())))

    current = made(staff.get(f"/requests/{number}/verdicts/current"))
    for finding in current["findings"]:  # a document on its own belongs to nobody, so no rule of anybody's is missing
        finding["used"] = [used for used in finding["used"] if used["value"] != "未整備"]
    assert preview == current
    assert list(preview)[:6] == ["pack", "edition", "as_of", "snapshot", "governed_by", "overall"]
    assert sqlite_office.one("SELECT count(*) FROM audit_event") == before


def test_a_preview_of_an_unknown_pack_or_provision_is_refused_at_its_place(staff: Desk) -> None:
    for wrong in (document(pack="nowhere"), document(answers={"99-9": {"answer": "yes"}})):
        said = problem(staff.send("POST", "/verdict-previews", json=wrong), 422, "validation_error")
        assert said["errors"][0]["message"].endswith("。")


def test_files_are_looked_at_and_only_the_applicants_stay(staff: Desk, officer: Desk) -> None:
    number = made(staff.post("/requests", document()))["number"]
    path = f"/requests/{number}/attachments"

    wrong = staff.post(path, files={"file": ("memo.exe", b"MZ", "application/pdf")})
    assert problem(wrong, 422, "file_rejected")["reason"] == "wrong_kind"
    other = officer.post(path, files={"file": ("memo.txt", b"memo", "text/plain")})
    problem(other, 403, "not_permitted")

    kept = made(staff.post(path, files={"file": ("覚え書き.txt", b"memo", "text/plain")}))
    fetched = officer.get(f"/files/{kept['id']}")
    assert fetched.content == b"memo"
    assert fetched.headers["content-disposition"].endswith("_01_%E8%A6%9A%E3%81%88%E6%9B%B8%E3%81%8D_v1.txt")
    assert [row["sha256"] for row in made(staff.get(path))["items"]] == [kept["sha256"]]


def test_a_contract_waits_for_its_approval_and_its_clauses(
    staff: Desk, procurement: Desk, sqlite_office: Office
) -> None:
    number = submitted(staff)
    stated = {
        "request": number,
        "title": "契約",
        "contractor": "△△株式会社",
        "period": {"starts_on": "2027-04-01", "ends_on": "2028-03-31"},
    }
    problem(procurement.post("/contracts", stated), 409, "wrong_state")
    problem(staff.post("/contracts", stated), 403, "not_permitted")

    contract = sqlite_office.contract()
    path = f"/contracts/{contract.number}"
    early = procurement.post(f"{path}/conclusions", {"concluded_on": "2026-11-20"}, version=1)
    assert problem(early, 409, "wrong_state")["open_clauses"] != []
    provision = made(procurement.get(f"{path}/clause-checks"))["items"][0]["provision"]
    nowhere = procurement.put(f"{path}/clause-checks/{provision}", {"state": "present"}, version=1)
    assert problem(nowhere, 422, "validation_error")["errors"][0]["pointer"] == "/place"


def test_only_readers_of_the_record_read_it(staff: Desk, auditor: Desk) -> None:
    made(staff.post("/requests", document()))

    problem(staff.get("/audit-events"), 403, "not_permitted")
    problem(staff.get("/audit-events/verification"), 403, "not_permitted")
    (first,) = made(auditor.get("/audit-events?object=R8-0001&since=2026-11-20"))["items"]
    assert (first["actor"], first["action"], first["source"]) == ("青木 はる", "request_drafted", "api")
    assert made(auditor.get("/audit-events?since=2026-11-21"))["items"] == []


def test_a_broken_chain_is_told(staff: Desk, auditor: Desk, sqlite_office: Office) -> None:
    made(staff.post("/requests", document()))
    sqlite_office.sql("UPDATE organisation SET chain_hash = 'x' WHERE code = 'hoshimigaoka'")

    assert not made(auditor.get("/audit-events/verification"))["ok"]
