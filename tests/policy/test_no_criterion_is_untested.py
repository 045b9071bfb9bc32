"""Every outcome of every criterion is held by an example: change it, and an example fails."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models.vocabulary import Result
from policy.criterion import Assessment, Case, Criterion, Example
from policy.library import load_criteria

Assess = Callable[[Example], Assessment]
CRITERIA = load_criteria()
CASES = [
    pytest.param(criterion, at, id=f"{criterion.id}: {at + 1}: {case.result.value}")
    for criterion in CRITERIA.values()
    for at, case in enumerate(criterion.facts_decide)
]


def by(criterion: Criterion) -> Assess:
    """How the criterion judges an example."""
    return lambda example: criterion.assess(
        example.facts,
        example.answer,
        as_of=example.as_of,
        strength=example.strength,
        evidence_holder=example.evidence_holder,
    )


def kept_by_its_examples(criterion: Criterion, assess: Assess) -> bool:
    """Whether every example still comes to what it says."""
    return all(assess(example).result is example.result for example in criterion.examples)


def others(result: Result) -> list[Result]:
    return [other for other in Result if other is not result]


def with_case(criterion: Criterion, at: int, case: Case | None) -> Criterion:
    """The criterion with one of its cases replaced, or taken out."""
    cases: list[Any] = list(criterion.facts_decide)
    cases[at : at + 1] = [case] if case is not None else []
    return criterion.model_copy(update={"facts_decide": tuple(cases)})


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=CRITERIA)
def test_an_outcome_replaced_by_any_other_is_noticed(criterion: Criterion) -> None:
    assert kept_by_its_examples(criterion, by(criterion))
    for outcome in {example.result for example in criterion.examples}:
        for other in others(outcome):

            def replaced(example: Example, outcome: Result = outcome, other: Result = other) -> Assessment:
                said = by(criterion)(example)
                return replace(said, result=other) if said.result is outcome else said

            assert not kept_by_its_examples(criterion, replaced), f"{outcome} → {other}"


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=CRITERIA)
def test_a_criterion_that_always_says_the_same_is_noticed(criterion: Criterion) -> None:
    for constant in Result:

        def always(example: Example, constant: Result = constant) -> Assessment:
            return replace(by(criterion)(example), result=constant)

        assert not kept_by_its_examples(criterion, always), constant


@pytest.mark.parametrize(("criterion", "at"), CASES)
def test_a_case_that_decides_otherwise_is_noticed(criterion: Criterion, at: int) -> None:
    case = criterion.facts_decide[at]
    for other in others(case.result):
        changed = with_case(criterion, at, case.model_copy(update={"result": other}))

        assert not kept_by_its_examples(changed, by(changed)), other


@pytest.mark.parametrize(("criterion", "at"), CASES)
def test_a_case_that_is_taken_out_is_noticed(criterion: Criterion, at: int) -> None:
    changed = with_case(criterion, at, None)

    assert not kept_by_its_examples(changed, by(changed))


@pytest.mark.parametrize(("criterion", "at"), CASES)
def test_a_value_taken_out_of_a_case_is_noticed(criterion: Criterion, at: int) -> None:
    case = criterion.facts_decide[at]
    for fact, listed in case.when.items():
        for gone in listed:
            kept = {**case.when, fact: tuple(value for value in listed if value != gone)}
            changed = with_case(criterion, at, case.model_copy(update={"when": kept}))

            assert not kept_by_its_examples(changed, by(changed)), f"{fact}: {gone}"


@pytest.mark.parametrize("criterion", [one for one in CRITERIA.values() if one.evidence_of], ids=lambda one: one.id)
def test_a_criterion_that_takes_a_companys_mark_for_its_services_is_noticed(criterion: Criterion) -> None:
    lenient = criterion.model_copy(update={"evidence_of": None})

    assert not kept_by_its_examples(criterion, by(lenient))
