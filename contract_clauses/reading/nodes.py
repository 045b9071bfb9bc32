"""Passages in the making: what a tree is put together from."""

from dataclasses import dataclass

from contract_clauses.draft import PassageKind
from contract_clauses.reading.headings import PartTitle, heading_of, looks_like_heading
from contract_clauses.reading.heads import DIGITS, PLACES
from contract_clauses.reading.numbers import Style

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
