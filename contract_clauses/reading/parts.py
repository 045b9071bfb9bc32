"""Where the parts of a contract begin: the contract itself, 別記, 別紙, 仕様書, 特記事項, 附則."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from contract_clauses.reading.headings import PartTitle, is_annex, is_deed, looks_like_heading, may_be_title, part_title
from contract_clauses.reading.lines import Line, LineKind
from contract_clauses.reading.marks import find_tight, marks_of
from contract_clauses.reading.numbers import Style, narrow, read_marks

_FIRST = 6
_SURELY_NEW = 3
_LINES_ABOVE = 4
_LEFT_OUT = re.compile(r"[(\[]?(?:略|省略|別添のとおり|別途(?:提示|配布|交付)(?:する)?|添付(?:略|のとおり)?)[)\]]?。?")
_CONTENTS = re.compile(r"目次|もくじ|目録")
_LEADER = re.compile(r"[.…‥・]{3,}\s*[0-9]{1,3}$")


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its title and the lines below; ``title_lines`` are the lines that say the title."""

    title: PartTitle
    title_lines: Sequence[Line]
    lines: Sequence[Line]
    tight: Collection[Style] = ()  # the styles whose numbers lost the space behind them


@dataclass(frozen=True, slots=True)
class _Start:
    at: int
    title: PartTitle
    length: int


def split_parts(name: str, lines: Sequence[Line]) -> list[Part]:
    """Return the parts of one file in their order; a file without any title is one part."""
    lines = _without_contents(lines)
    tight = find_tight(lines)
    starts = _Splitter(lines, tight).starts()
    ends = [start.at for start in starts[1:]] + [len(lines)]
    parts = [
        Part(start.title, lines[start.at : start.at + start.length], lines[start.at + start.length : end], tight)
        for start, end in zip(starts, ends, strict=True)
    ]
    kept = parts[:1]
    for part in parts[1:]:
        if part.title.label and _is_only_named(part):
            last = kept[-1]
            kept[-1] = replace(last, lines=[*last.lines, *part.title_lines, *part.lines])
        else:
            kept.append(part)
    if kept and not kept[0].title.label and not kept[0].title.title:
        kept[0] = replace(kept[0], title=title_of_file(name))
    return kept


def title_of_file(name: str) -> PartTitle:
    """Return the title that a file's name gives: 2_別記.txt, 仕様書(案).docx; an empty one for other names."""
    stem = re.sub(
        r"^[0-9０-９]+[_\-.\s　]*|[_\-\s　]*(?:案|最終|修正|第?[0-9０-９]+版|v[0-9.]+)$", "", PurePath(name).stem
    )
    return part_title(stem) or PartTitle("", "")


def _is_only_named(part: Part) -> bool:
    """Return whether an annex is named in a list, or left out, and so not in hand."""
    said = "".join("".join(narrow(line.text).split()) for line in part.lines)
    return not said or _LEFT_OUT.fullmatch(said) is not None


