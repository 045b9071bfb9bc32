"""The drafts that the second reader is taught and weighed with: their labels can be checked against the words.

Over seven hundred drafts that language models wrote on 2026-11-28 and 29 after the clause files and
``corpus/README.md``; what one wrote nobody else read. ``taught`` and ``weighed`` also hold pairs that differ in a few
words and in the answer.
"""

import pytest

from models.vocabulary import ClauseState
from tests.contract_clauses.corpus_files import KINDS, NUMBERINGS, REGISTERS, holds, known_elements, list_drafts

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("half", "count"), [("taught", 599), ("weighed", 145)])
def test_labels_name_what_exists_and_quote_what_stands_there(half: str, count: int) -> None:
    elements = known_elements()
    drafts = list_drafts(half)

    assert len(drafts) == count
    for draft in drafts:
        assert draft.kind in KINDS, draft.id
        assert draft.numbering in NUMBERINGS, draft.id
        assert draft.register in REGISTERS, draft.id
        for label in draft.labels.values():
            assert set(label.lacks) <= set(elements[label.clause_id]), (draft.id, label.clause_id)
            assert bool(label.lacks) == (label.state is ClauseState.WEAK), (draft.id, label.clause_id)
            assert label.quotes, (draft.id, label.clause_id)
            assert all(holds(draft.text, quote) for quote in label.quotes), (draft.id, label.clause_id)


def test_no_text_of_the_drafts_that_measure_is_among_those_that_teach() -> None:
    measured = {draft.text for half in ("held", "blind") for draft in list_drafts(half)}
    taught = {draft.text for half in ("taught", "weighed") for draft in list_drafts(half)}

    assert not measured & taught
