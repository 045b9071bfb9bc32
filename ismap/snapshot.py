"""Takes a list in: what it becomes beside what was there, or why it is refused. No storage, no clock."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ismap.columns import LABELS, Field
from ismap.diff import Diff, diff
from ismap.entry import Entry
from ismap.errors import RegistryRefused
from ismap.lints import Lint
from ismap.reading import ReadList, read_list
from ismap.rows import EntryReading, corrected, read_entry

_LOSS_ALLOWED = 0.10
_FEWEST_TO_JUDGE_A_COLUMN = 5
_ROWS_BETWEEN_REPORTS = 250
_COLUMNS_THAT_EMPTY = ("registration_number", "provider", "registered_on", "expires_on", "scope")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row kept out of its list: why (the lint kind), in words, its cells as they came and their SHA-256."""

    scheme: str
    row: int
    reason: str
    message: str
    raw: Mapping[str, str]
    row_hash: str = ""


# What persons say of rows: by list and hash of the row as it came, its right cells by field name.
Corrections = Mapping[tuple[str, str], Mapping[str, str]]
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking a list in came to.

    ``entries``, ``columns`` and ``raw_rows`` are the state of *all* lists after the import; lists the file did not
    bring stay as they were, and when the import is refused everything does. ``raw_rows`` holds one SHA-256 a list
    over all rows that came, quarantined ones too: hand it back as ``previous_raw_rows``.
    ``lost`` are the entries that a list refused for its loss would take away.
    """

    entries: Mapping[str, tuple[Entry, ...]]
    columns: Mapping[str, frozenset[str]]
    raw_rows: Mapping[str, str]
    quarantine: tuple[Quarantined, ...] = ()
    lints: tuple[Lint, ...] = ()
    changes: Diff = field(default_factory=lambda: Diff((), (), ()))
    kept: int = 0
    kind: str = ""
    unchanged: bool = False
    refused: str | None = None
    refused_code: str | None = None
    lost: tuple[Entry, ...] = ()

    @property
    def report(self) -> dict[str, Any]:
        """The report of ``sekisho ismap sync`` (interfaces.md section 4); who stores it fills in ``snapshot``."""
        return {
            "snapshot": None,
            "rows": self.kept + len(self.quarantine),
            "kept": self.kept,
            "quarantined": len(self.quarantine),
            "added": len(self.changes.added),
            "changed": self.changes.changed_rows,
            "removed": len(self.changes.removed),
            "refused": self.refused,
            "lints": [lint.as_json() for lint in self.lints],
        }


@dataclass(slots=True)
class _Sorted:
    """Rows of a file, sorted into lists, with those kept out."""

    kept: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    quarantine: list[Quarantined] = field(default_factory=list)
    lints: list[Lint] = field(default_factory=list)
    hashes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def keep_out(self, entry: Entry, came_as: str, reason: str, message: str) -> None:
        self.quarantine.append(Quarantined(entry.scheme, entry.row, reason, message, entry.raw, came_as))


def take_in(
    raw: bytes,
    *,
    previous: Mapping[str, Sequence[Entry]] | None = None,
    previous_columns: Mapping[str, Iterable[str]] | None = None,
    previous_raw_rows: Mapping[str, str] | None = None,
    scheme: str = "ISMAP",
    confirm_loss: str | None = None,
    corrections: Corrections | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """The outcome of importing ``raw`` on top of ``previous`` (lists by name); never raises for a bad list.

    ``scheme`` names the list of rows that do not say it themselves. ``confirm_loss`` is the reason a second person
    gave for a loss of rows or of a column that is real; whose confirmation counts is not known here.
    ``corrections`` replace cells of every row that comes as the corrected one came; its cells as they came stay in
    ``raw``. ``progress`` is told how many rows of how many were read, every few hundred rows and at the end.
    """
    stays = Outcome(
        {name: tuple(entries) for name, entries in (previous or {}).items()},
        {name: frozenset(names) for name, names in (previous_columns or {}).items()},
        dict(previous_raw_rows or {}),
    )
    try:
        read = read_list(raw, default_scheme=scheme)
        rows = _sort_rows(read, corrections or {}, progress)
        return _put_beside(stays, read, rows, is_loss_confirmed=bool(confirm_loss and confirm_loss.strip()))
    except RegistryRefused as refusal:
        return replace(stays, refused=refusal.message, refused_code=refusal.code)


def _put_beside(stays: Outcome, read: ReadList, rows: _Sorted, *, is_loss_confirmed: bool) -> Outcome:
    brought = {name: tuple(rows.kept.get(name, ())) for name in rows.hashes}
    changes = diff(_of(stays.entries, brought), _of(brought, brought))
    came = {name: _hash_of(hashes) for name, hashes in rows.hashes.items()}
    seen = replace(
        stays,
        quarantine=tuple(rows.quarantine),
        lints=tuple(sorted([*read.lints, *rows.lints], key=lambda lint: lint.row or 0)),
        kind=read.kind,
        kept=sum(map(len, brought.values())),
    )
    try:
        _refuse_unusable(seen.kept, len(seen.quarantine))
        _refuse_mixed(read, stays, brought)
        if not is_loss_confirmed:
            _refuse_lost_columns(read, stays, brought)
            _refuse_lost_rows(stays.entries, changes)
    except RegistryRefused as refusal:
        lost = changes.removed if refusal.code == "rows_gone" else ()
        return replace(seen, refused=refusal.message, refused_code=refusal.code, lost=lost)
    raw_rows = {**stays.raw_rows, **came}
    if _is_unchanged(stays, brought, came, rows.quarantine) and not _columns_gone(read, stays, brought):
        return replace(seen, raw_rows=raw_rows, unchanged=True)
    return replace(
        seen,
        entries={**stays.entries, **brought},
        columns={**stays.columns, **dict.fromkeys(brought, read.columns)},
        raw_rows=raw_rows,
        changes=changes,
    )


def _sort_rows(read: ReadList, corrections: Corrections, progress: Progress | None) -> _Sorted:
    rows = _Sorted()
    seen: dict[tuple[str, str], Entry] = {}
    total = len(read.rows)
    for done, source in enumerate(read.rows, start=1):
        reading = read_entry(source)
        came_as = reading.entry.row_hash
        if corrections and (cells := corrections.get((source.scheme, came_as))):
            reading = read_entry(corrected(source, cells))
            rows.lints.append(_corrected_lint(reading.entry, cells))
        _sort_in(rows, seen, reading, came_as)
        if progress and (done % _ROWS_BETWEEN_REPORTS == 0 or done == total):
            progress(done, total)
    return rows


def _corrected_lint(entry: Entry, cells: Mapping[str, str]) -> Lint:
    """A row that a person corrected says so every time it comes."""
    said = "、".join(f"{LABELS.get(name, name)}「{cell}」" for name, cell in cells.items())
    message = f"{entry.row}行目は、担当者の訂正({said})を当てて読みました。"
    return Lint("corrected_by_person", entry.row, entry.registration_number or entry.service_name, message)


def _sort_in(rows: _Sorted, seen: dict[tuple[str, str], Entry], reading: EntryReading, came_as: str) -> None:
    entry = reading.entry
    rows.lints.extend(reading.lints)
    rows.hashes[entry.scheme].append(entry.row_hash)
    if not reading.has_name:
        # The last lint of a row without a name says what it lacks.
        why = reading.lints[-1]
        rows.keep_out(entry, came_as, why.kind, why.message)
        return
    first = seen.setdefault((entry.scheme, entry.key), entry)
    if first is entry:
        rows.kept[entry.scheme].append(entry)
        return
    kind, message = _why_double(first, entry)
    rows.keep_out(entry, came_as, kind, message)
    rows.lints.append(Lint(kind, entry.row, entry.registration_number or entry.service_name, message))


def _why_double(first: Entry, entry: Entry) -> tuple[str, str]:
    number = entry.registration_number
    where = f"{entry.row}行目は{first.row}行目と"
    if first.row_hash == entry.row_hash:
        return "duplicate_number" if number else "duplicate_row", f"{where}同じ内容です。後の行を保留しました。"
    if number:
        what = f"{where}登録番号「{number}」が同じですが内容が違います。"
        return "conflicting_number", f"{what}後の行を保留しました。原本を確かめてください。"
    what = f"{where}サービス名と事業者が同じですが内容が違います。"
    return "conflicting_row", f"{what}後の行を保留しました。原本を確かめてください。"


def _refuse_unusable(kept: int, quarantined: int) -> None:
    if quarantined > kept:
        message = (
            f"{kept + quarantined:,}行のうち{quarantined:,}行が取り込めない行のため、一覧を取り込みませんでした。"
            "列のずれや取得の失敗がないか確かめてください。"
        )
        raise RegistryRefused(message, "mostly_unusable")


def _refuse_mixed(read: ReadList, stays: Outcome, brought: Mapping[str, Sequence[Entry]]) -> None:
    """A file of several lists that lost its 制度 column would lift every row into one list."""
    if read.has_scheme_column:
        return
    for name, entries in brought.items():
        if Field.SCHEME not in stays.columns.get(name, frozenset()):
            continue
        others = {entry.key for other, known in stays.entries.items() if other != name for entry in known}
        numbers = [entry.registration_number for entry in entries if entry.registration_number in others]
        if numbers:
            message = (
                f"制度の列がなくなり、{name}以外の一覧の登録番号（{numbers[0]}など{len(numbers)}件）が混ざっています。"
                "制度の列を含む一覧を取り込むか、一覧ごとに分けて取り込んでください。"
            )
            raise RegistryRefused(message, "mixed_lists")


def _columns_gone(read: ReadList, stays: Outcome, brought: Iterable[str]) -> bool:
    """Whether a heading that stood before came no more, even one whose cells were all blank: a state of its own."""
    return any(stays.columns.get(name, frozenset()) - read.columns - {str(Field.SCHEME)} for name in brought)


def _refuse_lost_columns(read: ReadList, stays: Outcome, brought: Mapping[str, Sequence[Entry]]) -> None:
    for name in brought:
        said = {
            str(column)
            for source in read.rows
            if source.scheme == name
            for column, cell in source.row.fields.items()
            if cell.strip()
        }
        lost = stays.columns.get(name, frozenset()) - read.columns - {str(Field.SCHEME)}
        lost |= _mostly_filled(stays.entries.get(name, ())) - said
        if lost:
            labels = "、".join(sorted(LABELS.get(column, column) for column in lost))
            message = (
                f"{name}の一覧から、前回あった「{labels}」の列がなくなりました。前回の一覧をそのまま使います。"
                "取得のしかたを確かめ、本当になくなったのなら別の担当者が理由を付けて確認してください。"
            )
            raise RegistryRefused(message, "column_gone")


def _mostly_filled(entries: Sequence[Entry]) -> frozenset[str]:
    """Columns that most rows filled: should all their cells be blank now, the heading alone says nothing."""
    if len(entries) < _FEWEST_TO_JUDGE_A_COLUMN:
        return frozenset()
    return frozenset(
        column
        for column in _COLUMNS_THAT_EMPTY
        if sum(bool(getattr(entry, column)) for entry in entries) * 2 > len(entries)
    )


def _refuse_lost_rows(before: Mapping[str, Sequence[Entry]], changes: Diff) -> None:
    gone = Counter(entry.scheme for entry in changes.removed)
    for name, count in gone.items():
        total = len(before[name])
        if count > total * _LOSS_ALLOWED:
            message = (
                f"{name}の一覧から、前回の{total:,}件のうち{count:,}件（1割超）がなくなりました。前回の一覧をそのまま使います。"
                "取得のしかたを確かめ、本当の減少なら別の担当者が理由を付けて確認してください。"
            )
            raise RegistryRefused(message, "rows_gone")


def _is_unchanged(
    stays: Outcome,
    brought: Mapping[str, Sequence[Entry]],
    came: Mapping[str, str],
    quarantine: Sequence[Quarantined],
) -> bool:
    """Whether every list brought is the list that is already there, in whatever order its rows came."""
    for name, entries in brought.items():
        known = stays.raw_rows.get(name)
        if known is None and not quarantine and name in stays.entries:
            known = _hash_of(entry.row_hash for entry in stays.entries[name])
        if known != came[name] or (name not in stays.entries and entries):
            return False
    return True


def _of(lists: Mapping[str, Sequence[Entry]], names: Iterable[str]) -> list[Entry]:
    return [entry for name in names for entry in lists.get(name, ())]


def _hash_of(hashes: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
