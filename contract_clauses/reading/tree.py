"""The tree of one part: its lines put under the numbers they belong to."""

import re

from contract_clauses.draft import PassageKind
from contract_clauses.reading.headings import (
    bracketed,
    heading_of,
    is_bracketed_heading,
    is_short_head,
    looks_like_heading,
)
from contract_clauses.reading.heads import CHAPTERS, Choice, Heads, Level, begins_sentence, is_lead_in, is_wide
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.marks import DIGITS, PLACES
from contract_clauses.reading.nodes import Node, kind_below, take_for_heading
from contract_clauses.reading.numbers import Style, narrow
from contract_clauses.reading.parts import Part

_DELETED = re.compile(r"[(\[]?(?:削除|欠番|削 除)[)\]]?。?")
# 履行期間　　令和8年4月1日から: a heading, a wide space, the words. 目　的 is one heading, written wide.
_TOLD_APART = re.compile(r"\s*(?P<head>\S{2,}(?: \S+)*?)(?:\u3000+|\t+| {2,})\s*(?=\S{2})")
_CLOSING = re.compile(
    r"(?:(?:この|本|上記|右|以上)の?)?(?:契約|協定|覚書|確認書|合意)書?の?(?:締結|成立|内容|事実)?[のをに]?(?:証|あかし)"
    r"|(?:上記|以上|右)の(?:とおり|契約)|本書[^。]{1,6}通を|(?:甲|乙|[発受]注者|[委受]託者).{0,40}(?:記名押印|[㊞印])$"
    r"|(?:令和|平成|西暦)?(?:[0-9〇一二三四五六七八九十元○ \u3000]*[年月]){2}[0-9〇一二三四五六七八九十○ \u3000]*日$"
)
_WELL_TO_THE_RIGHT = 4
_SET_IN = 2
_LONGEST_PASSAGE = 10_000  # lines without any number are no paragraph for ever
_PARTICLE = re.compile("[はがをのにとでへも、。]|及び|又は|並びに|その他")
_PROVISO = ("ただし", "但し", "この場合")


