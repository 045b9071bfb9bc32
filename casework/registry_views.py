"""What pages and the API show of the lists: entries as they stand on a day, with our uses of them beside."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, or_, select

from casework import registry_aliases
from casework.call import Call
from casework.errors import NotFound
from casework.paging import Order, Page, PageWish, fetch_page
from casework.registry import entry_of, find_snapshot, latest_snapshot, snapshot_on
from casework.registry_aliases import Suggestion
from casework.registry_history import counts_of_uses
from casework.tenancy import visible_to
from ismap.entry import EntryState, entry_state
from ismap.names import search_key
from ismap.remarks import read_standing
from models.approved_service import ApprovedService
from models.reassessment import Reassessment
from models.registry_alias import RegistryAlias
from models.registry_entry import RegistryEntry
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.service import Service
from models.vocabulary import AliasState, EntryStatus

SOON_DAYS = 90
PAST = "past"
_KNOWN = (EntryStatus.REGISTERED, EntryStatus.SUSPENDED, EntryStatus.REMOVED)


@dataclass(frozen=True)
class EntryWish:
    """How a list is narrowed. ``state`` is one of ``EntryState`` or ``needs_reading``; ``due`` is days, or ``past``."""

    words: str = ""
    scheme: str = ""
    state: str = ""
    due: str = ""


@dataclass(frozen=True)
class ListedEntry:
    """One row of a list as it stands on a day, and how many live requests of the organisation hang on it."""

    entry: RegistryEntry
    state: EntryState
    needs_reading: bool
    uses: int = 0


def choose_snapshot(call: Call, *, code: str = "", day: date | None = None) -> RegistrySnapshot | None:
    """Return the snapshot named, or the one that was the newest on a day, or the newest; None while there is none.

    Raises ``NotFound`` for an unknown code, and for a day before the first list.
    """
    if code:
        return find_snapshot(call.session, code)
    if day is None:
        return latest_snapshot(call.session)
    found = snapshot_on(call.session, day)
    if found is None:
        raise NotFound(f"{day.isoformat()} までに取得した一覧はありません。もっと後の日を選んでください。")
    return found


def list_listed(
    call: Call, snapshot: RegistrySnapshot, narrowed: EntryWish, *, as_of: date, wish: PageWish
) -> Page[ListedEntry]:
    """Return a snapshot's rows in the order of the list, as they stand on a day, with our uses of each."""
    query = select(RegistryEntry).where(RegistryEntry.snapshot_id == snapshot.key)
    for condition in _conditions(call, snapshot, narrowed, as_of):
        query = query.where(condition)
    order = Order(col(RegistryEntry.id), col(RegistryEntry.id), is_descending=False)
    page = fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))
    counts = counts_of_uses(call, page.items)
    rows = [_listed(row, as_of, counts.get((row.scheme, row.entry_key), 0)) for row in page.items]
    return Page(rows, page.next_cursor)


def count_listed(call: Call, snapshot: RegistrySnapshot, narrowed: EntryWish, *, as_of: date) -> int:
    """Return how many rows of a snapshot a condition leaves."""
    query = select(func.count()).where(RegistryEntry.snapshot_id == snapshot.key)
    return call.session.exec(query.where(*_conditions(call, snapshot, narrowed, as_of))).one()


def count_states(call: Call, snapshot: RegistrySnapshot, *, as_of: date) -> dict[EntryState, int]:
    """Return how many rows of a snapshot stand in each state on a day, zeros too; one statement."""
    counted = [func.count().filter(_is_in(state, as_of)) for state in EntryState]
    found = call.session.execute(select(*counted).where(RegistryEntry.snapshot_id == snapshot.key)).one()
    return dict(zip(EntryState, found, strict=True))


def _listed(row: RegistryEntry, as_of: date, uses: int) -> ListedEntry:
    entry = entry_of(row)
    return ListedEntry(row, entry_state(entry, as_of, SOON_DAYS), entry.needs_reading, uses)


