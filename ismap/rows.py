"""From a row of cells to an entry, with everything that was odd about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ismap.columns import LABELS, Field, fold_header
from ismap.dates import DateReading, read_date
from ismap.entry import Entry, hash_row, key_of
from ismap.lints import Lint, is_formula_like
from ismap.names import fold_number, looks_like_number
from ismap.reading import SchemeRow
from ismap.remarks import read_standing

_DATE_PROBLEMS = {
    "sentinel_date": "{row}行目の{column}「{value}」は日付を定めない書き方です。期限の定めなしとして扱います。",
    "unreadable_date": "{row}行目の{column}「{value}」は日付として読み取れません。原本で年月日を確かめてください。",
}


@dataclass(frozen=True, slots=True)
class EntryReading:
    """An entry, whether it names a service at all, and what was odd."""

    entry: Entry
    has_name: bool
    lints: tuple[Lint, ...]


def read_entry(source: SchemeRow) -> EntryReading:
    """The entry a row states. Numbers are folded, names and 備考 only trimmed, cells kept as they came."""
    row, fields = source.row, source.row.fields
    lints = _formula_lints(row.row, row.cells)
    raw_number = fields.get(Field.NUMBER, "")
    number = _read_number(raw_number)
    lints += _number_lints(row.row, raw_number, number)
    registered, expires = (_read_day(row.row, fields, name, lints) for name in (Field.REGISTERED_ON, Field.EXPIRES_ON))
    remarks = fields.get(Field.REMARKS, "").strip()
    standing = read_standing(remarks, fields.get(Field.STATUS, ""))
    if standing.needs_reading:
        message = f"{row.row}行目の備考または状態は、登録の状態を語句だけでは判断できません。読んで確かめてください。"
        lints.append(Lint("remark_needs_reading", row.row, remarks or fields.get(Field.STATUS, ""), message))
    name = fields.get(Field.NAME, "").strip()
    if not name:
        message = f"{row.row}行目にサービス名がありません。取り込まずに保留しました。原本を確かめてください。"
        lints.append(Lint("empty_name", row.row, raw_number.strip(), message))
    provider = fields.get(Field.PROVIDER, "").strip()
    entry = Entry(
        scheme=source.scheme,
        key=key_of(source.scheme, number, name, provider),
        registration_number=number,
        service_name=name,
        provider=provider,
        registered_on=registered.day,
        expires_on=expires.day,
        remarks=remarks,
        scope=fields.get(Field.SCOPE, "").strip(),
        status=standing.status,
        row=row.row,
        raw=dict(row.cells),
        row_hash=_hash(source, number, registered, expires),
    )
    return EntryReading(entry, bool(name), tuple(lints))


def corrected(source: SchemeRow, cells: Mapping[str, str]) -> SchemeRow:
    """The row as a person says it should read: ``cells`` by field name; what came is kept beside it.

    A correction says what a row means, never which list it stands in.
    """
    said: dict[Field, str] = {field: cells[field] for field in Field if field in cells and field != Field.SCHEME}
    return replace(source, row=replace(source.row, fields={**source.row.fields, **said}))


def _read_number(cell: str) -> str | None:
    folded = fold_number(cell)
    return folded if any(letter.isalnum() for letter in folded) else None


def _number_lints(row: int, cell: str, number: str | None) -> list[Lint]:
    if number is None:
        message = f"{row}行目に登録番号がありません。一覧・サービス名・事業者で同じ行かを判断します。"
        return [Lint("missing_number", row, cell.strip(), message)]
    lints = []
    if cell != cell.strip() or len(cell.split()) > 1:
        message = f"{row}行目の登録番号に余分な空白があります。空白を除いて取り込みました。"
        lints.append(Lint("padded_id", row, cell, message))
    if not "".join(cell.split()).isascii():
        message = f"{row}行目の登録番号に幅の広い文字があります。「{number}」として取り込みました。"
        lints.append(Lint("fullwidth_id", row, cell, message))
    if not looks_like_number(number):
        message = f"{row}行目の登録番号「{number}」は知られている形と違います。原本で確かめてください。"
        lints.append(Lint("odd_number", row, cell, message))
    return lints


def _read_day(row: int, fields: Mapping[Field, str], name: Field, lints: list[Lint]) -> DateReading:
    cell = fields.get(name, "")
    reading = read_date(cell)
    if reading.problem:
        message = _DATE_PROBLEMS[reading.problem].format(row=row, column=LABELS[name], value=cell.strip()[:40])
        lints.append(Lint(reading.problem, row, cell.strip(), message))
    return reading


def _formula_lints(row: int, cells: Mapping[str, str]) -> list[Lint]:
    return [
        Lint(
            "formula_like",
            row,
            cell,
            f"{row}行目の「{name}」は数式のように始まっています。文字のまま保存し、出力のときは数式として働かないようにします。",
        )
        for name, cell in cells.items()
        if is_formula_like(cell)
    ]


def _hash(source: SchemeRow, number: str | None, registered: DateReading, expires: DateReading) -> str:
    fields = source.row.fields
    said = {str(name): cell for name, cell in fields.items() if name != Field.SCHEME}
    said[Field.NUMBER] = number or ""
    for name, reading in ((Field.REGISTERED_ON, registered), (Field.EXPIRES_ON, expires)):
        said[name] = _day_or_text(
            reading.day, fields.get(name, "") if reading.problem == "unreadable_date" else reading.problem
        )
    for header, cell in source.row.others.items():
        said[f"other:{fold_header(header)}"] = _day_or_text(read_date(cell).day, cell)
    return hash_row(source.scheme, said)


def _day_or_text(day: date | None, text: str) -> str:
    return day.isoformat() if day else text
