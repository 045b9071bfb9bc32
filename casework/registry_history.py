"""The lists through time: any past day's state, one entry's history, and what of ours a change touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from casework import own_aliases, registry
from casework.call import Call
from casework.errors import NotFound
from casework.registry_impact import contracts_by_request, requests_by_key, snapshots_by_key
from casework.registry_lists import Lists
from casework.registry_uses import stated_entry
from ismap.entry import Entry, EntryState, entry_state
from models.contract import Contract
from models.registry_change import RegistryChange
from models.registry_entry import RegistryEntry
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import UseLink
from policy.document import CloudSubject, RequestDocument, read_document

MOST_CHANGES = 200
MOST_USES = 50


@dataclass(frozen=True)
class EntryEvent:
    """One change of an entry, with the snapshot that brought it and the day that was acquired."""

    change: RegistryChange
    snapshot: RegistrySnapshot


@dataclass(frozen=True)
class EntryHistory:
    """An entry as it stands (or last stood), where it first appeared, and what changed since, newest first."""

    entry: RegistryEntry
    snapshot: RegistrySnapshot
    first: RegistrySnapshot
    is_listed: bool
    state: EntryState
    events: Sequence[EntryEvent]


@dataclass(frozen=True)
class UseOfEntry:
    """A request of ours whose subject hangs on an entry, with its contracts; ``link`` says how."""

    request: Request
    link: str
    contracts: Sequence[Contract]


@dataclass(frozen=True)
class RowsOfSubject:
    """The registry row of one subject: as judged, and today, each with its snapshot (None while there was none)."""

    subject: int
    name: str
    judged: Entry | None
    judged_in: RegistrySnapshot | None
    today: Entry | None
    today_in: RegistrySnapshot | None
    is_stated: bool


def entry_history(call: Call, scheme: str, key: str) -> EntryHistory:
    """Return one entry of one list with everything that is known of it over time; raises ``NotFound``.

    Public facts: every organisation sees the same.
    """
    session = call.session
    query = select(RegistryEntry).where(RegistryEntry.scheme == scheme, RegistryEntry.entry_key == key)
    real = query.join(RegistrySnapshot, col(RegistrySnapshot.id) == col(RegistryEntry.snapshot_id))
    newest = session.exec(real.order_by(col(RegistryEntry.snapshot_id).desc()).limit(1)).first()
    oldest = session.exec(real.order_by(col(RegistryEntry.snapshot_id)).limit(1)).first()
    if newest is None or oldest is None:
        raise NotFound(f"{scheme} の一覧に「{key}」は載っていたことがありません。一覧から選び直してください。")
    changes = session.exec(
        select(RegistryChange)
        .where(
            RegistryChange.scheme == scheme,
            (col(RegistryChange.entry_key) == key) | (col(RegistryChange.previous_key) == key),
        )
        .order_by(col(RegistryChange.id).desc())
        .limit(MOST_CHANGES)
    ).all()
    snapshots = snapshots_by_key(
        session, [newest.snapshot_id, oldest.snapshot_id, *(row.snapshot_id for row in changes)]
    )
    current = registry.latest_snapshot(session)
    is_listed = current is not None and newest.snapshot_id == current.key
    return EntryHistory(
        entry=newest,
        snapshot=snapshots[newest.snapshot_id],
        first=snapshots[oldest.snapshot_id],
        is_listed=is_listed,
        state=entry_state(registry.entry_of(newest), call.today) if is_listed else EntryState.REMOVED,
        events=[EntryEvent(row, snapshots[row.snapshot_id]) for row in changes],
    )


def uses_of(call: Call, scheme: str, key: str) -> list[UseOfEntry]:
    """Return our requests that hang on an entry, newest first, with their contracts; at most ``MOST_USES``."""
    rows = call.session.exec(
        select(RegistryUse.request_id, RegistryUse.link)
        .where(
            RegistryUse.scheme == scheme,
            RegistryUse.entry_key == key,
            RegistryUse.organisation_id == call.actor.organisation_id,
        )
        .order_by(col(RegistryUse.request_id).desc())
        .limit(MOST_USES)
    ).all()
    links = dict(rows)
    requests = requests_by_key(call, links)
    contracts = contracts_by_request(call, links)
    return [UseOfEntry(requests[key], links[key], contracts.get(key, ())) for key in links if key in requests]


def counts_of_uses(call: Call, entries: Sequence[RegistryEntry]) -> dict[tuple[str, str], int]:
    """Return how many of our uses hang on each of some rows, in one query."""
    keys = {row.entry_key for row in entries}
    if not keys:
        return {}
    rows = call.session.exec(
        select(RegistryUse.scheme, RegistryUse.entry_key, func.count())
        .where(
            RegistryUse.organisation_id == call.actor.organisation_id,
            RegistryUse.link == UseLink.LINKED,
            col(RegistryUse.entry_key).in_(keys),
        )
        .group_by(col(RegistryUse.scheme), col(RegistryUse.entry_key))
    ).all()
    return {(scheme, key): count for scheme, key, count in rows}


def rows_of_request(call: Call, version: RequestVersion) -> list[RowsOfSubject]:
    """Return, for each cloud subject of a submitted version, its row as it was judged and its row today.

    As judged: the stored snapshot with the aliases that counted then. Today: the newest lists, and for a stated number
    the row that number names now. Public facts beside a stored document; nothing is judged.
    """
    document = read_document(version.document_json)
    then = registry.find_snapshot(call.session, version.snapshot_code) if version.snapshot_code else None
    now = registry.latest_snapshot(call.session)
    own_then = own_aliases.with_keys(call.session, version.organisation_id, version.alias_ids)
    own_now = own_aliases.in_force(call.session, version.organisation_id)
    judged = _rows(document, registry.lists_of(call.session, then) if then else None, own_then)
    today = _rows(document, registry.lists_of(call.session, now) if now else None, own_now)
    return [
        RowsOfSubject(
            subject=index,
            name=subject.name,
            judged=judged.get(index),
            judged_in=then,
            today=today.get(index),
            today_in=now,
            is_stated=subject.registry != "auto",
        )
        for index, subject in enumerate(document.subjects)
        if isinstance(subject, CloudSubject)
    ]


def _rows(document: RequestDocument, lists: Lists | None, own: own_aliases.OwnAliases) -> Mapping[int, Entry]:
    found: dict[int, Entry] = {}
    for index, subject in enumerate(document.subjects):
        if lists is None or not isinstance(subject, CloudSubject):
            continue
        if subject.registry != "auto":
            entry = stated_entry(lists, subject, own)
        else:
            met = registry.meet(lists, subject, own)
            entry = met.candidates[0].entry if met.outcome == "registered" else None
        if entry is not None:
            found[index] = entry
    return found
