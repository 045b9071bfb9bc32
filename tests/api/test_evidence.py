"""Evidence, questionnaires and unconfirmed answers over REST."""

from __future__ import annotations

import io
from base64 import b64decode

import openpyxl
import pytest
from fastapi.testclient import TestClient

from casework.questionnaire_workbook import ANSWER, FIRST_ROW, SHEET
from tests.api.desks import Desk, desk_of, made, problem
from tests.casework.dossier_desk import LISTED, as_upload, asked, entered
from tests.office import Office, document

FILE = ("cert.pdf", b"%PDF-1.7 certificate", "application/pdf")
STATED = {
    "kind": "soc_2",
    "received_from": "△△株式会社",
    "valid_until_on": "2027-03-31",
    "provisions": f"{LISTED} 8-3(3)③",
}


@pytest.fixture
def service(sqlite_office: Office) -> str:
    sqlite_office.approved()
    return "/services/S8-0001/evidence"


@pytest.fixture
def security_officer(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "security_officer")


def test_evidence_is_entered_judged_by_another_replaced_and_withdrawn(
    service: str, staff: Desk, security_officer: Desk
) -> None:
    entry = made(staff.post(service, data=STATED, files={"file": FILE, "clean": ("c.pdf", b"%PDF-1.7 clean", "")}))
    path = f"/evidence/{entry['id']}"
    said = {"is_accepted": True, "reason": "登録簿で照合した"}

    problem(staff.post(f"{path}/evaluations", said), 403, "not_permitted")
    judged = made(security_officer.post(f"{path}/evaluations", said))
    newer = made(staff.post(f"{path}/replacements", data=STATED, files={"file": FILE}))
    gone = made(staff.post(f"/evidence/{newer['id']}/withdrawals", {"reason": "取り違え"}))

    assert (entry["standing"], judged["standing"], gone["standing"]) == ("unevaluated", "accepted", "withdrawn")
    assert judged["evaluation"]["evaluated_by"] == "加藤 りく"
    assert entry["provisions"] == [LISTED, "8-3(3)③"]
    assert len({entry["sha256"], entry["clean_sha256"]}) == 2
    assert [row["standing"] for row in made(staff.get(service))["items"]] == ["withdrawn", "superseded"]


def test_who_entered_evidence_is_refused_with_the_provision(service: str, officer: Desk) -> None:
    entry = made(officer.post(service, data=STATED, files={"file": FILE}))

    said = officer.post(f"/evidence/{entry['id']}/evaluations", {"is_accepted": True, "reason": "自分で見た"})

    assert problem(said, 403, "not_permitted")["provision"] == "1(8)①"


def test_a_repeated_entry_is_one_entry(service: str, staff: Desk) -> None:
    first = staff.post(service, data=STATED, files={"file": FILE}, key="once")
    again = staff.post(service, data=STATED, files={"file": FILE}, key="once")

    assert made(first) == made(again)
    assert len(made(staff.get(service))["items"]) == 1


def test_what_cannot_be_entered_points_at_the_field(service: str, staff: Desk) -> None:
    said = problem(staff.post(service, data=STATED | {"kind": "rumour"}, files={"file": FILE}), 422, "validation_error")

    assert [error["pointer"] for error in said["errors"]] == ["/kind"]
    assert staff.post(service, data=STATED).status_code == 422
    assert staff.post(service, data=STATED, files={"file": ("x.svg", b"<svg/>", "")}).status_code in {415, 422}


def test_copied_answers_wait_and_are_confirmed_over_the_api(sqlite_office: Office, staff: Desk) -> None:
    source = sqlite_office.approved().number
    number = made(staff.post(f"/requests?copied_from={source}", document()))["number"]
    waiting = made(staff.get(f"/requests/{number}/unconfirmed-answers"))["items"]

    refused = problem(staff.post(f"/requests/{number}/submissions", {}, version=1), 422, "unconfirmed_answers")
    assert refused["provisions"] == [row["provision"] for row in waiting]
    assert {row["origin"] for row in waiting} == {"copied"}
    path = f"/requests/{number}/answer-confirmations"
    problem(staff.post(path, {"provisions": ["8-9"]}, version=1), 422, "validation_error")
    one = made(staff.post(path, {"provisions": [LISTED]}, version=1))
    assert len(made(staff.get(f"/requests/{number}/unconfirmed-answers"))["items"]) == len(waiting) - 1
    every = made(staff.post(path, {}, version=one["version"]))

    sent = made(staff.post(f"/requests/{number}/submissions", {}, version=every["version"]))
    assert sent["state"] == "in_review"


