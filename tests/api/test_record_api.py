"""The record over the API: searched, proved, exported; samples and redactions; each with the next town."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office

SAMPLE = {"population": "requests", "from_on": "2026-04-01", "until_on": "2026-11-30", "seed": "1", "size": 5}
WISH = {"seq": 1, "side": "after", "field": "title", "reason": "件名に氏名"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=青木", 1),
        ("object=R8-0002", 1),
        ("text=図書", 1),
        ("since=2026-11-20&until=2026-11-20", 2),
        ("until=2026-11-19", 0),
        ("action=request_drafted", 2),
    ],
)
def test_the_record_is_narrowed(sqlite_office: Office, auditor: Desk, query: str, found: int) -> None:
    sqlite_office.draft("staff", title="住民の予約")
    sqlite_office.draft("colleague", title="図書の予約")

    assert len(made(auditor.get(f"/audit-events?{query}"))["items"]) == found


def test_an_event_shows_post_and_person_acted_for_and_the_day_it_is_kept_until(
    sqlite_office: Office, auditor: Desk
) -> None:
    sqlite_office.draft()

    event: dict[str, Any] = made(auditor.get("/audit-events"))["items"][0]

    assert (event["post"], event["on_behalf_of"], event["redacted"]) == ("", "", {})
    assert event["keep_until_on"] == "2036-11-20"


def test_a_range_is_proved_and_the_proof_is_an_event(sqlite_office: Office, auditor: Desk) -> None:
    sqlite_office.approved()

    proof = made(auditor.get("/audit-events/proof?from=2&to=3"))

    assert [event["seq"] for event in proof["events"]] == [2, 3]
    assert proof["events"][1]["previous"] == proof["events"][0]["hash"]
    assert made(auditor.get("/audit-events?action=record_exported"))["items"][0]["object_number"] == "2-3"
    problem(auditor.get("/audit-events/proof?from=3&to=2"), 400, "malformed_request")
    problem(auditor.get("/audit-events/proof?from=1"), 400, "malformed_request")


def test_the_head_of_a_day_is_read(sqlite_office: Office, auditor: Desk) -> None:
    problem(auditor.get("/audit-events/head"), 404, "not_found")
    sqlite_office.clock.instant = sqlite_office.clock.instant.replace(minute=5)
    sqlite_office.draft()

    head = made(auditor.get("/audit-events/head?day=2026-11-20"))

    assert head["hash"] == sqlite_office.one("SELECT hash FROM audit_event WHERE seq = :seq", seq=head["seq"])


@pytest.mark.parametrize("path", ["/audit-events/export", "/audit-events/export?format=csv"])
def test_an_export_is_a_file(sqlite_office: Office, auditor: Desk, staff: Desk, path: str) -> None:
    sqlite_office.draft()

    answer = auditor.get(path)

    assert answer.headers["content-disposition"].startswith("attachment;")
    problem(staff.get(path), 403, "not_permitted")


def test_a_sample_is_drawn_once_and_checked_on_the_version_read(
    sqlite_office: Office, auditor: Desk, neighbour: Desk
) -> None:
    sqlite_office.submitted()

    sample = made(auditor.post("/audit-samples", SAMPLE, key="once"))
    again = made(auditor.post("/audit-samples", SAMPLE, key="once"))

    assert sample == again
    assert sample["remaining"] == 1
    check = f"/audit-samples/{sample['number']}/items/1/checks"
    problem(auditor.post(check, {"state": "objection"}, version=1), 422, "validation_error")
    problem(auditor.post(check, {"state": "sound"}, version=9), 412, "stale_version")
    assert made(auditor.post(check, {"state": "sound"}, version=1))["state"] == "sound"
    problem(auditor.post(check, {"state": "sound"}, version=2), 409, "wrong_state")
    assert made(auditor.get(f"/audit-samples/{sample['number']}"))["remaining"] == 0
    assert made(auditor.get("/audit-samples"))["items"][0]["seed"] == "1"
    problem(neighbour.get("/audit-samples"), 403, "not_permitted")


def test_samples_are_drawn_by_auditors_and_seen_by_their_own_town(sqlite_office: Office, client: TestClient) -> None:
    sqlite_office.submitted()
    officer, auditor = desk_of(client, sqlite_office, "supervising_officer"), desk_of(client, sqlite_office, "auditor")
    problem(officer.post("/audit-samples", SAMPLE), 403, "not_permitted")
    sample = made(auditor.post("/audit-samples", SAMPLE))

    next_officer = desk_of(client, sqlite_office, "next_officer")

    assert made(next_officer.get("/audit-samples"))["items"] == []
    problem(next_officer.get(f"/audit-samples/{sample['number']}"), 404, "not_found")


def test_a_value_is_blacked_out_by_two_people(sqlite_office: Office, client: TestClient) -> None:
    sqlite_office.draft(title="青木さんの予約")
    admin, ciso = desk_of(client, sqlite_office, "admin"), desk_of(client, sqlite_office, "ciso")
    wish = made(admin.post("/record-redactions", WISH))
    decision = f"/record-redactions/{wish['id']}/decisions"
    problem(admin.post(decision, {"permits": True}, version=1), 403, "not_permitted")

    done = made(ciso.post(decision, {"permits": True}, version=1))

    assert done["state"] == "permitted"
    assert "青木さん" not in admin.get("/audit-events").text
    assert made(admin.get("/audit-events/verification"))["ok"]
    assert made(ciso.get("/record-redactions"))["items"] == [done]
    problem(desk_of(client, sqlite_office, "staff").get("/record-redactions"), 403, "not_permitted")


def test_a_case_file_is_taken_by_readers_of_the_record(
    sqlite_office: Office, auditor: Desk, client: TestClient
) -> None:
    number = sqlite_office.approved().number

    assert auditor.get(f"/requests/{number}/case-file").content.startswith(b"PK")
    problem(desk_of(client, sqlite_office, "staff").get(f"/requests/{number}/case-file"), 403, "not_permitted")
    problem(desk_of(client, sqlite_office, "next_officer").get(f"/requests/{number}/case-file"), 404, "not_found")


def test_a_file_that_is_taken_leaves_an_event(sqlite_office: Office, staff: Desk, auditor: Desk) -> None:
    number = sqlite_office.draft().number
    file = {"file": ("規約.pdf", b"%PDF-1.7 x", "application/pdf")}
    key = made(staff.post(f"/requests/{number}/attachments", files=file))["id"]

    assert staff.get(f"/files/{key}").status_code == 200

    assert made(auditor.get("/audit-events?action=file_downloaded"))["items"][0]["actor"] == "青木 はる"
