"""Tables of a saved web page, and what kind of page it is when it holds none."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ismap.errors import RegistryRefused
from ismap.limits import CELLS, COLUMNS, ROWS
from ismap.markup import End, Start, pieces
from ismap.names import collapsed
from ismap.tables import FoundList, Grid, GridRow, find_list, within_limits

_IGNORED = frozenset({"script", "style", "template", "noscript"})
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_BREAKS = frozenset({"br", "p", "div", "li"})
_LOGIN = re.compile(r"ログイン|サインイン|log\s*in|sign\s*in", re.IGNORECASE)
_MAINTENANCE = re.compile(
    r"メンテナンス|maintenance|一時的に(?:ご)?利用(?:いただけ|でき)|サービス停止中", re.IGNORECASE
)


class _Part(Enum):
    TABLE = "table"
    ROW = "row"
    CELL = "cell"


_TAGS = {"table": _Part.TABLE, "tr": _Part.ROW, "td": _Part.CELL, "th": _Part.CELL}
# Portals also build tables of plain elements and say so in their roles.
_ROLES = {
    "table": _Part.TABLE,
    "grid": _Part.TABLE,
    "treegrid": _Part.TABLE,
    "row": _Part.ROW,
    "cell": _Part.CELL,
    "gridcell": _Part.CELL,
    "columnheader": _Part.CELL,
    "rowheader": _Part.CELL,
}


@dataclass(slots=True)
class _OpenTable:
    """A table being read. ``declared`` is how many rows, headings included, it says it has in all."""

    is_of_tags: bool
    declared: int = 0
    rows: list[list[str]] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    cells: list[tuple[str, int, int]] | None = None
    text: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    size: int = 0

    def start_row(self) -> None:
        self.end_row()
        self.cells = []

    def start_cell(self, attributes: Mapping[str, str]) -> None:
        self.end_cell()
        if self.cells is None:
            self.cells = []
        self.text = []
        wide, high = (attributes.get(name) or attributes.get(f"aria-{name}") for name in ("colspan", "rowspan"))
        self.span = (_number(wide, COLUMNS), _number(high, ROWS))

    def end_cell(self) -> None:
        if self.text is not None and self.cells is not None:
            lines = (collapsed(line) for line in "".join(self.text).split("\n"))
            self.cells.append(("\n".join(line for line in lines if line), *self.span))
        self.text = None

    def end_row(self) -> None:
        self.end_cell()
        if self.cells is None:
            return
        row: list[str] = []
        for text, wide, high in self.cells:
            self._fill_from_above(row)
            for _ in range(min(wide, COLUMNS - len(row))):
                if high > 1:
                    self.spans[len(row)] = (high - 1, text)
                row.append(text)
        self._fill_from_above(row)
        self.rows.append(row)
        self.cells = None
        self.size += len(row)
        if self.size > CELLS or len(self.rows) > ROWS:
            message = (
                f"ページの表が上限（{ROWS:,}行、{CELLS:,}セル）を超えています。一覧だけのページを保存してください。"
            )
            raise RegistryRefused(message, "too_many_rows")

    def _fill_from_above(self, row: list[str]) -> None:
        while (span := self.spans.pop(len(row), None)) is not None:
            left, text = span
            if left > 1:
                self.spans[len(row)] = (left - 1, text)
            row.append(text)


class _PageReader:
    """Gathers the cells of every table and the text outside of them."""

    def __init__(self, page: str) -> None:
        self.open: list[_OpenTable] = []
        self.closed: list[_OpenTable] = []
        self.outside: list[str] = []
        self.title: list[str] = []
        self.asks_password = False
        self._ignored = 0
        self._in_title = False
        self._elements: list[tuple[str, _Part | None]] = []
        self._open_tags: Counter[str] = Counter()
        for piece in pieces(page):
            if isinstance(piece, Start):
                self._start(piece)
            elif isinstance(piece, End):
                self._end(piece.tag)
            else:
                self._read(piece.text)

    def _start(self, start: Start) -> None:
        tag = start.tag
        if tag in _IGNORED:
            self._ignored += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "input":
            self.asks_password = self.asks_password or start.attributes.get("type", "").casefold() == "password"
        elif tag in _TAGS:
            self._start_part(_TAGS[tag], start, is_of_tags=True)
        else:
            part = _ROLES.get(start.attributes.get("role", "").strip().casefold()) if "role" in start.rest else None
            if tag not in _VOID:
                self._elements.append((tag, part))
                self._open_tags[tag] += 1
            if part:
                self._start_part(part, start, is_of_tags=False)
            elif tag in _BREAKS and self.open and (text := self.open[-1].text) is not None:
                text.append("\n")

    def _start_part(self, part: _Part, start: Start, *, is_of_tags: bool) -> None:
        if part is _Part.TABLE:
            declared = _number(start.attributes.get("aria-rowcount"), 10 * ROWS, default=0)
            self.open.append(_OpenTable(is_of_tags, declared))
        elif not self.open or self.open[-1].is_of_tags is not is_of_tags:
            return
        elif part is _Part.ROW:
            self.open[-1].start_row()
        else:
            self.open[-1].start_cell(start.attributes)

    def _end(self, tag: str) -> None:
        if tag in _IGNORED:
            self._ignored = max(0, self._ignored - 1)
        elif tag == "title":
            self._in_title = False
        elif tag in _TAGS:
            self._end_part(_TAGS[tag], is_of_tags=True)
        elif self._open_tags[tag]:
            closed = ""
            while closed != tag:
                closed, part = self._elements.pop()
                self._open_tags[closed] -= 1
                if part:
                    self._end_part(part, is_of_tags=False)

    def _end_part(self, part: _Part, *, is_of_tags: bool) -> None:
        if not self.open or self.open[-1].is_of_tags is not is_of_tags:
            return
        if part is _Part.CELL:
            self.open[-1].end_cell()
        elif part is _Part.ROW:
            self.open[-1].end_row()
        else:
            table = self.open.pop()
            table.end_row()
            self.closed.append(table)

    def _read(self, text: str) -> None:
        if self._ignored:
            return
        if self._in_title:
            self.title.append(text)
        elif self.open and (cell := self.open[-1].text) is not None:
            cell.append(re.sub(r"\s+", " ", text))
        else:
            self.outside.append(text)


def _number(value: str | None, most: int, *, default: int = 1) -> int:
    digits = value.strip()[:9] if value else ""
    return min(int(digits), most) if digits.isascii() and digits.isdigit() and int(digits) > 0 else default


def read_page(text: str) -> list[FoundList]:
    """The lists in the tables of a page.

    Refuses a page that breaks off inside a table, and says so when a page without a list asks for a login or
    announces maintenance (both come with status 200).
    """
    reader = _PageReader(text)
    if any(len(table.rows) > 0 for table in reader.open):
        message = "ページが表の途中で切れています。ページを最後まで読み込んでから保存し直してください。"
        raise RegistryRefused(message, "truncated")
    outside = " ".join(reader.outside)
    found = []
    for table in reader.closed:
        numbered: list[GridRow] = list(within_limits(enumerate(table.rows, start=1)))
        # A page that shows rows as one scrolls holds fewer than its table has.
        missing = max(0, table.declared - len(table.rows))
        if one := find_list(Grid(numbered, text=outside, missing=missing)):
            found.append(one)
    if not found:
        _refuse_page(reader)
    return found


def refuse_if_not_a_list(text: str) -> None:
    """Refuse a page that is a login form or a notice of maintenance; anything else passes."""
    _refuse_page(_PageReader(text))


def _refuse_page(reader: _PageReader) -> None:
    title = " ".join(reader.title)
    words = " ".join(reader.outside)
    if _MAINTENANCE.search(title) or (_MAINTENANCE.search(words) and not reader.asks_password):
        message = "一覧の代わりにメンテナンスの案内が返ってきました。時間をおいて取得し直してください。"
        raise RegistryRefused(message, "maintenance")
    if reader.asks_password or _LOGIN.search(title):
        message = (
            "一覧の代わりにログイン画面が返ってきました。公開されている一覧のアドレスか確かめるか、"
            "一覧をファイルで取り込んでください。"
        )
        raise RegistryRefused(message, "login_page")
