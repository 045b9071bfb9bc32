"""Reads a list out of a file or an answer, whatever its kind: told by content, never by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ismap.columns import LABELS, Field, fold_header
from ismap.delimited import decode, read_delimited
from ismap.errors import RegistryRefused
from ismap.html_tables import read_page
from ismap.json_rows import read_json
from ismap.limits import FILE_BYTES
from ismap.lints import Lint
from ismap.schemes import fold_scheme
from ismap.sources import has_numbers
from ismap.tables import FoundList, ListRow

_HTML = re.compile(r"<!doctype\s+html|<html\b|<table\b|<body\b", re.IGNORECASE)
_HEAD = 4096
_NOT_READ = (
    "{row}行目は一覧の行として読まず、注記とみなしました。"
    "上の行の備考などの続きなら、一つのセルに収めて取り込み直してください。"
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """One row with the list it belongs to."""

    scheme: str
    row: ListRow


@dataclass(frozen=True, slots=True)
class ReadList:
    """What was read: ``kind`` is csv, xlsx, json or html; ``columns`` are field names and other folded headings."""

    kind: str
    rows: Sequence[SchemeRow]
    columns: frozenset[str]
    declared: int | None
    lints: Sequence[Lint]

    @property
    def has_scheme_column(self) -> bool:
        """Whether the file itself says which list a row belongs to."""
        return Field.SCHEME in self.columns


def kind_of(raw: bytes) -> str:
    """The kind of ``raw``: xlsx, json, html or csv; refuses what is empty, too large or of a kind not read here."""
    if len(raw) > FILE_BYTES:
        message = (
            f"ファイルが上限（{FILE_BYTES // 1024 // 1024}MB）を超えています。一覧だけを取り出して取り込んでください。"
        )
        raise RegistryRefused(message, "file_too_large")
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        message = "取り込むファイルが空です。一覧が入っているか確かめてください。"
        raise RegistryRefused(message, "empty")
    if raw.startswith(b"PK"):
        return "xlsx"
    if raw.startswith((_OLD_EXCEL, b"%PDF")):
        message = "この形式のファイルは読み取れません。CSV か Excel ブック（.xlsx）で保存し直してください。"
        raise RegistryRefused(message, "unknown_kind")
    return _kind_of_text(decode(raw))


def _kind_of_text(text: str) -> str:
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if head.startswith("{") or re.match(r"\[\s*(?:[\[{\"\]]|$)", head):
        return "json"
    # A list in CSV may carry a tag in a cell; a page begins with one.
    return "html" if head.startswith("<") and _HTML.search(text) else "csv"


def read_list(raw: bytes, *, default_scheme: str = "ISMAP") -> ReadList:
    """The rows of a list with the columns found; rows without a 制度 belong to ``default_scheme``.

    Raises:
        RegistryRefused: empty, over a limit, of unknown shape, cut off, or without a number or a name column.
    """
    kind = kind_of(raw)
    found, lints = _choose(_read_all(raw, kind))
    _refuse_incomplete(found, default_scheme)
    rows = [SchemeRow(fold_scheme(row.fields.get(Field.SCHEME, "")) or default_scheme, row) for row in found.rows]
    if not rows:
        message = "見出しはありますが、一覧の行が1件もありません。一覧を取得し直してください。"
        raise RegistryRefused(message, "empty")
    if found.declared is not None and found.declared > len(rows):
        message = (
            f"一覧は{found.declared:,}件あると書かれていますが、{len(rows):,}件しか入っていません。"
            "全件を表示または出力してから取り込んでください。"
        )
        raise RegistryRefused(message, "fewer_rows_than_declared")
    return ReadList(kind, rows, _column_names(found), found.declared, [*lints, *_unnamed_columns(found)])


def _read_all(raw: bytes, kind: str) -> list[FoundList]:
    if kind == "xlsx":
        from ismap.workbook import read_workbook  # noqa: PLC0415  a heavy library that only workbooks need

        return read_workbook(raw)
    if kind == "html":
        return read_page(decode(raw))
    if kind == "json":
        return read_json(decode(raw))
    one = read_delimited(decode(raw))
    return [one] if one else []


def _choose(found: Sequence[FoundList]) -> tuple[FoundList, list[Lint]]:
    if not found:
        message = (
            "一覧の形を読み取れません。登録番号とサービス名の見出しがある CSV、Excel ブック、JSON、"
            "または保存したページを取り込んでください。"
        )
        raise RegistryRefused(message, "unknown_shape")
    best = max(found, key=lambda one: (one.columns.is_complete, len(one.columns.fields), len(one.rows)))
    lints = [
        Lint(
            "sheet_not_read",
            None,
            one.label,
            f"「{one.label or '別の表'}」にも一覧に似た表がありますが、取り込んでいません。",
        )
        for one in found
        if one is not best and one.columns.is_complete and one.rows
    ]
    lints += [Lint("text_not_read", row, text, _NOT_READ.format(row=row)) for row, text in best.not_read]
    return best, lints


def _refuse_incomplete(found: FoundList, default_scheme: str) -> None:
    """A list needs numbers and names; one whose entries carry no number at all (has_numbers) needs names alone."""
    fields = found.columns.fields
    needed = (Field.NUMBER, Field.NAME) if has_numbers(default_scheme) else (Field.NAME,)
    missing = [LABELS[field] for field in needed if field not in fields]
    if not missing:
        return
    seen = "、".join(header.strip() for header in found.columns.headers if header.strip())[:200]
    message = (
        f"{'と'.join(missing)}の列が見つかりません。見つかった見出しは「{seen}」です。"
        "見出しの行ごと取り込んでいるか、列の名前が変わっていないか確かめてください。"
    )
    raise RegistryRefused(message, "column_not_found")


def _unnamed_columns(found: FoundList) -> list[Lint]:
    """Cells under no heading: kept with their row, but nobody knows what they say."""
    unnamed = {index for index in found.columns.others if not found.columns.headers[index].strip()}
    names = {found.columns.others[index] for index in unnamed} | _beyond(found)
    if not names:
        return []
    value = "、".join(sorted(names))
    message = (
        f"見出しのない列（{value}）に値があります。何の列か分からないため、元の行に残すだけにしました。"
        "見出しの行がそろっているか確かめてください。"
    )
    return [Lint("unnamed_column", None, value, message)]


def _beyond(found: FoundList) -> set[str]:
    """The names given to cells that stand past the last heading."""
    known = set(found.columns.others.values())
    return {name for row in found.rows for name in row.others if name not in known}


def _column_names(found: FoundList) -> frozenset[str]:
    return found.columns.names | {fold_header(name) for name in _beyond(found)}
