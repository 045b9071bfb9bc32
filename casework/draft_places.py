"""Places in a draft: which article a position or a person's words mean, and whether its words stand elsewhere too."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from contract_clauses.draft import Draft, Passage, PassageKind

_BLANKS = re.compile(r"\s+")
ABOVE = frozenset({PassageKind.PART, PassageKind.CHAPTER})
_DASHES = str.maketrans("‐‑‒–—―−", "-------")


def folded(text: str) -> str:
    """Return a text in the one width and without blanks, so that only a change of words is a change."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))


class Places:
    """The articles of one draft, found by position, by name and by their words."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._by_no = {passage.no: passage for passage in draft.passages}

    @cached_property
    def _children(self) -> Mapping[int | None, Sequence[Passage]]:
        found: dict[int | None, list[Passage]] = {}
        for passage in self.draft.passages:
            found.setdefault(passage.parent, []).append(passage)
        return found

    @cached_property
    def articles(self) -> tuple[Passage, ...]:
        """Every passage that a decision may rest on as a whole: articles, and what stands in no article."""
        return tuple(
            passage
            for passage in self.draft.passages
            if self.article_of(passage) is passage and not (passage.kind in ABOVE and passage.no in self._children)
        )

    def article_of(self, passage: Passage) -> Passage:
        """Return the article a passage belongs to; the passage itself, or the highest below a part, where none is."""
        here = passage
        highest = passage
        while True:
            if here.kind is PassageKind.ARTICLE:
                return here
            if here.kind not in ABOVE:
                highest = here
            if here.parent is None:
                return highest
            here = self._by_no[here.parent]

    def words_of(self, passage: Passage) -> str:
        """Return the words of a passage and all below it, folded, without its own number."""
        own = passage.body.strip().removeprefix(passage.number)
        below = [self.words_of(child) for child in self._children.get(passage.no, ())]
        return folded("".join([own, *below]))

    def lines_of(self, passage: Passage) -> list[str]:
        """Return the lines of a passage and all below it as they stand in the draft."""
        return [passage.text, *(line for child in self._children.get(passage.no, ()) for line in self.lines_of(child))]

    def hash_of(self, passage: Passage) -> str:
        """Return the hash of a passage's words."""
        return hashlib.sha256(self.words_of(passage).encode()).hexdigest()

    def at(self, start: int) -> Passage | None:
        """Return the article at a position of the text, or None between two."""
        holders = [each for each in self.draft.passages if each.start <= start < max(each.end, each.start + 1)]
        return self.article_of(holders[-1]) if holders else None

    def named(self, place: str) -> list[Passage]:
        """Return the articles that a person's words name, in their order: 第9条第2項, 別記第3.

        第9条 of an annex is not 第9条 of the contract, and 第2条の2 not 第2条.
        """
        said, found = folded(place), []
        for article in sorted(self.articles, key=lambda each: len(each.label), reverse=True):
            label = folded(article.label)
            pattern = re.escape(label) + r"(?!の?\d)"
            if label and re.search(pattern, said):
                said = re.sub(pattern, "\0", said)
                found.append(article)
        return sorted(found, key=lambda each: each.no)

    def articles_of(self, place: str, starts: Iterable[int]) -> list[Passage]:
        """Return the articles a person's place names; where it names none of this draft, those at the positions."""
        articles = self.named(place) or [found for start in starts if (found := self.at(start)) is not None]
        return list({article.no: article for article in articles}.values())

    def resting_on(self, place: str, starts: Iterable[int]) -> list[dict[str, Any]]:
        """Return the articles a decision rests on, with the hash of their words."""
        return [{"label": each.label, "hash": self.hash_of(each)} for each in self.articles_of(place, starts)]

    @cached_property
    def label_by_hash(self) -> Mapping[str, str]:
        """Where each article's words stand in this draft, by their hash."""
        return {self.hash_of(article): article.label for article in reversed(self.articles)}
