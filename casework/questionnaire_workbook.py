"""A questionnaire as an Excel book, and a returned book as answers; what came back is untrusted from first to last."""

import hashlib
import hmac
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter  # type: ignore[import-untyped] # it ships no types
from openpyxl.utils.exceptions import InvalidFileException

from casework.canonical import canonical_json
from casework.errors import FileRejected
from casework.evidence import LARGEST, Upload
from models.vocabulary import Answer

SHEET, MARKS = "質問票", "sekisho"
HEADINGS = ("番号", "条項", "質問", "回答", "根拠(資料の名前と場所)", "根拠の有効期限", "条件・理由・補足")
ROW_ID, _, QUESTION, ANSWER, EVIDENCE, VALID_UNTIL, NOTE = range(len(HEADINGS))
WIDTHS = (8, 16, 60, 18, 40, 18, 40)
HEADING_ROW = 5
FIRST_ROW = HEADING_ROW + 1
LABELS: Mapping[Answer, str] = {
    Answer.YES: "はい",
    Answer.NO: "いいえ",
    Answer.CONDITIONAL: "条件を付ければできる",
    Answer.NOT_NEEDED: "この件では要らない",
    Answer.UNKNOWN: "まだ分からない",
}
UNPACKED = 30 * 1024 * 1024
MEMBERS = 200
SPARE_ROWS = 200
LONGEST = 4000
OLE = b"\xd0\xcf\x11\xe0"
_CHUNK = 1024 * 1024
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, EOFError, OSError, SyntaxError,
    AttributeError, IndexError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One row of a questionnaire as it is asked."""

    row_id: str
    provision: str
    question: str


@dataclass(frozen=True)
class Cell:
    """A cell as it came: its text, and whether it held a formula."""

    text: str
    is_formula: bool = False


@dataclass(frozen=True)
class ReturnedRow:
    """One row as it came back, with the row of the sheet it stood in."""

    number: int
    cells: Sequence[Cell]

    def text(self, column: int) -> str:
        """Return a cell's text; empty where the row is shorter."""
        return self.cells[column].text if column < len(self.cells) else ""

    def is_plain(self, column: int) -> bool:
        """Return whether a cell holds no formula."""
        return column >= len(self.cells) or not self.cells[column].is_formula

    @property
    def formulas(self) -> list[str]:
        """Return the headings of the cells that hold a formula."""
        return [HEADINGS[at] for at, cell in enumerate(self.cells[: len(HEADINGS)]) if cell.is_formula]


@dataclass(frozen=True)
class Returned:
    """A returned book: the marks of its hidden sheet, and its rows."""

    code: str
    edition: str
    checksum: str
    rows: Sequence[ReturnedRow]


def checksum_of(secret: str, code: str, edition: str, asked: Sequence[Asked]) -> str:
    """Return what binds the questions of a questionnaire to its organisation's key."""
    said = canonical_json([code, edition, [[row.row_id, row.provision, row.question] for row in asked]])
    return hmac.new(bytes.fromhex(secret), said.encode(), hashlib.sha256).hexdigest()


# -- out --


