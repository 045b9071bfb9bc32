"""What changed between two states of the lists."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ismap.entry import DIFF_FIELDS, Entry
from ismap.names import collapsed, fold_name, fold_provider
from models.vocabulary import EntryStatus

_CLASSES = {
    "registration_number": "renumbered",
    "service_name": "renamed",
    "provider": "provider_renamed",
    "registered_on": "other",
    "expires_on": "expiry_moved",
    "remarks": "remark",
    "scope": "scope",
}
_STANDING_CLASSES = {
    EntryStatus.SUSPENDED: "suspended",
    EntryStatus.REMOVED: "removed",
    EntryStatus.REGISTERED: "restored",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entry that is not what it was; days in ISO form, nothing as None."""

    scheme: str
    key: str
    field: str
    before: str | None
    after: str | None
    change_class: str

    def as_json(self) -> dict[str, Any]:
        """The change as ``sekisho ismap diff`` shows it."""
        return {
            "key": self.key,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "class": self.change_class,
        }


@dataclass(frozen=True, slots=True)
class Diff:
    """Entries that came, entries that went, and what changed of those that stayed."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Change, ...]

    @property
    def changed_rows(self) -> int:
        """How many entries changed, however many of their fields did."""
        return len({(change.scheme, change.key) for change in self.changed})

    def as_json(self) -> dict[str, Any]:
        """The three lists of interfaces.md section 4; who is affected is added by those who know the office."""
        return {
            "added": [entry.as_json() for entry in self.added],
            "removed": [entry.as_json() for entry in self.removed],
            "changed": [change.as_json() for change in self.changed],
        }


def diff(before: Iterable[Entry], after: Iterable[Entry]) -> Diff:
    """What changed from ``before`` to ``after``, list by list.

    Entries meet by key; one that lost, got or changed its number meets itself again by name and provider where
    that leaves no choice. A change carries the key the entry has in ``after``.
    """
    old = {(entry.scheme, entry.key): entry for entry in before}
    new = {(entry.scheme, entry.key): entry for entry in after}
    gone = [entry for place, entry in old.items() if place not in new]
    come = [entry for place, entry in new.items() if place not in old]
    rekeyed = _meet_again(gone, come)
    left = {id(entry) for pair in rekeyed for entry in pair}
    stayed = [(old[place], entry) for place, entry in new.items() if place in old]
    return Diff(
        added=tuple(entry for entry in come if id(entry) not in left),
        removed=tuple(entry for entry in gone if id(entry) not in left),
        changed=tuple(change for pair in [*stayed, *rekeyed] for change in _changes(*pair)),
    )


def _meet_again(gone: Sequence[Entry], come: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    by_name: dict[tuple[str, str], tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for side, entries in enumerate((gone, come)):
        for entry in entries:
            by_name[entry.scheme, fold_name(entry.service_name)][side].append(entry)
    return [
        (was[0], is_[0])
        for was, is_ in by_name.values()
        if len(was) == 1 and len(is_) == 1 and _same_provider(was[0].provider, is_[0].provider)
    ]


def _same_provider(one: str, other: str) -> bool:
    return not one or not other or fold_provider(one) == fold_provider(other)


def _changes(before: Entry, after: Entry) -> list[Change]:
    changes = []
    for field in DIFF_FIELDS:
        was, now = _shown(getattr(before, field)), _shown(getattr(after, field))
        if collapsed(was or "") != collapsed(now or ""):
            changes.append(Change(after.scheme, after.key, field, was, now, _class_of(field, after)))
    return changes


def _class_of(field: str, after: Entry) -> str:
    return _STANDING_CLASSES.get(after.status, "other") if field == "status" else _CLASSES[field]


def _shown(value: date | str | None) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else None
