"""The harness runs end to end on a small database. What it measures is for reading, and never fails a test."""

from __future__ import annotations

import json

import pytest

from tests.bench.arms import BARE, KINDS, PAGES, RAW
from tests.bench.measure import Wish
from tests.bench.page_run import run_pages
from tests.bench.registry_run import RegistryWish
from tests.bench.run import POSTGRESQL, SQLITE, run

FEW = Wish(rounds=1, reads=4, writes=2)
SHORT = RegistryWish(rows=60, uses=20, names=20)


@pytest.mark.slow
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def test_a_small_run_measures_every_arm_and_says_whether_the_bars_hold(database: str) -> None:
    found = run(database, 200, FEW, SHORT)
    names = {f"{kind}:{call}" for kind in KINDS for call in ("first", "deep", "search", "one")}
    assert set(found.arms) == {BARE, RAW, "create", "evaluate", "decide", *PAGES} | names
    assert set(found.statements) == set(found.arms) - {BARE, RAW}
    assert all(figures["p50_ms"] > 0 and figures["per_second_at_8"] > 0 for figures in found.arms.values())
    assert found.ratio(BARE) == 1.0
    assert len(found.worker_megabytes) == 2
    kept = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    assert [bar["name"] for bar in kept["bars"]] == [bar.name for bar in found.bars()]
    assert {bar["limit"] for bar in kept["bars"]} == {0.0, 0.03, 0.5, 1.2, 1.5, 2.5, 3.0, 5.0, 10.0, 30.0, 60.0, 150.0}
    text = "\n".join(found.as_lines())
    assert text.count("holds") + text.count("MISSED") == len(kept["bars"]) == 25


@pytest.mark.slow
def test_the_pages_alone_are_measured_over_one_connection_and_over_eight() -> None:
    found = run_pages(SQLITE, rows=60, wish=Wish(rounds=1, reads=2))

    assert set(found.arms) == set(PAGES)
    assert all(figures["p95_ms_at_8"] > 0 for figures in found.arms.values())
    assert [line for line in found.as_lines() if "p95 at 8" in line and "at most 150" in line]