def _without_contents(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines without a table of contents: its numbers are not the articles'."""
    kept = [line for line in lines if not _LEADER.search(narrow(line.text))]
    start = next((at for at, line in enumerate(kept) if _CONTENTS.fullmatch("".join(line.text.split()))), None)
    if start is None:
        return kept
    end = start + 1
    seen: set[tuple[Style, tuple[int, ...]]] = set()
    while end < len(kept) and len(kept[end].text) < _LONGEST_ENTRY:
        marks = [mark for mark in read_marks(kept[end].text) if mark.style in _OF_CONTENTS]
        if not marks or (marks[0].style, marks[0].path) in seen:
            break
        seen.update((mark.style, mark.path) for mark in marks)
        end += 1
    return [*kept[:start], *kept[end:]]


_LONGEST_ENTRY = 45
_OF_CONTENTS = frozenset(
    {Style.CHAPTER, Style.SECTION, Style.ARTICLE, Style.ORDINAL, Style.DIGIT, Style.DIGIT_DOT, Style.DECIMAL}
)


class _Splitter:
    """Goes through the lines of a file and finds the titles."""

    def __init__(self, lines: Sequence[Line], tight: Collection[Style]) -> None:
        self._lines = lines
        self._marks = [marks_of(line, tight) for line in lines]
        self._starts: list[_Start] = []
        self._highest = 0  # of the articles of the part so far
        self._has_numbers = False

    def starts(self) -> list[_Start]:
        at = 0
        while at < len(self._lines):
            found = self._title_at(at)
            if found is None:
                self._count(at)
                at += 1
                continue
            self._begin(found)
            at += max(1, found.length)
        if not self._starts or self._starts[0].at > 0:
            self._starts.insert(0, _Start(0, PartTitle("", ""), 0))
        return self._starts

    def _begin(self, found: _Start) -> None:
        if not self._starts and not self._has_numbers and found.at and not found.title.label:
            found = self._with_what_stands_above(found)
        self._starts.append(found)
        self._highest, self._has_numbers = 0, False

    def _with_what_stands_above(self, found: _Start) -> _Start:
        """Return the start of the first part with the lines above its title: a stamp, a number, the work's name."""
        if found.at > _LINES_ABOVE:
            return _Start(0, found.title, 0)
        above = self._lines[found.at - 1].text
        name = "".join(narrow(above).split()) if looks_like_heading(above) else ""
        is_bare = re.fullmatch(r"[^(]{2,7}(?:\(案\))?", found.title.title) is not None
        title = PartTitle("", name + found.title.title) if is_bare else found.title
        return _Start(0, title, found.at + found.length)

    def _count(self, at: int) -> None:
        for mark in self._marks[at]:
            if mark.style is not Style.BULLET and mark.is_set_off:
                self._has_numbers = True
                if mark.style is Style.ARTICLE and mark.path[0] == self._highest + 1:
                    self._highest = mark.path[0]

    def _title_at(self, at: int) -> _Start | None:
        line = self._lines[at]
        if line.kind is not LineKind.BODY or not self._may_begin(at):
            return None
        title = part_title(line.text)
        if title is None and at == 0 and len(self._lines) > 1 and not read_marks(line.text) and may_be_title(line.text):
            title = PartTitle("", "".join(narrow(line.text).split()))
        if title is None:
            return self._untitled(at)
        if title.label:
            return self._annex(at, title)
        if at == 0 and (below := self._plain_title(1)):
            return _Start(0, PartTitle("", below), 2)  # a running header before the title, or a title of two lines
        may_follow = line.has_gap or line.is_page_top or not self._starts or self._has_numbers
        return _Start(at, title, 1) if at == 0 or (may_follow and self._restarts(at)) else None

    def _annex(self, at: int, title: PartTitle) -> _Start | None:
        last = self._starts[-1].title if self._starts else None
        if last is not None and last.label == title.label and not self._restarts(at):
            return None  # its name at the top of its next page
        if title.title or title.label == "附則":
            return _Start(at, title, 1)
        below = self._plain_title(at + 1)
        if not below and at + 1 < len(self._lines) and self._restarts(at + 1):
            text = self._lines[at + 1].text
            below = "".join(narrow(text).split()) if looks_like_heading(text) and not read_marks(text) else ""
        return _Start(at, PartTitle(title.label, below), 2 if below else 1)

    def _untitled(self, at: int) -> _Start | None:
        """Return the start of a part that has no title: articles begin anew."""
        if self._highest < _SURELY_NEW:
            return None
        marks = [mark for mark in self._marks[at] if mark.style is Style.ARTICLE and mark.is_set_off]
        if not marks or marks[0].path != (1,) or not self._goes_on_with_two(at):
            return None
        return _Start(at, PartTitle("", ""), 0)

    def _goes_on_with_two(self, at: int) -> bool:
        for marks in self._marks[at + 1 :]:
            for mark in marks:
                if mark.style is Style.ARTICLE and mark.is_set_off and mark.path[0] <= self._highest + 1:
                    return mark.path == (2,)
        return False

    def _plain_title(self, at: int) -> str:
        """Return the title a line says that has no word like 別紙."""
        found = part_title(self._lines[at].text) if at < len(self._lines) else None
        return found.title if found is not None and not found.label else ""

    def _may_begin(self, at: int) -> bool:
        if at == 0:
            return True
        before = self._lines[at - 1]
        line = self._lines[at]
        return line.has_gap or line.is_page_top or before.ends_sentence or not before.is_full

    def _restarts(self, at: int) -> bool:
        """Return whether numbers begin anew right below."""
        return any(
            mark.path[0] == 1 and mark.is_set_off and mark.style is not Style.BULLET
            for marks in self._marks[at + 1 : at + 1 + _FIRST]
            for mark in marks
        )


def main_part(parts: Sequence[Part]) -> int | None:
    """Return which part is the contract itself; None where there are only annexes."""
    plain = [at for at, part in enumerate(parts) if not part.title.label]
    deeds = [at for at in plain if is_deed(parts[at].title.title)]
    if len(parts) == 1 and plain and not is_annex(parts[0].title.title):
        return 0
    return next(iter([*deeds, *(at for at in plain if not parts[at].title.title)]), None)