class Tree:
    """The nodes of one part, parents before children, in the order of the text."""

    def __init__(self, part: Part) -> None:
        title, lines, title_lines = part.title, part.lines, part.title_lines
        said = "\n".join(line.text for line in title_lines)
        self.nodes = [Node(PassageKind.PART, None, heading=title.title, text=said, body_at=len(said), title=title)]
        self._heads = Heads(lines, part.tight)
        self._lines = lines
        self._levels: list[Level] = []
        self._chapters: list[Level] = []
        self._current = 0
        self._at = 0
        self._pending: list[Line] = []
        self._block: int | None = title_lines[0].block if title_lines else None
        self.nodes[0].block = self._block
        for at in range(len(lines)):
            self._take(at)
        self._settle_pending()

    def _take(self, at: int) -> None:
        line = self._lines[at]
        self._at = at
        self._block = line.block
        if line.kind is LineKind.ROW:
            self._settle_pending(is_article=True)
            self._current = self._add(Node(PassageKind.TABLE_ROW, self._holder(line), text=line.text))
            return
        if line.kind is LineKind.NOTE:
            self._settle_pending()
            self._add(Node(PassageKind.NOTE, self._current, text=line.text))
            return
        choice = self._choose(at)
        if choice is not None:
            self._open(choice, line)
        elif not self._waits_for_heading(at) and self._is_heading(at):
            self._pending.append(line)
        else:
            self._go_on(at)

    def _choose(self, at: int) -> Choice | None:
        """Return the number a line begins with; a waiting heading that is an article itself is put down before it."""
        choice = self._heads.choose(at, [*self._chapters, *self._levels])
        if (
            choice is None
            or not self._pending
            or choice.mark.style in {*PLACES, *CHAPTERS}
            or self._heads_number(choice)
        ):
            return choice
        above_signs = choice.mark.value in self._heads.heading_bullets and len(self.nodes) == 1
        self._settle_pending(is_article=not above_signs)
        return self._heads.choose(at, [*self._chapters, *self._levels])

    def _heads_number(self, choice: Choice) -> bool:
        """Return whether a waiting heading belongs to the number below it: 1, 2 … count on over the headings."""
        if choice.mark.style in self._heads.restarting or choice.mark.style not in {
            *DIGITS,
            Style.DECIMAL,
            Style.KANJI,
        }:
            return False
        if any(node.kind is PassageKind.ARTICLE and node.style is None for node in self.nodes):
            return False
        return not self._levels if choice.level is None else choice.level <= len(self._chapters)

    # ---- numbers ---------------------------------------------------------------------------------------------

    def _open(self, choice: Choice, line: Line) -> None:
        mark = choice.mark
        if mark.style in CHAPTERS:
            self._open_chapter(choice, line)
            return
        self._close_for(choice, line)
        parent = self._levels[-1].node if self._levels else self._chapters[-1].node if self._chapters else 0
        if choice.is_second:
            self._number_first(parent)
        if mark.style is Style.DECIMAL:
            self._stand_in(choice, parent)
            take_for_heading(self.nodes[parent])
        node = Node(
            kind_below(self.nodes[parent].kind, mark.style), parent, mark.style, mark.path, mark.until, mark.written
        )
        if mark.style is Style.BULLET and self._heads.stands_before_heading(mark, line):
            node.heading = heading_of(line.text[1:])
            node.kind = PassageKind.ARTICLE if node.kind is PassageKind.ITEM and not self._levels else node.kind
        self._say_heading(node, line, mark.length)
        self._current = self._add(node)
        path = mark.path if mark.until is None else (mark.until,)
        self._levels.append(Level(mark.style, path, self._current, line.indent, is_wide(mark)))

    def _stand_in(self, choice: Choice, parent: int) -> None:
        """Let a chapter that was left out (or not seen) be counted where its first paragraph comes."""
        path = choice.mark.path[:-1]
        if not any(level.path == path for level in self._levels):
            style = Style.DIGIT if len(path) == 1 else Style.DECIMAL
            self._levels.append(Level(style, path, parent))

    def _close_for(self, choice: Choice, line: Line) -> None:
        """Close the lists that end where a number begins."""
        mark = choice.mark
        if choice.level is not None:
            del self._levels[max(0, choice.level - len(self._chapters)) :]
        elif choice.is_second:
            while self._levels and self._levels[-1].style not in PLACES:
                self._levels.pop()
        elif mark.style in PLACES:
            self._levels.clear()
        elif mark.style is Style.DECIMAL:
            above = [at for at, level in enumerate(self._levels, 1) if level.path == mark.path[:-1]]
            del self._levels[above[-1] if above else len(self._levels) :]
        elif mark.style is not Style.BULLET:
            while self._levels and self._levels[-1].style is Style.BULLET and not self._leads(self._levels[-1], line):
                self._levels.pop()
            again = [at for at, level in enumerate(self._levels) if level.style is mark.style]
            if (
                again
                and line.indent <= self._levels[again[-1]].indent
                and is_wide(mark) is self._levels[again[-1]].is_wide
            ):
                del self._levels[again[-1] :]  # the same list begins anew

    def _open_chapter(self, choice: Choice, line: Line) -> None:
        mark = choice.mark
        self._settle_pending()
        depth = CHAPTERS.index(mark.style)
        self._chapters = [level for level in self._chapters if CHAPTERS.index(level.style) < depth]
        parent = self._chapters[-1].node if self._chapters else 0
        heading = "".join(narrow(line.text[mark.length :]).split())
        node = Node(PassageKind.CHAPTER, parent, mark.style, mark.path, None, mark.written, heading, line.text)
        node.body_at = len(line.text)
        self._current = self._add(node)
        self._chapters.append(Level(mark.style, mark.path, self._current))

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
        for other in self.nodes[article + 2 :]:  # what stands below the article so far
            if other.parent is not None:
                other.parent = article + 1 if other.parent == article else other.parent + 1
        for level in [*self._levels, *self._chapters]:
            level.node += level.node > article

    # ---- headings --------------------------------------------------------------------------------------------

    def _waits_for_heading(self, at: int) -> bool:
        """Return whether the line before is a number that stands alone: its heading comes now."""
        node = self.nodes[self._current]
        is_bare = node.kind is PassageKind.ARTICLE and bool(node.number) and not node.heading and not node.is_deleted
        return is_bare and not node.body.strip() and not self._heads.is_article(at + 1)

    def _is_heading(self, at: int) -> bool:
        line = self._lines[at]
        is_above_article = self._heads.is_article(at + 1)
        if is_bracketed_heading(line.text):
            return is_above_article or self._heads.is_boundary(at)
        if not self._heads.is_boundary(at) or not (is_above_article or not self._heads.has_places):
            return False
        if not looks_like_heading(line.text):
            return not self._heads.has_places and (self._is_one_letter(line) or self._stands_alone(at))
        ends = line.has_gap or line.is_heading or at == 0 or self._heads.ends_sentence(at - 1)
        goes_on = at + 1 < len(self._lines) and not begins_sentence(self._lines[at + 1].text)
        return ends and (is_above_article or not (line.is_full or goes_on))

    def _stands_alone(self, at: int) -> bool:
        """Return whether a short line between an empty one and a sentence is a heading, whatever its words."""
        if at + 1 >= len(self._lines) or not self._lines[at].has_gap or self._lines[at].is_full:
            return False
        following = self._lines[at + 1]
        is_above = (
            (following.ends_sentence or following.is_full) and not following.has_gap and not self._heads.marks[at + 1]
        )
        return is_above and is_short_head(self._lines[at].text) and not self._lines[at].text.endswith(("、", "，"))

    def _is_one_letter(self, line: Line) -> bool:
        """Return whether a line is a heading of one letter (人): between empty lines only."""
        return line.has_gap and len(line.text) == 1 and "一" <= line.text <= "鿿" and line.text not in "記甲乙丙印"

    def _say_heading(self, node: Node, line: Line, length: int) -> None:
        """Give a node its text from its line and the heading that waits, and find the heading in it."""
        rest = line.text[length:]
        is_deleted = _DELETED.fullmatch("".join(narrow(rest).split())) is not None
        own = ("", 0) if is_deleted else self._own_heading(node, rest)
        before = ""
        if self._pending and not own[0]:
            before = self._pending[-1].text + "\n"
            node.block = self._pending[-1].block
            node.heading = heading_of(self._pending.pop().text)
        self._settle_pending()
        node.text = before + line.text
        node.body_at = len(before) + length + own[1]
        node.heading = own[0] or node.heading
        if _DELETED.fullmatch("".join(narrow(node.body).split())):
            node.is_deleted = True
            node.body_at = len(node.text)

    def _own_heading(self, node: Node, rest: str) -> tuple[str, int]:
        """Return the heading that stands behind a number, and its length with the space before it."""
        if node.heading:
            return node.heading, len(rest)
        lead = len(rest) - len(rest.lstrip())
        found = bracketed(rest[lead:])
        if node.kind is PassageKind.ITEM and found and looks_like_heading(found[0]):
            after = rest[lead + found[1] :].lstrip()
            return (found[0], lead + found[1]) if after and not _PARTICLE.match(after) else ("", 0)
        if node.kind not in {PassageKind.ARTICLE, PassageKind.PARAGRAPH}:
            return "", 0
        if found:
            return found[0], lead + found[1]
        told = _TOLD_APART.match(rest) if node.kind is PassageKind.ARTICLE else None
        is_apart = told is not None and len(told["head"].split()) == 1 and begins_sentence(rest[told.end() :])
        length = told.end("head") if told and is_apart else len(rest)
        is_heading = looks_like_heading(rest[:length]) and (length < len(rest) or self._ends_here())
        return (heading_of(rest[:length]), length) if is_heading else ("", 0)

    def _ends_here(self) -> bool:
        """Return whether the words of this line cannot go on in the next: it is not full, or a number comes."""
        if self._at + 1 == len(self._lines):
            return True
        following = self._lines[self._at + 1]
        if not self._lines[self._at].is_full or following.is_whole or following.has_gap:
            return following.is_whole or following.has_gap or begins_sentence(following.text)
        is_set_in = abs(following.indent - self._heads.hang) >= _SET_IN
        return is_set_in or self._heads.begins_with_number(self._at + 1)

    def _settle_pending(self, *, is_article: bool = False) -> None:
        """Put waiting headings down: as an article without a number where words follow, else as text."""
        taken = self._block
        for at, line in enumerate(self._pending):
            self._block = line.block
            if is_article and at == len(self._pending) - 1:
                self._open_unnumbered(line)
            else:
                self._current = self._add(Node(PassageKind.TEXT, self._holder(line), text=line.text))
        self._pending, self._block = [], taken

    def _open_unnumbered(self, line: Line) -> None:
        """Open an article that has a heading and no number; numbered ones beside it count on."""
        while self._levels and self._levels[-1].style not in PLACES:
            self._levels.pop()
        parent = self._chapters[-1].node if self._chapters else 0
        node = Node(PassageKind.ARTICLE, parent, heading=heading_of(line.text), text=line.text, body_at=len(line.text))
        self._current = self._add(node)
        self._levels.append(Level(Style.HEADING, (0,), self._current, line.indent))

    # ---- words -----------------------------------------------------------------------------------------------

    def _go_on(self, at: int) -> None:
        if self._pending:
            self._settle_pending(is_article=True)
            self._append(self._lines[at], new_line=True)
            return
        line = self._lines[at]
        if self._is_below_item(at):
            self._go_on_below_item(line)
            return
        if at > self._heads.last_head >= 0 and self._heads.is_boundary(at) and _CLOSING.match(narrow(line.text)):
            self._levels.clear()
            self._chapters.clear()
            self._current = 0
        node = self.nodes[self._current]
        is_new = at == 0 or (self._heads.ends_sentence(at - 1) and not self._runs_on(at))
        is_new = (is_new and bool(node.body.strip())) or node.kind in {PassageKind.PART, PassageKind.CHAPTER}
        if (
            (node.kind is PassageKind.TABLE_ROW and not self._is_rest_of_row(at))
            or is_new
            or len(node.text) > _LONGEST_PASSAGE
        ):
            self._current = self._add(Node(PassageKind.TEXT, self._holder(line), text=line.text))
        elif node.kind is PassageKind.ARTICLE and not node.heading and not node.body.strip():
            self._head_below(node, line)
        else:
            self._append(line, new_line=self._heads.is_boundary(at) and not self._is_amid_sentence(node, at))

    def _is_rest_of_row(self, at: int) -> bool:
        """Return whether a line is the rest of a row of columns that was broken at the right edge."""
        line, before = self._lines[at], self._lines[at - 1]
        return before.kind is LineKind.ROW and not (before.is_whole or line.has_gap or before.ends_sentence)

    def _is_below_item(self, at: int) -> bool:
        """Return whether a sentence stands below an item that is a word or two without a full stop."""
        node = self.nodes[self._current]
        if node.kind not in {PassageKind.ITEM, PassageKind.SUBITEM} or node.heading or "\n" in node.body.strip():
            return False
        line = self._lines[at]
        is_sentence = begins_sentence(line.text) and ("。" in line.text or "は、" in line.text)
        is_word = looks_like_heading(node.body) and not self._lines[at - 1].is_full
        return is_word and bool(is_sentence) and self._heads.is_boundary(at)

    def _go_on_below_item(self, line: Line) -> None:
        """Take a sentence below an item: the item is its heading, or ends a list that was announced."""
        node = self.nodes[self._current]
        parent = self.nodes[node.parent or 0]
        if line.indent <= self._levels[-1].indent and is_lead_in(parent.body):
            self._current = self._add(Node(PassageKind.TEXT, self._holder(line), text=line.text))
            return
        node.heading, node.body_at = heading_of(node.body), len(node.text)
        self._append(line, new_line=True)

    def _is_amid_sentence(self, node: Node, at: int) -> bool:
        """Return whether the words so far have a subject or an object and no end yet."""
        return not self._lines[at].has_gap and not self._lines[at].is_whole and node.is_amid_sentence()

    def _head_below(self, node: Node, line: Line) -> None:
        """Go on with an article whose number stands alone in its line: a heading may stand in the next."""
        length = len(node.text)
        self._append(line, new_line=True)
        heading, taken = self._own_heading(node, line.text)
        if heading:
            node.heading, node.body_at = heading, length + 1 + taken

    def _runs_on(self, at: int) -> bool:
        """Return whether a line goes on with a paragraph although a sentence ended with the line before."""
        line, before = self._lines[at], self._lines[at - 1]
        if line.text[:12].replace(" ", "").startswith(_PROVISO):
            return True
        return before.is_full and not line.has_gap and not line.is_whole and line.indent <= before.indent

    def _append(self, line: Line, *, new_line: bool) -> None:
        self.nodes[self._current].append(line.text, new_line=new_line)

    def _holder(self, line: Line) -> int:
        """Return what an unnumbered block stands under: the article or paragraph; an item only if well to its right."""
        for level in reversed(self._levels):
            node = self.nodes[level.node]
            if line.indent >= level.indent + _WELL_TO_THE_RIGHT and level.indent:
                return level.node
            if node.kind in {PassageKind.ARTICLE, PassageKind.PARAGRAPH} or node.heading:
                return level.node
        at = self._current
        while self.nodes[at].kind not in {PassageKind.ARTICLE, PassageKind.CHAPTER, PassageKind.PART}:
            at = self.nodes[at].parent or 0
        return at

    def _leads(self, bullet: Level, line: Line) -> bool:
        """Return whether a list begins below a bullet, and not beside it."""
        node = self.nodes[bullet.node]
        return bool(node.heading) or line.indent > bullet.indent or is_lead_in(node.body)

    def _add(self, node: Node) -> int:
        node.block = self._block if node.block is None else node.block
        self.nodes.append(node)
        return len(self.nodes) - 1
