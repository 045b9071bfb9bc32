"""From a grid of cells to the rows of a list: header found, titles and notes passed over, limits kept."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ismap.columns import Columns, Field, find_columns
from ismap.dates import read_date
from ismap.errors import RegistryRefused
from ismap.limits import CELL_CHARACTERS, COLUMNS, ROWS
from ismap.names import has_legal_form, looks_like_number, plain

_HEADER_SEARCH_ROWS = 200
_FEWEST_HEADINGS = 2
_NOTE_START = re.compile(
    r"[※*＊]|\(?注\d*[)::]|出典|備考[::]|最終更新|更新日|作成日|以上$|(?:合計|総計|計|件数|total)\b", re.IGNORECASE
)
_CLOSING = re.compile(r"以上")
_NEVER_NOTES = frozenset({Field.REMARKS, Field.STATUS, Field.SCOPE, Field.REGISTERED_ON, Field.EXPIRES_ON})
_SUM_CELL = re.compile(r"合計|総計|計|件数|総件数|登録件数|以上|total", re.IGNORECASE)
_COUNT = re.compile(r"\d\s*件")
_DECLARED = re.compile(
    r"(?:全|計|総数|登録数|total|of)[::\s]*([\d,]{1,9})\s*(?:件|rows\b|records\b|entries\b|results\b)"
    r"|(?:件数|総件数|登録件数)[::\s]*([\d,]{1,9})",
    re.IGNORECASE,
)

GridRow = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one table or sheet with the row numbers they had.

    ``text`` is what stood around it, ``missing`` how many rows more the table itself says it has.
    """

    rows: Sequence[GridRow]
    label: str = ""
    text: str = ""
    missing: int = 0


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: the fields found in it, and all its cells by heading as they came."""

    row: int
    fields: Mapping[Field, str]
    others: Mapping[str, str]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list found in a grid.

    ``declared`` is how many rows the surroundings claim there are, ``not_read`` what stood under the headings
    without being an entry and without being marked as a note.
    """

    columns: Columns
    rows: Sequence[ListRow]
    declared: int | None = None
    label: str = ""
    not_read: Sequence[tuple[int, str]] = ()


def find_list(grid: Grid) -> FoundList | None:
    """The list in ``grid``, or None when no row of it reads like the headings of one."""
    position = _find_header(grid.rows)
    if position is None:
        return None
    body = [cells for _, cells in grid.rows[position + 1 : position + 1 + _HEADER_SEARCH_ROWS]]
    columns = find_columns(grid.rows[position][1], body)
    rows: list[ListRow] = []
    not_read: list[tuple[int, str]] = []
    around = [grid.text, *(" ".join(cells) for _, cells in grid.rows[:position])]
    headings = {header.strip() for header in columns.headers if header.strip()}
    for number, cells in grid.rows[position + 1 :]:
        if _repeats(cells, headings) and find_columns(cells, body).is_complete:
            columns = find_columns(cells, body)
        elif is_note(cells, columns):
            around.append(text := " ".join(dict.fromkeys(cell for cell in cells if cell.strip())))
            if not is_marked_note(text):
                not_read.append((number, text))
        elif any(cells[index].strip() for index in _meaningful(columns) if index < len(cells)):
            rows.append(list_row(number, cells, columns))
    declared = declared_rows(around)
    if grid.missing:
        declared = max(declared or 0, len(rows) + grid.missing)
    return FoundList(columns, rows, declared, grid.label, not_read)


def list_row(number: int, cells: Sequence[str], columns: Columns) -> ListRow:
    """One row read by ``columns``; cells past the last heading are kept under the number of their column."""

    def at(index: int) -> str:
        return cells[index] if index < len(cells) else ""

    names = {index: columns.headers[index].strip() or f"列{index + 1}" for index in range(len(columns.headers))}
    raw = {columns.others.get(index, name): at(index) for index, name in names.items()}
    beyond = {f"列{index + 1}": cells[index] for index in range(len(names), len(cells)) if cells[index].strip()}
    return ListRow(
        row=number,
        fields={field: at(index) for field, index in columns.fields.items()},
        others={name: at(index) for index, name in columns.others.items()} | beyond,
        cells=raw | beyond,
    )


