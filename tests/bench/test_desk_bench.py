"""The desk's part of the bench runs end to end on a few contracts. What it measures never fails a test."""

from __future__ import annotations

import json

import pytest

from tests.bench.desk_run import run_desk
from tests.bench.run import POSTGRESQL, SQLITE


@pytest.mark.slow
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def test_a_small_run_finds_every_use_and_says_whether_the_bars_hold(database: str) -> None:
    found = run_desk(database, 40)

    assert found.rows == {"provider": 5, "component": 5, "node": 5}
    assert all(seconds > 0 for seconds in found.seconds.values())
    assert json.loads(json.dumps(found.as_json(), ensure_ascii=False))["contracts"] == 40
    assert "\n".join(found.as_lines()).count("desk over 40 contracts") == 3
