"""Which number at the beginning of a line is the head of a passage, and which only stands in a sentence.

A number is believed when it is the next of a list that is open, or the first of a new one that goes on later, and when
what follows it is no particle and no unit: 第5条の規定により and 3名以上の at the beginning of a wrapped line are not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from contract_clauses.reading.headings import bracketed, looks_like_heading
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.numbers import Mark, Style, narrow, read_marks

PLACES = frozenset({Style.ARTICLE, Style.ORDINAL})
DIGITS = frozenset({Style.DIGIT, Style.DIGIT_DOT, Style.DIGIT_PAREN, Style.PARAGRAPH_WORD})
CHAPTERS = (Style.CHAPTER, Style.SECTION)
# May number the paragraphs after an unnumbered first one.
_PARAGRAPHS = frozenset({*DIGITS, Style.CIRCLED, Style.PAREN})
_BARE = frozenset({Style.DIGIT, Style.KANJI, Style.KANA, Style.IROHA, Style.LETTER, Style.GREAT_LETTER, Style.ROMAN})
_AHEAD = 80
_MOST_LEFT_OUT = 6
_LONGEST_BRACKET = 8
_GOES_ON = re.compile(
    r"^(?:の|に|を|は、|が、|で|と|へ|も|及び|並びに|又は|または|若しくは|から|まで|、|，|。|\)|」|』|ただし書|本文|前段|後段|各号|中"
    r"|第 ?[0-9一二三四五六七八九十]+ ?[項号]|以上|以下|以内|未満)"
)
_UNIT = re.compile(
    r"^ ?(?:年(?!度計画|間計画)|か月|ヶ月|ケ月|カ月|箇月|月(?!次|例|額|報)|日(?!本|常|程|報|誌)|時間|分の|分以|秒|週|名(?!称|義|簿|札)|人(?!材|員|事|権|的)"
    r"|件(?!名)|回(?!線|答|収|復)|台(?!帳)|円|万|億|千|百|%|パーセント|倍|割|部(?!署|門|品|外|内)|通(?!信|知|報|常)|枚|箇所|か所|カ所|個(?!人|別)"
    r"|つ|種|項|号|条|章|社(?!会|員|名|内|外)|者|歳|GB|MB|TB|Gbps|Mbps|営業日|以上|以内|以下|/|-[0-9]|,[0-9]|:[0-9])"
)
_LEAD_IN = re.compile(r"(?:次の|次に|以下の|下記|各号|とおり|通り|[:：]$|掲げる|事項。?$)")


@dataclass(slots=True)
class Level:
    """A list that is open: its style and the number it has come to."""

    style: Style
    path: tuple[int, ...]
    node: int

    def is_followed_by(self, mark: Mark) -> bool:
        """Return whether a number is the next of this list."""
        if mark.style is not self.style:
            return False
        if mark.style is Style.BULLET:
            return mark.path == self.path
        if mark.style in PLACES:
            return mark.path in {(self.path[0] + 1,), (*self.path, 2), (*self.path[:-1], self.path[-1] + 1)}
        return len(mark.path) == len(self.path) and mark.path == (*self.path[:-1], self.path[-1] + 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A number taken for a head: it goes on with an open list (``level``), or opens one where ``level`` is None.

    ``is_second``: the paragraph before it has no number and is the first.
    """

    mark: Mark
    level: int | None
    is_second: bool = False


