"""The corpus of drafts is what it says: labels that can be checked against the words, and enough of every kind."""

import re
from collections import Counter

import pytest

from models.vocabulary import ClauseState
from tests.contract_clauses.corpus_files import (
    HALVES,
    KINDS,
    NOISES,
    NUMBERINGS,
    OTHERS,
    REGISTERS,
    LabelledDraft,
    holds,
    known_elements,
    list_drafts,
    squeezed,
    without_furniture,
)

EVERY_DRAFT = [draft for half in (*HALVES, *OTHERS) for draft in list_drafts(half)]
# formulae that every Japanese contract ends or begins with, whoever wrote it
FORMULAE = frozenset(
    {
        "に関し、次の条項により委託契約を締結する",
        "この契約において、次の各号に掲げる用語の意義は、当該各号に定めるところによる",
        "甲は、乙が次の各号のいずれかに該当するときは、この契約を解除することができる",
    }
)

every_draft = pytest.mark.parametrize("draft", EVERY_DRAFT, ids=lambda draft: f"{draft.half}/{draft.id}")
every_half = pytest.mark.parametrize("half", HALVES)


@every_draft
def test_labels_name_clauses_and_elements_that_exist(draft: LabelledDraft) -> None:
    elements = known_elements()

    assert sorted(set(draft.labels) - set(elements)) == []
    for label in draft.labels.values():
        assert sorted(set(label.lacks) - set(elements[label.clause_id])) == [], label.clause_id


@every_draft
def test_every_quote_stands_in_the_draft(draft: LabelledDraft) -> None:
    astray = [
        (at.clause_id, quote) for at in draft.labels.values() for quote in at.quotes if not holds(draft.text, quote)
    ]

    assert astray == []


@every_draft
def test_a_weak_label_says_what_is_lacking_and_a_found_one_where(draft: LabelledDraft) -> None:
    for label in draft.labels.values():
        assert bool(label.lacks) == (label.state is ClauseState.WEAK), label.clause_id
        if label.state is not ClauseState.MISSING:
            assert label.quotes, label.clause_id


@every_draft
def test_a_draft_says_of_what_kind_it_is(draft: LabelledDraft) -> None:
    assert draft.kind in KINDS
    assert draft.numbering in NUMBERINGS
    assert draft.register in REGISTERS
    assert set(draft.noise) <= set(NOISES)


def test_there_are_sixty_drafts_and_thirty_in_each_half() -> None:
    assert sum(len(list_drafts(half)) for half in HALVES) >= 60
    assert all(len(list_drafts(half)) >= 30 for half in HALVES)


@every_half
def test_a_half_holds_every_kind_numbering_register_and_noise(half: str) -> None:
    drafts = list_drafts(half)

    assert {draft.kind for draft in drafts} == set(KINDS)
    assert {draft.numbering for draft in drafts} == set(NUMBERINGS)
    assert {draft.register for draft in drafts} == set(REGISTERS)
    assert {noise for draft in drafts for noise in draft.noise} == set(NOISES)
    assert any(len(draft.files) > 1 for draft in drafts)
    assert any(re.search(r"第[0-9０-９一二三四五六七八九十]+条\s*削除", draft.text) for draft in drafts)


@every_half
def test_every_clause_is_five_times_present_four_times_weak_and_sometimes_missing(half: str) -> None:
    drafts = list_drafts(half)
    thin = {}
    for clause_id in known_elements():
        states = Counter(draft.label(clause_id).state for draft in drafts)
        if states[ClauseState.PRESENT] < 5 or states[ClauseState.WEAK] < 4 or states[ClauseState.MISSING] < 1:
            thin[clause_id] = dict(states)

    assert thin == {}


def test_the_halves_share_no_sentence() -> None:
    dev, held = (_sentences(half) for half in HALVES)

    assert sorted((dev & held) - FORMULAE) == []


def _sentences(half: str) -> set[str]:
    """The sentences of twenty characters or more, without their numbers."""
    found: set[str] = set()
    for draft in list_drafts(half):
        for text in draft.texts:
            for line in re.split(r"。|\n(?=\s*(?:第|[0-9０-９(（・○]))", without_furniture(text)):
                sentence = re.sub(r"^[0-9０-９()（）.．・○ア-ン第条一二三四五六七八九十]+", "", squeezed(line))
                if len(sentence) >= 20:
                    found.add(sentence)
    return found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("乙は、秘密を\n漏らしてはな らない。", "秘密を漏らしてはならない"),
        ("乙は、秘密を\n- 3 -\n漏らしてはならない。", "秘密を漏らしてはならない"),
        (
            "甲\n1/3\n業務契約書(案)\n乙は、秘密を\n2/3\n業務契約書(案)\n漏らしてはならない。",
            "秘密を漏らしてはならない",
        ),
    ],
)
def test_a_quote_is_found_across_breaks_and_page_furniture(text: str, quote: str) -> None:
    assert holds(text, quote)


def test_a_quote_with_other_words_is_not_found() -> None:
    assert not holds("乙は、秘密を漏らしてはならない。", "秘密を漏らすことができる")
