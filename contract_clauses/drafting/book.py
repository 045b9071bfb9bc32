"""An Excel book of one list: every cell text, so that nothing in it runs as a formula or opens an address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

from contract_clauses.drafting.word_file import clean

LONGEST_CELL = 32_767  # characters an Excel cell may hold
LARGEST_NAME = 31  # characters a sheet's name may have
_A4 = 9
_ABOUT = (20, 70)
_LINE, _HIGHEST = 15.5, 409.0  # points of a line and of the highest row Excel has


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and its width in characters."""

    title: str
    width: float


def write_book(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    facts: Iterable[tuple[str, str]],
    *,
    author: str,
    at: datetime,
) -> bytes:
    """Return a book with the list on its first sheet, ready to print on A4 across, and what it is of on the second."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": clean(title), "author": clean(author), "created": at.astimezone(UTC)})
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E2F3", "valign": "top"})
    cell = book.add_format({"text_wrap": True, "border": 1, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet(title[:LARGEST_NAME])
    widths = [column.width for column in columns]
    last = _write(sheet, [[column.title for column in columns]], 0, head, widths)
    last = _write(sheet, rows, last, cell, widths)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, last - 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{_for_header(title)}")
    sheet.set_footer("&C&P / &N")
    about = book.add_worksheet("この表について")
    for column, width in enumerate(_ABOUT):
        about.set_column(column, column, width)
    _write(about, ([name, value] for name, value in facts), 0, cell, _ABOUT)
    book.close()
    return stream.getvalue()


def _write(
    sheet: Any,  # noqa: ANN401 (xlsxwriter ships no types)
    rows: Iterable[Sequence[str]],
    start: int,
    form: Any,  # noqa: ANN401 (xlsxwriter ships no types)
    widths: Sequence[float],
) -> int:
    """Write rows as text, each as high as its words need, and return the row after the last."""
    at = start
    for row in rows:
        cells = [clean(value)[:LONGEST_CELL] for value in row]
        sheet.set_row(at, _height(cells, widths))
        for column, value in enumerate(cells):
            # write_string: a cell that begins with = or @ stays what it is.
            sheet.write_string(at, column, value, form)
        at += 1
    return at


def _height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a row in points. Not every program finds it out by itself."""
    lines = (sum(_lines(line, width) for line in cell.split("\n")) for cell, width in zip(cells, widths, strict=True))
    return min(_HIGHEST, max([1, *lines]) * _LINE + 4)


def _lines(line: str, width: float) -> int:
    columns = sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line)
    return max(1, ceil(columns * 1.12 / width))


def _for_header(text: str) -> str:
    """Return a text for a page's header, where & begins an instruction and only so much fits."""
    return clean(text)[:100].replace("&", "&&")
