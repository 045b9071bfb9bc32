"""Labels over the API: listed, put on once, found again, taken off."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office


def names(desk: Desk, path: str) -> list[str]:
    return [each["name"] for each in made(desk.get(path))["items"]]


def test_a_label_is_put_on_found_and_taken_off(staff: Desk, client: TestClient, sqlite_office: Office) -> None:
    marked, bare = sqlite_office.draft().number, sqlite_office.draft().number
    path = f"/requests/{marked}/labels"

    put = made(staff.post(path, {"name": "重点"}, key="one"))
    replayed = made(staff.post(path, {"name": "重点"}, key="one"))

    assert put == replayed == {"name": "重点"}
    problem(staff.post(path, {"name": "重点"}), 409, "wrong_state")
    problem(staff.post(path, {"name": "、"}), 422, "validation_error")
    assert names(staff, path) == names(staff, "/labels") == ["重点"]
    found = made(staff.get("/requests?label=重点"))["items"]
    assert [(each["number"], each["labels"]) for each in found] == [(marked, ["重点"])]
    assert {each["number"] for each in made(staff.get("/requests"))["items"]} == {marked, bare}

    theirs = desk_of(client, sqlite_office, "next_staff")
    problem(theirs.get(path), 404, "not_found")
    assert names(theirs, "/labels") == []
    assert staff.send("DELETE", f"{path}?name=重点").status_code == 204
    problem(staff.send("DELETE", f"{path}?name=重点"), 404, "not_found")


def test_contracts_and_services_are_narrowed_by_their_labels(staff: Desk, sqlite_office: Office) -> None:
    contract = sqlite_office.contract().number
    service = made(staff.get("/services"))["items"][0]["number"]
    for path in (f"/contracts/{contract}", f"/services/{service}"):
        made(staff.post(f"{path}/labels", {"name": "重点"}))

    for place, number in (("contracts", contract), ("services", service)):
        assert [each["number"] for each in made(staff.get(f"/{place}?label=重点"))["items"]] == [number]
        assert made(staff.get(f"/{place}?label=ほか"))["items"] == []
        assert staff.send("DELETE", f"/{place}/{number}/labels?name=重点").status_code == 204