class Heads:
    """The lines of one part with every number they could begin with."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.marks = [read_marks(line.text) if line.kind is not LineKind.NOTE else [] for line in lines]
        self._is_open = self._open_brackets()
        self.has_places = any(
            mark.style in PLACES and mark.path[0] == 1 and mark.is_set_off for marks in self.marks for mark in marks
        )

    def choose(self, at: int, levels: Sequence[Level]) -> Choice | None:
        """Return which reading of a line's number is its head, given the lists that are open; None for none."""
        for mark in self.marks[at]:
            for depth in range(len(levels) - 1, -1, -1):
                if levels[depth].is_followed_by(mark):
                    if self._goes_on(at, mark, levels):
                        return Choice(mark, depth)
                    break
        for mark in self.marks[at]:
            if self._is_second(at, mark, levels):
                return Choice(mark, None, is_second=True)
        for mark in self.marks[at]:
            if self._opens(at, mark, levels):
                return Choice(mark, None)
        for mark in self.marks[at]:
            reached = self._after_gap(at, mark, levels)
            if reached is not None:
                return Choice(mark, reached)
        return None

    def is_article(self, at: int) -> bool:
        """Return whether a line begins as an article does: 第5条 or 第5, set off, without a particle behind it."""
        return at < len(self.lines) and any(
            mark.style in PLACES and mark.is_set_off and not _GOES_ON.match(self._rest(at, mark))
            for mark in self.marks[at]
        )

    def is_boundary(self, at: int) -> bool:
        """Return whether a passage may end before this line: no sentence runs on into it."""
        if at == 0:
            return True
        line = self.lines[at]
        return line.has_gap or line.is_whole or self.ends_sentence(at - 1) or not self.lines[at - 1].is_full

    def ends_sentence(self, at: int) -> bool:
        """Return whether a sentence ends with a line, and not only one inside brackets that are still open."""
        return at >= 0 and self.lines[at].ends_sentence and not self._is_open[at]

    def _open_brackets(self) -> list[bool]:
        """Return for each line whether a bracket is still open at its end; one open for too long was forgotten."""
        found: list[bool] = []
        depth, since = 0, 0
        for at, line in enumerate(self.lines):
            if line.has_gap or line.is_whole or since > _LONGEST_BRACKET or self.is_article(at):
                depth = 0
            for sign in line.text:
                depth = depth + 1 if sign in "（(" else max(0, depth - 1) if sign in "）)" else depth
            since = since + 1 if depth else 0
            found.append(depth > 0)
        return found

    def _may_follow(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether a digit can be the next paragraph's: at a boundary, well set off, or after an item."""
        if self.is_boundary(at) or _is_widely_set_off(self.lines[at].text, mark):
            return True
        return mark.is_set_off and bool(levels) and levels[-1].style not in {*PLACES, *DIGITS, Style.DECIMAL}

    def _goes_on(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        line, rest = self.lines[at], self._rest(at, mark)
        if line.is_sure:
            return True
        if mark.style in CHAPTERS:
            return self.is_boundary(at)
        if _GOES_ON.match(rest) and not (mark.style is Style.BULLET and self.is_boundary(at)):
            return False
        if mark.style in PLACES:
            return self._is_place(at, mark, rest)
        if mark.style in DIGITS or mark.style is Style.DECIMAL:
            if _UNIT.match(rest) and not (self.is_boundary(at) and _is_widely_set_off(line.text, mark)):
                return False
            return self._may_follow(at, mark, levels)
        return mark.is_set_off

    def _is_place(self, at: int, mark: Mark, rest: str) -> bool:
        if not self.is_boundary(at) and not self._closes_list(at):
            return False
        if not rest:
            return at + 1 < len(self.lines) and not _GOES_ON.match(narrow(self.lines[at + 1].text))
        return mark.is_set_off or not _UNIT.match(rest)

    def _closes_list(self, at: int) -> bool:
        """Return whether the full line before is an item, which needs no full stop."""
        return bool(self.marks[at - 1]) or bracketed(self.lines[at - 1].text) is not None

    def _is_second(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether this is paragraph 2 of an article whose first has no number."""
        if mark.style not in _PARAGRAPHS or mark.path != (2,):
            return False
        article = max((depth for depth, level in enumerate(levels) if level.style in PLACES), default=None)
        if article is None or any(
            level.style is mark.style or {level.style, mark.style} <= DIGITS for level in levels[article + 1 :]
        ):
            return False
        rest = self._rest(at, mark)
        if _GOES_ON.match(rest) or (_UNIT.match(rest) and not _is_widely_set_off(self.lines[at].text, mark)):
            return False
        return self._may_follow(at, mark, levels)

    def _opens(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        line, rest = self.lines[at], self._rest(at, mark)
        is_bullet = mark.style is Style.BULLET
        is_deeper = mark.style is Style.DECIMAL and any(level.path == mark.path[:-1] for level in levels)
        if mark.style is Style.DECIMAL:
            if mark.value != 1 or not is_deeper:
                return False
        elif not is_bullet and mark.path != (1,):
            return False
        if line.is_sure:
            return True
        if not self.is_boundary(at) and not (
            (mark.style not in _BARE or _is_widely_set_off(line.text, mark)) and self._has_next(at, mark)
        ):
            return False
        if is_bullet:
            return True
        if _GOES_ON.match(rest) or (mark.style in PLACES and not mark.is_set_off):
            return False
        if mark.style in DIGITS and _UNIT.match(rest) and not _is_widely_set_off(line.text, mark):
            return False
        if is_deeper or mark.style in CHAPTERS or mark.style in PLACES:
            return True
        return self._has_next(at, mark) or self._is_announced(at, mark, levels)

    def _is_announced(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether the words before lead to a list, or the number opens the part or an empty article."""
        if at == 0 or not mark.is_set_off:
            return at == 0
        before = self.lines[at - 1].text
        is_empty = (
            bool(levels) and levels[-1].style in PLACES and (bool(self.marks[at - 1]) or looks_like_heading(before))
        )
        return is_empty or _LEAD_IN.search(before) is not None

    def _has_next(self, at: int, mark: Mark) -> bool:
        """Return whether the list goes on below, before the next article."""
        following = Level(mark.style, mark.path, 0)
        for later in range(at + 1, min(at + _AHEAD, len(self.lines))):
            for other in self.marks[later]:
                if following.is_followed_by(other) and not _GOES_ON.match(self._rest(later, other)):
                    return True
                if other.style in PLACES and mark.style not in PLACES and other.is_set_off and self.is_boundary(later):
                    return False
        return False

    def _after_gap(self, at: int, mark: Mark, levels: Sequence[Level]) -> int | None:
        """Return the list whose next number was left out: articles only, and only where nothing speaks against it."""
        if mark.style not in {*PLACES, Style.CHAPTER} or not mark.is_set_off or not self.is_boundary(at):
            return None
        rest = self._rest(at, mark)
        if _GOES_ON.match(rest) or (not rest and not self._has_next(at, mark)):
            return None
        for depth, level in enumerate(levels):
            if level.style is mark.style and level.path[0] < mark.path[0] <= level.path[0] + _MOST_LEFT_OUT:
                return depth
        return None

    def _rest(self, at: int, mark: Mark) -> str:
        return narrow(self.lines[at].text[mark.length :]).strip()


def _is_widely_set_off(text: str, mark: Mark) -> bool:
    """Return whether more than one narrow space, or a sign, stands between a number and its words."""
    after = text[mark.length : mark.length + 2]
    return mark.written[-1:] in ".．、,)）:" or after[:1] in {"\u3000", "\t"} or (len(after) == 2 and not after.strip())
