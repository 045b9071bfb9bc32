"""Lists as files over the API: begun at once, asked after, fetched; tables tried first and then taken in."""

from __future__ import annotations

import json
from typing import Any

from fastapi.testclient import TestClient

from casework.ledgers import operations
from tests.api.desks import Desk, desk_of, problem
from tests.casework.ledgers.tables_brought import ROWS, messy_ledger
from tests.office import Office

NAMES = {"title": "契約件名", "contractor": "業者名", "department": "担当課", "starts_on": "自", "ends_on": "至"}


def ended(desk: Desk, answer: Any) -> dict[str, Any]:
    """Return a piece of long work as it ended."""
    assert answer.status_code == 202, answer.text
    assert answer.headers["retry-after"] == "2"
    for thread in list(operations._at_work.values()):
        thread.join(30)
    found: dict[str, Any] = desk.send("GET", answer.headers["location"].removeprefix("/api/v1")).json()
    return found


def test_a_list_is_written_beside_and_fetched_by_whoever_asked(client: TestClient, sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    desk = desk_of(client, sqlite_office, "procurement")

    done = ended(desk, desk.send("POST", "/exports/contracts", json={"kind": "csv", "asked": {"state": "concluded"}}))

    file = desk.send("GET", done["result_url"].removeprefix("/api/v1"))
    assert (done["status"], done["done"], done["total"]) == ("succeeded", 1, 1)
    assert contract.number in file.content.decode("utf-8-sig")
    other = desk_of(client, sqlite_office, "auditor").send("GET", f"/exports/contracts/{done['number']}")
    assert other.status_code == 404


def test_a_table_is_explained_tried_and_taken_in(client: TestClient, sqlite_office: Office) -> None:
    desk = desk_of(client, sqlite_office, "procurement")
    sent = {"file": ("台帳.xlsx", messy_ledger(ROWS), "application/octet-stream")}

    waits = ended(desk, desk.send("POST", "/table-imports/contracts", files=sent))
    tried = ended(desk, desk.send("POST", "/table-imports/contracts", files=sent, data={"mapping": json.dumps(NAMES)}))
    path = f"/table-imports/contracts/{tried['number']}/executions"
    taken = ended(desk, desk.send("POST", path, json={"partial": False}))

    assert waits["needs_mapping"] is True
    assert (tried["is_trial"], tried["counts"]["add"]) == (True, 2)
    assert (taken["status"], taken["counts"]["add"]) == ("succeeded", 2)
    assert sqlite_office.one("SELECT count(*) FROM contract WHERE is_existing") == 2


def test_who_works_on_no_contracts_brings_none_in(client: TestClient, sqlite_office: Office) -> None:
    sent = {"file": ("台帳.xlsx", messy_ledger(ROWS), "application/octet-stream")}

    answer = desk_of(client, sqlite_office, "staff").send("POST", "/table-imports/contracts", files=sent)

    problem(answer, 403, "not_permitted")
