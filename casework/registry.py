"""Lists that were taken in: stored as snapshots with the raw answer, read back for verdicts, pages and diffs."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from casework.call import Call
from casework.canonical import hash_of
from casework.database import only_reads
from casework.errors import NotFound
from casework.installation import SHARED, shared_organisation
from casework.own_aliases import NONE, OwnAliases
from casework.paging import Order, Page, PageWish, fetch_page
from casework.registry_lists import Lists
from ismap.certificates import holder_of_evidence
from ismap.diff import Diff, diff
from ismap.entry import Entry
from ismap.match import MOST_CANDIDATES, Candidate, MatchResult, match
from ismap.names import search_key
from ismap.snapshot import Outcome
from models.organisation import Organisation
from models.registry_entry import RegistryEntry
from models.registry_snapshot import RegistrySnapshot
from models.vocabulary import EntryStatus, Scheme
from policy.document import CloudSubject, RequestDocument
from policy.errors import BadDocument
from policy.facts import Holder, RegistryFact, RegistryFacts

REMEMBERED = 4
_IN_THIS_ORDER = (Scheme.ISMAP, Scheme.ISMAP_LIU, Scheme.ISMAP_SPECIAL, Scheme.LGWAN_ASP)
NO_LISTS = "一覧がまだ取り込まれていません。sekisho ismap sync か、ISMAPの画面から取り込んでください。"


# Snapshots never change, so their values may be kept; a handful is enough for verdicts and diffs.
_kept: OrderedDict[tuple[str, str], Lists] = OrderedDict()


# Asked several times on every page: built once.
_NEWEST = select(RegistrySnapshot).order_by(col(RegistrySnapshot.is_sample), col(RegistrySnapshot.id).desc()).limit(1)
_NEWEST_REAL = _NEWEST.where(col(RegistrySnapshot.is_sample).is_(False))


def latest_snapshot(session: Session, *, with_sample: bool = True) -> RegistrySnapshot | None:
    """Return the newest real snapshot; without one, the reference sample when it may count."""
    query = _NEWEST if with_sample else _NEWEST_REAL
    if not only_reads(session):
        return session.exec(query).first()
    # A page asks for it in its frame, its news and its blocks; within one reading transaction it stays the same.
    seen: dict[bool, RegistrySnapshot | None] = session.info.setdefault("newest_snapshots", {})
    if with_sample not in seen:
        seen[with_sample] = session.exec(query).first()
    return seen[with_sample]


def newest_sample(session: Session) -> RegistrySnapshot | None:
    """Return the newest snapshot of the reference sample, or None."""
    query = select(RegistrySnapshot).where(col(RegistrySnapshot.is_sample)).order_by(col(RegistrySnapshot.id).desc())
    return session.exec(query.limit(1)).first()


def find_snapshot(session: Session, code: str) -> RegistrySnapshot:
    """Return a snapshot by its id; raises ``NotFound``."""
    found = session.exec(select(RegistrySnapshot).where(RegistrySnapshot.code == code)).first()
    if found is None:
        raise NotFound(f"一覧の取込「{code}」はありません。ISMAPの画面か一覧で番号を確かめてください。")
    return found


def lists_of(session: Session, snapshot: RegistrySnapshot) -> Lists:
    """Return a snapshot's lists as values, from memory where they were read before."""
    place = (snapshot.code, snapshot.content_hash)
    if place in _kept:
        _kept.move_to_end(place)
        return _kept[place]
    table = RegistryEntry.__table__  # type: ignore[attr-defined] # SQLModel hides it
    rows = session.connection().execute(
        select(table)
        .where(table.c.snapshot_id == snapshot.key)
        .order_by(table.c.id)  # plain rows: no ORM for thousands
    )
    by_scheme: dict[str, list[Entry]] = {}
    said: dict[Any, Any] = {}
    for row in rows.mappings():
        by_scheme.setdefault(row["scheme"], []).append(_value(_said_once(dict(row), said)))
    lists = Lists(
        snapshot.code,
        snapshot.is_sample,
        snapshot.content_hash,
        {name: tuple(rows) for name, rows in by_scheme.items()},
    )
    _kept[place] = lists
    while len(_kept) > REMEMBERED:
        _kept.popitem(last=False)
    return lists


