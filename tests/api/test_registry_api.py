"""Lists over the API: always accepted first, then carried out; read by everybody, settled by who may."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from casework import registry_imports
from tests.api.desks import Desk, desk_of, made, problem
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office, cloud

HEAD = "登録番号,クラウドサービス名,クラウドサービス事業者名,登録日,有効期限,備考\n"
FIRST = HEAD + "C21-0001-2,○○クラウド,△△株式会社,2025-04-01,2027-03-31,\n"
SECOND = FIRST + "C21-0002-2,□□ストレージ,□□株式会社,2026-04-01,2028-03-31,=1+1\n"
PATIENCE_SECONDS = 20


@pytest.fixture
def admin(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "admin")


@pytest.fixture
def second(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "security_officer")


def bring(desk: Desk, content: str | bytes, **facts: str) -> dict[str, Any]:
    """Bring a list in and return its operation once it is finished."""
    raw = content.encode() if isinstance(content, str) else content
    answer = desk.send("POST", "/imports", files={"file": ("list.csv", raw, "text/csv")}, data=facts)
    assert answer.status_code == 202, answer.text
    assert answer.headers["retry-after"] == "2"
    return wait(desk, answer.headers["location"].removeprefix("/api/v1"))


def wait(desk: Desk, place: str) -> dict[str, Any]:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    operation = made(desk.get(place))
    while operation["status"] in {"queued", "running"}:
        assert time.monotonic() < give_up_at, operation
        registry_imports.wait_for(operation["id"], 1)
        operation = made(desk.get(place))
    return operation


def test_an_admin_brings_lists_in_and_everybody_reads_them(admin: Desk, staff: Desk, neighbour: Desk) -> None:
    file = ("list.csv", FIRST.encode(), "text/csv")
    problem(staff.send("POST", "/imports", files={"file": file}), 403, "not_permitted")
    problem(staff.get("/ismap/matches?name=○○クラウド"), 404, "not_found")

    first = bring(admin, FIRST, acquired_on="2026-11-01")["report"]
    second = bring(admin, SECOND)["report"]

    assert (first["rows"], first["kept"], first["refused"]) == (1, 1, None)
    assert (second["added"], second["removed"]) == (1, 0)
    snapshots = made(neighbour.get("/ismap/snapshots"))["items"]
    assert [row["code"] for row in snapshots] == [second["snapshot"], first["snapshot"]]
    assert (snapshots[1]["acquired_on"], snapshots[1]["carried_by"]) == ("2026-11-01", "関 のぞみ")
    entries = made(staff.get(f"/ismap/snapshots/{second['snapshot']}/entries?limit=1"))
    assert (entries["items"][0]["service_name"], entries["items"][0]["state"]) == ("○○クラウド", "valid")
    assert entries["snapshot"]["code"] == second["snapshot"]
    path = f"/ismap/snapshots/{second['snapshot']}/entries?limit=1&cursor={entries['next_cursor']}"
    assert made(staff.get(path))["items"][0]["remarks"] == "=1+1"
    diff = made(staff.get(f"/ismap/diffs?from={first['snapshot']}&to={second['snapshot']}"))
    assert [row["service_name"] for row in diff["added"]] == ["□□ストレージ"]
    match = made(staff.get("/ismap/matches?name=○○クラウド&provider=△△株式会社"))
    assert (match["outcome"], match["candidates"][0]["registration_number"]) == ("registered", "C21-0001-2")
    problem(staff.get("/ismap/diffs?from=x&to=y"), 404, "not_found")


def test_the_list_of_a_past_day_is_read_by_the_day_with_the_states_of_that_day(admin: Desk, staff: Desk) -> None:
    bring(admin, as_csv([make_row(1, 有効期限="2026-10-31"), make_row(2)]), acquired_on="2026-09-01")
    bring(admin, as_csv([make_row(2), make_row(3), make_row(1, 有効期限="2028-10-31")]), acquired_on="2026-11-01")

    then = made(staff.get("/ismap/snapshots/2026-10-01/entries"))
    now = made(staff.get("/ismap/snapshots/2026-11-20/entries?state=valid"))

    assert {row["registration_number"]: row["state"] for row in then["items"]} == {
        "C24-0001-2": "expiring_soon",
        "C24-0002-2": "valid",
    }
    assert (then["as_of"], then["snapshot"]["acquired_on"]) == ("2026-10-01", "2026-09-01")
    assert len(now["items"]) == 3
    problem(staff.get("/ismap/snapshots/2026-08-31/entries"), 404, "not_found")


def test_a_refused_list_says_why_and_the_last_one_stays(admin: Desk) -> None:
    kept = bring(admin, FIRST)

    refused = bring(admin, HEAD)

    assert (refused["status"], refused["state"]) == ("failed", "refused")
    assert refused["refused"].endswith("。")
    assert refused["report"]["snapshot"] == kept["report"]["snapshot"]
    assert len(made(admin.get("/ismap/snapshots"))["items"]) == 1


def test_a_trial_changes_nothing(admin: Desk) -> None:
    tried = bring(admin, FIRST, trial="true")

    assert (tried["status"], tried["state"], tried["result_url"]) == ("succeeded", "tried", None)
    assert tried["report"]["added"] == 1
    assert made(admin.get("/ismap/snapshots"))["items"] == []


def test_a_loss_is_confirmed_by_a_second_person_only(admin: Desk, second: Desk, staff: Desk) -> None:
    bring(admin, as_csv(make_rows(20)))
    refused = bring(admin, as_csv(make_rows(10)))
    place, reason = f"/imports/{refused['id']}/confirmations", {"reason": "公表元の知らせで確かめた"}
    assert refused["state"] == "refused"

    problem(staff.send("POST", place, json=reason), 403, "not_permitted")
    problem(admin.send("POST", place, json=reason), 403, "not_permitted")
    problem(second.send("POST", place, json={"reason": " "}), 422, "validation_error")
    answer = second.send("POST", place, json=reason)
    assert answer.status_code == 202, answer.text
    confirmed = wait(second, answer.headers["location"].removeprefix("/api/v1"))

    assert (confirmed["status"], confirmed["report"]["removed"]) == ("succeeded", 10)
    problem(second.send("POST", place, json=reason), 409, "wrong_state")


def test_one_registration_is_read_through_time(admin: Desk, neighbour: Desk) -> None:
    bring(admin, as_csv([make_row(1), make_row(2)]), acquired_on="2026-09-01")
    bring(admin, as_csv([make_row(1, 備考="指摘あり"), make_row(2)]), acquired_on="2026-10-01")

    found = made(neighbour.get("/ismap/entries/ISMAP/C24-0001-2"))

    assert (found["entry"]["remarks"], found["is_listed"]) == ("指摘あり", True)
    assert [(row["change_class"], row["before"], row["after"]) for row in found["events"]] == [
        ("remark", None, "指摘あり")
    ]
    assert found["first_snapshot"]["acquired_on"] == "2026-09-01"
    problem(neighbour.get("/ismap/entries/ISMAP/C99-9999-2"), 404, "not_found")


def test_a_diff_names_our_services_and_no_one_elses(
    admin: Desk, staff: Desk, neighbour: Desk, sqlite_office: Office
) -> None:
    rows = [f"C21-1{number:03d}-2,○○{number},△△株式会社,2025-04-01,2027-03-31,\n" for number in range(20)]
    shorter = FIRST + "".join(rows)
    longer = shorter + SECOND.removeprefix(FIRST)
    before = bring(admin, longer)["report"]["snapshot"]
    number = sqlite_office.approved(subjects=[cloud(name="□□ストレージ", registry="auto")]).number
    after = bring(admin, shorter)["report"]["snapshot"]

    path = f"/ismap/diffs?from={before}&to={after}"

    assert made(staff.get(path))["affected"] == [number, made(staff.get("/services"))["items"][0]["number"]]
    assert made(neighbour.get(path))["affected"] == []


def test_a_row_kept_out_is_corrected_or_left_out_by_who_may(admin: Desk, staff: Desk, neighbour: Desk) -> None:
    rows = [make_row(1), make_row(2), make_row(3), make_row(4) | {"サービス名": ""}, make_row(2)]
    brought = bring(admin, as_csv(rows))
    assert brought["status"] == "partly_failed"
    kept_out = made(neighbour.get(brought["problems_url"].removeprefix("/api/v1")))["items"]
    by_reason = {row["reason"]: row for row in kept_out}
    nameless, twice = by_reason["empty_name"], by_reason["duplicate_number"]
    place = f"/ismap/quarantine/{nameless['id']}"
    body = {"fields": {"service_name": "星見クラウド4号"}, "reason": "公表元で名前を確かめた"}
    said = {"reason": "同じ行が2回あった"}

    problem(staff.send("POST", f"{place}/corrections", json=body, version=nameless["version"]), 403, "not_permitted")
    problem(admin.send("POST", f"{place}/corrections", json=body, version=9), 412, "stale_version")
    problem(
        admin.send("POST", f"{place}/corrections", json={**body, "fields": {"colour": "赤"}}, version=1),
        422,
        "validation_error",
    )
    corrected = admin.send("POST", f"{place}/corrections", json=body, version=nameless["version"])
    assert made(corrected)["state"] == "corrected"
    problem(admin.send("POST", f"{place}/corrections", json=body, version=2), 409, "wrong_state")
    twice = made(admin.get("/ismap/quarantine?state=open"))["items"][0]
    left = admin.post(f"/ismap/quarantine/{twice['id']}/exclusions", said, version=twice["version"])

    assert (made(left)["state"], made(left)["note"]) == ("left_out", "同じ行が2回あった")
    names = [row["service_name"] for row in made(staff.get("/ismap/snapshots/2026-11-20/entries"))["items"]]
    assert "星見クラウド4号" in names
    assert made(staff.get("/ismap/quarantine?state=open"))["items"] == []


def test_an_alias_counts_once_a_second_person_confirms_and_only_in_its_own_town(
    admin: Desk, second: Desk, staff: Desk, neighbour: Desk
) -> None:
    bring(admin, as_csv([make_row(1)]))
    body = {
        "kind": "service",
        "alias": "ほしみ共有箱",
        "listed_as": "星見クラウド1号",
        "source": "提供者の公表資料",
    }
    problem(staff.post("/ismap/aliases", body), 403, "not_permitted")

    proposed = made(admin.post("/ismap/aliases", body))
    place = f"/ismap/aliases/{proposed['id']}"
    assert made(staff.get("/ismap/matches?name=ほしみ共有箱"))["outcome"] != "registered"
    problem(admin.post(f"{place}/confirmations", version=1), 403, "not_permitted")
    problem(neighbour.get(place), 404, "not_found")
    confirmed = made(second.post(f"{place}/confirmations", version=1))

    assert confirmed["state"] == "confirmed"
    assert made(staff.get("/ismap/matches?name=ほしみ共有箱"))["outcome"] == "registered"
    assert made(neighbour.get("/ismap/matches?name=ほしみ共有箱"))["outcome"] != "registered"
    assert made(neighbour.get("/ismap/aliases"))["items"] == []
    problem(second.post(f"{place}/withdrawals", {"note": ""}, version=confirmed["version"]), 422, "validation_error")
    withdrawn = made(second.post(f"{place}/withdrawals", {"note": "誤り"}, version=confirmed["version"]))
    assert (withdrawn["state"], withdrawn["note"]) == ("withdrawn", "誤り")
    rejected = made(admin.post("/ismap/aliases", body | {"alias": "ほしみ別箱"}))
    assert made(second.post(f"/ismap/aliases/{rejected['id']}/rejections", {}, version=1))["state"] == "rejected"
    assert [row["state"] for row in made(staff.get("/ismap/aliases?state=rejected"))["items"]] == ["rejected"]


def test_operations_that_are_not_there_are_not_found(staff: Desk) -> None:
    problem(staff.get("/operations/INOTHING"), 404, "not_found")