def test_a_questionnaire_makes_its_round(sqlite_office: Office, staff: Desk) -> None:
    number = made(staff.post("/requests", document()))["number"]
    sheet = made(staff.post(f"/requests/{number}/questionnaires", {"provisions": [LISTED]}))
    out = made(staff.post(f"/questionnaires/{sheet['id']}/workbooks"))
    book = openpyxl.load_workbook(io.BytesIO(b64decode(out["content"])))
    book[SHEET].cell(FIRST_ROW + 1, ANSWER + 1).value = "はい"
    file = ("回答.xlsx", as_upload(book).content, "application/vnd.ms-excel")
    path = f"/questionnaires/{sheet['id']}/replies"

    tried = made(staff.post(f"{path}?dry_run=true", files={"file": file}))
    brought = made(staff.post(path, files={"file": file}))
    reply = brought["reply"]["id"]
    taken = made(staff.post(f"/questionnaire-replies/{reply}/acceptances"))

    assert (tried["reply"], tried["counts"]) == (None, {"new": 1, "changed": 0, "same": 0})
    assert made(staff.get(f"/questionnaire-replies/{reply}"))["differences"][0]["provision"] == LISTED
    assert (taken["state"], taken["evidence"] is None) == ("accepted", False)
    assert [row["origin"] for row in made(staff.get(f"/requests/{number}/unconfirmed-answers"))["items"]] == [
        "provider"
    ]
    problem(staff.post(f"/questionnaire-replies/{reply}/dismissals"), 409, "wrong_state")
    assert made(staff.get(f"/requests/{number}/questionnaires"))["items"][0]["replies"][0]["state"] == "accepted"


def test_a_tampered_book_is_refused_with_its_rows(sqlite_office: Office, staff: Desk) -> None:
    number = made(staff.post("/requests", document()))["number"]
    sheet = made(staff.post(f"/requests/{number}/questionnaires", {}))
    out = made(staff.post(f"/questionnaires/{sheet['id']}/workbooks"))
    book = openpyxl.load_workbook(io.BytesIO(b64decode(out["content"])))
    book[SHEET].cell(FIRST_ROW + 1, 3).value = "書き換えた質問"
    file = ("回答.xlsx", as_upload(book).content, "")

    said = problem(staff.post(f"/questionnaires/{sheet['id']}/replies", files={"file": file}), 422, "validation_error")

    assert [(error["pointer"], error["code"]) for error in said["errors"]] == [
        (f"/rows/{FIRST_ROW + 1}", "question_edited")
    ]


def test_the_next_town_finds_nothing_of_ours(sqlite_office: Office, neighbour: Desk) -> None:
    item = entered(sqlite_office)
    draft = sqlite_office.draft()
    sheet = asked(sqlite_office, draft.number)
    provider = sqlite_office.one("SELECT provider_id FROM service")

    for path in (
        f"/evidence/{item.key}",
        "/evidence/99999999999999999999999",
        "/services/S8-0001/evidence",
        f"/providers/{provider}/evidence",
        f"/questionnaires/{sheet.key}",
        "/questionnaire-replies/1",
        f"/requests/{draft.number}/questionnaires",
        f"/requests/{draft.number}/unconfirmed-answers",
    ):
        problem(neighbour.get(path), 404, "not_found")
    for path, body in (
        (f"/evidence/{item.key}/evaluations", {"is_accepted": False, "reason": "x"}),
        (f"/evidence/{item.key}/withdrawals", {"reason": "x"}),
        (f"/requests/{draft.number}/questionnaires", {}),
        (f"/questionnaires/{sheet.key}/workbooks", None),
    ):
        assert neighbour.post(path, body).status_code in {403, 404}
    assert sqlite_office.one("SELECT count(*) FROM dossier_evaluation") == 0
