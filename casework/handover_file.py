"""The file of a personnel change (人事異動): CSV (UTF-8, Shift_JIS) or Excel, one line for each change of a person."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from casework.errors import BadInput, FieldError, FileRejected
from ismap.dates import read_date
from ismap.delimited import decode
from ismap.errors import RegistryRefused

COLUMNS = ("職員番号", "氏名", "異動元の職", "異動先の職", "異動日", "区分")
OWN, CONCURRENT, LEAVES = "本務", "兼務", "退職"
KINDS = (OWN, CONCURRENT, LEAVES)
OTHER_NAMES: Mapping[str, str] = {
    "ログイン名": "職員番号",
    "職員番号またはログイン名": "職員番号",
    "職員番号(ログイン名)": "職員番号",
    "名前": "氏名",
    "異動前": "異動元の職",
    "異動後": "異動先の職",
    "発令日": "異動日",
}
MOST_ROWS = 5000
MOST_BYTES = 50 * 1024 * 1024
EXAMPLE = (
    ("sato", "佐藤 いと", "情報政策課長", "総務部長", "{day}", OWN),
    ("suzuki", "鈴木 しお", "", "情報政策課長", "{day}", OWN),
    ("tanaka", "田中 みお", "総務部長", "", "{day}", LEAVES),
)


@dataclass(frozen=True)
class Line:
    """One line of the file, with its row number as a spreadsheet counts. Empty posts stay empty."""

    row: int
    login_name: str
    name: str
    from_post: str
    to_post: str
    day: date | None
    day_text: str
    kind: str


def template(day: date, *, encoding: str = "utf-8-sig") -> bytes:
    """Return the file to fill in: the headings and three lines that show what goes where."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell.format(day=day.isoformat()) for cell in line] for line in EXAMPLE)
    return text.getvalue().encode(encoding)


def read_file(name: str, raw: bytes) -> list[Line]:
    """Return the lines of a file. Raises ``FileRejected`` and ``BadInput`` that say what to mend."""
    if not raw:
        raise FileRejected("ファイルが空です。雛形に書き込んで選び直してください。", reason="empty")
    table = _sheet(raw) if raw.startswith(b"PK") else _delimited(raw)
    rows = [(no, [_cell(cell) for cell in cells]) for no, cells in table]
    filled = [(no, cells) for no, cells in rows if any(cells)]
    if not filled:
        raise FileRejected(f"「{name}」に行がありません。雛形に書き込んで選び直してください。", reason="empty")
    places = _places(filled[0][1])
    lines = [_line(no, cells, places) for no, cells in filled[1:]]
    if not lines:
        raise FileRejected(f"「{name}」は見出しだけです。異動の行を書いてください。", reason="empty")
    return lines


def _delimited(raw: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        text = decode(raw)
    except RegistryRefused as refusal:
        raise FileRejected(refusal.message, reason=refusal.code) from refusal
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",")
    try:
        for cells in reader:
            _need_few(reader.line_num)
            yield reader.line_num, cells
    except csv.Error as error:
        message = f"{reader.line_num}行目を読み取れません。CSVで保存し直してください。"
        raise FileRejected(message, reason="unreadable") from error


def _sheet(raw: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  slow to import, and few files are books
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415  as the line above

    try:
        with ZipFile(io.BytesIO(raw)) as packed:
            _need_small(packed)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise FileRejected(
            "Excel ブックとして開けません。.xlsx か CSV で保存し直してください。", reason="unreadable"
        ) from error
    for no, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        _need_few(no)
        yield no, cells
    book.close()


def _need_small(packed: ZipFile) -> None:
    # What the parts say of their own size may lie, so what they unpack to is counted.
    total = 0
    for part in packed.infolist():
        with packed.open(part) as stream:
            while chunk := stream.read(1024 * 1024):
                total += len(chunk)
                if total > MOST_BYTES:
                    raise FileRejected("Excel ブックが大きすぎます。必要なシートだけにしてください。", reason="too_big")


def _need_few(no: int) -> None:
    if no > MOST_ROWS + 1:
        raise FileRejected(f"行が多すぎます。1つのファイルは{MOST_ROWS}行までにしてください。", reason="too_many_rows")


def _cell(value: Any) -> str:  # noqa: ANN401 (a cell may hold anything)
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _places(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        folded = unicodedata.normalize("NFKC", heading).replace(" ", "").replace("\n", "")
        found.setdefault(OTHER_NAMES.get(folded, folded), place)
    missing = [name for name in COLUMNS[:5] if name not in found]
    if missing:
        message = f"見出しに「{'、'.join(missing)}」がありません。雛形の見出しをそのまま使ってください。"
        raise BadInput(message, [FieldError("/file", "missing_columns", message)])
    return found


def _line(no: int, cells: Sequence[str], places: Mapping[str, int]) -> Line:
    def said(column: str) -> str:
        place = places.get(column)
        return cells[place] if place is not None and place < len(cells) else ""

    day = said("異動日")
    return Line(
        row=no,
        login_name=unicodedata.normalize("NFKC", said("職員番号")),
        name=said("氏名"),
        from_post=said("異動元の職"),
        to_post=said("異動先の職"),
        day=read_date(day).day,
        day_text=day,
        kind=said("区分") or OWN,
    )
