"""Two versions of a draft side by side: what became of each clause; which articles are new, gone, changed or moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from casework import contract_drafts
from casework.call import Call
from casework.draft_places import Places, folded
from casework.errors import BadInput, FieldError
from contract_clauses.draft import Passage
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.draft_gap import DraftGap
from models.vocabulary import GapChange, GapResult

OPEN = frozenset({GapResult.WEAK, GapResult.MISSING, GapResult.UNREADABLE})
ALIKE = 0.5  # from here on two articles without a common heading count as one that was rewritten
SAME_PLACE = 0.1  # what the same number adds to it
MOST_PAIRS = 2500
LONGEST = 6000  # characters of an article that are compared sign by sign
ArticleKind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class ClauseChange:
    """What became of one clause from the older version to the newer."""

    provision: str
    clause: str
    change: GapChange
    before: DraftGap | None
    after: DraftGap | None


@dataclass(frozen=True)
class Piece:
    """A stretch of an article's words: in both versions, only in the older, or only in the newer."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class ArticleChange:
    """One article that is not the same at the same place."""

    kind: ArticleKind
    before: str
    after: str
    heading: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Comparison:
    """Two versions with everything that differs."""

    contract: Contract
    older: ContractDraft
    newer: ContractDraft
    clauses: Sequence[ClauseChange]
    articles: Sequence[ArticleChange]

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many clauses there are of each change."""
        found = dict.fromkeys(map(str, GapChange), 0)
        for each in self.clauses:
            found[each.change] += 1
        return found


def compare(call: Call, number: str, older_no: int, newer_no: int) -> Comparison:
    """Return what changed from one version to a later one. Raises ``NotFound`` and ``BadInput``."""
    if older_no >= newer_no:
        message = "比べる前の版には、後の版より前の番号を指定してください。"
        raise BadInput(message, [FieldError("/against", "not_earlier", message)])
    contract, older = contract_drafts.find_draft(call, number, older_no)
    _, newer = contract_drafts.find_draft(call, number, newer_no)
    versions = [each for each in contract_drafts.versions_of(call, contract) if each.draft_no <= newer_no]
    gaps: dict[int, dict[str, DraftGap]] = {}
    for gap in contract_drafts.gaps_of(call, versions):
        gaps.setdefault(gap.draft_id, {})[gap.provision] = gap
    earlier = [gaps.get(each.key, {}) for each in versions if each.draft_no < older_no]
    clauses = list(_clause_changes(gaps.get(older.key, {}), gaps.get(newer.key, {}), earlier))
    both = [Places(contract_drafts.reading_of(call, each)) for each in (older, newer)]
    return Comparison(contract, older, newer, clauses, list(_article_changes(*both)))


def _clause_changes(
    before: Mapping[str, DraftGap], after: Mapping[str, DraftGap], earlier: Sequence[Mapping[str, DraftGap]]
) -> Iterator[ClauseChange]:
    for provision in dict.fromkeys([*before, *after]):
        old, new = before.get(provision), after.get(provision)
        was_open_once = any(gaps[provision].result in OPEN for gaps in earlier if provision in gaps)
        change = _change(old, new, was_open_once=was_open_once)
        yield ClauseChange(provision, (new or old).clause, change, old, new)  # type: ignore[union-attr] # one of the two is there


def _change(old: DraftGap | None, new: DraftGap | None, *, was_open_once: bool) -> GapChange:
    was_open, is_open = (gap is not None and gap.result in OPEN for gap in (old, new))
    if was_open:
        return GapChange.STILL_OPEN if is_open else GapChange.CLOSED
    if not is_open:
        return GapChange.SAME
    return GapChange.REOPENED if was_open_once else GapChange.NEW


def _article_changes(older: Places, newer: Places) -> Iterator[ArticleChange]:
    gone = {each.no: each for each in older.articles}
    come = {each.no: each for each in newer.articles}
    for old, new in _same_words(older, newer):
        gone.pop(old.no)
        come.pop(new.no)
        if old.label != new.label:
            yield ArticleChange("moved", old.label, new.label, new.heading, ())
    for old, new in _rewritten(list(gone.values()), list(come.values()), older, newer):
        gone.pop(old.no)
        come.pop(new.no)
        pieces = pieces_of(_whole(older, old), _whole(newer, new))
        yield ArticleChange("changed", old.label, new.label, new.heading or old.heading, pieces)
    for old in gone.values():
        yield ArticleChange("removed", old.label, "", old.heading, (Piece("removed", _whole(older, old)),))
    for new in come.values():
        yield ArticleChange("added", "", new.label, new.heading, (Piece("added", _whole(newer, new)),))


def _same_words(older: Places, newer: Places) -> Iterator[tuple[Passage, Passage]]:
    waiting: dict[str, list[Passage]] = {}
    for each in newer.articles:
        waiting.setdefault(newer.hash_of(each), []).append(each)
    for old in older.articles:
        same = waiting.get(older.hash_of(old), [])
        if same:
            # Of several with the same words, the one at the same place first.
            yield old, same.pop(next((at for at, new in enumerate(same) if new.label == old.label), 0))


def _rewritten(
    gone: list[Passage], come: list[Passage], older: Places, newer: Places
) -> Iterator[tuple[Passage, Passage]]:
    """Yield pairs of an article that was rewritten: those with one heading first, then the most alike."""
    for is_like in (_has_same_heading, _has_like_heading):
        for old in list(gone):
            new = next((each for each in come if is_like(old, each)), None)
            if new is not None:
                gone.remove(old)
                come.remove(new)
                yield old, new
    if len(gone) * len(come) > MOST_PAIRS:
        return
    words = {each.no: newer.words_of(each)[:LONGEST] for each in come}
    rated = [
        (_likeness(older.words_of(old)[:LONGEST], words[new.no], is_same_place=old.label == new.label), old, new)
        for old in gone
        for new in come
    ]
    taken: set[tuple[str, int]] = set()
    for likeness, old, new in sorted(rated, key=lambda each: -each[0]):
        if likeness >= ALIKE and taken.isdisjoint({("old", old.no), ("new", new.no)}):
            taken |= {("old", old.no), ("new", new.no)}
            yield old, new


def _likeness(before: str, after: str, *, is_same_place: bool) -> float:
    matcher = SequenceMatcher(None, before, after)
    bonus = SAME_PLACE if is_same_place else 0.0
    return bonus + (matcher.quick_ratio() if matcher.real_quick_ratio() + bonus >= ALIKE else 0.0)


def _has_same_heading(old: Passage, new: Passage) -> bool:
    return bool(old.heading) and folded(old.heading) == folded(new.heading)


def _has_like_heading(old: Passage, new: Passage) -> bool:
    short, long = sorted((folded(old.heading), folded(new.heading)), key=len)
    return len(short) > 1 and short in long


def _whole(places: Places, article: Passage) -> str:
    return "\n".join(part for part in places.lines_of(article) if part)


def pieces_of(before: str, after: str) -> tuple[Piece, ...]:
    """Return two texts as stretches that are the same, gone or new; very long ones as a whole.

    >>> [(piece.kind, piece.text) for piece in pieces_of("速やかに報告する", "24時間以内に報告する")]
    [('removed', '速やか'), ('added', '24時間以内'), ('same', 'に報告する')]
    """
    if len(before) > LONGEST or len(after) > LONGEST:
        return (Piece("removed", before), Piece("added", after))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(piece for tag, a, b, c, d in matcher.get_opcodes() for piece in _pieces(tag, before[a:b], after[c:d]))


def _pieces(tag: str, before: str, after: str) -> Iterable[Piece]:
    if tag == "equal":
        return (Piece("same", after),)
    return tuple(Piece(kind, text) for kind, text in (("removed", before), ("added", after)) if text)  # type: ignore[arg-type] # the two words stand here