def _said_once(row: Mapping[str, Any], said: dict[Any, Any]) -> dict[str, Any]:
    """Return a row whose texts and days are those said before: cells repeat one another, and a worker keeps lists."""

    def _once(value: Any) -> Any:  # noqa: ANN401 (any cell)
        return said.setdefault(value, value) if isinstance(value, str | date) else value

    kept = {name: _once(value) for name, value in row.items() if name != "raw"}
    return {**kept, "raw": {_once(name): _once(cell) for name, cell in row["raw"].items()}}


def entry_of(row: RegistryEntry) -> Entry:
    """Return a stored row as the value it was stored from."""
    return _value(row.model_dump())


def _value(row: Mapping[str, Any]) -> Entry:
    return Entry(
        scheme=row["scheme"],
        key=row["entry_key"],
        registration_number=row["registration_number"],
        service_name=row["service_name"],
        provider=row["provider"],
        registered_on=row["registered_on"],
        expires_on=row["expires_on"],
        remarks=row["remarks"],
        scope=row["scope"],
        status=EntryStatus(row["status"]),
        row=row["source_row"],
        raw=row["raw"],
        row_hash=row["row_hash"],
    )


@dataclass(frozen=True)
class Origin:
    """Where a list came from: its source, the day it was acquired, who carried it, and its raw bytes' SHA-256."""

    source: str
    acquired_on: date
    raw_sha256: str
    carried_by: str = ""
    is_sample: bool = False
    etag: str = ""
    last_modified: str = ""


def store_snapshot(session: Session, outcome: Outcome, origin: Origin) -> RegistrySnapshot:
    """Store the state of all lists after an import as a new snapshot and return it."""
    content_hash = hash_of(
        {scheme: sorted(entry.row_hash for entry in entries) for scheme, entries in outcome.entries.items()}
    )
    snapshot = RegistrySnapshot(
        organisation_id=shared_organisation(session).key,
        code=_free_code(session, f"{origin.acquired_on:%Y%m%d}-{content_hash[:10]}"),
        source=origin.source,
        acquired_on=origin.acquired_on,
        carried_by=origin.carried_by,
        raw_sha256=origin.raw_sha256,
        content_hash=content_hash,
        is_sample=origin.is_sample,
        columns={scheme: sorted(columns) for scheme, columns in outcome.columns.items()},
        raw_rows=dict(outcome.raw_rows),
        etag=origin.etag,
        last_modified=origin.last_modified,
    )
    snapshot.report = {**outcome.report, "snapshot": snapshot.code, "quarantine": _quarantine(outcome)}
    session.add(snapshot)
    session.flush()
    rows = [_row(snapshot, entry) for entries in outcome.entries.values() for entry in entries]
    if rows:
        session.connection().execute(insert(RegistryEntry), rows)
    return snapshot


def _free_code(session: Session, code: str) -> str:
    # A list may return to an earlier state on the same day; that is a snapshot of its own.
    query = select(RegistrySnapshot.code).where(col(RegistrySnapshot.code).startswith(code))
    taken = set(session.exec(query).all())
    number, free = 1, code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free


def _quarantine(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {"scheme": row.scheme, "row": row.row, "reason": row.reason, "message": row.message, "raw": dict(row.raw)}
        for row in outcome.quarantine
    ]


def _row(snapshot: RegistrySnapshot, entry: Entry) -> dict[str, Any]:
    return {
        "organisation_id": snapshot.organisation_id,
        "created_at": snapshot.created_at,
        "snapshot_id": snapshot.key,
        "scheme": entry.scheme,
        "entry_key": entry.key,
        "registration_number": entry.registration_number,
        "service_name": entry.service_name,
        "folded_name": search_key(entry.service_name + entry.provider),
        "provider": entry.provider,
        "registered_on": entry.registered_on,
        "expires_on": entry.expires_on,
        "remarks": entry.remarks,
        "scope": entry.scope,
        "status": entry.status,
        "source_row": entry.row,
        "raw": dict(entry.raw),
        "row_hash": entry.row_hash,
    }


