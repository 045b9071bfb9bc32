"""The places of a draft by number, name and neighbourhood: what a cross reference is looked up in."""

import re
from collections.abc import Sequence

from contract_clauses.draft import Passage, PassageKind
from contract_clauses.folding import folded_text

_LONGEST_TITLE = 60
_ITSELF = re.compile("(?:本|この|基本|原)?契約|(?:本|この)?約款|本文")


class Places:
    """The places of a draft, to be asked where words lead. Passages are named by their numbers."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.parts = [each.no for each in passages if each.kind is PassageKind.PART]
        self.part_of: list[int] = []
        self.article_of: list[int | None] = []
        self._children: dict[int, list[int]] = {}
        self._articles: dict[int, list[int]] = {}
        self._by_place: dict[tuple[int, str], int] = {}
        for each in passages:
            self._take(each)
        self._titles = {no: folded_text(passages[no].heading) for no in self.parts}
        self._by_label = {passages[no].label: no for no in reversed(self.parts)}
        self._by_word: dict[str, Sequence[int]] = {}

    def _take(self, each: Passage) -> None:
        part = each.no if each.parent is None else self.part_of[each.parent]
        above = None if each.parent is None else self.article_of[each.parent]
        self.part_of.append(part)
        self.article_of.append(each.no if each.kind is PassageKind.ARTICLE else above)
        if each.kind is PassageKind.ARTICLE:
            self._articles.setdefault(part, []).append(each.no)
        if each.parent is not None:
            self._children.setdefault(each.parent, []).append(each.no)
        if each.kind is not PassageKind.TEXT:
            self._by_place.setdefault((part, self._place(each, part)), each.no)

    def _place(self, each: Passage, part: int) -> str:
        prefix = self.passages[part].label
        return each.label.removeprefix(prefix).removeprefix("の") if prefix != "本文" else each.label

    def at(self, part: int, place: str) -> int | None:
        """Return the passage of a part with this label, the part's own name left out."""
        return self._by_place.get((part, place))

    def has_articles(self, part: int) -> bool:
        """Return whether a part numbers its articles with 条."""
        return any("条" in self.passages[each].number for each in self._articles.get(part, []))

    def article_beside(self, no: int, step: int) -> int | None:
        """Return the article before (-1) or after (1) the one a passage belongs to, in the same part."""
        row = self._articles.get(self.part_of[no], [])
        return _beside(row, self.article_of[no], step)

    def articles_between(self, first: int, last: int) -> list[int]:
        """Return the articles from one to another of the same part, both with it."""
        return [each for each in self._articles.get(self.part_of[first], []) if first <= each <= last]

    def sibling(self, no: int, kind: PassageKind, step: int) -> int | None:
        """Return the paragraph or item before or after the one a passage belongs to, under the same parent."""
        own: int | None = no
        while own is not None and self.passages[own].kind is not kind:
            own = self.passages[own].parent
        if own is None:
            return None
        parent = self.passages[own].parent
        beside = self._children.get(parent, []) if parent is not None else []
        return _beside([each for each in beside if self.passages[each].kind is kind], own, step)

    def siblings_before(self, no: int, kind: PassageKind) -> list[int]:
        """Return all paragraphs or items before the one a passage belongs to, nearest first."""
        found: list[int] = []
        while (each := self.sibling(no, kind, -1 - len(found))) is not None:
            found.append(each)
        return found

    def under(self, holder: int, written: str) -> int | None:
        """Return the child with this number; items of an unnumbered first paragraph belong to the article too."""
        label = self.passages[holder].label
        for each in self._children.get(holder, []):
            said = self.passages[each].label
            if self.passages[each].kind is not PassageKind.TEXT and said in {label + written, f"{label}の{written}"}:
                return each
            if said == label + "第1項" and (found := self.under(each, written)) is not None:
                return found
        return None

    def part_called(self, word: str, number: str, after: str) -> int | None:
        """Return the part that 別紙2 or 仕様書 means (``after``: the words behind it); the contract for 本契約."""
        if _ITSELF.match(word):
            return self.parts[0]
        exact = self._by_label.get(word + number)
        if exact is not None or number:
            return exact
        same = self._parts_of_word(word)
        quoted = after[:_LONGEST_TITLE].lstrip("「『(")
        titled = (no for no in same if self._titles[no] and quoted.startswith(self._titles[no]))
        return next(titled, same[0] if same else None)

    def _parts_of_word(self, word: str) -> Sequence[int]:
        """Return the parts a word like 別紙 can mean: those called so, else the first whose title ends so."""
        if word not in self._by_word:
            called = re.compile(rf"{word}(?:\d|「|$)")
            same = [no for no in self.parts if called.match(self.passages[no].label)]
            ending = (no for no in self.parts if self.passages[no].heading.endswith(word))
            self._by_word[word] = same or [*ending][:1]
        return self._by_word[word]

    def part_titled(self, title: str) -> int | None:
        """Return the part whose title is quoted; a title may be quoted without what stands before it."""
        for no, heading in self._titles.items():
            plain = re.sub(r"\(案\)$", "", heading)
            if plain and (plain == title or (len(title) > len("特記事項") and plain.endswith(title))):
                return no
        return None


def _beside(row: Sequence[int], own: int | None, step: int) -> int | None:
    if own is None or own not in row:
        return None
    at = row.index(own) + step
    return row[at] if 0 <= at < len(row) else None
