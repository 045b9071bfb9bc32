"""Delegations over the API: asked for by the giver, permitted by the CISO, ended at once; nothing for the next town."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office

WISH: dict[str, Any] = {
    "delegate": "colleague",
    "scope": ["supervising_officer"],
    "starts_on": "2026-11-20",
    "ends_on": "2026-11-27",
    "reason": "出張のため",
}


@pytest.fixture
def ciso(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "ciso")


def test_a_delegation_is_asked_for_permitted_and_ended(officer: Desk, ciso: Desk) -> None:
    scopes = made(officer.get("/delegation-scopes"))["items"]
    asked = made(officer.post("/delegations", WISH))
    permitted = made(ciso.post(f"/delegations/{asked['id']}/decisions", {"is_permitted": True}, version=1))
    ended = made(officer.post(f"/delegations/{asked['id']}/revocations", version=2))

    assert [part["code"] for part in scopes] == ["supervising_officer"]
    assert (asked["state"], asked["is_in_force"]) == ("requested", False)
    assert (permitted["state"], permitted["is_in_force"], permitted["decided_by"]) == ("permitted", True, "小林 まち")
    assert (ended["state"], ended["is_in_force"], ended["version"]) == ("revoked", False, 3)


def test_the_same_call_twice_asks_once(officer: Desk, sqlite_office: Office) -> None:
    first = officer.post("/delegations", WISH, key="once")
    again = officer.post("/delegations", WISH, key="once")

    assert first.json() == again.json()
    assert sqlite_office.one("SELECT count(*) FROM delegation") == 1


def test_only_the_ciso_decides_on_the_version_read(officer: Desk, ciso: Desk, auditor: Desk) -> None:
    key = made(officer.post("/delegations", WISH))["id"]

    problem(officer.post(f"/delegations/{key}/decisions", {"is_permitted": True}, version=1), 403, "not_permitted")
    problem(auditor.post(f"/delegations/{key}/decisions", {"is_permitted": True}, version=1), 403, "not_permitted")
    problem(ciso.post(f"/delegations/{key}/decisions", {"is_permitted": True}, version=9), 412, "stale_version")
    problem(ciso.post(f"/delegations/{key}/decisions", {"is_permitted": False}, version=1), 422, "validation_error")


def test_what_is_amiss_is_pointed_at(officer: Desk) -> None:
    refused = problem(officer.post("/delegations", WISH | {"scope": ["ciso"], "reason": ""}), 422, "validation_error")

    assert {error["pointer"] for error in refused["errors"]} == {"/scope", "/reason"}


def test_strangers_and_the_next_town_know_of_nothing(officer: Desk, staff: Desk, neighbour: Desk) -> None:
    key = made(officer.post("/delegations", WISH))["id"]

    for desk in (staff, neighbour):
        assert made(desk.get("/delegations"))["items"] == []
        problem(desk.get(f"/delegations/{key}"), 404, "not_found")
        problem(desk.post(f"/delegations/{key}/revocations", version=1), 404, "not_found")
        problem(desk.post(f"/delegations/{key}/withdrawals", version=1), 404, "not_found")