@lru_cache(maxsize=4096)
def match_in(lists: Lists, name: str, provider: str | None, own: OwnAliases = NONE) -> MatchResult:
    """Return what a name meets in all lists; neither lists nor aliases change, so the answer is kept."""
    return match(name, provider, lists.index, own.names)


@lru_cache(maxsize=4096)
def _match_in_scheme(lists: Lists, scheme: str, name: str, provider: str | None, own: OwnAliases) -> MatchResult:
    return match(name, provider, lists.index_by_scheme[scheme], own.names)


def meet(lists: Lists, subject: CloudSubject, own: OwnAliases = NONE) -> MatchResult:
    """Return what a subject's name meets for a verdict: each list asked by itself, the one that decides first.

    That is LGWAN-ASP for a service reached as one, else ISMAP, then ISMAP-LIU, 特別措置 and other lists. A service on
    two lists is one row on each; without an equal row, the candidates of all lists, best first.
    """
    first = Scheme.LGWAN_ASP if subject.connection == "lgwan_asp" else Scheme.ISMAP
    order = [str(name) for name in dict.fromkeys((first, *_IN_THIS_ORDER))]
    found: list[Candidate] = []
    for scheme in sorted(lists.index_by_scheme, key=lambda name: order.index(name) if name in order else len(order)):
        met = _match_in_scheme(lists, scheme, subject.name, subject.provider or None, own)
        if met.outcome == "registered":
            return met
        found.extend(met.candidates)
    best = tuple(sorted(found, key=lambda one: -one.score)[:MOST_CANDIDATES])
    return MatchResult("candidates" if best else "none", best)


def facts_for(
    session: Session, document: RequestDocument, *, snapshot: str | None = None, own: OwnAliases = NONE
) -> RegistryFacts:
    """Return what the lists say of a document's cloud subjects whose registration is to be looked up.

    ``own`` are the organisation's aliases that count. The reference sample is no list to conclude from: a service
    found only there stays unknown (``has_list`` False). Raises ``BadDocument`` (code ``unknown_snapshot``) for a
    snapshot that does not exist.
    """
    if snapshot is None:
        row = latest_snapshot(session)
    else:
        row = session.exec(select(RegistrySnapshot).where(RegistrySnapshot.code == snapshot)).first()
        if row is None:
            message = f"一覧の取込「{snapshot}」はありません。番号を確かめるか、--snapshot を外してください。"
            raise BadDocument("unknown_snapshot", message, "--snapshot")
    return facts_in(lists_of(session, row), document, own) if row is not None else without_list(document)


def facts_in(lists: Lists, document: RequestDocument, own: OwnAliases) -> RegistryFacts:
    """Return what lists that are at hand say of a document's cloud subjects, as ``facts_for``."""
    by_subject: dict[int, RegistryFact] = {}
    candidates: dict[int, int] = {}
    for index, subject in enumerate(document.subjects):
        if not isinstance(subject, CloudSubject) or subject.registry != "auto":
            continue
        found = meet(lists, subject, own)
        if found.outcome == "registered":
            by_subject[index] = fact_of(found.candidates[0].entry, lists)
        elif found.candidates:
            candidates[index] = len(found.candidates)
    return RegistryFacts(
        snapshot=lists.code,
        has_list=not lists.is_sample,
        by_subject=by_subject,
        candidates=candidates,
        evidence=_holders_of_evidence(document),
    )


def without_list(document: RequestDocument) -> RegistryFacts:
    """Return what is known of a document when no list was ever taken in: only whose marks its evidence names."""
    return RegistryFacts(evidence=_holders_of_evidence(document))


