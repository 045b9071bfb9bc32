"""A list as Excel or CSV (ux.md 3.4): one record a row, one value a cell, written row by row as the rows come.

Numbers are numbers and days are days; everything else is text, so that nothing in a cell runs as a formula. In CSV a
cell that begins like a formula gets a mark in front of it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

from casework.eras import wareki
from casework.ledgers import Column, Row, Value

CSV, EXCEL = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # characters an Excel cell may hold
DATA, CONDITIONS, MEANINGS = "データ", "抽出条件", "項目の説明"
_KINDS = {"text": "文字", "number": "数", "date": "日付", "instant": "日時", "period": "期間", "yes": "あり・なし"}
_WIDTH = 20  # of a column, in characters


@dataclass(frozen=True)
class Sheet:
    """What is written: columns, whether days also come in 和暦, and facts for the sheet beside the data."""

    columns: Sequence[Column]
    with_wareki: bool = False
    facts: Sequence[tuple[str, Value]] = ()

    @property
    def headings(self) -> list[str]:
        """Return the one line of headings; the 和暦 of a day stands right of it."""
        found: list[str] = []
        for column in self.columns:
            found.append(column.label)
            if self._is_doubled(column):
                found.append(f"{column.label}(和暦)")
        return found

    def cells(self, row: Row) -> list[Value]:
        """Return the cells of a row in the order of the headings."""
        found: list[Value] = []
        for column in self.columns:
            value = row.get(column.key)
            found.append(value)
            if self._is_doubled(column):
                found.append(wareki(value) if isinstance(value, date) else "")
        return found

    def _is_doubled(self, column: Column) -> bool:
        return self.with_wareki and column.kind == "date"


def write_csv(sheet: Sheet, rows: Iterable[Row]) -> bytes:
    """Return the rows as CSV: UTF-8 with its mark, CRLF, every cell that begins like a formula with a mark."""
    text = io.StringIO()
    text.write("\ufeff")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([_harmless(heading) for heading in sheet.headings])
    table.writerows([_text(value) for value in sheet.cells(row)] for row in rows)
    return text.getvalue().encode()


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else _harmless(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_book(sheet: Sheet, rows: Iterable[Row]) -> bytes:
    """Return the rows as an Excel book of three sheets: the data, the condition with its count, what each column is."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/list.xlsx"
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
        page = _Page(book, DATA, sheet.headings)
        for row in rows:
            page.add(sheet.cells(row))
        page.end()
        facts = _Page(book, CONDITIONS, ("項目", "値"))
        for name, value in (*sheet.facts, ("件数", page.last)):
            facts.add((name, value))
        facts.end()
        meanings = _Page(book, MEANINGS, ("見出し", "機械用の名前", "中身", "取込で変えられる", "説明"))
        for column in sheet.columns:
            can = "はい" if column.is_editable else "いいえ"
            meanings.add((column.label, column.key, _KINDS[column.kind], can, column.note))
        meanings.end()
        book.close()
        with open(path, "rb") as made:  # noqa: PTH123  a file of our own, read once
            return made.read()


class _Page:
    """One sheet, written from top to bottom and never read again."""

    def __init__(self, book: Any, name: str, headings: Sequence[str]) -> None:  # noqa: ANN401 (the library ships no types)
        self._sheet = book.add_worksheet(name)
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._width, self.last = len(headings), 0
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, self._width - 1, _WIDTH)
        for at, heading in enumerate(headings):
            self._sheet.write_string(0, at, heading)

    def add(self, cells: Sequence[Value]) -> None:
        """Add one row."""
        self.last += 1
        for at, value in enumerate(cells):
            self._put(at, value)

    def _put(self, at: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            self._sheet.write_datetime(self.last, at, value.replace(tzinfo=None), self._instant)
        elif isinstance(value, date):
            self._sheet.write_datetime(self.last, at, value, self._day)
        elif isinstance(value, int):
            self._sheet.write_number(self.last, at, value)
        else:
            # write_string: a cell that begins with = or @ stays what it is.
            self._sheet.write_string(self.last, at, value[:LONGEST_CELL])

    def end(self) -> None:
        """Let the reader filter what stands below the headings."""
        self._sheet.autofilter(0, 0, max(1, self.last), self._width - 1)


def counted(batches: Iterable[Sequence[Row]], beat: Callable[[int], None]) -> Iterator[Row]:
    """Yield the rows one by one, and say after each batch how many there were."""
    done = 0
    for batch in batches:
        yield from batch
        done += len(batch)
        beat(done)
