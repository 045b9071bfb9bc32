"""Other sites and other towns: nothing is done in somebody's name, and nothing of another organisation is there."""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.authentication import SESSION_COOKIE
from casework import attachments
from casework.evidence import Upload
from tests.api.desks import BASE, Desk, desk_of, made
from tests.matrix.doors import Knocking, doors_of
from tests.office import Office

# Doors at which nobody is signed in yet, or no session counts; their own tests stand in the index.
OUTSIDE = {"POST /login", "POST /login/code", "POST /q/{token}", "POST /api/v1/sessions"}
LIES: tuple[dict[str, str], ...] = (
    {},
    {"csrf": "guessed"},
    {"csrf": "own", "Origin": "https://evil.example"},
    {"csrf": "own", "Origin": "null"},
    {"csrf": "own", "Sec-Fetch-Site": "cross-site"},
    {"csrf": "own", "Sec-Fetch-Site": "same-site"},
)


def test_attack_csrf_on_every_door_that_writes(full_site: Knocking, sqlite_office: Office) -> None:
    assert isinstance(full_site.client.app, FastAPI)
    doors = [door for door in doors_of(full_site.client.app) if not door.startswith("GET ")]
    done = "SELECT count(*) FROM audit_event WHERE object_kind <> 'attempt'"
    before = sqlite_office.one(done)

    passed = []
    for door in sorted(set(doors) - OUTSIDE):
        for lie in LIES:
            answer = full_site.lie(door, "admin@own", dict(lie))
            if answer.status_code != 403:
                passed.append((door, lie, answer.status_code))

    assert passed == []
    assert len(doors) > 90
    assert sqlite_office.one(done) == before


def test_attack_idor_by_every_number_key_and_hash(full_site: Knocking, sqlite_office: Office) -> None:
    neighbour = desk_of(full_site.client, sqlite_office, "next_procurement")
    cookie = {"Cookie": f"{SESSION_COOKIE}={neighbour.token}"}
    numbers = [
        row[0]
        for table in ("request", "contract", "service", "policy_exception")
        for row in sqlite_office.sql(f"SELECT number FROM {table}")
    ]
    hashes = [
        row[0]
        for row in sqlite_office.sql("SELECT sha256 FROM evidence_file UNION SELECT content_hash FROM request_version")
    ]

    there = []
    for number in numbers:
        for path in ("requests", "contracts", "services", "exceptions"):
            there += [path for base in (BASE, "") if _opens(full_site.client, f"{base}/{path}/{number}", cookie)]
    for key in (*range(1, 15), *hashes):
        for path in ("files", "obligations", "evidence", "providers", "questionnaires", "questionnaire-replies"):
            there += [
                f"{path}/{key}" for base in (BASE, "") if _opens(full_site.client, f"{base}/{path}/{key}", cookie)
            ]

    assert there == []
    assert len(numbers) > 10
    assert len(hashes) >= 5


def _opens(client: TestClient, path: str, headers: dict[str, str]) -> bool:
    return client.get(quote(path), headers=headers).status_code not in {404, 405}


def test_a_file_of_the_same_bytes_next_door_opens_nothing(site: TestClient, sqlite_office: Office, staff: Desk) -> None:
    neighbour = desk_of(site, sqlite_office, "next_staff")
    ours = sqlite_office.do(
        "staff", attachments.attach_to_request, sqlite_office.draft().number, Upload("a.pdf", b"%PDF-1")
    )
    theirs = sqlite_office.draft("next_staff")
    sqlite_office.do("next_staff", attachments.attach_to_request, theirs.number, Upload("b.pdf", b"%PDF-1"))

    assert neighbour.get(f"/files/{ours.key}").status_code == 404
    assert [each["name"] for each in made(neighbour.get(f"/requests/{theirs.number}/attachments"))["items"]] == [
        "b.pdf"
    ]
