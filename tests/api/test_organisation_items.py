"""The organisation's own rules over REST."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office

RULE = "8-1(1)①-01"
PATH = f"/organisation-items/{RULE}"
MADE = {"owner": "総務課長", "document": "委託判断基準", "made_on": "2026-04-01", "next_review_on": "2027-03-31"}


@pytest.fixture
def keeper(officer: Desk) -> Desk:
    return officer


def test_every_rule_is_listed_whether_recorded_or_not(staff: Desk, keeper: Desk) -> None:
    made(keeper.put(PATH, MADE))

    items = made(staff.get("/organisation-items"))["items"]

    assert len(items) > 30
    recorded = [item for item in items if item["version"] is not None]
    assert recorded == [made(staff.get(PATH))]
    assert (recorded[0]["provision"], recorded[0]["is_in_place"], recorded[0]["owner"]) == (RULE, True, "総務課長")
    assert {item["is_in_place"] for item in items if item["version"] is None} == {False}


def test_the_first_record_needs_no_version_and_every_later_one_does(keeper: Desk) -> None:
    first = keeper.put(PATH, {"owner": "総務課長"})
    assert (first.status_code, first.headers["etag"]) == (200, '"v1"')

    problem(keeper.put(PATH, MADE), 428, "version_required")
    assert made(keeper.put(PATH, MADE, version=1))["version"] == 2
    stale = keeper.put(PATH, MADE, version=1)

    assert problem(stale, 412, "stale_version")["current_version"] == 2


def test_a_version_of_what_is_not_recorded_is_stale(keeper: Desk) -> None:
    problem(keeper.put(PATH, MADE, version=1), 412, "stale_version")


def test_who_holds_the_current_version_is_not_sent_it_again(staff: Desk, keeper: Desk) -> None:
    made(keeper.put(PATH, MADE))

    assert staff.get(PATH, headers={"If-None-Match": '"v1"'}).status_code == 304
    assert "etag" not in staff.get("/organisation-items/8-1(1)②").headers


def test_what_cannot_be_points_at_the_field(keeper: Desk) -> None:
    said = problem(keeper.put(PATH, MADE | {"document": " "}), 422, "validation_error")
    assert [error["pointer"] for error in said["errors"]] == ["/document"]
    unknown = problem(keeper.put(PATH, MADE | {"colour": "red"}), 422, "validation_error")
    assert unknown["errors"][0]["pointer"] == "/colour"


def test_only_who_keeps_the_rules_records_them(staff: Desk) -> None:
    problem(staff.put(PATH, MADE), 403, "not_permitted")


def test_what_is_no_rule_of_the_organisation_is_not_there(keeper: Desk) -> None:
    problem(keeper.get("/organisation-items/8-3(3)②(ア)"), 404, "not_found")
    problem(keeper.put("/organisation-items/99-9", MADE), 404, "not_found")


def test_the_next_town_sees_nothing_of_ours(
    client: TestClient, sqlite_office: Office, keeper: Desk, neighbour: Desk
) -> None:
    made(keeper.put(PATH, MADE))

    assert made(neighbour.get(PATH))["owner"] == ""
    theirs = desk_of(client, sqlite_office, "next_officer")
    assert made(theirs.put(PATH, {"owner": "隣町の人"}))["version"] == 1
    assert made(keeper.get(PATH))["owner"] == "総務課長"


def test_a_request_says_which_missing_rule_its_verdict_leans_on(staff: Desk, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number

    verdict = made(staff.get(f"/requests/{number}/verdicts/1"))

    missing = {used["ref"] for finding in verdict["findings"] for used in finding["used"] if used["value"] == "未整備"}
    items = {item["provision"]: item for item in made(staff.get("/organisation-items"))["items"]}
    assert missing
    assert {items[provision]["is_in_place"] for provision in missing} == {False}
