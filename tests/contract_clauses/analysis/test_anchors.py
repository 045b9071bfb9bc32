"""A pattern is tried only where it may match, and nowhere is a match lost by that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis.anchors import Finder, numbers
from contract_clauses.analysis.statements import Statements
from contract_clauses.analysis.words import compile_words
from contract_clauses.finding import Finding, Rule
from contract_clauses.library import load_clauses
from tests.contract_clauses.measure import read_half


def rules(finding: Finding) -> list[Rule]:
    found = [rule for element in finding.elements.values() for rule in element.rules]
    return [*found, *finding.hints, *finding.weakened_by, *finding.voided_by]


PATTERNS = sorted(
    {
        compile_words(said).pattern
        for clause in load_clauses().values()
        if clause.finding
        for rule in rules(clause.finding)
        for said in (rule.deed, *rule.beside, *rule.unless)
    }
)


@pytest.mark.parametrize(
    ("pattern", "holding"),
    [
        ("監査", {0}),
        ("(?:監査|報告)", {0, 1}),
        ("報告(?:書)?", {1}),
        ("報告書?", {1}),
        ("(?!監査)報告", {1}),
        ("[監報]", {0, 1}),
        ("[^監]査", {0}),
        ("監.{0,3}報", set()),
        ("(?:監査)?", {0, 1, 2}),
        (".*", {0, 1, 2}),
        ("監(?:査)+", {0}),
        (r"監査\(", {0}),
    ],
)
def test_the_texts_that_hold_what_a_pattern_needs_are_found(pattern: str, holding: set[int]) -> None:
    assert set(numbers(Finder(["監査を行う。", "報告する。", "秘密"]).holding(pattern))) == holding


@pytest.mark.slow
def test_no_match_in_the_corpus_is_lost() -> None:
    texts = [one.full for labelled in list(read_half("dev"))[:6] for one in Statements(labelled.read()).all]
    finder = Finder(texts)

    for pattern in PATTERNS:
        wanted = compile_words(pattern)
        assert {no for no, text in enumerate(texts) if wanted.search(text)} <= set(numbers(finder.holding(pattern))), (
            pattern
        )


@given(st.text(alphabet="監査報告秘密をしすさ。ⒶⒷ個人情報漏えい", max_size=40))
def test_no_match_in_any_text_is_lost(text: str) -> None:
    finder = Finder([text])

    for pattern in PATTERNS[::20]:
        assert not compile_words(pattern).search(text) or finder.holding(pattern) == 1
