"""The bars of the analysis over the half of the corpus it is developed on."""

import pytest

from tests.contract_clauses.measure import CORE, Measurement, f1, macro_f1, measure, precision, recall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dev() -> Measurement:
    return measure("dev")


def test_present_is_hardly_ever_said_of_what_is_not(dev: Measurement) -> None:
    assert (precision(dev.total, "present") or 0) >= 0.98
    assert (recall(dev.total, "present") or 0) >= 0.95


def test_the_three_labels_are_told_apart(dev: Measurement) -> None:
    assert macro_f1(dev.total) >= 0.95
    assert (f1(dev.total, "weak") or 0) >= 0.92
    assert macro_f1(dev.of(CORE)) >= 0.94


def test_no_clause_falls_behind(dev: Measurement) -> None:
    behind = {clause_id: round(macro_f1(counts), 3) for clause_id, counts in dev.counts.items()}

    assert {clause_id: figure for clause_id, figure in behind.items() if figure < 0.85} == {}
