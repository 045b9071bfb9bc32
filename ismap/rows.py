"""From a row of cells to an entry, with everything that was odd about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ismap.columns import Field, fold_header
from ismap.dates import DateReading, read_date
from ismap.entry import Entry, hash_row, key_of
from ismap.lints import Lint
from ismap.names import fold_number, plain
from ismap.reading import SchemeRow
from ismap.remarks import read_standing
from ismap.row_lints import (
    LONGEST_NONE,
    NO_NAME,
    NO_NUMBER,
    cell_lints,
    date_lints,
    name_lints,
    number_lints,
    remark_lint,
)


@dataclass(frozen=True, slots=True)
class EntryReading:
    """An entry, whether it names a service at all, and what was odd."""

    entry: Entry
    has_name: bool
    lints: tuple[Lint, ...]


def read_entry(source: SchemeRow) -> EntryReading:
    """The entry a row states. Numbers are folded, names and 備考 only trimmed, cells kept as they came."""
    row, fields = source.row, source.row.fields
    raw_number = fields.get(Field.NUMBER, "")
    number = _read_number(raw_number)
    name = fields.get(Field.NAME, "").strip()
    provider = fields.get(Field.PROVIDER, "").strip()
    remarks = fields.get(Field.REMARKS, "").strip()
    registered, expires = (read_date(fields.get(day, "")) for day in (Field.REGISTERED_ON, Field.EXPIRES_ON))
    standing = read_standing(remarks, fields.get(Field.STATUS, ""))
    has_name = any(map(str.isalnum, name)) and (len(name) > LONGEST_NONE or plain(name).casefold() not in NO_NAME)
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
        raw=row.cells,
        row_hash=_hash(source, number, registered, expires),
    )
    lints = [
        *cell_lints(row.row, row.cells),
        *number_lints(row.row, raw_number, number, scheme=source.scheme, has_name=has_name),
        *date_lints(row, registered, expires, scheme=source.scheme),
    ]
    if standing.needs_reading:
        lints.append(remark_lint(row.row, remarks or fields.get(Field.STATUS, "")))
    if not has_name:
        lints += name_lints(row.row, raw_number, has_number=number is not None)
    return EntryReading(entry, has_name, tuple(lints))


def corrected(source: SchemeRow, cells: Mapping[str, str]) -> SchemeRow:
    """The row as a person says it should read: ``cells`` by field name; what came is kept beside it.

    A correction says what a row means, never which list it stands in.
    """
    said: dict[Field, str] = {field: cells[field] for field in Field if field in cells and field != Field.SCHEME}
    return replace(source, row=replace(source.row, fields={**source.row.fields, **said}))


def _read_number(cell: str) -> str | None:
    folded = fold_number(cell)
    has_sign = any(map(str.isalnum, folded))
    return folded if has_sign and folded.casefold() not in NO_NUMBER else None


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
