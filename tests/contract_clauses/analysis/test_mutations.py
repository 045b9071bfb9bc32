"""Complete drafts changed as the other side would change them: what is struck, negated, softened or turned is seen.

Every clause is tried in up to three drafts that hold it, chosen by its name: the whole takes half a minute.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from models.vocabulary import GapResult
from tests.contract_clauses.analysis.mutators import article_of, negate, shift, soften, strike
from tests.contract_clauses.measure import read_half

pytestmark = pytest.mark.slow
CLAUSES = load_clauses()
COMPLETE = 20  # clauses that a draft must hold to count as complete
DRAFTS_PER_CLAUSE = 3
AGAIN = 8  # as often a clause may be borne out by yet another place
TURNED_IN_VAIN = frozenset(  # told by both sides alike: an agreement, a fact, what one does or the other does not
    {
        "audit_reaches_subcontractors",
        "contract_is_concluded",
        "data_location_law_and_court_stated",
        "performance_is_verified",
        "privileged_passwords_kept_by_client",
        "responsibilities_divided",
        "separate_secrecy_agreement_signed",
        "specification_in_contract",
    }
)
LEANS_ON_OTHERS = ("準用", "同様", "前項", "前条")  # its party is named elsewhere

every_clause = pytest.mark.parametrize("clause_id", sorted(CLAUSES))


@cache
def complete_drafts() -> dict[str, tuple[Draft, dict[str, ClauseGap]]]:
    """Return the complete drafts of the corpus with what is found in each."""
    found: dict[str, tuple[Draft, dict[str, ClauseGap]]] = {}
    for labelled in read_half("dev"):
        if sum(labelled.state(clause_id) == "present" for clause_id in CLAUSES) >= COMPLETE:
            draft = labelled.read()
            found[labelled.name] = draft, {gap.clause_id: gap for gap in find_gaps(draft, CLAUSES.values())}
    return found


def drafts_with(clause_id: str) -> Iterator[tuple[str, Draft, ClauseGap]]:
    """Yield a few drafts that hold a clause in plain sentences, others for another clause."""
    holding = [
        (name, draft, gaps[clause_id])
        for name, (draft, gaps) in complete_drafts().items()
        if gaps[clause_id].result is GapResult.PRESENT and all(map(is_plain, quotes(gaps[clause_id])))
    ]
    first = sum(map(ord, clause_id)) % max(1, len(holding))
    yield from (holding[first:] + holding[:first])[:DRAFTS_PER_CLAUSE]


def is_plain(quote: str) -> bool:
    """Whether a sentence has one predicate at its end to change: no row of a table, no second topic."""
    return not any(sign in quote for sign in ("|", "｜", "\t", "ただし")) and quote.count("は、") <= 1


def quotes(gap: ClauseGap) -> list[str]:
    return [span.quote for span in gap.spans]


def judge(draft: Draft, clause_id: str) -> ClauseGap:
    (gap,) = find_gaps(draft, [CLAUSES[clause_id]])
    return gap


def once_changed(change: object, draft: Draft, gap: ClauseGap) -> ClauseGap:
    """Return the answer once every sentence that bears a clause out is changed, the next best ones too."""
    assert callable(change)
    original = draft.text
    for _ in range(AGAIN):
        fresh = [(span.start, span.end) for span in gap.spans if span.quote in original]
        changed = change(draft, fresh) if fresh else None
        if changed is None:
            break
        draft = changed
        gap = judge(draft, gap.clause_id)
        if gap.result is not GapResult.PRESENT:
            break
    return gap


@every_clause
def test_a_struck_article_takes_its_clause_along_and_no_other(clause_id: str) -> None:
    tried = 0
    for name, (draft, gaps) in complete_drafts().items():
        gap = gaps[clause_id]
        if gap.result is not GapResult.PRESENT or tried == DRAFTS_PER_CLAUSE:
            continue
        tried += 1
        struck: set[int] = set()
        for _ in range(AGAIN):
            struck |= {article_of(draft, no) for no in gap.passages}
            left = {each.clause_id: each for each in find_gaps(strike(draft, struck), CLAUSES.values())}
            gap = left[clause_id]
            if gap.result is not GapResult.PRESENT:
                break
        gone = within(draft, struck)
        others = {other: each for other, each in gaps.items() if not gone & set(each.passages)}

        assert gap.result is not GapResult.PRESENT, name
        assert {other for other, each in others.items() if left[other].result < each.result} == set(), name
    assert tried


def within(draft: Draft, struck: set[int]) -> set[int]:
    inside = set(struck)
    for passage in draft.passages:
        if passage.parent in inside:
            inside.add(passage.no)
    return inside


@pytest.mark.parametrize("change", [negate, soften], ids=["negated", "softened"])
@every_clause
def test_a_clause_that_binds_no_more_is_not_called_present(clause_id: str, change: object) -> None:
    for name, draft, gap in drafts_with(clause_id):
        changed = once_changed(change, draft, gap)

        assert changed.result is not GapResult.PRESENT, (name, quotes(changed))


@pytest.mark.parametrize("clause_id", sorted(CLAUSES.keys() - TURNED_IN_VAIN))
def test_a_clause_of_the_wrong_party_is_not_called_present(clause_id: str) -> None:
    for name, draft, gap in drafts_with(clause_id):
        doers = [
            f"{word}{by}" for word in draft.parties for by in ("が", "による")
        ]  # one who is named as the doer cannot be turned by は
        if any(word in quote for quote in quotes(gap) for word in (*LEANS_ON_OTHERS, *doers)):
            continue
        changed = once_changed(shift, draft, gap)

        assert changed.result is not GapResult.PRESENT, (name, quotes(changed))
