from pathlib import Path
from typing import Any

import pytest
import yaml

from ismap.entry import Entry
from ismap.snapshot import Outcome, take_in

DIRTY = Path(__file__).parent / "dirty"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((DIRTY / "expected.yaml").read_text(encoding="utf-8"))
COLUMNS = {
    "names": "service_name",
    "numbers": "registration_number",
    "providers": "provider",
    "remarks": "remarks",
    "statuses": "status",
    "expires_on": "expires_on",
}
SAID = {"before", "kind", "rows", "kept", "lints", "kept_out", "unchanged", "came", "refused", "lists", *COLUMNS}


def take_in_file(name: str, before: Outcome | None) -> Outcome:
    raw = (DIRTY / name).read_bytes()
    if before is None:
        return take_in(raw)
    return take_in(raw, previous=before.entries, previous_columns=before.columns, previous_raw_rows=before.raw_rows)


def entries_of(outcome: Outcome) -> list[Entry]:
    return [entry for entries in outcome.entries.values() for entry in entries]


def shown(value: object) -> str | None:
    return None if value is None else str(value)


def test_every_dirty_file_has_its_expected_outcome_and_there_are_enough() -> None:
    files = {path.name for path in DIRTY.iterdir() if not path.name.startswith(".")} - {"expected.yaml"}

    assert files == set(EXPECTED)
    assert len(files) >= 45
    assert not {word for expected in EXPECTED.values() for word in expected} - SAID


@pytest.mark.parametrize("name", EXPECTED)
def test_a_dirty_file_comes_to_what_was_worked_out_by_hand(name: str) -> None:
    expected = EXPECTED[name]
    before = take_in_file(expected["before"], None) if "before" in expected else None

    outcome = take_in_file(name, before)

    assert outcome.refused_code == expected.get("refused")
    if outcome.refused_code:
        assert_nothing_stayed_of_it(outcome, before)
        return
    report = outcome.report
    assert [f"{lint.kind} {lint.row or '-'}" for lint in outcome.lints] == expected.get("lints", [])
    assert [f"{row.reason} {row.row}" for row in outcome.quarantine] == expected.get("kept_out", [])
    assert (report["rows"], report["kept"]) == (expected["rows"], expected["kept"])
    assert report["quarantined"] == expected["rows"] - expected["kept"]
    assert outcome.unchanged is expected.get("unchanged", False)
    if "came" in expected:
        assert [report["added"], report["changed"], report["removed"]] == expected["came"]


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if "refused" not in expected])
def test_the_entries_of_a_dirty_file_say_what_was_worked_out_by_hand(name: str) -> None:
    expected = EXPECTED[name]
    before = take_in_file(expected["before"], None) if "before" in expected else None

    outcome = take_in_file(name, before)

    entries = entries_of(outcome)
    for word, field in COLUMNS.items():
        if word in expected:
            assert [shown(getattr(entry, field)) for entry in entries] == expected[word], word
    assert outcome.kind == expected.get("kind", "csv")
    assert {scheme: len(rows) for scheme, rows in outcome.entries.items()} == expected.get(
        "lists", {"ISMAP": len(entries)}
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_dirty_file_that_comes_again_changes_nothing(name: str) -> None:
    expected = EXPECTED[name]
    first = take_in_file(name, take_in_file(expected["before"], None) if "before" in expected else None)

    again = take_in_file(name, first)

    assert again.refused_code == expected.get("refused")
    assert again.unchanged is (again.refused is None)
    assert (again.entries, again.raw_rows) == (first.entries, first.raw_rows)


def assert_nothing_stayed_of_it(outcome: Outcome, before: Outcome | None) -> None:
    kept = before or Outcome({}, {}, {})
    assert (outcome.entries, outcome.columns, outcome.raw_rows) == (kept.entries, kept.columns, kept.raw_rows)
    assert outcome.refused
    assert outcome.refused.endswith("。")
    assert (outcome.report["added"], outcome.report["changed"], outcome.report["removed"]) == (0, 0, 0)
