"""Pieces of contracts written blind on 2026-11-28: two thirds were read for tuning, the last third never is.

The third that stays unread is what the figures of the README say of unseen wordings; nobody lists its misses. A piece
belongs to a third by the digest of its text, so that more pieces can be added without reading any.
"""

from collections import Counter
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_clauses.library import load_clauses
from tests.contract_clauses.measure import LABELS, macro_f1, precision, recall
from tests.contract_clauses.test_passages import judge

UNSEEN = Path(__file__).parent / "unseen"
CLAUSES = load_clauses()
THIRDS = 3
A_SET = 80


def pieces(clause_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((UNSEEN / f"{clause_id}.yaml").read_text(encoding="utf-8"))
    return found


def is_unread(text: str) -> bool:
    return int.from_bytes(md5(text.encode(), usedforsecurity=False).digest()) % THIRDS == 0


@pytest.mark.parametrize("clause_id", sorted(CLAUSES))
def test_a_set_shows_every_answer_and_names_what_is_lacking(clause_id: str) -> None:
    written = pieces(clause_id)

    assert len({piece["text"] for piece in written}) == len(written) >= A_SET
    assert {piece["state"] for piece in written} == set(LABELS)
    known = {element.id for element in CLAUSES[clause_id].elements}
    for piece in written:
        assert set(piece.get("lacks", ())) <= known
        assert piece["state"] == "weak" or not piece.get("lacks")


@pytest.mark.slow
def test_pieces_that_nobody_tuned_on_are_judged_no_worse_than_the_readme_says() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for clause_id in CLAUSES:
        for piece in filter(lambda piece: is_unread(piece["text"]), pieces(clause_id)):
            counts[piece["state"], judge(clause_id, piece["text"], rules_alone=False).result.value] += 1

    assert macro_f1(counts) >= 0.84
    assert (precision(counts, "present") or 0) >= 0.93
    assert (recall(counts, "present") or 0) >= 0.81
    assert counts["missing", "present"] <= counts.total() // 100
