"""Incidents and the desk over REST."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.casework.incident_desk import closing, confirmed
from tests.office import Office

NOTICED = {"what": "名簿を別の団体へ送った", "known_at": "2026-11-20T09:30:00+09:00", "leaked": "personal"}


@pytest.fixture
def head(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "security_manager")


def step(incident: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in incident["notices"] if row["step"] == name)
    return found


def test_a_report_answers_with_its_clocks(staff: Desk) -> None:
    answer = staff.post("/incidents", NOTICED)

    incident = made(answer)
    assert answer.headers["location"].endswith("/incidents/I8-0001")
    assert incident["known_at"] == "2026-11-20T09:30:00+09:00"
    first = step(incident, "manager")
    assert (first["due_at"], first["remaining"], first["is_default"]) == ("2026-11-20T10:30:00+09:00", "あと30分", True)
    law = step(incident, "commission_final")
    assert (law["due_on"], law["counts_days"], law["is_default"]) == ("2026-12-21", True, False)
    assert made(staff.get("/incidents/I8-0001")) == incident


def test_the_same_report_sent_twice_is_one(staff: Desk) -> None:
    first = staff.post("/incidents", NOTICED, key="once")
    second = staff.post("/incidents", NOTICED, key="once")

    assert made(first)["number"] == made(second)["number"]
    assert len(made(staff.get("/incidents"))["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"what": " "}, "/what"),
        ({"known_at": None}, "/known_at"),
        ({"known_at": "2026-11-20T09:30:00"}, "/known_at"),
        ({"known_at": "2027-11-20T09:30:00+09:00"}, "/known_at"),
        ({"department": "ない課"}, "/department"),
        ({"leaked": "maybe"}, "/leaked"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_points_at_the_field(staff: Desk, changes: dict[str, object], pointer: str) -> None:
    said = problem(staff.post("/incidents", NOTICED | changes), 422, "validation_error")

    assert [error["pointer"] for error in said["errors"]] == [pointer]


def test_a_notice_is_told_on_the_version_that_was_read(staff: Desk, head: Desk) -> None:
    made(staff.post("/incidents", NOTICED))
    path = "/incidents/I8-0001/notices/manager/tellings"

    problem(head.post(path, {"told_to": "上田 あき"}), 428, "version_required")
    problem(head.post(path, {"told_to": "上田 あき"}, version=9), 412, "stale_version")
    told = step(made(head.post(path, {"told_to": "上田 あき", "how": "電話"}, version=1)), "manager")

    assert (told["state"], told["told_by"], told["recorded_by"]) == ("told", "上田 あき", "上田 あき")
    problem(head.post("/incidents/I8-0001/notices/none/tellings", {"told_to": "x"}, version=1), 404, "not_found")


def test_the_leak_and_the_measures_are_recorded(staff: Desk, head: Desk) -> None:
    version = made(staff.post("/incidents", NOTICED))["version"]
    leak = {"leaked": "personal", "report": "needed", "people_affected": 150, "grounds": ["many", "wrongful"]}

    decided = made(head.post("/incidents/I8-0001/leak-decisions", leak, version=version))
    party = made(head.post("/incidents/I8-0001/parties", {"role": "contractor", "name": "△△株式会社"}))["parties"][0]
    demand = {"kind": "demand", "text": "回収を求める", "party_id": party["id"]}
    after = made(head.post("/incidents/I8-0001/measures", demand))

    assert (decided["leak_grounds"], step(decided, "commission_final")["due_on"]) == (
        ["many", "wrongful"],
        "2027-01-18",
    )
    assert [(row["kind"], row["party"]) for row in after["measures"]] == [("demand", "△△株式会社")]
    assert step(after, "contractor")["state"] == "told"


def test_a_second_person_closes(client: TestClient, sqlite_office: Office, head: Desk) -> None:
    row = closing(sqlite_office, confirmed(sqlite_office))
    chief = desk_of(client, sqlite_office, "ciso")
    path = f"/incidents/{row.number}/closings"

    problem(head.post(path, {"is_agreed": True}, version=row.version), 403, "not_permitted")
    done = made(chief.post(path, {"is_agreed": True}, version=row.version))

    assert (done["state"], done["missing"]) == ("closed", [])
    problem(chief.post(path, {"is_agreed": True}, version=done["version"]), 409, "wrong_state")


def test_the_list_is_narrowed(staff: Desk, sqlite_office: Office) -> None:
    confirmed(sqlite_office)
    made(staff.post("/incidents", NOTICED))

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in made(staff.get(f"/incidents{query}"))["items"]]

    assert numbers("") == ["I8-0002", "I8-0001"]
    assert numbers("?state=confirmed") == ["I8-0001"]
    assert numbers("?state=open") == ["I8-0002", "I8-0001"]


def test_the_next_town_sees_nothing_of_ours(staff: Desk, neighbour: Desk) -> None:
    made(staff.post("/incidents", NOTICED))

    problem(neighbour.get("/incidents/I8-0001"), 404, "not_found")
    assert made(neighbour.get("/incidents"))["items"] == []


def test_the_desk_answers_with_everything_that_hangs_on_a_provider(staff: Desk, sqlite_office: Office) -> None:
    contract = sqlite_office.concluded(sqlite_office.approved())

    found = made(staff.get("/desk?provider=△△㈱"))

    assert (found["highest"], found["departments"]) == ("3B", ["子育て支援課"])
    assert [row["contract_number"] for row in found["rows"]] == [contract.number]
    assert [error["pointer"] for error in problem(staff.get("/desk"), 422, "validation_error")["errors"]] == [
        "/provider"
    ]
