"""The duties' part of the bench runs end to end on a short ledger, and says whether its bars hold."""

import json

import pytest

from tests.bench.duty_run import VIEWS, run_duties
from tests.bench.run import POSTGRESQL, SQLITE


@pytest.mark.slow
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def test_a_short_ledger_is_measured_and_the_morning_reads_only_what_is_due(database: str) -> None:
    found = run_duties(database, 6_000)

    assert found.figures["read"] == found.figures["due_things"] > 0
    assert found.figures["listed"] > 100
    assert all(found.figures[f"{name}_ms"] > 0 for name in VIEWS)
    assert json.loads(json.dumps(found.as_json(), ensure_ascii=False))["occurrences"] == 6_000
    text = "\n".join(found.as_lines())
    assert text.count("holds") + text.count("MISSED") == len(VIEWS) + 2