def is_note(cells: Sequence[str], columns: Columns) -> bool:
    """Whether a row under the headings is a remark about the list, not an entry of it.

    A lone cell is one when it stands where notes stand (in front) or is marked as one. A lone day, 備考 or company
    under its own heading belongs to an entry, and is a row even where nothing says to which.
    """
    filled = [(index, cell) for index, cell in enumerate(cells) if cell and not cell.isspace()]
    if not filled:
        return False
    index, cell = filled[0]
    first = plain(cell)
    if _SUM_CELL.fullmatch(first):
        return True
    if len(filled) > 1:
        # A cell that spans the table comes once a column; no entry has its number and all else alike.
        is_one_cell = len({text for _, text in filled}) == 1 and columns.fields.get(Field.NUMBER) in dict(filled)
        return is_one_cell and not looks_like_number(first)
    return _is_lone_note(index, first, columns)


def is_marked_note(text: str) -> bool:
    """Whether a line says itself that it is a note, a count or the end: ※, 注, 出典, 合計, 143件, 以上 and so on."""
    words = plain(text)
    return bool(_NOTE_START.match(words) or _SUM_CELL.fullmatch(words.split(" ")[0]) or _COUNT.search(words))


def _is_lone_note(index: int, text: str, columns: Columns) -> bool:
    field = columns.field_at(index)
    if index and field in _NEVER_NOTES:
        return bool(_CLOSING.fullmatch(text))
    if _NOTE_START.match(text):
        return True
    if field == Field.NUMBER:
        return not re.search(r"\d", text) or _is_prose(text)
    if field == Field.NAME or (field == Field.PROVIDER and has_legal_form(text)) or read_date(text).day:
        return False
    return index == 0 or (field is None and index not in columns.others)


def _is_prose(text: str) -> bool:
    return bool(re.search(r"[ぁ-んァ-ヶ一-龠]{4}", text)) or not re.search(r"\d", text)


def declared_rows(texts: Iterable[str]) -> int | None:
    """The largest number of rows that the words around a list claim, or None."""
    claims = [
        int((found.group(1) or found.group(2)).replace(",", "") or 0)
        for text in texts
        for found in _DECLARED.finditer(plain(text))
    ]
    return max(claims, default=None)


def within_limits(rows: Iterable[GridRow]) -> Iterator[GridRow]:
    """The rows as they come; refuses one too many, one too wide, or a cell too long."""
    for count, (number, cells) in enumerate(rows, start=1):
        if count > ROWS:
            message = f"一覧の行が上限（{ROWS:,}行）を超えています。ファイルを分けるか、一覧だけを取り出してください。"
            raise RegistryRefused(message, "too_many_rows")
        if len(cells) > COLUMNS and any(cell.strip() for cell in cells[COLUMNS:]):
            message = f"{number}行目の列が上限（{COLUMNS}列）を超えています。一覧の列だけを残してください。"
            raise RegistryRefused(message, "too_many_columns")
        for index, cell in enumerate(cells):
            if len(cell) > CELL_CHARACTERS:
                message = (
                    f"{number}行目{index + 1}列目の文字数が上限（{CELL_CHARACTERS:,}字）を超えています。"
                    "区切りや引用符の誤りがないか、そのセルを確かめてください。"
                )
                raise RegistryRefused(message, "cell_too_long")
        yield number, cells


def _find_header(rows: Sequence[GridRow]) -> int | None:
    best, best_score = None, (False, 0)
    for position, (_, cells) in enumerate(rows[:_HEADER_SEARCH_ROWS]):
        if not _is_header(cells):
            continue
        body = [other for _, other in rows[position + 1 : position + 1 + _HEADER_SEARCH_ROWS]]
        columns = find_columns(cells, body)
        score = (columns.is_complete, len(columns.fields))
        if score > best_score:
            best, best_score = position, score
    return best


def _is_header(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) >= _FEWEST_HEADINGS and len(find_columns(cells).fields) >= 1


def _repeats(cells: Sequence[str], headings: AbstractSet[str]) -> bool:
    """Whether a row has the headings again, as printed lists do at the top of each page."""
    return sum(cell.strip() in headings for cell in cells) >= _FEWEST_HEADINGS


def _meaningful(columns: Columns) -> list[int]:
    return [*columns.fields.values(), *columns.others]
