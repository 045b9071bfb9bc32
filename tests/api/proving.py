"""Showing over REST that no holder has anything left."""

from __future__ import annotations

import json
from typing import Any

from tests.api.desks import Desk, made

PDF = ("deletion.pdf", b"%PDF-1.7 deleted", "application/pdf")
CERTIFICATE = {
    "kind": "deletion",
    "items": "予約の記録と複製のすべて",
    "count": 1248,
    "method": "crypto_erase",
    "verification": "復号できないことを確かめた",
    "done_by": "運用部の担当者",
    "place": "国内のデータセンター",
    "issuer": "△△株式会社",
}
IN_USE_UNTIL = "2026-11-19"


def holdings(desk: Desk, number: str) -> list[dict[str, Any]]:
    """Return the holdings of a contract."""
    listed: list[dict[str, Any]] = made(desk.get(f"/contracts/{number}/holdings"))["items"]
    return listed


def stopped(desk: Desk, number: str) -> list[dict[str, Any]]:
    """Say that every holder stopped using the information before today, and return the holdings."""
    said = {"last_used_on": IN_USE_UNTIL, "reason": "移行を終えた"}
    for row in holdings(desk, number):
        made(desk.put(f"/contracts/{number}/holdings/{row['id']}/last-use", said, version=row["version"]))
    return holdings(desk, number)


def send_proof(desk: Desk, number: str, row: dict[str, Any], **said: object) -> Any:
    """Send a proof for a holding and return the answer."""
    form = {"proof": json.dumps(CERTIFICATE | {"done_on": "2026-11-20"} | said)}
    path = f"/contracts/{number}/holdings/{row['id']}/proofs"
    return desk.post(path, version=row["version"], data=form, files={"file": PDF})


def prove_all(first: Desk, second: Desk, number: str) -> None:
    """Prove every holding of a contract, seen by two people."""
    for row in stopped(first, number):
        proof = made(send_proof(first, number, row))
        path = f"/contracts/{number}/holdings/proofs/{proof['id']}/confirmations"
        assert first.post(path, version=proof["version"]).status_code == 403
        made(second.post(path, version=proof["version"]))
    assert {row["state"] for row in holdings(first, number)} == {"settled"}
