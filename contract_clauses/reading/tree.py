"""The tree of one part: its lines put under the numbers they belong to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from contract_clauses.draft import PassageKind
from contract_clauses.reading.headings import PartTitle, bracketed, is_bracketed_heading, looks_like_heading
from contract_clauses.reading.heads import CHAPTERS, DIGITS, PLACES, Choice, Heads, Level
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.numbers import Style, narrow

_DELETED = re.compile(r"[(\[]?(?:削除|欠番|削 除)[)\]]?。?")
_PROVISO = ("ただし", "但し", "この場合")
_ITEMS = frozenset({Style.PAREN, Style.CIRCLED, Style.KANJI, Style.PAREN_KANJI, Style.BLACK_CIRCLED, Style.BRACKET})


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
    notes: list[str] = field(default_factory=list)
    block: int | None = None

    @property
    def body(self) -> str:
        """The words after number and heading."""
        return self.text[self.body_at :]


class Tree:
    """The nodes of one part, parents before children, in the order of the text."""

    def __init__(self, title: PartTitle, lines: Sequence[Line], title_lines: Sequence[Line] = ()) -> None:
        said = "\n".join(line.text for line in title_lines)
        part = Node(PassageKind.PART, None, heading=title.title, text=said, body_at=len(said), title=title)
        part.block = title_lines[0].block if title_lines else None
        self.nodes = [part]
        self._heads = Heads(lines)
        self._lines = lines
        self._levels: list[Level] = []
        self._chapters: list[Level] = []
        self._current = 0
        self._pending: list[Line] = []
        for at in range(len(lines)):
            self._take(at)
        self._settle_pending()

    def _take(self, at: int) -> None:
        line = self._lines[at]
        if line.kind is LineKind.ROW:
            self._settle_pending()
            self._current = self._add(Node(PassageKind.TABLE_ROW, self._holder(), text=line.text, block=line.block))
            return
        if line.kind is LineKind.NOTE:
            self._add(Node(PassageKind.NOTE, self._current, text=line.text, block=line.block))
            return
        choice = self._heads.choose(at, [*self._chapters, *self._levels])
        if choice is not None:
            self._open(choice, line)
        elif self._is_heading(at):
            self._pending.append(line)
        else:
            self._go_on(at)

    # ---- numbers ---------------------------------------------------------------------------------------------

    def _open(self, choice: Choice, line: Line) -> None:
        mark = choice.mark
        if mark.style in CHAPTERS:
            self._open_chapter(choice, line)
            return
        if choice.level is not None:
            del self._levels[max(0, choice.level - len(self._chapters)) :]
        elif choice.is_second:
            self._close_to_article()
        elif mark.style in PLACES:
            self._levels.clear()
        elif mark.style is not Style.BULLET:
            while self._levels and self._levels[-1].style is Style.BULLET and not self._node_of(-1).heading:
                self._levels.pop()
        parent = self._levels[-1].node if self._levels else self._chapters[-1].node if self._chapters else 0
        if choice.is_second:
            self._number_first(parent)
        node = Node(self._kind_of(mark.style, parent), parent, mark.style, mark.path, mark.until, mark.written)
        self._say_heading(node, line, mark.length)
        self._current = self._add(node)
        self._levels.append(Level(mark.style, mark.path if mark.until is None else (mark.until,), self._current))

    def _open_chapter(self, choice: Choice, line: Line) -> None:
        mark = choice.mark
        self._settle_pending()
        depth = CHAPTERS.index(mark.style)
        self._chapters = [level for level in self._chapters if CHAPTERS.index(level.style) < depth]
        parent = self._chapters[-1].node if self._chapters else 0
        heading = "".join(narrow(line.text[mark.length :]).split())
        node = Node(PassageKind.CHAPTER, parent, mark.style, mark.path, None, mark.written, heading, line.text)
        node.block = line.block
        node.body_at = len(line.text)
        self._current = self._add(node)
        self._chapters.append(Level(mark.style, mark.path, self._current))

    def _close_to_article(self) -> None:
        while self._levels and self._levels[-1].style not in PLACES:
            self._levels.pop()

    def _number_first(self, article: int) -> None:
        """Make the unnumbered first paragraph of an article a passage of its own, now that there is a second."""
        node = self.nodes[article]
        if not node.body.strip():
            return
        first = Node(PassageKind.PARAGRAPH, article, Style.DIGIT, (1,), text=node.body.lstrip(), block=node.block)
        cut = len(node.text) - len(first.text)
        node.text = node.text[:cut].rstrip()
        node.body_at = min(node.body_at, len(node.text))
        self.nodes.insert(article + 1, first)
        for at, other in enumerate(self.nodes):
            if other.parent is not None and at > article + 1:
                other.parent += other.parent > article
                if other.parent == article:
                    other.parent = article + 1
        for level in [*self._levels, *self._chapters]:
            level.node += level.node > article

    def _kind_of(self, style: Style, parent: int) -> PassageKind:
        above = self.nodes[parent].kind
        if style in PLACES or above in {PassageKind.PART, PassageKind.CHAPTER}:
            return PassageKind.ARTICLE if style is not Style.BULLET else PassageKind.ITEM
        if above is PassageKind.ARTICLE and style in {*DIGITS, Style.DECIMAL}:
            return PassageKind.PARAGRAPH
        if above in {PassageKind.ITEM, PassageKind.SUBITEM}:
            return PassageKind.SUBITEM
        return PassageKind.ITEM if style in {*_ITEMS, *DIGITS, Style.DECIMAL, Style.BULLET} else PassageKind.SUBITEM

    # ---- headings --------------------------------------------------------------------------------------------

    def _is_heading(self, at: int) -> bool:
        line = self._lines[at]
        if is_bracketed_heading(line.text) and self._heads.is_article(at + 1):
            return True
        if not self._heads.is_boundary(at) or line.is_inner:
            return False
        if is_bracketed_heading(line.text):
            return True
        if self._heads.has_places or line.is_full or not looks_like_heading(line.text):
            return False
        return line.has_gap or line.is_heading or at == 0 or self._heads.ends_sentence(at - 1)

    def _say_heading(self, node: Node, line: Line, length: int) -> None:
        """Give a node its text from the waiting headings and its line, and find the heading in it."""
        before = "".join(waiting.text + "\n" for waiting in self._pending)
        node.block = self._pending[0].block if self._pending else line.block
        if self._pending:
            found = bracketed(self._pending[-1].text)
            node.heading = found[0] if found else "".join(narrow(self._pending[-1].text).split())
            self._pending = []
        node.text = before + line.text
        node.body_at = len(before) + length
        rest = line.text[length:]
        lead = len(rest) - len(rest.lstrip())
        if _DELETED.fullmatch("".join(narrow(rest).split())):
            node.is_deleted = True
            node.body_at = len(node.text)
            return
        if node.heading or node.kind not in {PassageKind.ARTICLE, PassageKind.PARAGRAPH, PassageKind.ITEM}:
            return
        found = bracketed(rest[lead:])
        if found and node.kind is not PassageKind.ITEM:
            node.heading = found[0]
            node.body_at += lead + found[1]
        elif looks_like_heading(rest) and node.kind is not PassageKind.ITEM and not line.is_full:
            node.heading = "".join(narrow(rest).split())
            node.body_at = len(node.text)
        if _DELETED.fullmatch("".join(narrow(node.body).split())):
            node.is_deleted = True

    def _settle_pending(self, *, is_article: bool = False) -> None:
        """Put waiting headings down: as an article without a number where words follow, else as text."""
        for at, line in enumerate(self._pending):
            if is_article and at == len(self._pending) - 1:
                found = bracketed(line.text)
                heading = found[0] if found else "".join(narrow(line.text).split())
                self._levels.clear()
                parent = self._chapters[-1].node if self._chapters else 0
                node = Node(PassageKind.ARTICLE, parent, heading=heading, text=line.text, body_at=len(line.text))
                node.block = line.block
                self._current = self._add(node)
            else:
                self._current = self._add(Node(PassageKind.TEXT, self._holder(), text=line.text, block=line.block))
        self._pending = []

    # ---- words -----------------------------------------------------------------------------------------------

    def _go_on(self, at: int) -> None:
        if self._pending:
            self._settle_pending(is_article=True)
            self._append(self._lines[at], new_line=True)
            return
        node = self.nodes[self._current]
        line = self._lines[at]
        is_new = at == 0 or (self._heads.ends_sentence(at - 1) and not self._runs_on(at))
        is_new = (is_new and bool(node.body.strip())) or node.kind in {PassageKind.PART, PassageKind.CHAPTER}
        if node.kind is PassageKind.TABLE_ROW or is_new:
            self._current = self._add(Node(PassageKind.TEXT, self._holder(), text=line.text, block=line.block))
        else:
            self._append(line, new_line=self._heads.is_boundary(at))

    def _runs_on(self, at: int) -> bool:
        """Return whether a line goes on with a paragraph although a sentence ended with the line before."""
        line, before = self._lines[at], self._lines[at - 1]
        if line.text.startswith(_PROVISO):
            return True
        return before.is_full and not line.has_gap and not line.is_whole and line.indent <= before.indent

    def _append(self, line: Line, *, new_line: bool) -> None:
        node = self.nodes[self._current]
        words = (
            node.text[-1:].isascii()
            and line.text[:1].isascii()
            and node.text[-1:].isalnum()
            and line.text[:1].isalnum()
        )
        node.text += ("\n" if new_line else " " if words and not line.is_inner else "") + line.text

    def _holder(self) -> int:
        """Return what an unnumbered block stands under: the article or paragraph, not one of its items."""
        for level in reversed(self._levels):
            if self.nodes[level.node].kind in {PassageKind.ARTICLE, PassageKind.PARAGRAPH}:
                return level.node
        at = self._current
        while self.nodes[at].kind not in {PassageKind.ARTICLE, PassageKind.CHAPTER, PassageKind.PART}:
            at = self.nodes[at].parent or 0
        return at

    def _node_of(self, level: int) -> Node:
        return self.nodes[self._levels[level].node]

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1
