"""Tables of a saved web page, and what kind of page it is when it holds none."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ismap.errors import RegistryRefused
from ismap.limits import COLUMNS, ROWS
from ismap.names import collapsed
from ismap.tables import FoundList, Grid, GridRow, find_list, within_limits

_IGNORED = frozenset({"script", "style", "template", "noscript"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_LOGIN = re.compile(r"ログイン|サインイン|log\s*in|sign\s*in", re.IGNORECASE)
_MAINTENANCE = re.compile(
    r"メンテナンス|maintenance|一時的に(?:ご)?利用(?:いただけ|でき)|サービス停止中", re.IGNORECASE
)


@dataclass(slots=True)
class _OpenTable:
    rows: list[list[str]] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    cells: list[tuple[str, int, int]] | None = None
    text: list[str] | None = None
    span: tuple[int, int] = (1, 1)


class _TableReader(HTMLParser):
    """Gathers the cells of every table and the text outside of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[_OpenTable] = []
        self.closed: list[list[list[str]]] = []
        self.outside: list[str] = []
        self.title: list[str] = []
        self.asks_password = False
        self._ignored = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _IGNORED:
            self._ignored += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "input" and (dict(attrs).get("type") or "").lower() == "password":
            self.asks_password = True
        elif tag == "table":
            self.open.append(_OpenTable())
        elif self.open:
            self._start_in_table(tag, dict(attrs))

    def _start_in_table(self, tag: str, attrs: dict[str, str | None]) -> None:
        table = self.open[-1]
        if tag == "tr":
            self._end_row(table)
            table.cells = []
        elif tag in {"td", "th"}:
            self._end_cell(table)
            if table.cells is None:
                table.cells = []
            table.text = []
            table.span = (_span(attrs.get("colspan"), COLUMNS), _span(attrs.get("rowspan"), ROWS))
        elif tag in _BREAKS and table.text is not None:
            table.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _IGNORED:
            self._ignored = max(0, self._ignored - 1)
        elif tag == "title":
            self._in_title = False
        elif self.open and tag in {"td", "th"}:
            self._end_cell(self.open[-1])
        elif self.open and tag == "tr":
            self._end_row(self.open[-1])
        elif self.open and tag == "table":
            table = self.open.pop()
            self._end_row(table)
            self.closed.append(table.rows)

    def handle_data(self, data: str) -> None:
        if self._ignored:
            return
        if self._in_title:
            self.title.append(data)
        elif self.open and (text := self.open[-1].text) is not None:
            text.append(re.sub(r"\s+", " ", data))
        else:
            self.outside.append(data)

    def _end_cell(self, table: _OpenTable) -> None:
        if table.text is not None and table.cells is not None:
            lines = (collapsed(line) for line in "".join(table.text).split("\n"))
            table.cells.append(("\n".join(line for line in lines if line), *table.span))
        table.text = None

    def _end_row(self, table: _OpenTable) -> None:
        self._end_cell(table)
        if table.cells is None:
            return
        row: list[str] = []
        for text, wide, high in table.cells:
            self._fill_from_above(table, row)
            for _ in range(min(wide, COLUMNS - len(row))):
                if high > 1:
                    table.spans[len(row)] = (high - 1, text)
                row.append(text)
        self._fill_from_above(table, row)
        table.rows.append(row)
        table.cells = None

    @staticmethod
    def _fill_from_above(table: _OpenTable, row: list[str]) -> None:
        while (span := table.spans.pop(len(row), None)) is not None:
            left, text = span
            if left > 1:
                table.spans[len(row)] = (left - 1, text)
            row.append(text)


def _span(value: str | None, most: int) -> int:
    return min(int(value), most) if value and value.isascii() and value.isdigit() and int(value[:9]) > 0 else 1


def read_page(text: str) -> list[FoundList]:
    """The lists in the tables of a page.

    Refuses a page that breaks off inside a table, and says so when a page without a list asks for a login or
    announces maintenance (both come with status 200).
    """
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    if any(len(table.rows) > 0 for table in reader.open):
        message = "ページが表の途中で切れています。ページを最後まで読み込んでから保存し直してください。"
        raise RegistryRefused(message, "truncated")
    outside = " ".join(reader.outside)
    found = []
    for rows in reader.closed:
        numbered: list[GridRow] = list(within_limits(enumerate(rows, start=1)))
        if one := find_list(Grid(numbered, text=outside)):
            found.append(one)
    if not found:
        refuse_if_not_a_list(text, reader)
    return found


def refuse_if_not_a_list(text: str, reader: _TableReader | None = None) -> None:
    """Refuse a page that is a login form or a notice of maintenance; anything else passes."""
    if reader is None:
        reader = _TableReader()
        reader.feed(text)
        reader.close()
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
