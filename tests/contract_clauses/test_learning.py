"""The passages to learn from: every line can be read, and speaks of clauses and elements that there are."""

from pathlib import Path

import pytest

from contract_clauses.library import load_clauses
from tests.contract_clauses.measure import LABELS

LEARNING = Path(__file__).parent / "learning"
CLAUSES = load_clauses()


@pytest.mark.parametrize("clause_id", sorted(CLAUSES))
def test_a_passage_says_its_answer_in_words_that_there_are(clause_id: str) -> None:
    lines = (LEARNING / f"{clause_id}.txt").read_text(encoding="utf-8").splitlines()
    own = {element.id for element in CLAUSES[clause_id].elements}

    assert len(set(lines)) == len(lines) == 400
    for line in lines:
        state, lacks, also, text = line.split("｜")
        assert text
        assert state in LABELS
        assert state == "weak" or lacks == "-"
        assert lacks == "-" or {name.strip() for name in lacks.split(",")} <= own
        for other in [] if also == "-" else also.split(";"):
            name, _, said = other.strip().partition("=")
            assert name in CLAUSES
            assert said in {"present", "weak"}
