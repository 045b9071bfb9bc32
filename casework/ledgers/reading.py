"""A table as somebody brought it: the headings found below titles, blank lines and totals passed over, nothing lost."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

from casework.errors import FileRejected
from casework.ledgers import Column, Ledger
from casework.ledgers.cells import folded_heading
from casework.ledgers.writing import CONDITIONS, FORMULA_STARTS, MEANINGS
from ismap.delimited import decode, read_grid
from ismap.errors import RegistryRefused
from ismap.tables import GridRow
from ismap.workbook import read_sheets

MOST_ROWS = 10_000
BESIDE = frozenset({CONDITIONS, MEANINGS, "取込の条件"})  # sheets of our own beside the data
HEADER_SEARCH_ROWS = 40
GLANCE_ROWS = 60
FEWEST_HEADINGS = 2
ALIKE = 0.72
_TOTAL = re.compile(r"(?:合計|総計|小計|計|合計金額|合計額|総合計|件数)")
_NOTE = re.compile(r"[※*＊]|注\d*[)）:：]|以上$|出典|作成[:：日]|更新日")


@dataclass(frozen=True)
class SourceRow:
    """One row of the file: its number as a spreadsheet counts, and its cells by heading as they came."""

    no: int
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        """Return what names this row's content, wherever in a file it stands."""
        said = "\x1f".join(f"{name}\x1e{text}" for name, text in sorted(self.cells.items()) if text)
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Table:
    """What was read: headings in their order, rows, and the lines passed over, each with the reason.

    ``is_whole`` says whether the file has no more lines than those.
    """

    headings: Sequence[str]
    rows: Sequence[SourceRow]
    passed_over: Sequence[tuple[int, str, str]]
    sheet: str = ""
    is_whole: bool = True

    @property
    def count(self) -> int:
        """Return how many rows there are; 0 where only the first of them were read."""
        return len(self.rows) if self.is_whole else 0


def read_table(name: str, raw: bytes, ledger: Ledger) -> Table:
    """Return the table in an Excel book, a CSV or pasted rows. Raises ``FileRejected`` that says what to do."""
    return _read(name, raw, ledger, None)


def glance_at_table(name: str, raw: bytes, ledger: Ledger) -> Table:
    """Return the headings and the first rows of a table: at once, however long the file. Raises ``FileRejected``."""
    return _read(name, raw, ledger, GLANCE_ROWS)


def _read(name: str, raw: bytes, ledger: Ledger, most: int | None) -> Table:
    if not raw.strip():
        raise FileRejected("ファイルが空です。表のあるファイルを選び直してください。", reason="empty")
    try:
        sheets = read_sheets(raw, most) if raw.startswith(b"PK") else {"": read_grid(decode(raw))[:most]}
    except RegistryRefused as refusal:
        raise FileRejected(refusal.message, reason=refusal.code) from refusal
    known = _known(ledger.columns)
    found = [
        (score, title, rows, at)
        for title, rows in sheets.items()
        if rows and title not in BESIDE
        for at, score in [_header(rows, known)]
    ]
    if not found:
        raise FileRejected(f"「{name}」に行がありません。表のあるファイルを選び直してください。", reason="empty")
    _, title, rows, at = max(found, key=lambda one: one[0])
    return _table(title, rows, at, name, is_whole=most is None or len(rows) < most)


def _known(columns: Iterable[Column]) -> frozenset[str]:
    return frozenset(folded_heading(word) for column in columns for word in (column.label, column.key, *column.also))


def _header(rows: Sequence[GridRow], known: frozenset[str]) -> tuple[int, int]:
    """Return where the line of headings is, and how many headings we know it has."""
    scores = []
    for at, (_, cells) in enumerate(rows[:HEADER_SEARCH_ROWS]):
        words = {folded_heading(cell) for cell in cells if cell.strip()}
        scores.append((len(words & known), len(words), -at, at))
    hits, _, _, at = max(scores)
    if hits >= FEWEST_HEADINGS:
        return at, hits
    # Their words are all unknown to us: the first line as wide as the table is taken for the headings.
    width = max(len([cell for cell in cells if cell.strip()]) for _, cells in rows[:HEADER_SEARCH_ROWS])
    wide = (
        at
        for at, (_, cells) in enumerate(rows[:HEADER_SEARCH_ROWS])
        if len({cell for cell in cells if cell.strip()}) >= width - 1
    )
    return next(wide, 0), hits


def _table(title: str, rows: Sequence[GridRow], at: int, name: str, *, is_whole: bool) -> Table:
    headings = _headings(rows[at][1])
    passed = [(no, _line(cells), "表題") for no, cells in rows[:at]]
    kept = []
    for no, cells in rows[at + 1 :]:
        reason = _why_none(cells, headings)
        if reason:
            passed.append((no, _line(cells), reason))
            continue
        texts = {heading: _clean(text) for heading, text in zip(headings, cells, strict=False) if heading}
        kept.append(SourceRow(no, {heading: texts.get(heading, "") for heading in headings if heading}))
    if len(kept) > MOST_ROWS:
        message = f"「{name}」は{len(kept):,}行あります。1つのファイルは{MOST_ROWS:,}行までに分けてください。"
        raise FileRejected(message, reason="too_many_rows")
    if not kept and is_whole:
        raise FileRejected(f"「{name}」は見出しだけです。行のあるファイルを選び直してください。", reason="empty")
    return Table([heading for heading in headings if heading], kept, passed, title, is_whole)


def _headings(cells: Sequence[str]) -> list[str]:
    found: list[str] = []
    for cell in cells:
        word = re.sub(r"\s+", " ", cell).strip()
        twice = sum(folded_heading(known.partition("#")[0]) == folded_heading(word) for known in found)
        found.append(f"{word}#{twice + 1}" if word and twice else word)
    return found


def _why_none(cells: Sequence[str], headings: Sequence[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    first = re.sub(r"\s", "", unicodedata.normalize("NFKC", filled[0])) if filled else ""
    if _TOTAL.fullmatch(first):
        return "合計の行"
    if [folded_heading(cell) for cell in filled] == [folded_heading(heading) for heading in headings if heading]:
        return "見出しの繰返し"
    return "注記" if len(filled) == 1 and len(headings) > FEWEST_HEADINGS and _NOTE.match(first) else ""


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.strip() for cell in cells if cell.strip())[:200]


def _clean(text: str) -> str:
    """Trim a cell; names keep every sign they have. Our own CSV's mark before a formula goes."""
    trimmed = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return trimmed[1:] if trimmed.startswith("'") and trimmed[1:].startswith(FORMULA_STARTS) else trimmed


def propose(
    columns: Sequence[Column], headings: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return which heading is which column: as said once before, by the same words, or by likeness; each used once."""
    found: dict[str, str] = {}
    free = list(headings)
    for column in columns:
        said = (remembered or {}).get(column.key)
        if said is not None and (not said or said in free):
            found[column.key] = said
            free = [heading for heading in free if heading != said]
    for rule in (_is_same, _is_alike):
        for column in columns:
            match = next((heading for heading in free if rule(column, heading)), None)
            if column.key not in found and match is not None:
                found[column.key] = match
                free.remove(match)
    return {key: heading for key, heading in found.items() if heading}


def _is_same(column: Column, heading: str) -> bool:
    return folded_heading(heading) in {folded_heading(word) for word in (column.label, column.key, *column.also)}


def _is_alike(column: Column, heading: str) -> bool:
    folded = folded_heading(heading)
    words = [folded_heading(word) for word in (column.label, *column.also)]
    return any(SequenceMatcher(None, folded, word).ratio() >= ALIKE for word in words)
