"""What the rules and the second reader say together: never *present* where something speaks against it."""

from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis.second_reader import Impression
from contract_clauses.analysis.weighing import ANSWERS, RulesWord, load_worth, signs, weigh
from models.vocabulary import GapResult

PRESENT = RulesWord(GapResult.PRESENT, share=1.0, speaks_against=False, is_soft=False)
WEAK = RulesWord(GapResult.WEAK, share=0.0, speaks_against=False, is_soft=False)
MISSING = RulesWord(GapResult.MISSING, share=0.0, speaks_against=False, is_soft=False)

odds = st.floats(-12, 12)


def like(value: float) -> Impression:
    return Impression(value, value, {"one": value})


def test_every_sign_has_its_worth_for_every_answer() -> None:
    assert set(load_worth()) == set(ANSWERS)
    assert all(set(of) == set(signs(WEAK, like(0))) for of in load_worth().values())


def test_where_both_say_the_same_that_is_the_answer() -> None:
    assert weigh(PRESENT, like(6)) is GapResult.PRESENT
    assert weigh(MISSING, like(-8)) is GapResult.MISSING


def test_what_the_rules_call_present_and_the_second_reader_does_not_know_is_not_present() -> None:
    assert weigh(PRESENT, like(-6)) is not GapResult.PRESENT


def test_what_the_rules_find_a_part_of_and_the_second_reader_is_sure_of_is_present() -> None:
    assert weigh(WEAK, like(6)) is GapResult.PRESENT


@given(odds, st.sampled_from([PRESENT, WEAK]))
def test_what_is_soft_or_spoken_against_is_never_present(value: float, word: RulesWord) -> None:
    soft = RulesWord(word.result, word.share, speaks_against=False, is_soft=True)
    against = RulesWord(word.result, word.share, speaks_against=True, is_soft=False)

    assert weigh(soft, like(value)) is not GapResult.PRESENT
    assert weigh(against, like(value)) is not GapResult.PRESENT


@given(odds)
def test_what_is_taken_away_stays_missing(value: float) -> None:
    taken = RulesWord(GapResult.MISSING, 0.0, speaks_against=True, is_soft=False)

    assert weigh(taken, like(value)) is GapResult.MISSING


@given(odds, odds, st.sampled_from([PRESENT, WEAK, MISSING]))
def test_the_surer_the_second_reader_the_better_the_answer(one: float, other: float, word: RulesWord) -> None:
    low, high = sorted((one, other))

    assert ANSWERS.index(weigh(word, like(low))) <= ANSWERS.index(weigh(word, like(high)))
