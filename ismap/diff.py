"""What changed between two states of the lists, and which came and went may be one service all along."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rapidfuzz import fuzz, process

from ismap.entry import DIFF_FIELDS, Entry
from ismap.names import collapsed, fold_name, fold_number, fold_provider
from models.vocabulary import EntryStatus

# How alike two folded names have to be (rapidfuzz, 0 to 100) before a person is asked whether they are one service.
_ALIKE_OF_ONE_COMPANY = 70
_ALIKE_WITH_ONE_SERIAL = 50
_NEAREST = 5
_KeyOf = Callable[[Entry], str]
_SERIAL = re.compile(r"([A-Z]+)\d{2}-(\d{4})(?:-\d+)?")

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
    """One field of one entry that is not what it was; days in ISO form, nothing as None.

    ``key`` and ``service_name`` are those of the entry after the change; ``previous_key`` differs where the number did.
    """

    scheme: str
    key: str
    previous_key: str
    service_name: str
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


@dataclass(frozen=True, slots=True)
class Succession:
    """An entry that went and one that came which may be one service; a proposal that a person confirms.

    ``provider``: the same name under another company. ``number``: a number issued anew for the same serial.
    ``service``: a similar name of the same company. ``why`` says it in words.
    """

    kind: Literal["service", "provider", "number"]
    before: Entry
    after: Entry
    why: str


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
            said = (field, was, now, _class_of(field, after))
            changes.append(Change(after.scheme, after.key, before.key, after.service_name, *said))
    return changes


def _class_of(field: str, after: Entry) -> str:
    return _STANDING_CLASSES.get(after.status, "other") if field == "status" else _CLASSES[field]


def _shown(value: date | str | None) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else None


def successions(found: Diff) -> tuple[Succession, ...]:
    """Which entries that went may have come back under another name, company or number: best first, each once.

    The same words for different services are common, so nothing is concluded from this by itself.
    """
    pairs = [*_of_one_name(found), *_of_one_serial(found), *_of_one_company(found)]
    pairs.sort(key=lambda pair: (-pair[0], pair[1].before.scheme, pair[1].before.key, pair[1].after.key))
    taken: set[int] = set()
    kept = []
    for _, proposal in pairs:
        ends = {id(proposal.before), id(proposal.after)}
        if taken.isdisjoint(ends):
            taken |= ends
            kept.append(proposal)
    return tuple(kept)


def _of_one_name(found: Diff) -> Iterator[tuple[float, Succession]]:
    for was, now in _neighbours(found, lambda entry: fold_name(entry.service_name)):
        if was.provider and now.provider and fold_provider(was.provider) != fold_provider(now.provider):
            why = (
                f"名称「{now.service_name}」が同じで、事業者が「{was.provider}」から「{now.provider}」に変わりました。"
                "事業者の名称や運営会社が変わったのか、同じ名称の別のサービスかを確かめてください。"
            )
            yield 200.0 + _has_one_serial(was, now), Succession("provider", was, now, why)


def _of_one_serial(found: Diff) -> Iterator[tuple[float, Succession]]:
    for was, now in _neighbours(found, _serial):
        alike = fuzz.ratio(fold_name(was.service_name), fold_name(now.service_name))
        if alike >= _ALIKE_WITH_ONE_SERIAL:
            why = (
                f"登録番号の通し番号が同じで（{was.registration_number} → {now.registration_number}）、"
                f"名称が似ています（{was.service_name} → {now.service_name}）。"
                "番号が新しく振られた同じサービスかを確かめてください。"
            )
            yield 100.0 + alike, Succession("number", was, now, why)


def _of_one_company(found: Diff) -> Iterator[tuple[float, Succession]]:
    gone, come = _by(found.removed, _company), _by(found.added, _company)
    for company in gone.keys() & come.keys():
        names = [fold_name(entry.service_name) for entry in come[company]]
        for was in gone[company]:
            wanted = fold_name(was.service_name)
            for _, alike, place in process.extract(
                wanted, names, scorer=fuzz.ratio, score_cutoff=_ALIKE_OF_ONE_COMPANY, limit=_NEAREST
            ):
                now = come[company][place]
                why = (
                    f"事業者「{now.provider}」が同じで、名称が似ています（{was.service_name} → {now.service_name}）。"
                    "名称と登録番号が変わった同じサービスか、別のサービスかを確かめてください。"
                )
                yield alike, Succession("service", was, now, why)


def _neighbours(found: Diff, key: _KeyOf) -> Iterator[tuple[Entry, Entry]]:
    gone, come = _by(found.removed, key), _by(found.added, key)
    for shared in gone.keys() & come.keys():
        for was in gone[shared]:
            yield from ((was, now) for now in come[shared])


def _by(entries: Iterable[Entry], key: _KeyOf) -> dict[tuple[str, str], list[Entry]]:
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if shared := key(entry):
            groups[entry.scheme, shared].append(entry)
    return groups


def _company(entry: Entry) -> str:
    return fold_provider(entry.provider) if entry.provider else ""


def _serial(entry: Entry) -> str:
    shape = _SERIAL.fullmatch(fold_number(entry.registration_number or ""))
    return f"{shape[1]}-{shape[2]}" if shape else ""


def _has_one_serial(one: Entry, other: Entry) -> bool:
    return bool(_serial(one)) and _serial(one) == _serial(other)
