"""Drafts of contracts over REST: brought in once, answered, decided, compared; subcontractors; duties of clauses."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.vocabulary import ClauseState
from tests.api.desks import Desk, desk_of, made, problem
from tests.casework.draft_desk import CLOSED, GAPPY, RESUBCONTRACTING, RETURN, SECRECY, outsourced, reader_at_hand
from tests.office import Office

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")
STATED = {"received_on": "2026-11-20", "received_from": "□□株式会社 営業部"}


@pytest.fixture
def contract(sqlite_office: Office) -> str:
    return f"/contracts/{outsourced(sqlite_office).number}"


@pytest.fixture
def manager_of_section(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "security_manager")


def file_of(text: str, name: str = "契約書案.txt") -> tuple[str, tuple[str, bytes, str]]:
    return ("files", (name, text.encode(), "text/plain"))


def bring(desk: Desk, contract: str, *texts: str, key: str = "", **stated: str) -> Any:
    files: Any = [file_of(text, f"案{no}.txt") for no, text in enumerate(texts, start=1)]
    return desk.post(f"{contract}/drafts", data=STATED | stated, files=files, key=key)


def test_a_version_is_brought_in_and_answered_clause_by_clause(contract: str, procurement: Desk, auditor: Desk) -> None:
    entry = made(bring(procurement, contract, GAPPY, "別記\n1 個人情報を持ち出してはならない。"))

    assert (entry["draft_no"], entry["is_readable"], entry["is_newest"]) == (1, True, True)
    assert [each["name"] for each in entry["files"]] == ["案1.txt", "案2.txt"]
    rows = {each["provision"]: each for each in made(auditor.get(f"{contract}/drafts/1/gaps"))["items"]}
    found = {name: rows[name]["result"] for name in (SECRECY, RESUBCONTRACTING, RETURN)}
    assert found == {SECRECY: "present", RESUBCONTRACTING: "weak", RETURN: "missing"}
    assert {each["state"] for each in rows.values()} == {"unchecked"}
    span = rows[SECRECY]["spans"][0]
    assert entry["text"][span["start"] : span["end"]] == span["quote"]
    assert rows[RESUBCONTRACTING]["missing_elements"][0]["label"] == "禁止、又は事前の書面による承諾"
    assert entry["counts"]["weak"] == sum(each["result"] == "weak" for each in rows.values())
    assert [each["draft_no"] for each in made(auditor.get(f"{contract}/drafts"))["items"]] == [1]
    assert made(auditor.get(f"{contract}/drafts/1"))["text"] == entry["text"]


def test_a_repeated_sending_is_one_version_and_other_files_under_its_key_are_refused(
    contract: str, procurement: Desk
) -> None:
    first = bring(procurement, contract, GAPPY, key="once")
    again = bring(procurement, contract, GAPPY, key="once")

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(bring(procurement, contract, CLOSED, key="once"), 422, "idempotency_key_reused")
    assert len(made(procurement.get(f"{contract}/drafts"))["items"]) == 1


def test_a_clause_is_decided_beside_the_machine_s_answer(contract: str, procurement: Desk) -> None:
    made(bring(procurement, contract, GAPPY))
    path = f"{contract}/clause-checks/{RETURN}"
    said = {"state": "present", "place": "仕様書 4", "draft_no": 1}

    refused = problem(procurement.put(path, said, version=1), 422, "validation_error")
    assert [each["pointer"] for each in refused["errors"]] == ["/reason"]
    decided = made(
        procurement.put(path, said | {"reason": "別に綴じた仕様書にある", "note_inside": "要確認"}, version=1)
    )
    problem(procurement.put(path, {"state": "missing"}, version=1), 412, "stale_version")

    assert (decided["state"], decided["machine_result"], decided["draft_no"]) == ("present", "missing", 1)
    (kept,) = made(procurement.get(f"{path}/decisions"))["items"]
    assert (kept["decided_by"], kept["machine_result"], kept["note_inside"]) == ("佐藤 いと", "missing", "要確認")
    made(bring(procurement, contract, CLOSED))
    problem(procurement.put(path, said, version=3), 409, "wrong_state")
    row = next(
        each for each in made(procurement.get(f"{contract}/drafts/2/gaps"))["items"] if each["provision"] == RETURN
    )
    assert (row["state"], row["earlier"]["state"], row["earlier"]["holds"]) == ("unchecked", "present", False)


def test_versions_are_compared(contract: str, procurement: Desk) -> None:
    for text in (GAPPY, CLOSED):
        made(bring(procurement, contract, text))

    found = made(procurement.get(f"{contract}/drafts/2/comparison"))

    changes = {each["provision"]: each["change"] for each in found["clauses"]}
    assert (changes[RETURN], changes[SECRECY], found["counts"]["closed"]) == ("closed", "same", 2)
    assert [each["kind"] for each in found["articles"]] == ["changed", "added"]
    problem(procurement.get(f"{contract}/drafts/2/comparison?against=2"), 422, "validation_error")
    problem(procurement.get(f"{contract}/drafts/1/comparison"), 404, "not_found")


def test_what_is_no_draft_is_refused_with_the_reason(contract: str, procurement: Desk) -> None:
    wrong = procurement.post(
        f"{contract}/drafts", data=STATED, files={"files": ("案.xlsx", b"PK\x03\x04", "application/zip")}
    )
    assert problem(wrong, 422, "file_rejected")["reason"] == "wrong_kind"
    problem(bring(procurement, contract, GAPPY, received_from=" "), 422, "validation_error")
    unreadable = procurement.post(
        f"{contract}/drafts", data=STATED, files={"files": ("写し.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")}
    )
    assert (made(unreadable)["is_readable"], "写し.pdf" in unreadable.json()["problem"]) == (False, True)


def test_strangers_and_the_next_town_are_refused_before_a_file_is_opened(
    contract: str, staff: Desk, neighbour: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.draft_gaps.read_safely", lambda _files: pytest.fail("a file was opened"))

    problem(bring(staff, contract, GAPPY), 403, "not_permitted")
    problem(bring(neighbour, contract, GAPPY), 404, "not_found")
    problem(neighbour.get(f"{contract}/drafts"), 404, "not_found")
    problem(neighbour.get(f"{contract}/subcontractors"), 404, "not_found")
    problem(neighbour.get(f"{contract}/clause-duties"), 404, "not_found")


def test_a_clause_that_is_not_needed_says_why_and_can_be_taken_up(contract: str, procurement: Desk) -> None:
    made(bring(procurement, contract, GAPPY))
    left_out = made(procurement.get(f"{contract}/clauses-left-out"))["items"]
    wanted = left_out[0]["provision"]

    problem(
        procurement.post(f"{contract}/clause-checks", {"provision": wanted, "reason": " "}), 422, "validation_error"
    )
    taken = made(procurement.post(f"{contract}/clause-checks", {"provision": wanted, "reason": "念のため"}))

    assert all(each["reason"] for each in left_out)
    assert (taken["state"], "念のため" in taken["needed_because"]) == (ClauseState.UNCHECKED, True)
    assert wanted in {each["provision"] for each in made(procurement.get(f"{contract}/drafts/1/gaps"))["items"]}
    again = procurement.post(f"{contract}/clause-checks", {"provision": wanted, "reason": "念のため"})
    problem(again, 409, "wrong_state")


def test_a_subcontractor_is_asked_for_and_approved_by_another(
    contract: str, procurement: Desk, manager_of_section: Desk
) -> None:
    node = made(procurement.post(f"{contract}/subcontractors", {"name": "株式会社ひなた入力", "work": "入力"}))
    path = f"{contract}/subcontractors/{node['id']}"

    problem(procurement.post(f"{path}/decisions", {"is_approved": True}, version=1), 403, "not_permitted")
    problem(manager_of_section.post(f"{path}/decisions", {"is_approved": True}), 428, "version_required")
    approved = made(manager_of_section.post(f"{path}/decisions", {"is_approved": True}, version=1))
    below = made(
        procurement.post(f"{contract}/subcontractors", {"name": "下請", "work": "入力", "parent_id": node["id"]})
    )
    problem(procurement.post(f"{path}/ends", {"ended_on": "2026-11-20"}, version=2), 409, "wrong_state")

    assert (approved["state"], approved["is_in_audit_scope"], below["tier"]) == ("approved", True, 2)
    tree = made(procurement.get(f"{contract}/subcontractors"))
    assert [each["name"] for each in tree["items"]] == ["株式会社ひなた入力", "下請"]
    assert tree["remarks"]


def test_the_clauses_of_a_concluded_contract_become_duties_once(sqlite_office: Office, procurement: Desk) -> None:
    path = f"/contracts/{sqlite_office.concluded().number}/clause-duties"

    before = made(procurement.get(path))["items"]
    after = made(procurement.post(path))["items"]
    again = made(procurement.post(path))["items"]

    assert before
    assert all(each["duty_id"] is None for each in before)
    assert [each["duty_id"] for each in again] == [each["duty_id"] for each in after]
    assert all(each["duty_id"] for each in after)
