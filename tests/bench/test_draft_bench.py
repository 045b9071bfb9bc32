"""The harness for drafts runs end to end on a short draft. What it measures is for reading, and never fails a test."""

from __future__ import annotations

import json

import pytest

from tests.bench import drafts


@pytest.mark.slow
def test_a_run_measures_the_halves_and_says_whether_the_bars_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "LONG", 4_000)

    found = drafts.measure_drafts()

    assert set(found.halves) == {"dev", "held", "blind"}
    assert all(sum(half.total.values()) > 600 for half in found.halves.values())
    assert found.word_seconds > 0
    assert min(found.first_seconds) > 0
    assert found.reader_megabytes > 0
    assert {bar.limit for bar in found.bars()} >= {2.0, 0.7, 300}
    assert set(json.loads(json.dumps(found.as_json()))["halves"]["held"]) >= {"all", "client_may_audit"}
    assert any("the 15 core clauses" in line for line in found.as_lines())
