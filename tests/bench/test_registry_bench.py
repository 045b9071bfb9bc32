"""The lists' part of the bench runs end to end on a short list, and judges exactly the uses that are concerned."""

from __future__ import annotations

import json

import pytest

from tests.bench.registry_ledger import KINDS, concerned, number_of, plan_uses, touch
from tests.bench.registry_lists import service_rows
from tests.bench.registry_run import RegistryWish
from tests.bench.run import POSTGRESQL, SQLITE, run_registry

ROWS, USES = 200, 600


def test_twenty_changes_concern_uses_of_every_kind_and_leave_most_alone() -> None:
    rows = service_rows(ROWS)
    uses = plan_uses(USES, rows)

    found = concerned(uses, touch(rows))

    kinds = {use.kind for at, use in enumerate(uses) if number_of(at) in found}
    assert kinds == set(KINDS)
    assert 20 < len(found) < USES / 5


@pytest.mark.slow
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def test_a_small_run_judges_exactly_the_uses_concerned_and_says_whether_the_bars_hold(database: str) -> None:
    rows = service_rows(ROWS)
    meant = concerned(plan_uses(USES, rows), touch(rows))

    found = run_registry(database, RegistryWish(rows=ROWS, uses=USES, names=50))

    assert found.figures["follow_judged"] == len(meant)
    assert 0 < found.figures["follow_changed"] < len(meant)
    assert all(value > 0 for name, value in found.figures.items() if name.endswith(("_seconds", "_ms")))
    kept = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    text = "\n".join(found.as_lines())
    assert text.count("holds") + text.count("MISSED") == len(kept["bars"]) == 7
