"""Where the parts of a contract begin: the contract itself, 別記, 別紙, 仕様書, 特記事項, 附則."""

from collections.abc import Sequence

from contract_clauses.reading.headings import PartTitle, part_title
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.numbers import Style, read_marks

Part = tuple[PartTitle, Sequence[Line], Sequence[Line]]
_FIRST = 6


def split_parts(name: str, lines: Sequence[Line]) -> list[Part]:
    """Return the parts of one file: title, the lines of the title, the lines below it."""
    starts: list[tuple[int, PartTitle, int]] = []
    at = 0
    while at < len(lines):
        title, length = _title_at(lines, at, starts)
        if title is not None:
            starts.append((at, title, length))
            at += length
        else:
            at += 1
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, PartTitle("", ""), 0))
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    return [
        (title, lines[start : start + length], lines[start + length : end])
        for (start, title, length), end in zip(starts, ends, strict=True)
    ]


def _title_at(
    lines: Sequence[Line], at: int, starts: Sequence[tuple[int, PartTitle, int]]
) -> tuple[PartTitle | None, int]:
    line = lines[at]
    title = part_title(line.text) if line.kind is LineKind.BODY else None
    if title is None or not _may_begin(lines, at):
        return None, 0
    if title.label:
        if at + 1 < len(lines) and not title.title:
            below = part_title(lines[at + 1].text)
            if below is not None and not below.label:
                return PartTitle(title.label, below.title), 2
        return title, 1
    if at == 0 or (_restarts(lines, at) and (line.has_gap or not starts or _has_numbers(lines, starts[-1][0], at))):
        return title, 1
    return None, 0


def _may_begin(lines: Sequence[Line], at: int) -> bool:
    if at == 0:
        return True
    before = lines[at - 1]
    return lines[at].has_gap or before.ends_sentence or not before.is_full


def _restarts(lines: Sequence[Line], at: int) -> bool:
    """Return whether numbers begin anew right below."""
    for line in lines[at + 1 : at + 1 + _FIRST]:
        for mark in read_marks(line.text):
            if mark.path[0] == 1 and mark.is_set_off and mark.style is not Style.BULLET:
                return True
    return False


def _has_numbers(lines: Sequence[Line], start: int, end: int) -> bool:
    return any(mark.is_set_off for line in lines[start + 1 : end] for mark in read_marks(line.text))
