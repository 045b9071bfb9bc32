"""The lines of a draft as they stand in its file, with what their layout says about where a passage may begin."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from contract_clauses.reading.numbers import read_marks
from contract_clauses.reading.page_edges import without_edges

_SENTENCE_END = re.compile(r"[。．？！:：;；]$")  # 。） may stand in the middle of a sentence
_NEAR = 2  # between two rows may stand the rest of the first
_COLUMNS = re.compile(r"\S\s*[|｜│┃]\s*\S|\S\t+\S")
_NUMBERED_ROW = re.compile(r"[0-9０-９]{1,2}[-－][0-9０-９]{1,3}\s*[|｜│┃]")  # 2-01｜…｜必須: no number of an article
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

    ``has_gap``: an empty line stands before it. ``is_full``: it reaches the right edge, so that its
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
    is_page_top: bool = False  # a page ended before it
    kind: LineKind = LineKind.BODY
    block: int | None = None  # in a Word file: its paragraph's place among all w:p of the body

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends as a sentence does."""
        return _SENTENCE_END.search(self.text) is not None


class _Columns(dict[str, int]):
    """How many columns a character takes up, looked up once: a draft asks for some hundred thousand."""

    def __missing__(self, sign: str) -> int:
        self[sign] = 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
        return self[sign]


_COLUMNS_OF = _Columns()


def width(text: str) -> int:
    """Return how many columns a text takes up: two for a wide character."""
    return sum(map(_COLUMNS_OF.__getitem__, text))


def split_lines(text: str) -> list[Line]:
    """Return the lines of a plain text that bear meaning: without page numbers, running headers and empty lines."""
    raw = re.split(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]|(?=\f)", text)
    lines = []
    for at, has_gap, is_page_top in without_edges(raw):
        line = raw[at].removeprefix("\f")
        indent = width(line[: len(line) - len(line.lstrip())])
        lines.append(Line(line.strip(), indent, has_gap, is_page_top=is_page_top))
    return mark_full(_with_rows(lines))


def settle(lines: Sequence[Line]) -> list[Line]:
    """Return the paragraphs of a word processor that bear meaning; an empty one leaves a gap.

    Where they are the broken lines of a PDF, what stood at the edges of its pages goes too.
    """
    came_from_pdf = _right_edge([line for line in lines if line.kind is LineKind.BODY and line.text]) > 0
    raw = [line.text for line in lines]
    kept = without_edges(raw, has_pages=came_from_pdf)
    told = [replace(lines[at], has_gap=gap or lines[at].has_gap, is_page_top=page) for at, gap, page in kept]
    return mark_full(_with_rows(told))


def _with_rows(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, rows of columns told apart: 監査 | 立ち入ることができる。 Two stand one below the other."""
    looks = [
        line.kind is LineKind.BODY
        and _COLUMNS.search(line.text) is not None
        and (_NUMBERED_ROW.match(line.text) is not None or not read_marks(line.text))
        for line in lines
    ]
    return [
        replace(line, kind=LineKind.ROW) if looks[at] and sum(looks[max(0, at - _NEAR) : at + _NEAR + 1]) > 1 else line
        for at, line in enumerate(lines)
    ]


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
        for line, following in pairwise(lines)
    )
    return longest if broken >= max(_FEWEST_WRAPS, len(lines) // 12) else 0
