"""The lines of a year as a file for Excel: one line a row, days in ISO and in 和暦, every cell text."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

from casework import year_list
from casework.call import Call
from casework.year_list import Line, Narrowed
from web.dates import short_date
from web.labels import label

COLUMNS = (
    "期限(開庁日)",
    "期限(和暦)",
    "定めの日",
    "種類",
    "すること",
    "根拠",
    "日の決まり方",
    "担当",
    "状態",
    "番号",
)
CSV, EXCEL = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class YearFile:
    """A file that leaves the house."""

    name: str
    media_type: str
    content: bytes


def export(call: Call, narrowed: Narrowed, kind: str, words: str) -> YearFile:
    """Return the lines of a list as CSV or Excel; leaves the event of the export, with its condition in words."""
    lines = list(year_list.all_lines(call, narrowed))
    owners = year_list.owners_of(call, lines)
    rows = [_cells(line, owners.get(line.owner_id, "")) for line in lines]
    content = _as_csv(rows) if kind == CSV else _as_book(rows)
    days = f"{narrowed.first.isoformat()}-{narrowed.last.isoformat()}"
    digest = hashlib.sha256(content).hexdigest()
    year_list.note_export(call, days, {"file": kind, "condition": words, "rows": len(rows), "sha256": digest})
    return YearFile(f"kigen_{days}.{kind}", MEDIA_TYPES[kind], content)


def _cells(line: Line, owner: str) -> tuple[str, ...]:
    number = line.contract.number if line.contract else str(line.occurrence.occurrence.key if line.occurrence else "")
    return (
        line.due_on.isoformat(),
        short_date(line.due_on),
        line.nominal_on.isoformat(),
        label(line.heading, "heading"),
        line.title,
        line.ground,
        line.occurrence.duty.basis if line.occurrence else "契約の期間",
        owner,
        label(line.state, "occurrence"),
        number,
    )


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _as_book(rows: Sequence[Sequence[str]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True})
    sheet = book.add_worksheet("期限")
    sheet.freeze_panes(1, 0)
    for no, row in enumerate(_with_titles(rows)):
        for at, value in enumerate(row):
            sheet.write_string(no, at, value)  # a title that begins with = stays a title
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    sheet.set_column(0, len(COLUMNS) - 1, 18)
    book.close()
    return made.getvalue()


def _with_titles(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    yield from rows
