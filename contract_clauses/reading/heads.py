"""Which number at the beginning of a line is the head of a passage, and which only stands in a sentence.

A number is believed when it is the next of a list that is open, or the first of a new one that goes on later, and when
what follows it is no particle and no unit: 第5条の規定により and 3名以上の at the beginning of a wrapped line are not.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from contract_clauses.reading.headings import bracketed, is_bracketed_heading, is_short_head, looks_like_heading
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.marks import DIGITS, LETTERS, PLACES, counts, marks_of, names_more, runs_on
from contract_clauses.reading.numbers import Mark, Style, narrow

CHAPTERS = (Style.CHAPTER, Style.SECTION)
# May number the paragraphs after an unnumbered first one.
_PARAGRAPHS = frozenset({*DIGITS, Style.CIRCLED, Style.PAREN})
_BARE = frozenset({Style.DIGIT, Style.KANJI, Style.KANA, Style.IROHA, Style.LETTER, Style.GREAT_LETTER, Style.ROMAN})
_AHEAD = 80
_MOST_LEFT_OUT = 6
_LONGEST_BRACKET = 8
_SAME_INDENT = 2
_LONGEST_LEAD_IN = 80
_MOSTLY = 0.6
_BEGINS_SENTENCE = re.compile(
    "[^ぁ-ん]|ただし|また|なお|この|その|これ|それ|ここ|あらかじめ|やむ|すべて|いず|いかなる|お|ご"
)
_UNFINISHED = re.compile("(?:[はがをにでとのへも、]|及 ?び|又 ?は|並 ?び ?に|若しくは)$")
_LEAD_IN = re.compile(r"(?:次の|次に|以下の|下記|各号|とおり|通り|[:：]$|掲げる|事項。?$)")


@dataclass(slots=True)
class Level:
    """A list that is open: its style and the number it has come to."""

    style: Style
    path: tuple[int, ...]
    node: int
    indent: int = 0
    is_wide: bool = False  # its digits are wide ones

    def likeness(self, mark: Mark, line: Line) -> int:
        """Return how much a number looks like this list's: two lists may wait for the same one."""
        return 2 * (self.is_wide is is_wide(mark)) + (abs(self.indent - line.indent) < _SAME_INDENT)

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


def begins_sentence(text: str) -> bool:
    """Return whether words can be a sentence's beginning: まる名簿を is the rest of a word, ただし、 is none."""
    return _BEGINS_SENTENCE.match(text) is not None