def _holders_of_evidence(document: RequestDocument) -> dict[str, Holder]:
    return {
        provision: holder
        for provision, answer in document.answers.items()
        if answer.evidence and (holder := _holder_named_in(answer.evidence)) is not None
    }


@lru_cache(maxsize=1024)
def _holder_named_in(evidence: str) -> Holder | None:
    # The same few words stand in many answers, and a use is judged on both sides of a change.
    holder = holder_of_evidence(evidence)
    return holder.value if holder is not None else None


def fact_of(entry: Entry, lists: Lists) -> RegistryFact:
    """Return a row as a fact for a verdict; one of the sample is unverified and says so."""
    return RegistryFact(
        scheme=entry.scheme,
        registration_number=entry.registration_number,
        status=EntryStatus.UNKNOWN if lists.is_sample else EntryStatus(entry.status),
        service_name=entry.service_name,
        provider=entry.provider,
        expires_on=entry.expires_on,
        remarks=f"見本(未確認) {entry.remarks}".strip() if lists.is_sample else entry.remarks,
        snapshot=lists.code,
        scope=entry.scope,
        registered_on=entry.registered_on,
        needs_reading=entry.needs_reading,
    )


def match_name(
    session: Session, name: str, provider: str | None, *, own: OwnAliases = NONE
) -> tuple[MatchResult, RegistrySnapshot | None]:
    """Return what a name meets in the newest lists; raises ``NotFound`` while there is none."""
    snapshot = latest_snapshot(session)
    if snapshot is None:
        raise NotFound(NO_LISTS)
    return match_in(lists_of(session, snapshot), name, provider, own), snapshot


def snapshot_on(session: Session, day: date) -> RegistrySnapshot | None:
    """Return the real snapshot that was the newest on a day (by the day it was acquired), or None before the first."""
    query = select(RegistrySnapshot).where(
        col(RegistrySnapshot.is_sample).is_(False), col(RegistrySnapshot.acquired_on) <= day
    )
    ordered = query.order_by(col(RegistrySnapshot.acquired_on).desc(), col(RegistrySnapshot.id).desc())
    return session.exec(ordered.limit(1)).first()


def diff_snapshots(session: Session, before: str, after: str) -> Diff:
    """Return what changed from one snapshot to another, list by list; raises ``NotFound`` for an unknown id."""
    first, second = find_snapshot(session, before), find_snapshot(session, after)
    return diff(lists_of(session, first).entries, lists_of(session, second).entries)


def list_snapshots(call: Call, *, wish: PageWish) -> Page[RegistrySnapshot]:
    """Return snapshots, newest first. Public facts: every organisation sees the same."""
    query = select(RegistrySnapshot).join(
        Organisation, (col(Organisation.id) == col(RegistrySnapshot.organisation_id)) & (Organisation.code == SHARED)
    )
    order = Order(col(RegistrySnapshot.id), col(RegistrySnapshot.id))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def list_entries(
    call: Call, code: str | None, *, words: str = "", scheme: str = "", status: str = "", wish: PageWish
) -> tuple[RegistrySnapshot | None, Page[RegistryEntry]]:
    """Return one snapshot's entries in the order of the list, narrowed by words, list or state; facts only.

    Without ``code`` the newest snapshot; (None, empty page) while there is none.
    """
    snapshot = find_snapshot(call.session, code) if code else latest_snapshot(call.session)
    if snapshot is None:
        return None, Page([], None)
    query = select(RegistryEntry).where(RegistryEntry.snapshot_id == snapshot.key)
    key = search_key(words)
    if key:
        query = query.where(col(RegistryEntry.folded_name).contains(key, autoescape=True))
    if scheme:
        query = query.where(RegistryEntry.scheme == scheme)
    if status:
        query = query.where(RegistryEntry.status == status)
    order = Order(col(RegistryEntry.id), col(RegistryEntry.id), is_descending=False)
    return snapshot, fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def schemes_in(session: Session, snapshot: RegistrySnapshot) -> Sequence[str]:
    """Return which lists a snapshot holds."""
    return list(lists_of(session, snapshot).by_scheme)
