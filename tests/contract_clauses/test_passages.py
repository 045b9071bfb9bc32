"""Short pieces of contracts, written without sight of the rules: how each is judged, clause by clause.

Calling a clause present that is missing is the worst answer and never happens here; what else may differ is counted.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.folding import kanji_number, kanji_numeral
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from tests.contract_clauses.measure import LABELS

PASSAGES = Path(__file__).parent / "passages"
CLAUSES = load_clauses()
A_SET = 24
MAY_DIFFER = 3  # of 24: a weak or a present piece that is read more strictly, or weak for missing
MAY_FLATTER = 1  # of those: present for weak

_ARTICLE = re.compile(r"第(?P<number>[0-9０-９]+|[一二三四五六七八九十百]+)(?P<word>条|(?=[ 　(（]))")
_NUMBERED = re.compile(r"[^一-龠ぁ-んァ-ヴ]|[一二三四五六七八九十ア-オ][ 　]")

every_clause = pytest.mark.parametrize("clause_id", sorted(CLAUSES))


def passages(clause_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((PASSAGES / f"{clause_id}.yaml").read_text(encoding="utf-8"))
    return found


def in_a_contract(text: str) -> str:
    """Return a piece with idle articles before its own: 第22条 is no beginning, and words stand in some article."""
    lines: list[str] = []
    counted = 0
    for line in text.splitlines():
        found = _ARTICLE.match(line)
        if found:
            written, word = found["number"], found["word"]
            number = int(written) if written.isdecimal() else kanji_number(written)
            says = str if written.isdecimal() else kanji_numeral
            lines += [f"第{says(no)}{word} 代金の端数は、切り捨てる。" for no in range(counted + 1, number)]
            counted = number
        lines.append(line)
    if not counted and not _NUMBERED.match(text):
        lines[:1] = ["第1条 代金の端数は、切り捨てる。", f"第2条 {lines[0]}"]
    elif not counted and text.startswith("・"):
        lines[:0] = ["第1条 代金の端数は、切り捨てる。", "第2条(業務の仕様)"]
    return "\n".join(lines)


def judge(clause_id: str, text: str, *, rules_alone: bool = True) -> ClauseGap:
    (gap,) = find_gaps(read_texts([("案.txt", in_a_contract(text))]), [CLAUSES[clause_id]], rules_alone=rules_alone)
    return gap


@every_clause
def test_a_set_shows_every_answer_and_no_piece_twice(clause_id: str) -> None:
    written = passages(clause_id)

    assert len({piece["text"] for piece in written}) == len(written) == A_SET
    assert {piece["state"] for piece in written} == set(LABELS)
    known = {element.id for element in CLAUSES[clause_id].elements}
    for piece in written:
        assert set(piece.get("lacks", ())) <= known
        assert piece["state"] == "weak" or not piece.get("lacks")


@every_clause
def test_pieces_written_without_the_rules_are_judged_as_a_person_judged_them(clause_id: str) -> None:
    answers = [(piece["state"], judge(clause_id, piece["text"]), piece["text"]) for piece in passages(clause_id)]
    off = [(wanted, gap.result.value, text) for wanted, gap, text in answers if gap.result.value != wanted]

    assert not [miss for miss in off if miss[:2] == ("missing", "present")]
    assert len([miss for miss in off if miss[:2] == ("weak", "present")]) <= MAY_FLATTER, off
    assert len(off) <= MAY_DIFFER, off
