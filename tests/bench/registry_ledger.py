"""A plan of 100,000 uses of cloud services in four towns, and how many of them twenty changes of a list concern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ismap.match import MatchIndex, match
from tests.bench.registry_lists import Row, Twenty, made_up_names, touch_twenty

TOWNS = {"hoshimigaoka": "星見ヶ丘市", "tonari": "隣町", "tanimachi": "谷町", "hamabe": "浜辺村"}
# Of 20 uses 15 hang on a row, two on a likeness, two on no list, one on a number the applicant stated.
KINDS = ("linked", "similar", "unlisted", "stated")
_KIND_AT = ("linked",) * 15 + ("similar",) * 2 + ("unlisted",) * 2 + ("stated",)
# Of 20 requests one is a draft, two are under review, one was rejected, one withdrawn; the rest are in use.
_STATE_AT = ("draft", "in_review", "in_review", "rejected", "withdrawn") + ("approved",) * 15
LIVE = ("in_review", "approved")
LIKE = "改"  # behind a name: like it, and not it
_UNLISTED = 200


@dataclass(frozen=True, slots=True)
class Use:
    """One use to be entered: where, of which service, how it hangs on the lists and how far it has come."""

    town: str
    kind: str
    state: str
    name: str
    row: Row  # of the list: the service itself, or the one whose name is like

    @property
    def number(self) -> str:
        """Return the registration number of the row it hangs on; empty without one."""
        return "" if self.kind == "unlisted" else self.row["登録番号"]


def unlisted_names() -> list[str]:
    """Return names that are on no list, none of them like one that is."""
    return made_up_names(_UNLISTED, seed=2)


def plan_uses(count: int, rows: Sequence[Row]) -> list[Use]:
    """Return so many uses, sorted by town and kind. Every sort meets every other: the strides share no divisor."""
    strangers, towns = unlisted_names(), list(TOWNS)
    uses = []
    for at in range(count):
        kind, row = _KIND_AT[at // 7 % 20], rows[at * 7 % len(rows)]
        name = {"unlisted": strangers[at % _UNLISTED], "similar": row["サービス名"] + LIKE}.get(kind, row["サービス名"])
        uses.append(Use(towns[at // 3 % len(towns)], kind, _STATE_AT[at // 11 % 20], name, row))
    return sorted(uses, key=lambda use: (towns.index(use.town), KINDS.index(use.kind)))


def touch(rows: list[Row]) -> Twenty:
    """Return the list after twenty changes: of the two entries that come one is, and one is like, an unlisted use's."""
    strangers = unlisted_names()
    return touch_twenty(rows, strangers[3], strangers[7] + LIKE)


def number_of(at: int) -> str:
    """Return the number of the request of the use that comes so far behind the first."""
    return f"C8-{at:06}"


def concerned(uses: Sequence[Use], twenty: Twenty) -> frozenset[str]:
    """Return the numbers of the live uses that twenty changes concern: those on such a row, or like a new name."""
    _check_nothing_else_is_alike(uses, twenty)
    return frozenset(
        number_of(at) for at, use in enumerate(uses) if use.state in LIVE and _is_meant(use.name, use.number, twenty)
    )


def _is_meant(name: str, number: str, twenty: Twenty) -> bool:
    return number in twenty.numbers or (not number and name in {added.removesuffix(LIKE) for added in twenty.added})


def _check_nothing_else_is_alike(uses: Sequence[Use], twenty: Twenty) -> None:
    """Raise unless the matching itself finds changed entries for the names that are meant to meet them, and only so."""
    index = MatchIndex(twenty.entries)
    for name, number in {(use.name, use.number) for use in uses}:
        if bool(match(name, None, index).candidates) is not _is_meant(name, number, twenty):
            raise RuntimeError(f"{name} {number} meets, or does not meet, an entry that changes")
