"""A draft and its Word file seen together: which paragraphs an article stands in, and where it ends."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract_clauses.draft import Draft, Passage, PassageKind
from contract_clauses.drafting.places import SIGNATURE, fold, is_closing

_UNDER = frozenset({PassageKind.PARAGRAPH, PassageKind.ITEM, PassageKind.SUBITEM})


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its paragraphs in the file, from block ``first`` to block ``last``; signatures are none of it.

    ``below`` are the numbered or unnumbered paragraphs and items directly under it.
    """

    passage: Passage
    part: int
    first: int
    last: int
    below: tuple[Passage, ...]

    @property
    def is_mark(self) -> bool:
        """Return whether it is no numbered article but something behind a mark, in a part that numbers nothing."""
        return self.passage.kind is not PassageKind.ARTICLE

    @property
    def heading(self) -> str:
        """Return what it is headed; one behind a mark (■ 秘密のこと) by the rest of its line where more follows."""
        if not self.is_mark:
            return self.passage.heading
        lines = self.passage.text.split("\n")
        at = next((at for at, line in enumerate(lines) if spot_at_start(self.passage.number, line)), 0)
        has_more = at + 1 < len(lines) or bool(self.below)
        return lines[at].strip().removeprefix(self.passage.number).strip() if has_more else ""

    @property
    def is_closing(self) -> bool:
        """Return whether the contract closes with it: 協議, 管轄, 附則."""
        return is_closing(self.heading, self.passage.text)

    def under(self, kind: PassageKind) -> tuple[Passage, ...]:
        """Return what of one kind stands directly under it."""
        return tuple(passage for passage in self.below if passage.kind is kind)


@dataclass(frozen=True)
class Outline:
    """The articles of a draft in the order of the file. ``texts`` are its paragraphs as they show, by block."""

    draft: Draft
    texts: tuple[str, ...]
    articles: tuple[Article, ...]

    def article_of(self, passage: Passage) -> Article | None:
        """Return the article a passage stands in, None for a passage outside of all."""
        by_no = {article.passage.no: article for article in self.articles}
        step: Passage | None = passage
        while step is not None:
            if step.no in by_no:
                return by_no[step.no]
            step = self.draft.passages[step.parent] if step.parent is not None else None
        return None

    def find(self, label: str, quote: str = "") -> Passage | None:
        """Return the passage at a place: of that label, and where several have it or none, the one with the words."""
        words, wanted = fold(quote), fold(label)
        passages = [passage for passage in self.draft.passages if passage.block is not None]
        named = [passage for passage in passages if wanted and fold(passage.label) == wanted]
        quoting = [passage for passage in named or passages if words and words in fold(passage.text)]
        if quoting:
            return quoting[0]
        if named:
            return named[0]
        above = [passage for passage in passages if passage.label and wanted.startswith(fold(passage.label))]
        return max(above, key=lambda passage: len(passage.label), default=None)

    def texts_of(self, article: Article) -> tuple[str, ...]:
        """Return the paragraphs of an article that say something."""
        return tuple(text for text in self.texts[article.first : article.last + 1] if text.strip())


def outline_of(draft: Draft, texts: Sequence[str]) -> Outline:
    """Return the articles of a draft in a Word file whose paragraphs show ``texts``."""
    here = [each for each in draft.passages if each.block is not None and each.block < len(texts)]
    found = [each for each in here if each.kind is PassageKind.ARTICLE]
    parts = {_part(draft, each) for each in found}
    # Where nothing is numbered, what stands behind a mark (■, ・) is the next best thing.
    found += [each for each in here if _stands_alone(draft, each) and _part(draft, each) not in parts]
    found.sort(key=lambda each: each.no)
    return Outline(draft, tuple(texts), tuple(_article(draft, each, texts) for each in found))


def spot(needle: str, text: str) -> tuple[int, int] | None:
    """Return where a text has some words, whatever their spaces and widths; None where it has not."""
    signs = [(sign, at) for at, each in enumerate(text) for sign in unicodedata.normalize("NFKC", each).strip()]
    wanted = fold(needle)
    at = "".join(sign for sign, _ in signs).find(wanted) if wanted else -1
    return (signs[at][1], signs[at + len(wanted) - 1][1] + 1) if at >= 0 else None


def spot_at_start(needle: str, text: str) -> tuple[int, int] | None:
    """Return where the words stand when a text begins with them."""
    found = spot(needle, text)
    return found if found and not text[: found[0]].strip() else None


def _article(draft: Draft, passage: Passage, texts: Sequence[str]) -> Article:
    inside = set(_descendants(draft, passage))
    below = tuple(
        other
        for other in draft.passages
        if other.parent == passage.no and other.kind in _UNDER and not other.is_deleted
    )
    first = passage.block or 0
    if passage.kind is not PassageKind.ARTICLE:  # a heading above a list of marks is not its first line's own
        marked = (at for at in range(first, len(texts)) if spot_at_start(passage.number, texts[at]))
        first = next(marked, first)
    following = [
        other
        for other in draft.passages
        if other.block is not None
        and other.block > first
        and other.no not in inside
        and other.no > passage.no
        and other.kind is not PassageKind.NOTE
    ]
    after = min(following, key=lambda other: (other.block or 0, other.no), default=None)
    end = (after.block or 0) - 1 if after else len(texts) - 1
    if after and end > first and after.heading and fold(texts[end]).strip("()[]【】〔〕") == fold(after.heading):
        end -= 1  # the heading above the next article
    return Article(passage, _part(draft, passage), first, _cut(texts, first, end), below)


def _stands_alone(draft: Draft, passage: Passage) -> bool:
    above = None if passage.parent is None else draft.passages[passage.parent].kind
    return passage.kind is PassageKind.ITEM and above in {PassageKind.PART, PassageKind.CHAPTER}


def _descendants(draft: Draft, passage: Passage) -> Iterator[int]:
    kept = {passage.no}
    for other in draft.passages[passage.no :]:
        if other.no in kept or other.parent in kept:
            kept.add(other.no)
            yield other.no


def _part(draft: Draft, passage: Passage) -> int:
    step = passage
    while step.parent is not None and step.kind is not PassageKind.PART:
        step = draft.passages[step.parent]
    return step.no


def _cut(texts: Sequence[str], first: int, end: int) -> int:
    """Return the last block of an article: before signatures and dates, without empty lines at its end."""
    for at in range(first + 1, end + 1):
        if SIGNATURE.match(texts[at]):
            end = at - 1
            break
    while end > first and not texts[end].strip():
        end -= 1
    return end