def write_workbook(
    title: str,
    lines: Sequence[str],
    asked: Sequence[Asked],
    marks: Mapping[str, str],
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """Return the book: every cell text, only the answers open to typing, the marks on a sheet that is not shown."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    _write_head(book, sheet, title, lines)
    _write_rows(book, sheet, asked, answers or {})
    _lay_out(sheet, len(asked))
    hidden = book.add_worksheet(MARKS)
    for number, (name, value) in enumerate(marks.items()):
        hidden.write_string(number, 0, name)
        hidden.write_string(number, 1, value)
    hidden.protect()
    hidden.very_hidden()
    book.close()
    return kept.getvalue()


def _write_head(book: Any, sheet: Any, title: str, lines: Sequence[str]) -> None:  # noqa: ANN401 (xlsxwriter ships no types)
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E2F3"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for at, line in enumerate(lines[: HEADING_ROW - 2], start=1):
        sheet.write_string(at, 0, line)
    for at, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(HEADING_ROW, at, heading, head)


def _write_rows(book: Any, sheet: Any, asked: Sequence[Asked], answers: Mapping[str, Mapping[str, Any]]) -> None:  # noqa: ANN401 (xlsxwriter ships no types)
    fixed = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#F2F2F2"})
    typed = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "locked": False, "num_format": "@"})
    for number, row in enumerate(asked, start=FIRST_ROW):
        for at, value in enumerate((row.row_id, row.provision, row.question)):
            sheet.write_string(number, at, value, fixed)
        for at, value in enumerate(_said(answers.get(row.provision) or {}), start=ANSWER):
            sheet.write_string(number, at, value, typed) if value else sheet.write_blank(number, at, None, typed)


def _lay_out(sheet: Any, count: int) -> None:  # noqa: ANN401 (xlsxwriter ships no types)
    choices = {
        "validate": "list",
        "source": list(LABELS.values()),
        "error_title": "回答",
        "error_message": "一覧から選んでください。",
    }
    sheet.data_validation(FIRST_ROW, ANSWER, FIRST_ROW + count - 1, ANSWER, choices)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _said(answer: Mapping[str, Any]) -> tuple[str, str, str, str]:
    word = str(answer.get("answer") or "")
    label = LABELS[Answer(word)] if word in set(Answer) else ""
    note = str(answer.get("condition") or answer.get("reason") or "")
    return label, str(answer.get("evidence") or ""), str(answer.get("valid_until") or ""), note


# -- in --


def read_workbook(upload: Upload, most_rows: int) -> Returned:
    """Return what a returned book says, rows in the order of the sheet; at most ``most_rows`` and some spare ones.

    Nothing of it is run: formulas are seen as such, macros and anything larger than a questionnaire are refused.
    Raises ``FileRejected`` with one reason.
    """
    name = upload.name or "ファイル"
    _need_plain_book(name, upload.content)
    try:
        with closing(openpyxl.load_workbook(io.BytesIO(upload.content), read_only=True, data_only=False)) as book:
            if SHEET not in book.sheetnames or MARKS not in book.sheetnames:
                raise _refused(
                    name,
                    "は、関所から出した質問票ではありません。出した質問票に書いて返してもらってください。",
                    "not_a_questionnaire",
                )
            marks = {row[0].text: row[1].text for _, row in _rows(book[MARKS], 20) if len(row) > 1}
            rows = _within(name, _rows(book[SHEET], FIRST_ROW + most_rows + SPARE_ROWS + 1), most_rows)
    except _BROKEN as error:
        message = "は壊れているようで、読めません。Excelで開いて保存し直したものを送ってもらってください。"
        raise _refused(name, message, "unreadable") from error
    filled = [row for row in rows if row.number > FIRST_ROW and any(cell.text for cell in row.cells)]
    return Returned(marks.get("code", ""), marks.get("edition", ""), marks.get("checksum", ""), filled)


def _refused(name: str, message: str, reason: str) -> FileRejected:
    return FileRejected(f"「{name}」{message}", reason=reason)


def _need_plain_book(name: str, content: bytes) -> None:
    """Look at the archive before anything reads it: what it really unpacks to, and whether programs lie in it."""
    if not content:
        raise _refused(name, "は中身が空です。質問票のファイルを選んでください。", "empty")
    if len(content) > LARGEST:
        raise _refused(name, "は20MBを超えています。回答だけを書いた質問票を送ってもらってください。", "too_big")
    if content.startswith(OLE):
        raise _refused(
            name,
            "はパスワードで保護されているか、古い形式です。保護を外し、.xlsx で保存し直してください。",
            "encrypted",
        )
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise _refused(name, "は質問票よりもずっと大きなファイルです。", "too_big")
            if any("vbaproject" in member.filename.casefold() for member in members):
                message = "にはマクロが入っています。マクロのない .xlsx で保存し直したものを送ってもらってください。"
                raise _refused(name, message, "macro")
            for member in members:
                with archive.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        if total > UNPACKED:
                            raise _refused(
                                name, "は展開すると大きすぎます。質問票だけのファイルにしてください。", "too_big"
                            )
    except _BROKEN as error:
        raise _refused(
            name, "はExcelのブック(.xlsx)として読めません。元のファイルを選び直してください。", "wrong_content"
        ) from error


def _rows(sheet: Any, most: int) -> Iterator[tuple[int, list[Cell]]]:  # noqa: ANN401 (openpyxl types read-only sheets loosely)
    # What a sheet says of its own size is often wrong, and padding to it costs memory.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=most, max_col=len(HEADINGS)), start=1):
        yield number, [Cell(_text(cell.value), getattr(cell, "data_type", "") == "f") for cell in cells]


def _within(name: str, rows: Iterator[tuple[int, list[Cell]]], most_rows: int) -> list[ReturnedRow]:
    found = [ReturnedRow(number, cells) for number, cells in rows]
    if len(found) > FIRST_ROW + most_rows + SPARE_ROWS:
        raise _refused(name, "は行が多すぎます。出した質問票に書いて返してもらってください。", "too_big")
    long = [row.number for row in found if any(len(cell.text) > LONGEST for cell in row.cells)]
    if long:
        raise _refused(name, f"の{long[0]}行目の文が{LONGEST}文字を超えています。短くしてもらってください。", "too_big")
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def answer_word(text: str) -> Answer | None:
    """Return the answer that a cell means, by its label or its code; None for any other text.

    >>> answer_word(" はい "), answer_word("ＹＥＳ"), answer_word("たぶん")
    (<Answer.YES: 'yes'>, <Answer.YES: 'yes'>, None)
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    words = {label: answer for answer, label in LABELS.items()} | {answer.value: answer for answer in Answer}
    return words.get(folded)
