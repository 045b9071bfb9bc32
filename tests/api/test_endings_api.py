"""Information in other hands, roads and acceptance over REST."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made, problem
from tests.api.proving import PDF, holdings, send_proof, stopped
from tests.office import Office, outsourcing


@pytest.fixture
def number(sqlite_office: Office, procurement: Desk) -> str:
    """A contract whose ending is open."""
    contract = sqlite_office.concluded()
    made(procurement.post(f"/contracts/{contract.number}/closing", {}, version=contract.version))
    return contract.number


def test_what_was_handed_over_is_noted_before_the_end_and_compared_at_it(
    sqlite_office: Office, procurement: Desk
) -> None:
    contract = sqlite_office.concluded()
    path = f"/contracts/{contract.number}/holdings"
    (before,) = holdings(procurement, contract.number)
    noted = made(procurement.put(f"{path}/information/1", {"count": 1300}, version=before["version"]))
    made(procurement.post(f"/contracts/{contract.number}/closing", {}, version=contract.version))
    (row,) = stopped(procurement, contract.number)

    refused = problem(send_proof(procurement, contract.number, row), 422, "validation_error")
    kept = made(send_proof(procurement, contract.number, row, difference="52件は期間中に返却を受けた"))

    assert (before["id"], before["state"], noted["state"], noted["count_given"]) == (None, "held", "held", 1300)
    assert [error["pointer"] for error in refused["errors"]] == ["/difference"]
    assert (kept["state"], kept["difference"]) == ("recorded", "52件は期間中に返却を受けた")
    assert procurement.get(kept["file_url"].removeprefix("/api/v1")).content == PDF[1]


def test_a_weak_certificate_names_what_is_amiss(number: str, procurement: Desk) -> None:
    (row,) = stopped(procurement, number)

    refused = problem(
        send_proof(procurement, number, row, method="format", done_on="2026-11-01"), 422, "validation_error"
    )
    unreadable = problem(send_proof(procurement, number, row, count="たくさん", hidden=1), 422, "validation_error")

    assert {error["code"] for error in refused["errors"]} == {"method_too_weak", "before_last_use"}
    assert {error["pointer"] for error in unreadable["errors"]} == {"/count", "/hidden"}


def test_a_refused_proof_and_item_are_open_again(number: str, procurement: Desk, manager: Desk) -> None:
    (row,) = stopped(procurement, number)
    proof = made(send_proof(procurement, number, row))
    refusal = f"/contracts/{number}/holdings/proofs/{proof['id']}/refusals"
    refused = made(manager.post(refusal, {"reason": "名義が違う"}, version=proof["version"]))
    items = f"/contracts/{number}/closing/items"
    item = made(procurement.get(f"{items}/ledger_updated"))
    wish = {"state": "not_applicable", "reason": "台帳の対象外"}
    asked = made(procurement.put(f"{items}/ledger_updated", wish, version=item["version"]))
    back = made(manager.post(f"{items}/ledger_updated/refusals", {"reason": "対象です"}, version=asked["version"]))

    assert (refused["state"], refused["refusal"]) == ("refused", "名義が違う")
    assert [holding["state"] for holding in holdings(procurement, number)] == ["open"]
    assert (asked["is_leaving_out"], asked["state"], asked["waits_for_second_checker"]) == (True, "open", True)
    assert (back["is_leaving_out"], back["waits_for_second_checker"]) == (False, False)


def test_an_end_by_bankruptcy_says_so_and_asks_for_more(number: str, procurement: Desk) -> None:
    path = f"/contracts/{number}/closing"
    ending = made(procurement.get(path))
    bare = procurement.post(f"{path}/roads", {"road": "bankruptcy"}, version=ending["version"])
    said = {"road": "bankruptcy", "reason": "破産手続の開始", "on": "2026-11-18"}

    changed = made(procurement.post(f"{path}/roads", said, version=ending["version"]))

    assert {error["pointer"] for error in problem(bare, 422, "validation_error")["errors"]} == {"/reason", "/on"}
    assert (changed["road"], changed["road_on"], changed["version"]) == ("bankruptcy", "2026-11-18", 2)
    codes = {item["code"] for item in made(procurement.get(f"{path}/items"))["items"]}
    assert {"administrator_asked", "access_cut_off"} <= codes


def test_a_part_ends_while_the_contract_goes_on(sqlite_office: Office, procurement: Desk) -> None:
    contract = sqlite_office.concluded()
    said = {"information": [1], "last_used_on": "2026-11-20", "reason": "取扱いをやめた"}

    ended = made(procurement.post(f"/contracts/{contract.number}/holdings/ends", said, version=contract.version))

    assert [(row["state"], row["last_used_on"]) for row in ended["items"]] == [("open", "2026-11-20")]
    assert made(procurement.get(f"/contracts/{contract.number}"))["state"] == "concluded"


def test_an_acceptance_has_ten_days_and_as_many_after_a_correction(client: TestClient, sqlite_office: Office) -> None:
    request = sqlite_office.decide(sqlite_office.submitted(subjects=[outsourcing()]), "security_manager")
    contract = sqlite_office.concluded(request)
    closing = f"/contracts/{contract.number}/closing"
    sqlite_office.clock.set_day(date(2028, 4, 3))
    procurement = desk_of(client, sqlite_office, "procurement")
    ending = made(procurement.post(closing, {}, version=contract.version))
    rounds = f"{closing}/acceptance"

    def inspect(row: dict[str, Any], **said: object) -> Any:
        form = {"inspection": json.dumps({"inspected_on": "2028-04-03", "findings": "確かめた"} | said)}
        path = f"{rounds}/inspections"
        return procurement.post(path, version=row["version"], data=form, files={"file": PDF})

    first = made(procurement.post(rounds, {"noticed_on": "2028-04-03"}, version=ending["version"]))
    mended = made(inspect(first, result="correction"))
    now = made(procurement.get(closing))
    second = made(procurement.post(rounds, {"noticed_on": "2028-04-03"}, version=now["version"]))
    unsure = problem(inspect(second, result="passed"), 422, "validation_error")
    passed = made(inspect(second, result="passed", measures_kept=True))

    assert (first["due_on"], mended["result"], second["round_no"]) == ("2028-04-12", "correction", 2)
    assert [error["code"] for error in unsure["errors"]] == ["measures_not_confirmed"]
    assert passed["result"] == "passed"
    assert made(procurement.get(f"{closing}/items/acceptance_inspected"))["state"] == "done"
    assert [row["result"] for row in made(procurement.get(rounds))["items"]] == ["correction", "passed"]
