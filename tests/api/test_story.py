"""The whole story over REST, by the people whose story it is."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of, made
from tests.api.proving import prove_all
from tests.office import Office, complete, document

PDF = ("deletion.pdf", b"%PDF-1.7 deleted", "application/pdf")


def test_a_request_goes_all_the_way_from_draft_to_closed_contract(
    client: TestClient, sqlite_office: Office, staff: Desk, officer: Desk, procurement: Desk, manager: Desk
) -> None:
    drafted = made(staff.post("/requests", complete(document())))
    number = drafted["number"]
    submitted = made(staff.post(f"/requests/{number}/submissions", {}, version=drafted["version"]))
    assert (submitted["state"], submitted["waits_for_roles"]) == ("in_review", ["supervising_officer"])

    read = made(officer.get(f"/requests/{number}"))
    approved = made(officer.post(f"/requests/{number}/decisions", _approval(read), version=read["version"]))
    assert approved["state"] == "approved"
    assert made(staff.get("/services"))["items"][0]["name"] == "○○予約"

    contract = _concluded(procurement, number, sqlite_office.clock.today)
    assert contract["state"] == "concluded"

    _check_is_recorded(sqlite_office, manager)
    chief = desk_of(client, sqlite_office, "security_manager")
    closed = _ended(procurement, manager, chief, contract)

    assert closed["state"] == "closed"
    assert made(procurement.get(f"/contracts/{contract['number']}"))["state"] == "closed"
    auditor = desk_of(client, sqlite_office, "auditor")
    verified = made(auditor.get("/audit-events/verification"))
    assert verified["ok"]
    assert verified["events"] == sqlite_office.one(
        "SELECT count(*) FROM audit_event e JOIN organisation o ON o.id = e.organisation_id"
        " WHERE o.code = 'hoshimigaoka'"
    )


def _approval(read: dict[str, Any]) -> dict[str, Any]:
    seen = {"version": read["version"], "content_hash": read["content_hash"]}
    return {"action": "approve", "manager": "service_manager", "seen": seen}


def _concluded(procurement: Desk, request_number: str, today: date) -> dict[str, Any]:
    stated = {
        "request": request_number,
        "title": "予約サービス利用契約",
        "contractor": "△△株式会社",
        "period": {"starts_on": "2027-04-01", "ends_on": "2028-03-31", "notice_on": "2027-12-28"},
        "amount": {"amount": 1320000, "currency": "JPY", "tax": "included"},
    }
    contract = made(procurement.post("/contracts", stated))
    checks = made(procurement.get(f"/contracts/{contract['number']}/clause-checks"))["items"]
    assert [check for check in checks if check["is_blocking"]] != []
    for check in checks:
        path = f"/contracts/{contract['number']}/clause-checks/{check['provision']}"
        made(procurement.put(path, {"state": "present", "place": "第5条"}, version=check["version"]))
    return made(
        procurement.post(
            f"/contracts/{contract['number']}/conclusions",
            {"concluded_on": today.isoformat()},
            version=contract["version"],
        )
    )


def _check_is_recorded(office: Office, manager: Desk) -> None:
    mine = made(manager.get("/obligations?mine=true&is_open=true"))["items"]
    first = mine[0]
    done = made(
        manager.post(
            f"/obligations/{first['id']}/completions",
            {"done_on": office.clock.today.isoformat(), "note": "登録の継続を一覧で確かめた"},
            version=first["version"],
        )
    )
    assert done["state"] == "done"
    second = mine[1]
    with_file = manager.post(
        f"/obligations/{second['id']}/completions",
        version=second["version"],
        data={"done_on": office.clock.today.isoformat()},
        files={"file": PDF},
    )
    file_url = made(manager.get(f"/obligations/{made(with_file)['id']}"))["file_url"]
    fetched = manager.get(file_url.removeprefix("/api/v1"))
    assert fetched.content == PDF[1]
    assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''deletion.pdf"
    assert fetched.headers["x-content-type-options"] == "nosniff"


def _ended(procurement: Desk, manager: Desk, chief: Desk, contract: dict[str, Any]) -> dict[str, Any]:
    path = f"/contracts/{contract['number']}/closing"
    early = {"road": "early", "reason": "双方の合意による中途解約", "on": "2026-11-19"}
    made(procurement.post(path, {}, version=contract["version"]))
    ending = made(manager.post(f"{path}/roads", early, version=made(manager.get(path))["version"]))
    assert manager.post(f"{path}/completion", version=ending["version"]).json()["code"] == "closing_incomplete"
    prove_all(manager, procurement, contract["number"])
    for item in made(manager.get(f"{path}/items"))["items"]:
        if item["state"] == "done":
            continue  # what follows from the proof of every holder
        _settled(chief if item["code"] == "disposal_permitted" else manager, path, item)
        if item["needs_second_checker"]:
            again = made(manager.get(f"{path}/items/{item['code']}"))
            assert again["waits_for_second_checker"]
            confirmation = f"{path}/items/{item['code']}/confirmations"
            assert manager.post(confirmation, version=again["version"]).status_code == 403
            assert made(procurement.post(confirmation, version=again["version"]))["state"] == "done"
    return made(manager.post(f"{path}/completion", version=ending["version"]))


def _settled(manager: Desk, path: str, item: dict[str, Any]) -> None:
    details = dict.fromkeys(item["evidence_fields"], "2028-04-03 に確認")
    address = f"{path}/items/{item['code']}"
    if not item["needs_evidence"]:
        said = {"state": "done", "note": "済ませた", "details": details}
        made(manager.put(address, said, version=item["version"]))
        return
    form = {"note": "削除証明を受け取った", "details": json.dumps(details)}
    made(manager.post(f"{address}/evidence", version=item["version"], data=form, files={"file": PDF}))
