"""Lists of 5,000 made-up services, and what becomes of twenty of them. Drawn from a seed: every run has the same."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ismap.entry import Entry
from ismap.names import fold_name
from ismap.snapshot import take_in
from tests.ismap.lists import as_csv, make_row

ROWS = 5000
PROVIDERS = 400
Row = dict[str, str]
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリ"
    "ルレロワガギグゲゴザジズゼゾダデドバビブベボ"
)
_LETTERS = 12
# What becomes of eighteen entries; two more come.
_FATES = ("備考",) * 6 + ("停止",) * 3 + ("範囲",) * 3 + ("期限",) * 2 + ("名称",) + ("抹消",) * 3


def made_up_names(count: int, seed: int) -> list[str]:
    """Return so many names of which no two mean, or resemble, the same."""
    chance = Random(seed)  # noqa: S311 (a draw, not a secret)
    names: dict[str, str] = {}
    while len(names) < count:
        name = "".join(chance.choices(_KANA, k=_LETTERS))
        names.setdefault(fold_name(name), name)
    return list(names.values())


def provider_of(number: int) -> str:
    """Return the provider of the n-th service."""
    return f"見本第{number % PROVIDERS + 1}株式会社"


def service_rows(count: int = ROWS) -> list[Row]:
    """Return the rows of a list of made-up services."""
    names = made_up_names(count, seed=1)
    return [make_row(number, サービス名=name, 事業者=provider_of(number)) for number, name in enumerate(names, start=1)]


def with_remarks(rows: list[Row], *, every: int, remark: str) -> list[Row]:
    """Return the list with another 備考 in every so-manieth row."""
    return [row | {"備考": remark} if at % every == 0 else row for at, row in enumerate(rows)]


@dataclass(frozen=True)
class Twenty:
    """A list after twenty of its entries changed: their numbers, the names that came, and all entries concerned."""

    rows: list[Row]
    numbers: frozenset[str]
    added: tuple[str, ...]
    entries: tuple[Entry, ...]


def touch_twenty(rows: list[Row], *added: str) -> Twenty:
    """Return the list with eighteen rows changed, suspended, renamed or gone, and two that come under new names."""
    apart = len(rows) // len(_FATES)
    fates = {at * apart: fate for at, fate in enumerate(_FATES)}
    stayed = [_changed(row, fates.get(at, "")) for at, row in enumerate(rows) if fates.get(at) != "抹消"]
    come = [
        make_row(number, サービス名=name, 事業者=provider_of(number))
        for number, name in enumerate(added, start=len(rows) + 1)
    ]
    numbers = frozenset(row["登録番号"] for row in [*(rows[at] for at in fates), *come])
    entries = [entry for list_ in (rows, [*stayed, *come]) for entry in entries_of(list_)]
    return Twenty(
        rows=[*stayed, *come],
        numbers=numbers,
        added=added,
        entries=tuple(entry for entry in entries if entry.registration_number in numbers),
    )


def _changed(row: Row, fate: str) -> Row:
    changes: dict[str, Row] = {
        "備考": {"備考": "2026年12月に登録範囲の変更を予定"},
        "停止": {"備考": "2026年11月20日から登録の効力を一時停止"},
        "範囲": {"言明の対象範囲": "東京リージョンと大阪リージョン"},
        "期限": {"有効期限": "2028-07-31"},
        "名称": {"サービス名": row["サービス名"] + "ネオ"},
    }
    return row | changes.get(fate, {})


def entries_of(rows: list[Row]) -> tuple[Entry, ...]:
    """Return the rows as the values that an import makes of them."""
    return take_in(as_csv(rows)).entries["ISMAP"]
