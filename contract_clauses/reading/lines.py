"""The lines of a draft as they stand in its file, with what their layout says about where a passage may begin."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from contract_clauses.reading.numbers import narrow, read_marks

_SENTENCE_END = re.compile(r"[。．？！:：;；]$")  # 。） may stand in the middle of a sentence
_PAGE_NUMBER = re.compile(
    r"(?:[-~=|<\[(]{0,2} ?(?P<n>[0-9](?: ?[0-9]){0,3})(?: ?[/of]{1,2} ?[0-9]{1,4})? ?[-~=|>\])]{0,2}"
    r"|(?:p|P|page|Page)[. ]{0,2}(?P<p>[0-9]{1,4})(?: ?/ ?[0-9]{1,4})?"
    r"|(?P<j>[0-9]{1,4}) ?ページ|第 ?(?P<k>[0-9]{1,4}) ?(?:ページ|頁))"
)
_WIDEST_WRAP = 130
_LEAST_WRAP = 12
_FEWEST_WRAPS = 2
_NEARLY = 0.86


class LineKind(StrEnum):
    """What a line was in its file."""

    BODY = "body"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its indentation. Widths count columns: a wide character is two.

    ``has_gap``: an empty line or a page's end stands before it. ``is_full``: it reaches the right edge, so that its
    sentence may go on in the next. ``is_whole``: a paragraph of a word processor, never the rest of another.
    ``is_inner``: it stood in the middle of a line, after what may be the end of a passage.
    """

    text: str
    indent: int = 0
    has_gap: bool = False
    is_full: bool = False
    is_whole: bool = False
    is_inner: bool = False
    is_sure: bool = False  # its number comes from the word processor
    is_heading: bool = False  # styled as one
    kind: LineKind = LineKind.BODY
    block: int | None = None  # in a Word file: its paragraph's place among all w:p of the body

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends as a sentence does."""
        return _SENTENCE_END.search(self.text) is not None


def width(text: str) -> int:
    """Return how many columns a text takes up: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def split_lines(text: str) -> list[Line]:
    """Return the lines of a plain text that bear meaning: without page numbers, running headers and empty lines."""
    raw = re.split(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]|(?=\f)", text)
    kept = _without_furniture(raw)
    lines = []
    for line, has_gap in kept:
        indent = width(line[: len(line) - len(line.lstrip())])
        lines.append(Line(line.strip(), indent, has_gap))
    return mark_full(lines)


def mark_full(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those marked that reach the right edge, where the text was broken at one.

    Such a paragraph of a word processor is no whole one: the text came from a PDF.
    """
    body = [line for line in lines if line.kind is LineKind.BODY]
    edge = _right_edge(body)
    if not edge:
        return list(lines)
    return [
        replace(line, is_full=_columns(line) >= edge * _NEARLY, is_whole=False) if line.kind is LineKind.BODY else line
        for line in lines
    ]


def _columns(line: Line) -> int:
    return line.indent + width(line.text)


def _without_furniture(raw: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the lines with whether a gap stands before each, page numbers and what repeats beside them left out."""
    numbers = _page_numbers(raw)
    running = _running_lines(raw, numbers)
    kept: list[tuple[str, bool]] = []
    gap = True
    for at, line in enumerate(raw):
        if at in numbers or at in running:
            continue
        line = line.removeprefix("\f")  # noqa: PLW2901 (the page's end is told by the gap)
        if not line.strip():
            gap = True
            continue
        kept.append((line, gap))
        gap = False
    return kept


def _page_numbers(raw: Sequence[str]) -> set[int]:
    """Return the lines that are nothing but a page's number."""
    found: dict[int, int] = {}
    for at, line in enumerate(raw):
        said = narrow(line.strip("\f \t　"))
        match = _PAGE_NUMBER.fullmatch(said) if 0 < len(said) < 20 else None
        if match:
            digits = next(value for value in match.groups() if value)
            found[at] = int(digits.replace(" ", ""))
    return {at for at, value in found.items() if _is_page_number(raw, at, value, found)}


def _is_page_number(raw: Sequence[str], at: int, value: int, found: dict[int, int]) -> bool:
    said = narrow(raw[at].strip("\f \t　"))
    if re.search(r"[-~/|=pP頁ペ]", said):
        return True
    following = next((line for line in raw[at + 1 :] if line.strip()), "")
    before = next((line for line in reversed(raw[:at]) if line.strip()), "")
    if not following or raw[at].startswith("\f") or following.startswith("\f"):
        return True
    if said[0] in "([":
        return False  # the number of an item whose words stand in the next line
    if before and _SENTENCE_END.search(before.strip()) is None and not narrow(before.strip()).endswith((")", "]")):
        return True
    return any(other != at and found[other] - value == (1 if other > at else -1) for other in _nearest(found, at))


def _nearest(found: dict[int, int], at: int) -> Iterable[int]:
    before = [other for other in found if other < at]
    after = [other for other in found if other > at]
    return [*before[-1:], *after[:1]]


def _running_lines(raw: Sequence[str], numbers: set[int]) -> set[int]:
    """Return the lines beside page numbers or pages' ends that say the same again and again."""
    beside: list[int] = []
    for at in [*numbers, *(at for at, line in enumerate(raw) if line.startswith("\f"))]:
        for step in (-1, 1):
            place = at + step
            while 0 <= place < len(raw) and not raw[place].strip():
                place += step
            if 0 <= place < len(raw) and place not in numbers:
                beside.append(place)
        if raw[at].startswith("\f") and raw[at].strip():
            beside.append(at)
    said = {at: re.sub(r"[0-9]+|\s", "", narrow(raw[at])) for at in set(beside)}
    counted = Counter(said.values())
    everywhere = Counter(re.sub(r"[0-9]+|\s", "", narrow(line)) for line in raw if line.strip())
    first = {text: at for at, text in reversed(sorted(said.items()))}
    return {
        at
        for at, text in said.items()
        if len(text) < 60
        and not _SENTENCE_END.search(text)
        and (counted[text] > 2 or (counted[text] > 1 and everywhere[text] > 1))
        and not (at == first[text] and everywhere[text] == counted[text] and at < 3)
    }


def _right_edge(lines: Sequence[Line]) -> int:
    """Return the column at which lines were broken, or 0 where they were not.

    They were where several lines of nearly the greatest width end amid a sentence and go on in a line without a number.
    """
    if not lines:
        return 0
    widths = sorted(_columns(line) for line in lines)
    longest = widths[len(widths) - 1 - len(widths) // 20]
    if not _LEAST_WRAP <= longest <= _WIDEST_WRAP:
        return 0
    broken = sum(
        longest * _NEARLY <= _columns(line) <= longest + 4
        and not line.ends_sentence
        and not following.has_gap
        and not read_marks(following.text)
        for line, following in zip(lines, lines[1:], strict=False)
    )
    return longest if broken >= max(_FEWEST_WRAPS, len(lines) // 12) else 0
