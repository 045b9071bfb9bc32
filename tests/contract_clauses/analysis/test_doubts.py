"""The second reader: it doubts what the rules call present, and never finds anything itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis import doubts
from contract_clauses.analysis.doubts import LEAST, SecondReader, groups_of, likeness, load_weights
from contract_clauses.analysis.gaps import find_gaps
from contract_clauses.analysis.statements import Statements
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from models.vocabulary import GapResult

CLAUSES = load_clauses()
TRAINED = "第1条 乙は、業務に従事する者に対し、着手前に情報セキュリティに関する教育を実施しなければならない。"
PRICE = "第1条 代金は、月額10万円とする。"


def draft(text: str) -> Draft:
    return read_texts([("案.txt", text)])


def test_it_has_learnt_of_every_clause_and_of_nothing_else() -> None:
    learnt = load_weights()

    assert sorted(learnt) == sorted(CLAUSES)
    assert [clause_id for clause_id, weights in learnt.items() if not weights.adds] == []


def test_a_passage_that_is_enough_reads_more_like_one_than_a_price_does() -> None:
    trained, price = (likeness("contractor_staff_trained", groups_of(text)) for text in (TRAINED, PRICE))

    assert trained > LEAST > price


def test_what_the_rules_call_present_is_weak_where_it_is_doubted_and_a_person_is_told_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clause = CLAUSES["contractor_staff_trained"]
    (before,) = find_gaps(draft(TRAINED), [clause])
    monkeypatch.setattr(doubts, "LEAST", 10**9)

    (doubted,) = find_gaps(draft(TRAINED), [clause])

    assert before.result is GapResult.PRESENT
    assert (doubted.result, doubted.missing_elements) == (GapResult.WEAK, (clause.elements[0].id,))
    assert "足りると確かめてある定めの例と似ていません" in doubted.reason
    assert "足りない要素" not in doubted.reason
    assert [span.quote for span in doubted.spans] == [span.quote for span in before.spans]


def test_a_doubt_changes_no_answer_but_present(monkeypatch: pytest.MonkeyPatch) -> None:
    before = find_gaps(draft(PRICE), CLAUSES.values())
    monkeypatch.setattr(doubts, "LEAST", 10**9)

    assert find_gaps(draft(PRICE), CLAUSES.values()) == before


def test_a_clause_that_it_has_learnt_nothing_of_is_not_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "load_weights", dict)

    (gap,) = find_gaps(draft(TRAINED), [CLAUSES["contractor_staff_trained"]])

    assert gap.result is GapResult.PRESENT


def test_one_stretch_that_reads_like_enough_leaves_no_doubt_wherever_it_stands() -> None:
    prices = "".join(f"第{no}条 代金の{no}は、月額10万円とする。\n" for no in range(1, 30))
    reader = SecondReader(Statements(draft(prices + TRAINED.replace("第1条", "第30条"))))

    assert not reader.doubts("contractor_staff_trained")
    assert SecondReader(Statements(draft(prices))).doubts("contractor_staff_trained")


def test_figures_and_blanks_make_no_difference() -> None:
    assert groups_of("3 日\n以内") == groups_of("10日以内") == groups_of("0日以内")


@given(st.text(), st.text())
def test_a_longer_stretch_has_every_group_of_its_beginning_that_holds_no_figure(words: str, more: str) -> None:
    kept = {group for group in groups_of(words) if "0" not in group}

    assert kept <= groups_of(words + more)
    assert all(1 <= len(group) <= 6 for group in groups_of(words))