def _conditions(
    call: Call, snapshot: RegistrySnapshot, narrowed: EntryWish, as_of: date
) -> Iterable[ColumnElement[bool]]:
    key = search_key(narrowed.words)
    if key:
        number = col(RegistryEntry.registration_number)
        yield or_(
            col(RegistryEntry.folded_name).contains(key, autoescape=True),
            number.icontains(narrowed.words.strip(), autoescape=True),
        )
    if narrowed.scheme:
        yield col(RegistryEntry.scheme) == narrowed.scheme
    if narrowed.state == "needs_reading":
        yield col(RegistryEntry.remarks).in_(_remarks_to_read(call, snapshot))
    elif narrowed.state:
        yield _is_in(EntryState(narrowed.state), as_of)
    expires = col(RegistryEntry.expires_on)
    if narrowed.due == PAST:
        yield expires < as_of
    elif narrowed.due:
        yield expires.between(as_of, as_of + timedelta(days=int(narrowed.due)))


def _is_in(state: EntryState, as_of: date) -> ColumnElement[bool]:
    """Return the condition that says the same as ``entry_state``."""
    status, expires = col(RegistryEntry.status), col(RegistryEntry.expires_on)
    soon = as_of + timedelta(days=SOON_DAYS)
    is_registered = status == EntryStatus.REGISTERED
    conditions: dict[EntryState, Any] = {
        EntryState.VALID: and_(is_registered, expires > soon),
        EntryState.EXPIRING_SOON: and_(is_registered, expires.between(as_of, soon)),
        EntryState.PAST_DATE_UNCONFIRMED: and_(is_registered, expires < as_of),
        EntryState.SUSPENDED: status == EntryStatus.SUSPENDED,
        EntryState.REMOVED: status == EntryStatus.REMOVED,
        EntryState.UNKNOWN: or_(and_(is_registered, expires.is_(None)), status.not_in(_KNOWN)),
    }
    return conditions[state]  # type: ignore[no-any-return] # one of SQLAlchemy's conditions


def _remarks_to_read(call: Call, snapshot: RegistrySnapshot) -> list[str]:
    query = (
        select(RegistryEntry.remarks)
        .where(RegistryEntry.snapshot_id == snapshot.key, RegistryEntry.remarks != "")
        .distinct()
    )
    return [text for text in call.session.exec(query).all() if read_standing(text).needs_reading]


def raw_list(call: Call, row: RegistryImport) -> tuple[bytes, str]:
    """Return the file of an import as it came, and a name for it; raises ``NotFound`` where none was kept."""
    if not row.raw_sha256:
        raise NotFound("この取込のファイルは残っていません。")
    try:
        return call.store.get(row.raw_sha256), f"{row.code}_{PurePath(row.source).name or 'list'}"
    except FileNotFoundError as error:
        raise NotFound("この取込のファイルは残っていません。") from error


def services_of(call: Call, request_ids: Collection[int]) -> dict[int, list[Service]]:
    """Return the organisation's services that came of some requests, by request, in one query."""
    query = (
        select(ApprovedService.request_id, Service)
        .join(Service, col(Service.id) == col(ApprovedService.service_id))
        .where(
            ApprovedService.organisation_id == call.actor.organisation_id,
            col(ApprovedService.request_id).in_(request_ids),
        )
    )
    found: dict[int, list[Service]] = {}
    for request_id, service in call.session.exec(query.order_by(col(Service.id))).all():
        found.setdefault(request_id, []).append(service)
    return found


def open_suggestions(call: Call, snapshot: RegistrySnapshot) -> list[tuple[Suggestion, RegistryAlias | None]]:
    """Return what a list suggests may be one thing, each with the organisation's own proposal while it waits.

    None where nothing of the organisation's hangs on it, or where somebody has decided already.
    """
    waiting = call.session.exec(
        visible_to(call.actor, RegistryAlias).where(RegistryAlias.state == AliasState.PROPOSED)
    ).all()
    by_names = {(row.kind, row.alias, row.listed_as): row for row in waiting}
    suggested = registry_aliases.suggestions_of(call.session, snapshot)
    return [(said, by_names.get((said.kind, said.alias, said.listed_as))) for said in suggested]


def needs_reading(row: RegistryEntry) -> bool:
    """Return whether 備考 of a stored row holds words that a person has to read."""
    return entry_of(row).needs_reading


def changed_uses(call: Call, snapshot: RegistrySnapshot) -> int:
    """Return for how many of the organisation's uses a list changed the verdict or a fact in it."""
    query = (
        select(func.count())
        .select_from(Reassessment)
        .where(
            Reassessment.organisation_id == call.actor.organisation_id,
            Reassessment.snapshot_id == snapshot.key,
            col(Reassessment.is_changed),
        )
    )
    return call.session.exec(query).one()
