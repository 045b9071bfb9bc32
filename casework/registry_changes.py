"""What changed from one snapshot to the next, written down with it, and which uses in the ledger that touches."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import insert, or_
from sqlmodel import Session, col, select

from casework import registry
from casework.alerts import batched
from ismap.aliases import load_aliases
from ismap.diff import Diff, diff
from ismap.entry import Entry
from ismap.names import fold_name
from models.approved_service import ApprovedService
from models.registry_alias import RegistryAlias
from models.registry_change import RegistryChange
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.request import Request
from models.vocabulary import AliasState, RequestState, ServiceState, UseLink

KEYS_AT_ONCE = 400
ALIKE = 85  # how alike (0 to 100) an unlisted name has to be to one that newly came
MOST_LIKENESSES = 500  # a list that brings more names at once is a new list, not news
OPEN_STATES = (RequestState.IN_REVIEW, RequestState.RETURNED)
NAMING = ("renamed", "provider_renamed")


@dataclass(frozen=True)
class Touched:
    """Requests a new snapshot touches, in the order they are worked off, with the classes of change that did."""

    by_request: Mapping[int, tuple[str, ...]]


def record_changes(
    session: Session, snapshot: RegistrySnapshot, before: RegistrySnapshot | None, changes: Diff
) -> None:
    """Write down what changed, in the transaction that stores the snapshot. A first list changes nothing."""
    if before is None:
        return
    common = {
        "organisation_id": snapshot.organisation_id,
        "created_at": snapshot.created_at,
        "snapshot_id": snapshot.key,
        "before_snapshot_id": before.key,
    }
    rows = [{**common, **row} for row in _rows(changes)]
    if rows:
        session.connection().execute(insert(RegistryChange), rows)


def _rows(changes: Diff) -> list[dict[str, Any]]:
    whole = [("added", changes.added), ("removed", changes.removed)]
    rows = [_whole(entry, kind) for kind, entries in whole for entry in entries]
    rows += [
        {
            "scheme": change.scheme,
            "entry_key": change.key,
            "previous_key": change.previous_key,
            "service_name": change.service_name,
            "field": change.field,
            "before": change.before,
            "after": change.after,
            "change_class": change.change_class,
        }
        for change in changes.changed
    ]
    return rows


def _whole(entry: Entry, kind: str) -> dict[str, Any]:
    return {
        "scheme": entry.scheme,
        "entry_key": entry.key,
        "previous_key": entry.key,
        "service_name": entry.service_name,
        "field": "",
        "before": None,
        "after": None,
        "change_class": kind,
    }


def ensure_recorded(session: Session, snapshot: RegistrySnapshot) -> None:
    """Write the changes of a snapshot that has none on record: one stored before changes were written with it.

    The caller has lined up on the shared organisation, so that two cannot both find them missing.
    """
    before = previous_of(session, snapshot)
    recorded = select(RegistryChange.id).where(RegistryChange.snapshot_id == snapshot.key).limit(1)
    if before is None or session.exec(recorded).first() is not None:
        return
    old, new = registry.lists_of(session, before), registry.lists_of(session, snapshot)
    record_changes(session, snapshot, before, diff(old.entries, new.entries))


def previous_of(session: Session, snapshot: RegistrySnapshot) -> RegistrySnapshot | None:
    """Return the real snapshot that a snapshot followed, or None for the first one."""
    query = select(RegistrySnapshot).where(
        col(RegistrySnapshot.is_sample).is_(False), col(RegistrySnapshot.id) < snapshot.key
    )
    return session.exec(query.order_by(col(RegistrySnapshot.id).desc()).limit(1)).first()


def touched_by(session: Session, snapshot: RegistrySnapshot) -> Touched:
    """Return the live uses a snapshot touches: by the rows they hang on, by name, or by a close likeness.

    Found by indexes over what changed, never by reading the ledger. The first list of all touches every use once:
    what no list could say before, it says now, also of those that are not on it.
    """
    changes = _changes_of(session, snapshot)
    found: dict[int, set[str]] = {}
    _touch_by_key(session, changes, found)
    came = [(fold_name(row.service_name), row.change_class) for row in changes if _brings_a_name(row)]
    if previous_of(session, snapshot) is None:
        found = {key: {"other"} for key in session.exec(select(RegistryUse.request_id).distinct()).all()}
        came = [(entry.folded_name, "added") for entry in registry.lists_of(session, snapshot).entries]
    classes: dict[str, set[str]] = {}
    for name, change_class in came:
        classes.setdefault(name, set()).add(change_class)
    _touch_by_name(session, classes, found)
    _touch_by_own_alias(session, classes, found)
    return _live(session, found)


def _changes_of(session: Session, snapshot: RegistrySnapshot) -> Sequence[RegistryChange]:
    query = select(RegistryChange).where(RegistryChange.snapshot_id == snapshot.key)
    return session.exec(query.order_by(col(RegistryChange.id))).all()


def _brings_a_name(row: RegistryChange) -> bool:
    return row.change_class == "added" or row.change_class in NAMING


def _touch_by_key(session: Session, changes: Sequence[RegistryChange], found: dict[int, set[str]]) -> None:
    classes: dict[tuple[str, str], set[str]] = {}
    for row in changes:
        for key in {row.entry_key, row.previous_key}:
            classes.setdefault((row.scheme, key), set()).add(row.change_class)
    for scheme in {scheme for scheme, _ in classes}:
        keys = [key for known, key in classes if known == scheme]
        for some in batched(keys, KEYS_AT_ONCE):
            query = select(RegistryUse.request_id, RegistryUse.entry_key).where(
                RegistryUse.scheme == scheme, col(RegistryUse.entry_key).in_(some)
            )
            for request_id, key in session.exec(query).all():
                found.setdefault(request_id, set()).update(classes[scheme, key])


def _touch_by_name(session: Session, classes: Mapping[str, AbstractSet[str]], found: dict[int, set[str]]) -> None:
    """By the folded name itself, by other shipped names of it, and by close likeness to a use without a row."""
    wanted: dict[str, set[str]] = {name: set(of) for name, of in classes.items()}
    for other, meanings in load_aliases().services.items():
        for meaning in meanings & classes.keys():
            wanted.setdefault(other, set()).update(classes[meaning])
    for name in _unlinked_names(session) if 0 < len(classes) <= MOST_LIKENESSES else ():
        for known, _, _ in process.extract(name, list(classes), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3):
            wanted.setdefault(name, set()).update(classes[known])
    for some in batched(wanted, KEYS_AT_ONCE):
        query = select(RegistryUse.request_id, RegistryUse.folded_name).where(col(RegistryUse.folded_name).in_(some))
        for request_id, name in session.exec(query).all():
            found.setdefault(request_id, set()).update(wanted[name])


def _unlinked_names(session: Session) -> Sequence[str]:
    query = select(RegistryUse.folded_name).where(col(RegistryUse.link).in_([UseLink.SIMILAR, UseLink.UNLISTED]))
    return [name for name in session.exec(query.distinct()).all() if name]


def _touch_by_own_alias(session: Session, classes: Mapping[str, AbstractSet[str]], found: dict[int, set[str]]) -> None:
    """By a town's own other name of what came; only in that town."""
    if not classes:
        return
    query = select(RegistryAlias).where(RegistryAlias.state == AliasState.CONFIRMED, RegistryAlias.kind == "service")
    for alias in session.exec(query).all():
        of = classes.get(fold_name(alias.listed_as))
        if of:
            uses = select(RegistryUse.request_id).where(
                RegistryUse.organisation_id == alias.organisation_id, RegistryUse.folded_name == alias.folded_alias
            )
            for request_id in session.exec(uses).all():
                found.setdefault(request_id, set()).update(of)


def _live(session: Session, found: Mapping[int, Iterable[str]]) -> Touched:
    """Keep what is in review or in use, by organisation and request."""
    in_use = select(ApprovedService.id).where(
        col(ApprovedService.request_id) == col(Request.id), ApprovedService.state != ServiceState.CLOSED
    )
    kept: list[tuple[int, int]] = []
    for some in batched(sorted(found), KEYS_AT_ONCE):
        query = select(Request.organisation_id, Request.id).where(
            col(Request.id).in_(some), or_(col(Request.state).in_(OPEN_STATES), in_use.exists())
        )
        kept += [(town, key) for town, key in session.exec(query).all() if key is not None]
    return Touched({key: tuple(sorted(found[key])) for _, key in sorted(kept)})
