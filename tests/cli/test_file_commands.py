"""``sekisho export`` and ``sekisho import``: the same files, the same refusals."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.casework.ledgers.tables_brought import ROWS, messy_ledger
from tests.cli.conftest import Terminal

NAMES = {"title": "契約件名", "contractor": "業者名", "department": "担当課", "starts_on": "自", "ends_on": "至"}


def test_a_list_is_exported_edited_and_imported(desk: Terminal, tmp_path: Path) -> None:
    contract = desk.office.concluded()
    file = tmp_path / "契約.csv"
    assert desk.run("export", "contracts", file, "--as", "procurement", "--where", "state=concluded").code == 0
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    rows[1][rows[0].index("件名")] = "新しい題"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)

    tried = desk.ask("import", "contracts", file, "--as", "procurement")
    taken = desk.ask("import", "contracts", file, "--as", "procurement", "--take-in")

    assert (tried["is_trial"], tried["counts"]["change"]) == (True, 1)
    assert (taken["is_trial"], taken["status"]) == (False, "succeeded")
    assert desk.office.one("SELECT title FROM contract WHERE number = :n", n=contract.number) == "新しい題"


def test_an_office_s_own_ledger_says_that_its_headings_wait_to_be_explained(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "台帳.xlsx"
    file.write_bytes(messy_ledger(ROWS))
    columns = [word for key, heading in NAMES.items() for word in ("--column", f"{key}={heading}")]

    waits = desk.ask("import", "contracts", file, "--as", "procurement")
    said = desk.run("import", "contracts", file, "--as", "procurement", "--take-in", *columns)

    assert waits["needs_mapping"] is True
    assert said.code == 0
    assert "取込: 追加 2" in said.out
    assert desk.office.one("SELECT count(*) FROM contract WHERE is_existing") == 2


def test_who_may_not_is_refused_with_one_sentence(desk: Terminal, tmp_path: Path) -> None:
    said = desk.run("export", "users", tmp_path / "a.csv", "--as", "staff")

    assert said.code == 2
    assert "システム管理" in said.err
