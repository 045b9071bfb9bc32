"""一覧の差分: what changed between two lists, what of ours it touches first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry, registry_impact, registry_views
from casework.paging import PageWish
from casework.registry_aliases import Suggestion
from casework.registry_imports import IMPORTERS
from ismap.diff import Change, Diff
from ismap.entry import Entry
from models.registry_alias import RegistryAlias
from models.registry_snapshot import RegistrySnapshot
from web.labels_registry import ALIAS_KINDS, CHANGE_CLASSES
from web.lists import Listing, list_around, wish_of
from web.registry_story import Again, again_rows
from web.registry_words import change_words, entry_path, scheme_words, value_words
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

SHOWN = 200
SUGGESTIONS_SHOWN = 50


@dataclass(frozen=True)
class ChangedRow:
    """One field of one entry, before and after, with the address of the entry."""

    name: str
    path: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class DiffPage(PageView):
    """Counts, our uses that are touched, then everything by kind of change."""

    template = "pages/ismap_diff.html"

    before: RegistrySnapshot
    after: RegistrySnapshot
    counts: Mapping[str, int]
    changed_uses: Sequence[Again]
    listing: Listing
    same_uses: Sequence[Again]
    classes: Sequence[tuple[str, int, Sequence[ChangedRow]]]
    added: Sequence[tuple[Entry, str, str]]
    removed: Sequence[tuple[Entry, str, str]]
    suggestions: Sequence[tuple[Suggestion, RegistryAlias | None]]
    kinds: Mapping[str, str]
    can_decide: bool
    me: int
    here: str
    shown: int


@router.get("/ismap/diffs/{before}..{after}", name="ismap_diff")
def show_diff(visit: VisitDep, before: str, after: str) -> Response:
    """What changed from one list to another."""
    session = visit.call.session
    first, second = registry.find_snapshot(session, before), registry.find_snapshot(session, after)
    changes = registry.diff_snapshots(session, before, after)
    ours, unchanged = registry_impact.count_impact(visit.call, before, after)
    wish, few = wish_of(visit.request), PageWish(SUGGESTIONS_SHOWN)
    changed = registry_impact.impact_of(visit.call, before, after, is_changed=True, wish=wish)
    same = registry_impact.impact_of(visit.call, before, after, is_changed=False, wish=few)
    page = DiffPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("一覧の差分", None)),
        before=first,
        after=second,
        counts=_counts(visit, changes, second) | {"ours": ours, "unchanged": unchanged},
        changed_uses=again_rows(visit.call, changed.items),
        listing=list_around(visit.request, changed),
        same_uses=again_rows(visit.call, same.items),
        classes=_by_class(changes),
        added=_entries(changes.added),
        removed=_entries(changes.removed),
        suggestions=_suggestions(visit, first, second),
        kinds=ALIAS_KINDS,
        can_decide=visit.has(*IMPORTERS),
        me=visit.call.actor.user_id,
        here=visit.request.url.path,
        shown=SHOWN,
    )
    return page.render(visit.request)


def _suggestions(
    visit: Visit, before: RegistrySnapshot, after: RegistrySnapshot
) -> list[tuple[Suggestion, RegistryAlias | None]]:
    """Return what the later list suggests of names that changed; a list beside itself changed none."""
    if before.key == after.key:
        return []
    return registry_views.open_suggestions(visit.call, after)[:SUGGESTIONS_SHOWN]


def _entries(entries: Sequence[Entry]) -> list[tuple[Entry, str, str]]:
    """Return the first entries, each with its address and what its list is called."""
    return [(entry, entry_path(entry.scheme, entry.key), scheme_words(entry.scheme)) for entry in entries[:SHOWN]]


def _counts(visit: Visit, changes: Diff, after: RegistrySnapshot) -> dict[str, int]:
    total = len(registry.lists_of(visit.call.session, after).entries)
    return {
        "added": len(changes.added),
        "changed": changes.changed_rows,
        "removed": len(changes.removed),
        "same": total - len(changes.added) - changes.changed_rows,
    }


def _by_class(changes: Diff) -> list[tuple[str, int, Sequence[ChangedRow]]]:
    """Return the changed fields by kind of change, in a fixed order, kinds without any left out."""
    found: dict[str, list[Change]] = {}
    for change in changes.changed:
        found.setdefault(change.change_class, []).append(change)
    order = sorted(found, key=list(CHANGE_CLASSES).index)
    return [(CHANGE_CLASSES[kind], len(found[kind]), [_row(each) for each in found[kind][:SHOWN]]) for kind in order]


def _row(change: Change) -> ChangedRow:
    return ChangedRow(
        name=change.service_name,
        path=entry_path(change.scheme, change.key),
        what=change_words(change.change_class, change.field),
        before=value_words(change.field, change.before),
        after=value_words(change.field, change.after),
    )
