"""The next town sees nothing of ours: not in a list, not by number, and is told no more than that there is nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.api.desks import Desk, made, problem
from tests.office import Office

OURS = [
    "/requests/{request}",
    "/requests/{request}/versions",
    "/requests/{request}/verdicts",
    "/requests/{request}/verdicts/current",
    "/requests/{request}/verdicts/1",
    "/requests/{request}/attachments",
    "/services/{service}",
    "/contracts/{contract}",
    "/contracts/{contract}/clause-checks",
    "/contracts/{contract}/clause-checks/{provision}",
    "/contracts/{contract}/closing",
    "/contracts/{contract}/closing/items",
    "/contracts/{contract}/closing/items/{item}",
    "/obligations/{obligation}",
    "/files/{file}",
    "/delegations/{delegation}",
]


@pytest.fixture
def ours(sqlite_office: Office, procurement: Desk, staff: Desk) -> dict[str, object]:
    """Name one of everything we have."""
    drafted = sqlite_office.draft()
    file = ("memo.txt", b"memo", "text/plain")
    made(staff.post(f"/requests/{drafted.number}/attachments", files={"file": file}))
    contract = sqlite_office.concluded()
    closing = f"/contracts/{contract.number}/closing"
    made(procurement.post(closing, {}, version=contract.version))
    wish = {
        "delegate": "staff",
        "scope": ["procurement"],
        "starts_on": "2026-11-20",
        "ends_on": "2026-11-20",
        "reason": "出張",
    }
    return {
        "delegation": made(procurement.post("/delegations", wish))["id"],
        "request": "R8-0002",
        "service": made(procurement.get("/services"))["items"][0]["number"],
        "contract": contract.number,
        "provision": made(procurement.get(f"/contracts/{contract.number}/clause-checks"))["items"][0]["provision"],
        "item": made(procurement.get(f"{closing}/items"))["items"][0]["code"],
        "obligation": sqlite_office.one("SELECT min(id) FROM duty_occurrence"),
        "file": sqlite_office.one("SELECT min(id) FROM evidence_file"),
        "duty": sqlite_office.one("SELECT min(id) FROM duty WHERE kind = 'event'"),
    }


@pytest.mark.parametrize("path", OURS)
def test_what_is_ours_is_there_for_us_and_not_for_the_next_town(
    ours: dict[str, object], procurement: Desk, neighbour: Desk, path: str
) -> None:
    assert procurement.get(path.format_map(ours)).status_code == 200
    problem(neighbour.get(path.format_map(ours)), 404, "not_found")


@pytest.mark.parametrize("path", ["/requests", "/services", "/contracts", "/obligations", "/audit-events"])
def test_our_rows_stand_in_no_list_of_the_next_town(
    ours: dict[str, object], auditor: Desk, neighbour: Desk, path: str
) -> None:
    assert made(auditor.get(path))["items"] != []
    assert made(neighbour.get(path))["items"] == []


def test_the_next_town_changes_nothing_of_ours(ours: dict[str, object], neighbour: Desk, sqlite_office: Office) -> None:
    # What the next town was refused stands in its own record; ours has nothing of it.
    events = "SELECT count(*) FROM audit_event e JOIN organisation o ON o.id = e.organisation_id WHERE o.code = :town"
    before = sqlite_office.one(events, town="hoshimigaoka")
    seen = {"version": 2, "content_hash": "x"}
    period = {"starts_on": "2028-04-01", "ends_on": "2029-03-31"}
    deeds: list[tuple[str, Mapping[str, object] | None]] = [
        ("/requests/{request}/submissions", {}),
        ("/requests/{request}/withdrawals", {}),
        ("/requests/{request}/decisions", {"action": "approve", "manager": "next_staff", "seen": seen}),
        ("/contracts/{contract}/terms", period),
        ("/contracts/{contract}/conclusions", {"concluded_on": "2026-11-20"}),
        ("/contracts/{contract}/closing", {}),
        ("/contracts/{contract}/closing/items/{item}/confirmations", None),
        ("/contracts/{contract}/closing/completion", None),
        ("/obligations/{obligation}/completions", {"done_on": "2026-11-20", "note": "確認した"}),
        ("/duties/{duty}/events", {"happened_on": "2026-11-20", "due_on": "2026-11-21"}),
        ("/contracts", {"request": "{request}", "title": "x", "contractor": "y", "period": period}),
    ]

    for path, body in deeds:
        said = {**body, "request": str(ours["request"])} if body and "request" in body else body
        problem(neighbour.post(path.format_map(ours), said, version=2), 404, "not_found")

    assert sqlite_office.one(events, town="hoshimigaoka") == before
    assert sqlite_office.one(events, town="tonari") == len(deeds)
