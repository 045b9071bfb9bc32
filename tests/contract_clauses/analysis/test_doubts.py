"""The second reader: it doubts what the rules call present, and never finds anything itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis import doubts
from contract_clauses.analysis.doubts import LEAST, SecondReader, Weights, groups_of, likeness, load_weights
from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.gaps import find_gaps
from contract_clauses.analysis.statements import Statements
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from models.vocabulary import GapResult

CLAUSES = load_clauses()
TRAINED = "第1条 乙は、業務に従事する者に対し、着手前に情報セキュリティに関する教育を実施しなければならない。"
TRAINING = ("contractor_staff_trained", "duty_to_train")
PRICE = "第1条 代金は、月額10万円とする。"


def draft(text: str) -> Draft:
    return read_texts([("案.txt", text)])


def test_it_has_learnt_of_every_element_and_of_nothing_else() -> None:
    learnt = load_weights()

    assert sorted(learnt) == sorted(
        (name, element.id) for name, clause in CLAUSES.items() for element in clause.elements
    )
    assert [element for element, weights in learnt.items() if not weights.adds] == []


def test_a_passage_that_is_enough_reads_more_like_one_than_a_price_does() -> None:
    trained, price = (likeness(*TRAINING, groups_of(text)) for text in (TRAINED, PRICE))

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


def test_only_the_places_that_an_element_rests_on_are_read() -> None:
    statements = Statements(draft(f"{PRICE}\n{TRAINED.replace('第1条', '第2条')}\n"))
    price, trained = statements.all
    reader = SecondReader(statements, Effects(statements))

    assert reader.doubts(*TRAINING, [price])
    assert not reader.doubts(*TRAINING, [trained])
    assert not reader.doubts(*TRAINING, [price, trained])


def test_the_element_that_is_doubted_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    clause = CLAUSES["no_other_use_no_third_party"]
    text = (
        "第1条 乙は、個人情報を業務の目的以外に利用してはならない。\n第2条 乙は、個人情報を第三者に提供してはならない。"
    )
    (before,) = find_gaps(draft(text), [clause])
    learnt = dict(load_weights())
    learnt[clause.id, "no_provision_to_others"] = Weights(-(10**9), {})
    monkeypatch.setattr(doubts, "load_weights", lambda: learnt)

    (doubted,) = find_gaps(draft(text), [clause])

    assert before.result is GapResult.PRESENT
    assert (doubted.result, doubted.missing_elements) == (GapResult.WEAK, ("no_provision_to_others",))


def test_figures_and_blanks_make_no_difference() -> None:
    assert groups_of("3 日\n以内") == groups_of("10日以内") == groups_of("0日以内")


@given(st.text(), st.text())
def test_a_longer_stretch_has_every_group_of_its_beginning_that_holds_no_figure(words: str, more: str) -> None:
    kept = {group for group in groups_of(words) if "0" not in group}

    assert kept <= groups_of(words + more)
    assert all(1 <= len(group) <= 6 for group in groups_of(words))