class Heads:
    """The lines of one part with every number they could begin with."""

    def __init__(self, lines: Sequence[Line], tight: Collection[Style] = ()) -> None:
        self.lines = lines
        self._tight = tight
        self.marks = [marks_of(line, tight) if line.kind is not LineKind.NOTE else () for line in lines]
        self._is_open = self._open_brackets()
        self.has_places = any(
            mark.style in PLACES and mark.path[0] == 1 and mark.is_set_off for marks in self.marks for mark in marks
        )
        self.hang = self._find_hang()
        self.heading_bullets = self._find_heading_bullets()
        self.restarting = self._find_restarting()
        heads = [at for at in range(len(lines)) if self.is_article(at)] if self.has_places else self._set_off()
        self.last_head = max(heads, default=-1)

    def _find_hang(self) -> int:
        """Return how far the rest of a broken paragraph is indented, as far as the lines tell."""
        rests = Counter(
            line.indent
            for before, line, marks in zip(self.lines, self.lines[1:], self.marks[1:], strict=False)
            if before.is_full and not before.ends_sentence and not marks and not line.has_gap
        )
        return rests.most_common(1)[0][0] if rests else 0

    def _set_off(self) -> list[int]:
        return [at for at, marks in enumerate(self.marks) if any(mark.is_set_off for mark in marks)]

    def _find_heading_bullets(self) -> frozenset[int]:
        """Return the signs that stand before headings (○ 秘密保持) and not before the items of a list."""
        counts: dict[int, list[bool]] = {}
        for at, marks in enumerate(self.marks):
            for mark in marks:
                if mark.style is Style.BULLET:
                    following = self.marks[at + 1] if at + 1 < len(self.marks) else marks
                    heads = is_short_head(self.lines[at].text[1:]) and mark.path not in [m.path for m in following]
                    counts.setdefault(mark.value, []).append(heads)
        return frozenset(code for code, heads in counts.items() if sum(heads) > len(heads) * _MOSTLY)

    def stands_before_heading(self, mark: Mark, line: Line) -> bool:
        """Return whether a sign and what stands behind it are a heading."""
        return mark.value in self.heading_bullets and is_short_head(line.text[1:])

    def _find_restarting(self) -> frozenset[Style]:
        """Return the styles that begin anew below headings without a number: those headings are the articles."""
        counts = Counter(
            mark.style
            for at, marks in enumerate(self.marks)
            for mark in marks
            if at and mark.path == (1,) and mark.is_set_off and not self._has_number(at - 1) and self._may_head(at - 1)
        )
        return frozenset(style for style, count in counts.items() if count > 1)

    def _may_head(self, at: int) -> bool:
        return is_bracketed_heading(self.lines[at].text) or looks_like_heading(self.lines[at].text)

    def choose(self, at: int, levels: Sequence[Level]) -> Choice | None:
        """Return which reading of a line's number is its head, given the lists that are open; None for none."""
        marks = self.marks[at]
        for mark in marks:
            waiting = [depth for depth, level in enumerate(levels) if level.is_followed_by(mark)]
            if waiting and self._goes_on(at, mark, levels):
                return Choice(
                    mark, max(waiting, key=lambda depth: (levels[depth].likeness(mark, self.lines[at]), depth))
                )
        second = next((mark for mark in marks if self._is_second(at, mark, levels)), None)
        if second is not None:
            return Choice(second, None, is_second=True)
        first = next((mark for mark in marks if self._opens(at, mark, levels)), None)
        if first is not None:
            return Choice(first, None)
        reached = ((mark, self._after_gap(at, mark, levels)) for mark in marks)
        return next((Choice(mark, depth) for mark, depth in reached if depth is not None), None)

    def is_article(self, at: int) -> bool:
        """Return whether a line begins as an article does: 第5条 or 第5, set off, without a particle behind it."""
        return at < len(self.lines) and any(
            mark.style in PLACES and mark.is_set_off and not runs_on(mark, self._rest(at, mark))
            for mark in self.marks[at]
        )

    def begins_with_number(self, at: int) -> bool:
        """Return whether a line begins with what can be a number, well set off."""
        return any(mark.is_set_off and not runs_on(mark, self._rest(at, mark)) for mark in self.marks[at])

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
        """Return whether a number that an open list waits for is its next."""
        line, rest = self.lines[at], self._rest(at, mark)
        if line.is_sure:
            return True
        if mark.style in CHAPTERS:
            return self.is_boundary(at)
        if runs_on(mark, rest) and not (mark.style is Style.BULLET and self.is_boundary(at)):
            return False
        if mark.style in PLACES:
            return self._is_place(at, mark, levels)
        if mark.style not in {*DIGITS, Style.DECIMAL}:
            return mark.is_set_off or self.is_boundary(at)
        is_clear = self.is_boundary(at) and _is_widely_set_off(line.text, mark)
        return (is_clear or not self._counts(at, rest)) and self._may_follow(at, mark, levels)

    def _counts(self, at: int, rest: str) -> bool:
        """Return whether a number counts what follows it (2 名), or a scanner tore it from more digits (2 00)."""
        line = self.lines[at]
        before = self.lines[at - 1].text if at else ""
        is_fresh = line.has_gap or line.is_whole or self.ends_sentence(at - 1)
        is_fresh |= self._has_number(at - 1) and self.is_boundary(at) and not _UNFINISHED.search(before)
        if is_fresh and len(rest) == 1:
            return False  # 2 人: a heading of one letter
        return (rest[:1].isdigit() and not is_fresh) or counts(rest)

    def _is_place(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether the next article begins here, and the line is not the rest of a sentence that names it."""
        rest = self._rest(at, mark)
        in_list = mark.is_set_off and levels[-1].style not in {*PLACES, *DIGITS, Style.HEADING}
        heading = bracketed(rest)
        is_headed = heading is not None and not names_more(rest[heading[1] :].lstrip())
        if not (self.is_boundary(at) or in_list or is_headed or self._closes_list(at)):
            return False
        if not rest:
            return at + 1 < len(self.lines) and not names_more(narrow(self.lines[at + 1].text))
        return mark.is_set_off or not counts(rest)

    def _has_number(self, at: int) -> bool:
        return any(mark.is_set_off or mark.style in DIGITS for mark in self.marks[at])

    def _closes_list(self, at: int) -> bool:
        """Return whether the full line before is an item, which needs no full stop."""
        return self._has_number(at - 1) or bracketed(self.lines[at - 1].text) is not None

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
        if runs_on(mark, rest) or (self._counts(at, rest) and not _is_widely_set_off(self.lines[at].text, mark)):
            return False
        return self._may_follow(at, mark, levels)

    def _opens(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether a number is the first of a new list."""
        line, rest = self.lines[at], self._rest(at, mark)
        is_torn = mark.style in LETTERS and not mark.is_set_off and not self._has_next(at, mark, set_off=True)
        if is_torn or not _is_first(mark, levels):
            return False
        if line.is_sure:
            return True
        if not self.is_boundary(at) and not self._stands_out(at, mark):
            return False
        is_counted = mark.style in DIGITS and self._counts(at, rest) and not _is_widely_set_off(line.text, mark)
        if mark.style is Style.BULLET or is_counted or runs_on(mark, rest):
            return mark.style is Style.BULLET
        opens_by_itself = mark.style in {*CHAPTERS, *PLACES, Style.DECIMAL}
        goes_on = opens_by_itself or self._has_next(at, mark) or self._is_announced(at, mark, levels)
        return goes_on and (mark.is_set_off or mark.style not in PLACES)

    def _stands_out(self, at: int, mark: Mark) -> bool:
        """Return whether a number can only be a head though no sentence has ended before it."""
        is_tight = mark.style in self._tight and mark.is_set_off and self._has_number(at - 1)
        is_clear = mark.style not in _BARE or is_tight or _is_widely_set_off(self.lines[at].text, mark)
        is_below_head = mark.style is Style.DECIMAL and self._has_number(at - 1)  # 3.1 right below 3
        return is_clear and (is_below_head or self._has_next(at, mark))

    def _is_announced(self, at: int, mark: Mark, levels: Sequence[Level]) -> bool:
        """Return whether the words before lead to a list, or the number opens the part or an empty article."""
        if at == 0 or not mark.is_set_off:
            return at == 0
        before = self.lines[at - 1].text
        is_empty = bool(levels) and levels[-1].style in PLACES and self._is_only_head(at - 1)
        return is_empty or _LEAD_IN.search(before) is not None

    def _is_only_head(self, at: int) -> bool:
        """Return whether a line is a number or a heading, or both, and no more."""
        text = self.lines[at].text
        rest = text[self.marks[at][0].length :].strip() if self.marks[at] else text
        heading = bracketed(rest)
        return not rest or looks_like_heading(rest) or (heading is not None and not rest[heading[1] :].strip())

    def _has_next(self, at: int, mark: Mark, *, set_off: bool = False) -> bool:
        """Return whether the list goes on below, before the next article."""
        following = Level(mark.style, mark.path, 0)
        for later in range(at + 1, min(at + _AHEAD, len(self.lines))):
            for other in self.marks[later]:
                if following.is_followed_by(other) and not runs_on(other, self._rest(later, other)):
                    return other.is_set_off or not set_off
                if other.style in PLACES and mark.style not in PLACES and other.is_set_off and self.is_boundary(later):
                    return False
        return False

    def _after_gap(self, at: int, mark: Mark, levels: Sequence[Level]) -> int | None:
        """Return the list whose next number was left out, where nothing speaks against it."""
        if mark.style is Style.DECIMAL and mark.value == 1 and mark.is_set_off and self.is_boundary(at):
            above = (level.path == (*mark.path[:-2], mark.path[-2] - 1) for level in levels)
            return next((depth for depth, is_one in enumerate(above) if is_one), None)  # 2.1 after 1.3, without a 2
        if mark.style not in {*PLACES, Style.CHAPTER} or not mark.is_set_off or not self.is_boundary(at):
            return None
        rest = self._rest(at, mark)
        if runs_on(mark, rest) or (not rest and not self._has_next(at, mark)):
            return None
        for depth, level in enumerate(levels):
            if level.style is mark.style and level.path[0] < mark.path[0] <= level.path[0] + _MOST_LEFT_OUT:
                return depth
        return None

    def _rest(self, at: int, mark: Mark) -> str:
        return narrow(self.lines[at].text[mark.length :]).strip()


def _is_first(mark: Mark, levels: Sequence[Level]) -> bool:
    """Return whether a number can be the first of a list: 1, ア, any bullet; 3.1 below 3."""
    if mark.style is Style.DECIMAL:
        return mark.value == 1 and any(level.path == mark.path[:-1] for level in levels)
    return mark.style is Style.BULLET or mark.path == (1,)


def is_lead_in(text: str) -> bool:
    """Return whether words announce a list: 次に掲げる事項, 次のとおり."""
    return _LEAD_IN.search(text[-_LONGEST_LEAD_IN:]) is not None


def is_wide(mark: Mark) -> bool:
    """Return whether a number is written in wide digits."""
    return any("０" <= sign <= "９" for sign in mark.written)


def _is_widely_set_off(text: str, mark: Mark) -> bool:
    """Return whether more than one narrow space, or a sign, stands between a number and its words."""
    after = text[mark.length : mark.length + 2]
    return mark.written[-1:] in ".．、,)）:" or after[:1] in {"\u3000", "\t"} or after == "  "
