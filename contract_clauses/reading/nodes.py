"""Passages in the making: what a tree is put together from."""

import re
from dataclasses import dataclass

from contract_clauses.draft import PassageKind
from contract_clauses.reading.headings import PartTitle, heading_of, looks_like_heading
from contract_clauses.reading.marks import DIGITS, PLACES
from contract_clauses.reading.numbers import Style

_BEGUN = re.compile("[はがをに]、|[一-鿿ァ-ヶー)）」](?:は|が|を)")
_LONGEST_SENTENCE = 400
_ITEMS = frozenset({
    Style.PAREN, Style.CIRCLED, Style.KANJI, Style.PAREN_KANJI, Style.BLACK_CIRCLED, Style.BRACKET, Style.DECIMAL,
    Style.BULLET, *DIGITS,
})  # fmt: skip


@dataclass(slots=True)
class Node:
    """A passage in the making. ``body_at`` is where its own words begin, after number and heading."""

    kind: PassageKind
    parent: int | None
    style: Style | None = None
    path: tuple[int, ...] = ()
    until: int | None = None
    number: str = ""
    heading: str = ""
    text: str = ""
    body_at: int = 0
    is_deleted: bool = False
    title: PartTitle | None = None
    block: int | None = None

    @property
    def body(self) -> str:
        """The words after number and heading."""
        return self.text[self.body_at :]

    def append(self, text: str, *, new_line: bool) -> None:
        """Put a line's words behind those so far: after a line break, or as the rest of a broken line."""
        last, first = self.text[-1:], text[:1]
        parts_words = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
        self.text += ("\n" if new_line else " " if parts_words else "") + text

    def is_amid_sentence(self) -> bool:
        """Return whether the words so far have a subject or an object and no end yet."""
        begun = self.body[-_LONGEST_SENTENCE:].rpartition("。")[2]
        return "\n" not in begun.strip() and _BEGUN.search(begun) is not None


def kind_below(above: PassageKind, style: Style) -> PassageKind:
    """Return what a number of a style makes of a passage that stands below one of kind ``above``."""
    if style in PLACES or above in {PassageKind.PART, PassageKind.CHAPTER}:
        return PassageKind.ARTICLE if style is not Style.BULLET else PassageKind.ITEM
    if above is PassageKind.ARTICLE and style in {*DIGITS, Style.DECIMAL}:
        return PassageKind.PARAGRAPH
    if above in {PassageKind.ITEM, PassageKind.SUBITEM}:
        return PassageKind.SUBITEM
    return PassageKind.ITEM if style in _ITEMS else PassageKind.SUBITEM


def _could_head(body: str) -> bool:
    return looks_like_heading(body) or len(body.strip()) == 1  # 2 人


def take_for_heading(node: Node) -> None:
    """Take the words of a chapter for its heading where numbered paragraphs follow: it may be of two lines."""
    if not node.heading and node.kind is PassageKind.ARTICLE and _could_head(node.body):
        node.heading, node.body_at = heading_of(node.body), len(node.text)
