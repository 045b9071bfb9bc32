"""Editions made for tests from a shipped pack, and lists taken in on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from policy.library import load_criteria, load_duties, load_pack, read_pack
from policy.pack import Pack
from tests.office import Office

NEW_CLAUSE = "8-1(2)①(エ)-15"
NEW_DUTY = "8-3(7)⑥"
DROPPED = "8-3(3)③"
DROPPED_DUTY = "8-3(7)③"
STRICTER = "8-3(3)⑤(イ)"


def sixth_edition(folder: Path) -> Path:
    """Write a sixth edition of むつ市's pack: a clause and a duty more, a provision and a duty less, one stricter."""
    file: dict[str, Any] = load_pack("mutsu").file.model_dump(mode="json", exclude_none=True)
    file["editions"] = [{"edition": "6", "in_force_from": "2027-04-01"}]
    kept = [dict(item) for item in file["provisions"] if item["id"] not in {DROPPED, DROPPED_DUTY}]
    for item in kept:
        item["leans_on"] = [rule for rule in item["leans_on"] if rule != DROPPED]
        if item["id"] == STRICTER:
            item["strength"] = "must"
    clause = next(item for item in kept if item["id"] == "8-1(2)①(エ)-14")
    duty = next(item for item in kept if item["id"] == "8-3(7)⑤")
    kept.append({**clause, "id": NEW_CLAUSE, "line": "生成AIへの入力の禁止"})
    kept.append({**duty, "id": NEW_DUTY, "line": "毎年の点検"})
    file["provisions"] = kept
    file["endings"] = [line for line in file["endings"] if line["provision"] not in {DROPPED, DROPPED_DUTY}]
    path = folder / "sixth.yaml"
    path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
    return path


def read_edition(path: Path) -> Pack:
    return read_pack(path, load_criteria(), load_duties(), named_after_folder=False)


def take_in_list(office: Office, code: str, *, status: str = "registered", name: str = "○○予約") -> None:
    """Take in a list that holds one service."""
    office.sql(
        "INSERT INTO registry_snapshot (organisation_id, created_at, code, source, acquired_on, carried_by, raw_sha256,"
        " content_hash, is_sample, columns, raw_rows, report, etag, last_modified)"
        " SELECT id, created_at, :code, 'list.csv', '2026-11-20', '', 'a', :content, false, '{}', '{}', '{}', '', ''"
        " FROM organisation WHERE code = 'shared'",
        code=code,
        content=code,
    )
    office.sql(
        "INSERT INTO registry_entry (organisation_id, created_at, snapshot_id, scheme, entry_key, registration_number,"
        " service_name, folded_name, provider, remarks, scope, status, source_row, raw, row_hash)"
        " SELECT organisation_id, created_at, id, 'ISMAP', 'C21-0000-2', 'C21-0000-2', :name, :folded, '△△株式会社',"
        " '', '', :status, 2, '{}', 'x' FROM registry_snapshot WHERE code = :code",
        code=code,
        name=name,
        folded=name,
        status=status,
    )
