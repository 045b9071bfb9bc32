"""Comma or tab separated text: files, and rows pasted from a spreadsheet."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ismap.columns import Columns, Field
from ismap.errors import RegistryRefused
from ismap.limits import ROWS
from ismap.names import looks_like_number
from ismap.tables import FoundList, Grid, GridRow, find_list, is_marked_note, within_limits

_DELIMITERS = (",", "\t", ";")
_RECTANGLE_ROWS = 3
_FREE_TEXT = frozenset({Field.REMARKS, Field.SCOPE})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALF_LETTERS = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Reading:
    delimiter: str
    found: FoundList
    rows: list[GridRow]
    broken: RegistryRefused | None


def decode(raw: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 with its mark, or the Windows code page of Japan; control signs dropped."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            return readable(raw.decode(encoding))
        except UnicodeDecodeError as error:
            _refuse_broken_off(raw, error)
    message = (
        "文字コードを読み取れません。UTF-8 か Shift_JIS の CSV、または Excel ブック（.xlsx）で保存し直してください。"
    )
    raise RegistryRefused(message, "unknown_encoding")


def readable(text: str) -> str:
    """The text without control signs, which databases and workbooks refuse; a half of a letter becomes U+FFFD."""
    return _HALF_LETTERS.sub("\ufffd", _CONTROLS.sub("", text))


def _refuse_broken_off(raw: bytes, error: UnicodeDecodeError) -> None:
    """UTF-8 that fails only in its last letter is a transfer that stopped there."""
    ends_early = error.encoding.startswith("utf-8") and error.reason == "unexpected end of data"
    if ends_early and not raw[: error.start].isascii():
        message = "ファイルが文字の途中で切れています。一覧を取得し直してください。"
        raise RegistryRefused(message, "truncated") from error


def read_delimited(text: str) -> FoundList | None:
    """The list in a delimited text, or None when no delimiter gives headings of one.

    Refuses a text that stops in the middle of a quoted cell or of its last row.
    """
    tried: list[_Reading] = []
    refusals: list[RegistryRefused] = []
    for delimiter in _DELIMITERS:
        if delimiter not in text:
            continue
        try:
            rows, broken = _split(text, delimiter)
        except RegistryRefused as refusal:
            # Under a delimiter that is not the file's a whole line may be one overlong cell.
            refusals.append(refusal)
            continue
        if found := find_list(Grid(rows)):
            tried.append(_Reading(delimiter, found, rows, broken))
    if not tried:
        if refusals:
            raise refusals[0]
        return None
    best = max(tried, key=lambda one: (one.found.columns.is_complete, len(one.found.columns.fields)))
    if best.broken:
        raise best.broken
    if best.delimiter == "\t" and (whole := _rejoined(best.rows, best.found.columns)) != best.rows:
        return find_list(Grid(whole))
    _refuse_cut_off(text, best)
    return best.found


def read_grid(text: str) -> list[GridRow]:
    """The rows of a delimited text that hold something: tabs where the first line has some (pasted rows), else commas.

    Refuses a text that stops in the middle of a quoted cell.
    """
    first = text.split("\n", 1)[0]
    rows, broken = _split(text, "\t" if "\t" in first else ",")
    if broken is not None:
        raise broken
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def _rejoined(rows: Sequence[GridRow], columns: Columns) -> list[GridRow]:
    """Rows copied from a page, with those put together again that a line break inside a cell tore apart.

    A browser copies such a cell without quotes: the row ends early and its rest follows on the next lines.
    """
    width, number_at = len(columns.headers), columns.fields.get(Field.NUMBER, 0)
    index = next(place for place, (_, cells) in enumerate(rows, start=1) if tuple(cells) == columns.headers)
    whole: list[GridRow] = list(rows[:index])
    while index < len(rows):
        number, cells = rows[index]
        used, joined = _joined_from(rows, index, width, number_at)
        if len(joined) == width and columns.field_at(width - 1) in _FREE_TEXT:
            used, joined = _with_lines_below(rows, used, joined, number_at)
        whole.append((number, joined if len(joined) == width else cells))
        index = used if len(joined) == width else index + 1
    return whole


def _joined_from(rows: Sequence[GridRow], index: int, width: int, number_at: int) -> tuple[int, list[str]]:
    """The cells of a row with those of the lines below while it is too short, and the next line not used."""
    joined, used = list(rows[index][1]), index + 1
    while 0 < len(joined) < width and used < len(rows):
        rest = rows[used][1]
        if not 0 < len(rest) <= width - len(joined) + 1 or _is_own(rest, number_at):
            break
        joined[-1:] = [f"{joined[-1]}\n{rest[0]}", *rest[1:]]
        used += 1
    return used, joined


def _with_lines_below(rows: Sequence[GridRow], used: int, joined: list[str], number_at: int) -> tuple[int, list[str]]:
    """A row that ends in free text, with the lone lines between it and the next entry; below the last are notes."""
    below = used
    while below < len(rows) and len(rows[below][1]) == 1 and not _is_own(rows[below][1], number_at):
        below += 1
    if below == used or below == len(rows) or not looks_like_number("".join(rows[below][1][number_at : number_at + 1])):
        return used, joined
    return below, [*joined[:-1], "\n".join([joined[-1], *(cells[0] for _, cells in rows[used:below])]).strip()]


def _is_own(cells: Sequence[str], number_at: int) -> bool:
    """Whether a line begins a row of its own or is marked as a note."""
    return (number_at < len(cells) and looks_like_number(cells[number_at])) or is_marked_note(cells[0])


def _split(text: str, delimiter: str) -> tuple[list[GridRow], RegistryRefused | None]:
    """The rows, and why they may not be taken should this be the file's own delimiter."""
    broken: RegistryRefused | None = None
    try:
        return list(within_limits(enumerate(_records(text, delimiter, strict=True), start=1))), None
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            message = "引用符で始まったセルが閉じられないままファイルが終わっています。取得し直してください。"
            broken = RegistryRefused(message, "truncated")
        elif "field larger" in str(error):
            message = "長すぎるセルがあります。区切りや引用符の誤りがないか確かめてください。"
            raise RegistryRefused(message, "cell_too_long") from error
    # Quotes within a cell that were not doubled are common in files made by hand.
    return list(within_limits(enumerate(_records(text, delimiter, strict=False), start=1))), broken


def _records(text: str, delimiter: str, *, strict: bool) -> list[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    records: list[Sequence[str]] = []
    for record in reader:
        records.append(record)
        if len(records) > ROWS:
            break
    return records


def _refuse_cut_off(text: str, read: _Reading) -> None:
    """A last row that alone is short, without an end of line, is a transfer that broke off.

    Pasted rows lose the empty cells at their end, so there only a column that the other rows fill is missed.
    """
    width = len(read.found.columns.headers)
    if text.endswith(("\n", "\r")) or len(read.rows) < _RECTANGLE_ROWS:
        return
    *body, (number, last) = read.rows
    if not (0 < len(last) < width and all(len(cells) == width for _, cells in body)):
        return
    if read.delimiter == "\t":
        filled = [sum(bool(cells[index].strip()) for _, cells in body[1:]) for index in range(len(last), width)]
        if all(count * 2 <= len(body) - 1 for count in filled):
            return
    message = f"最後の行（{number}行目）が途中で切れています。一覧を取得し直してください。"
    raise RegistryRefused(message, "truncated")
