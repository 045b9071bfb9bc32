"""The public lists in words: where an entry's page is, what changed in it, what an import said."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from casework.registry_sync import SAMPLE
from models.registry_snapshot import RegistrySnapshot
from web.dates import short_date
from web.labels_registry import CHANGE_CLASSES, ENTRY_FIELDS, ENTRY_STATUSES, SCHEMES

OLD_DAYS, VERY_OLD_DAYS = 30, 60
NOTHING_WRITTEN = "記載なし"
_DAYS = {"registered_on", "expires_on"}


def entry_path(scheme: str, key: str) -> str:
    """Return the address of an entry's page; keys without a number hold names, so every sign is written out."""
    return f"/ismap/entries/{quote(scheme, safe='')}/{quote(key, safe='')}"


def scheme_words(scheme: str) -> str:
    """Return what a list is called."""
    return SCHEMES.get(scheme, scheme)


def snapshot_words(row: RegistrySnapshot) -> str:
    """Return a snapshot in a line, for a select."""
    return f"{short_date(row.acquired_on)} 取得{'(見本・未確認)' if row.is_sample else ''} {row.code}"


_SECOND_HAND = "secondary: a public document that cites the portal (www.ismap.go.jp), unverified"
_SECOND_HAND_WORDS = "ポータル(www.ismap.go.jp)を引いた公開の文書(二次の資料、未確認)"


def source_words(source: str) -> str:
    """Return where a list came from; the sample that comes with the product says so."""
    return {SAMPLE: "製品に付いている見本", _SECOND_HAND: _SECOND_HAND_WORDS}.get(source, source)


def age_of(snapshot: RegistrySnapshot | None, today: date) -> int:
    """Return how many days ago a list was acquired; 0 for the sample, whose days differ row by row."""
    return (today - snapshot.acquired_on).days if snapshot and not snapshot.is_sample else 0


def value_words(field: str, value: str | None) -> str:
    """Return a field's value as a page shows it: days in short form, states in words, nothing as 記載なし."""
    if value is None or value == "":
        return NOTHING_WRITTEN
    if field == "status":
        return ENTRY_STATUSES.get(value, value)
    if field in _DAYS:
        return f"{short_date(date.fromisoformat(value))}({value})"
    return value


def change_words(change_class: str, field: str) -> str:
    """Return what changed: the field, and the class where it says more."""
    word = CHANGE_CLASSES.get(change_class, change_class)
    named = ENTRY_FIELDS.get(field, field)
    return word if not named or named == word else f"{word}({named})"


def counts_of(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an import's counts as label and number; zero is shown as 0."""
    names = (
        ("rows", "行"),
        ("kept", "使える行"),
        ("quarantined", "保留した行"),
        ("added", "追加"),
        ("changed", "変更"),
        ("removed", "削除"),
    )
    return [(word, f"{report.get(key) or 0:,}") for key, word in names]


def cells_of(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a row's cells as they came, under the headings of the file; empty ones say so."""
    return [(str(heading), str(cell) if cell not in {None, ""} else "(空)") for heading, cell in raw.items()]
