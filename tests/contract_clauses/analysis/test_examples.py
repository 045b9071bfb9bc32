"""Every clause file says what is present, weak and missing; its own wordings hold what they ask for."""

import pytest

from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.clause import Clause, Example
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts

CLAUSES = load_clauses()
EXAMPLES = [
    pytest.param(clause, example, id=f"{clause.id}-{number}")
    for clause in CLAUSES.values()
    for number, example in enumerate(clause.examples)
]


def judge(clause: Clause, text: str) -> ClauseGap:
    (gap,) = find_gaps(read_texts([("案.txt", f"第1条 {text}")]), [clause], rules_alone=True)
    return gap


@pytest.mark.parametrize(("clause", "example"), EXAMPLES)
def test_an_example_is_judged_as_its_file_says(clause: Clause, example: Example) -> None:
    gap = judge(clause, example.text)

    assert gap.result.value == example.state.value, gap.reason
    assert set(example.lacks) <= set(gap.missing_elements)


@pytest.mark.parametrize("register", ["kou_otsu", "client_contractor", "specification"])
@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_our_own_wording_is_present(clause: Clause, register: str) -> None:
    gap = judge(clause, getattr(clause.wording, register))

    assert gap.result.value == "present", gap.reason
    assert gap.missing_elements == ()


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_every_clause_can_be_looked_for(clause: Clause) -> None:
    assert clause.finding is not None
