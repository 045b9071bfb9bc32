from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office, cloud

HEAD = "登録番号,クラウドサービス名,クラウドサービス事業者名,登録日,有効期限,備考\n"
FIRST = HEAD + "C21-0001-2,○○クラウド,△△株式会社,2025-04-01,2027-03-31,\n"
SECOND = FIRST + "C21-0002-2,□□ストレージ,□□株式会社,2026-04-01,2028-03-31,=1+1\n"


def test_an_admin_brings_lists_in_and_everybody_reads_them(
    client: TestClient, sqlite_office: Office, staff: Desk, neighbour: Desk
) -> None:
    admin = desk_of(client, sqlite_office, "admin")
    file = ("list.csv", FIRST.encode(), "text/csv")
    problem(staff.send("POST", "/imports", files={"file": file}), 403, "not_permitted")
    problem(staff.get("/ismap/matches?name=○○クラウド"), 404, "not_found")

    first = made(admin.send("POST", "/imports", files={"file": file}, data={"acquired_on": "2026-11-01"}))
    assert (first["rows"], first["kept"], first["refused"]) == (1, 1, None)
    file = ("list.csv", SECOND.encode(), "text/csv")
    second = made(admin.send("POST", "/imports", files={"file": file}))
    assert (second["added"], second["removed"]) == (1, 0)

    snapshots = made(neighbour.get("/ismap/snapshots"))["items"]
    assert [row["code"] for row in snapshots] == [second["snapshot"], first["snapshot"]]
    assert (snapshots[1]["acquired_on"], snapshots[1]["carried_by"]) == ("2026-11-01", "関 のぞみ")
    entries = made(staff.get(f"/ismap/snapshots/{second['snapshot']}/entries?limit=1"))
    assert entries["items"][0]["service_name"] == "○○クラウド"
    assert entries["snapshot"]["code"] == second["snapshot"]
    path = f"/ismap/snapshots/{second['snapshot']}/entries?limit=1&cursor={entries['next_cursor']}"
    assert made(staff.get(path))["items"][0]["remarks"] == "=1+1"
    diff = made(staff.get(f"/ismap/diffs?from={first['snapshot']}&to={second['snapshot']}"))
    assert [row["service_name"] for row in diff["added"]] == ["□□ストレージ"]
    assert diff["affected"] == []
    match = made(staff.get("/ismap/matches?name=○○クラウド&provider=△△株式会社"))
    assert (match["outcome"], match["candidates"][0]["registration_number"]) == ("registered", "C21-0001-2")
    problem(staff.get("/ismap/diffs?from=x&to=y"), 404, "not_found")


def test_a_refused_list_says_why_and_the_last_one_stays(client: TestClient, sqlite_office: Office) -> None:
    admin = desk_of(client, sqlite_office, "admin")
    kept = made(admin.send("POST", "/imports", files={"file": ("list.csv", FIRST.encode(), "text/csv")}))

    refused = admin.send("POST", "/imports", files={"file": ("list.csv", HEAD.encode(), "text/csv")})

    said = problem(refused, 422, "file_rejected")
    assert said["report"]["snapshot"] == kept["snapshot"]
    assert said["report"]["refused"] == said["detail"]
    assert len(made(admin.get("/ismap/snapshots"))["items"]) == 1


def test_a_diff_names_our_services_and_no_one_elses(
    client: TestClient, sqlite_office: Office, staff: Desk, neighbour: Desk
) -> None:
    sqlite_office.approved(subjects=[cloud(name="□□ストレージ")])
    admin = desk_of(client, sqlite_office, "admin")
    rows = [f"C21-1{number:03d}-2,○○{number},△△株式会社,2025-04-01,2027-03-31,\n" for number in range(20)]
    shorter = FIRST + "".join(rows)
    longer = shorter + SECOND.removeprefix(FIRST)
    codes = [
        made(admin.send("POST", "/imports", files={"file": ("list.csv", text.encode(), "text/csv")}))["snapshot"]
        for text in (longer, shorter)
    ]

    path = f"/ismap/diffs?from={codes[0]}&to={codes[1]}"
    service = made(staff.get("/services"))["items"][0]["number"]
    assert made(staff.get(path))["affected"] == ["R8-0001", service]
    assert made(neighbour.get(path))["affected"] == []
