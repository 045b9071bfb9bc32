"""Excel workbooks: opened only after the archive's own figures show that it is safe to."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from ismap.errors import RegistryRefused
from ismap.limits import COLUMNS, COMPRESSION_RATIO, DECOMPRESSED_BYTES
from ismap.tables import FoundList, Grid, GridRow, find_list, within_limits

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_CHUNK = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, EOFError, OSError, SyntaxError)


def read_workbook(raw: bytes) -> list[FoundList]:
    """The lists found in a workbook, one a sheet at most."""
    found = (find_list(Grid(rows, label=title)) for title, rows in read_sheets(raw).items())
    return [one for one in found if one is not None]


def read_sheets(raw: bytes, most: int | None = None) -> dict[str, list[GridRow]]:
    """Every sheet's rows that hold something, with their numbers, every cell as text; formulas as Excel's result.

    ``most`` reads no more than so many rows of each sheet, and takes no longer for a long one.
    """
    _refuse_bomb(raw)
    try:
        sheets = _sheets(raw, most, cached=False)
        if any(cell.startswith("=") for rows in sheets.values() for _, cells in rows for cell in cells):
            _put_results_for_formulas(sheets, _sheets(raw, most, cached=True))
    except _BROKEN as error:
        message = "Excel ブックとして開けません。壊れているか、パスワードがかかっています。開いて保存し直してください。"
        raise RegistryRefused(message, "broken_workbook") from error
    return sheets


def _refuse_bomb(raw: bytes) -> None:
    """Count what the archive really unpacks to: the sizes it states of itself may lie."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > DECOMPRESSED_BYTES or total > len(raw) * COMPRESSION_RATIO:
                            message = (
                                "圧縮を解いた大きさが上限（100MB、または元の100倍）を超えるため開きません。"
                                "一覧だけのブックに作り直してください。"
                            )
                            raise RegistryRefused(message, "decompression_limit")
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        message = "Excel ブックが壊れているか、途中で切れています。取得し直してください。"
        raise RegistryRefused(message, "broken_workbook") from error


def _sheets(raw: bytes, most: int | None, *, cached: bool) -> dict[str, list[GridRow]]:
    """Every sheet's cells as text; formulas as their text, or as the result Excel last saved."""
    with closing(openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=cached)) as book:
        return {sheet.title: list(within_limits(islice(_rows(sheet), most))) for sheet in book.worksheets}


def _rows(sheet: Any) -> Iterator[GridRow]:  # noqa: ANN401  openpyxl types read-only sheets loosely
    # What a sheet says of its own size is often wrong, and padding to it costs memory.
    sheet.reset_dimensions()
    merged = _merged_downwards(sheet)
    above: dict[int, tuple[int, str]] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS + 1), start=1):
        filled = max((index for index, cell in enumerate(cells, start=1) if cell is not None), default=0)
        texts = [_text(cell) for cell in cells[:filled]]
        if merged:
            _fill_from_above(number, texts, merged, above)
        if any(texts):
            yield number, texts


def _merged_downwards(sheet: Any) -> dict[tuple[int, int], int]:  # noqa: ANN401  as above
    """Where cells were merged over several rows: the first one's row and column, and the last row."""
    merged = {}
    with sheet._get_source() as source:  # noqa: SLF001  a sheet read row by row does not tell them otherwise
        for places in _MERGED.findall(source.read()):
            column, first, last = places[0].decode(), int(places[1]), int(places[2])
            if first < last:
                merged[first, column_index_from_string(column) - 1] = last
    return merged


def _fill_from_above(
    number: int, texts: list[str], merged: Mapping[tuple[int, int], int], above: dict[int, tuple[int, str]]
) -> None:
    """Write what a cell merged over several rows says into each of them, as pages with spanning cells do."""
    for column, (last, text) in list(above.items()):
        if number > last:
            del above[column]
            continue
        texts.extend([""] * (column + 1 - len(texts)))
        texts[column] = texts[column] or text
    for column, text in enumerate(texts[: COLUMNS + 1]):
        if text and (end := merged.get((number, column))):
            above[column] = (end, text)


def _put_results_for_formulas(sheets: dict[str, list[GridRow]], results: dict[str, list[GridRow]]) -> None:
    for title, rows in sheets.items():
        saved = dict(results.get(title, ()))
        for position, (number, cells) in enumerate(rows):
            known = saved.get(number, ())
            rows[position] = (
                number,
                [
                    (known[index] if index < len(known) and cell.startswith("=") else "") or cell
                    for index, cell in enumerate(cells)
                ],
            )


def _text(value: Any) -> str:  # noqa: ANN401  a cell may hold anything
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
