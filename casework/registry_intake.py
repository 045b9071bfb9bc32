"""Puts a list that came beside what stands, and stores what came of it: everything in one transaction, or nothing.

Reading and comparing happen outside the writing transaction. Where somebody else's list came in between, it is
compared again, so that every list is judged beside the one it replaces.
"""

import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, col, or_, select

from casework import audit, registry, registry_changes, registry_notices
from casework.actor import Actor
from casework.call import Call
from casework.database import open_session
from casework.installation import Installation, shared_organisation
from casework.registry import Origin
from casework.registry_turns import Beat, Turn, line_up, row_of
from ismap.entry import Entry
from ismap.snapshot import Corrections, Outcome, take_in
from models.quarantined_row import QuarantinedRow
from models.registry_correction import RegistryCorrection
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.vocabulary import ImportState, QuarantineState

MACHINE = "登録簿の取込"
CONFIRMABLE = ("rows_gone", "column_gone")  # what may be a true loss: a second person says so
KEPT_OUT_TOLD = 200
_OPEN: Mapping[str, Any] = {"state": QuarantineState.OPEN, "note": "", "settled_by_id": None, "settled_at": None}
COUNTS = ("rows", "kept", "quarantined", "added", "changed", "removed", "refused")


@dataclass(frozen=True)
class Bringing:
    """What came by whatever road, and who answers for it. ``confirm_reason`` counts: who may confirm was checked.

    ``raw`` is None where nothing came (a portal that said no). ``notes`` are sentences for whoever reads the report.
    """

    origin: Origin
    raw: bytes | None = None
    scheme: str = "ISMAP"
    who: str = MACHINE
    brought_by_id: int | None = None
    confirmed_by_id: int | None = None
    confirm_reason: str = ""
    is_trial: bool = False
    is_scheduled: bool = False
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Standing:
    """What a list is put beside: the snapshot that stands, its lists, and what persons corrected."""

    snapshot: RegistrySnapshot | None
    lists: Mapping[str, tuple[Entry, ...]]
    corrections: Corrections
    mark: tuple[int, int]

    def put_beside(self, bringing: Bringing, beat: Beat | None = None) -> Outcome:
        """Return what taking the list in comes to."""
        known = self.snapshot
        return take_in(
            bringing.raw or b"",
            previous=self.lists,
            previous_columns=known.columns if known else None,
            previous_raw_rows=known.raw_rows if known else None,
            scheme=bringing.scheme,
            confirm_loss=bringing.confirm_reason,
            corrections=self.corrections,
            progress=beat,
        )


def read_standing(session: Session, *, is_sample: bool = False) -> Standing:
    """Return what stands now. The sample is compared with the sample alone, a real list with real ones alone."""
    mark = mark_of(session, is_sample=is_sample)
    known = _known(session, is_sample=is_sample)
    lists = registry.lists_of(session, known).by_scheme if known else {}
    return Standing(known, lists, corrections_at(session), mark)


def mark_of(session: Session, *, is_sample: bool = False) -> tuple[int, int]:
    """Return what tells one state of the lists and corrections from another."""
    known = _known(session, is_sample=is_sample)
    return known.key if known else 0, session.exec(select(func.max(RegistryCorrection.id))).one() or 0


def _known(session: Session, *, is_sample: bool) -> RegistrySnapshot | None:
    return registry.newest_sample(session) if is_sample else registry.latest_snapshot(session, with_sample=False)


def corrections_at(session: Session, instant: datetime | None = None) -> dict[tuple[str, str], dict[str, str]]:
    """Return what persons say of rows, the newest word on each, now or as it was at an instant."""
    query = select(RegistryCorrection).order_by(col(RegistryCorrection.id))
    if instant is not None:
        query = query.where(col(RegistryCorrection.corrected_at) <= instant)
    return {(row.scheme, row.row_hash): dict(row.fields) for row in session.exec(query).all()}


def bring(
    installation: Installation, bringing: Bringing, *, turn: Turn | None = None, beat: Beat | None = None
) -> dict[str, Any]:
    """Take a list in, or refuse it, and return the report of ``sekisho ismap sync`` (interfaces.md section 4).

    With a ``turn`` its import is written to its end, otherwise one is written at the end alone. Raises ``TurnLost``.
    """
    is_sample = bringing.origin.is_sample
    while True:
        with open_session(installation.engine, writes=False, operator=True) as session:
            standing = read_standing(session, is_sample=is_sample)
        outcome = standing.put_beside(bringing, beat)
        with open_session(installation.engine, operator=True) as session:
            line_up(session, with_towns=outcome.refused is not None)
            if mark_of(session, is_sample=is_sample) == standing.mark:
                return write(session, installation, bringing, standing, outcome, turn=turn)


def end_without_list(
    installation: Installation, bringing: Bringing, outcome: Outcome, *, turn: Turn | None = None
) -> dict[str, Any]:
    """Write down a run that brought no list (it was refused on the way, or nothing is new) and return its report."""
    with open_session(installation.engine, operator=True) as session:
        line_up(session, with_towns=outcome.refused is not None)
        return write(session, installation, bringing, read_standing(session), outcome, turn=turn)


def write(
    session: Session,
    installation: Installation,
    bringing: Bringing,
    standing: Standing,
    outcome: Outcome,
    *,
    turn: Turn | None = None,
) -> dict[str, Any]:
    """Write what came of it, in the transaction of the caller, who has lined up; return the report."""
    now = installation.now()
    row = row_of(session, turn) if turn else new_row(session, bringing, now)
    known = standing.snapshot
    code = known.code if known else None
    report = {**_report(bringing, standing, outcome), "snapshot": code}
    call = _call(session, installation, bringing)
    row.state = _state(bringing, outcome)
    same = _same_file(session, bringing)
    if row.state == ImportState.TAKEN_IN:
        snapshot = keep(session, outcome, bringing.origin, known)
        code = report["snapshot"] = snapshot.code
        audit.record(call, "registry_taken_in", "registry", snapshot.code, after=_told(bringing, report))
    _fill(row, bringing, outcome, now)
    row.snapshot_code = code or "" if row.state in {ImportState.TAKEN_IN, ImportState.UNCHANGED} else ""
    row.report = {**report, **_more(bringing, known, outcome, same)}
    session.add(row)
    session.flush()
    if row.state == ImportState.REFUSED and not bringing.is_trial:
        audit.record(call, "registry_refused", "registry", code or "-", after=_told(bringing, report))
        registry_notices.enter(session, row, now, once_a_day=bringing.is_scheduled)
    return report


def _state(bringing: Bringing, outcome: Outcome) -> ImportState:
    if outcome.refused is not None:
        return ImportState.REFUSED
    if bringing.is_trial:
        return ImportState.TRIED
    return ImportState.UNCHANGED if outcome.unchanged else ImportState.TAKEN_IN


def _report(bringing: Bringing, standing: Standing, outcome: Outcome) -> dict[str, Any]:
    report = dict(outcome.report)
    if outcome.refused is not None or outcome.unchanged:
        report |= {"added": 0, "changed": 0, "removed": 0}
    if outcome.unchanged and bringing.raw is None and standing.snapshot:  # the portal says that nothing changed
        report |= {name: standing.snapshot.report.get(name, 0) for name in ("rows", "kept", "quarantined")}
    return report


def _told(bringing: Bringing, report: Mapping[str, Any]) -> dict[str, Any]:
    said = {"source": bringing.origin.source, "carried_by": bringing.origin.carried_by}
    return {key: report[key] for key in COUNTS} | said | {"confirm_loss": bringing.confirm_reason}


def _call(session: Session, installation: Installation, bringing: Bringing) -> Call:
    actor = Actor(shared_organisation(session).key, 0, bringing.who, 0, ())
    return Call(session=session, actor=actor, now=installation.now(), store=installation.store, source="job")


def _fill(row: RegistryImport, bringing: Bringing, outcome: Outcome, now: datetime) -> None:
    rows = outcome.kept + len(outcome.quarantine)
    row.version += 1 if row.id else 0
    row.raw_sha256 = row.raw_sha256 or bringing.origin.raw_sha256
    row.confirmed_by_id, row.confirm_reason = bringing.confirmed_by_id, bringing.confirm_reason
    row.file_kind = outcome.kind
    row.rows_done, row.rows_total = rows, rows
    row.updated_at = row.finished_at = now
    row.refused, row.refused_code = outcome.refused or "", outcome.refused_code or ""


def _more(
    bringing: Bringing, known: RegistrySnapshot | None, outcome: Outcome, same: RegistryImport | None
) -> dict[str, Any]:
    """Return what an import remembers beside the report: what it was put beside, rows kept out, what to say."""
    notes = list(bringing.notes)
    if same is not None:
        day = same.acquired_on.isoformat()
        notes.append(f"同じファイルは、{day} 取得の一覧として取込済みです(取込 {same.code})。")
    told = [
        {"scheme": row.scheme, "row": row.row, "reason": row.reason, "message": row.message, "raw": dict(row.raw)}
        for row in outcome.quarantine[:KEPT_OUT_TOLD]
    ]
    lost = [
        {"scheme": row.scheme, "key": row.key, "service_name": row.service_name, "provider": row.provider}
        for row in outcome.lost[:KEPT_OUT_TOLD]
    ]
    before = known.code if known else None
    return {"before": before, "quarantine": told, "notes": notes, "lost": lost, "lost_count": len(outcome.lost)}


def _same_file(session: Session, bringing: Bringing) -> RegistryImport | None:
    if not bringing.origin.raw_sha256:
        return None
    query = select(RegistryImport).where(
        RegistryImport.raw_sha256 == bringing.origin.raw_sha256,
        RegistryImport.state == ImportState.TAKEN_IN,
        RegistryImport.scheme == bringing.scheme,
    )
    return session.exec(query.order_by(col(RegistryImport.id).desc()).limit(1)).first()


def earlier_loss(session: Session, sha256: str, scheme: str, user_id: int) -> RegistryImport | None:
    """Return the newest import of the same bytes, brought by somebody else, that was refused for what may be true."""
    brought_by = col(RegistryImport.brought_by_id)
    query = select(RegistryImport).where(
        RegistryImport.raw_sha256 == sha256,
        RegistryImport.scheme == scheme,
        RegistryImport.state == ImportState.REFUSED,
        col(RegistryImport.refused_code).in_(CONFIRMABLE),
        or_(brought_by.is_(None), brought_by != user_id),
    )
    return session.exec(query.order_by(col(RegistryImport.id).desc()).limit(1)).first()


def confirmed(session: Session, bringing: Bringing, user_id: int, reason: str) -> Bringing:
    """Return the same as confirmed by a person, where somebody else brought it before; otherwise as it is."""
    earlier = earlier_loss(session, bringing.origin.raw_sha256, bringing.scheme, user_id)
    if earlier is None or not reason.strip():
        return bringing
    return replace(
        bringing, brought_by_id=earlier.brought_by_id, confirmed_by_id=user_id, confirm_reason=reason.strip()
    )


def new_row(
    session: Session, bringing: Bringing, now: datetime, state: ImportState = ImportState.QUEUED
) -> RegistryImport:
    """Return a new import, not yet stored."""
    origin = bringing.origin
    return RegistryImport(
        organisation_id=shared_organisation(session).key,
        created_at=now,
        updated_at=now,
        code=f"I{b32encode(secrets.token_bytes(5)).decode()}",
        source=origin.source,
        scheme=bringing.scheme,
        raw_sha256=origin.raw_sha256,
        acquired_on=origin.acquired_on,
        carried_by=origin.carried_by,
        brought_by_id=bringing.brought_by_id,
        confirmed_by_id=bringing.confirmed_by_id,
        confirm_reason=bringing.confirm_reason,
        state=state,
        is_trial=bringing.is_trial,
    )


def keep(session: Session, outcome: Outcome, origin: Origin, before: RegistrySnapshot | None) -> RegistrySnapshot:
    """Store a new snapshot with what changed since the one before and the rows kept out of it, and return it.

    A row that a person left out stays left out, for the same reason, when it comes again exactly as it was.
    """
    snapshot = registry.store_snapshot(session, outcome, origin)
    if not origin.is_sample:
        registry_changes.record_changes(session, snapshot, before, outcome.changes)
    settled = _left_out(session) if outcome.quarantine else {}
    rows = [
        {
            "organisation_id": snapshot.organisation_id,
            "created_at": snapshot.created_at,
            "version": 1,
            "snapshot_id": snapshot.key,
            "scheme": row.scheme,
            "source_row": row.row,
            "reason": row.reason,
            "message": row.message,
            "raw": dict(row.raw),
            "row_hash": row.row_hash,
            **settled.get((row.scheme, row.row_hash, row.reason), _OPEN),
        }
        for row in outcome.quarantine
    ]
    if rows:
        session.connection().execute(insert(QuarantinedRow), rows)
    return snapshot


def _left_out(session: Session) -> dict[tuple[str, str, str], dict[str, Any]]:
    table = QuarantinedRow.__table__  # type: ignore[attr-defined] # SQLModel hides it
    query = select(table).where(table.c.state == QuarantineState.LEFT_OUT).order_by(table.c.id)
    rows = session.connection().execute(query).mappings()
    return {(row["scheme"], row["row_hash"], row["reason"]): {name: row[name] for name in _OPEN} for row in rows}


def kept_bytes(installation: Installation, origin: Origin, raw: bytes, *, most: int) -> Origin:
    """Return the origin with the SHA-256 of its bytes, which are kept unless they are over the limit."""
    return replace(origin, raw_sha256=installation.store.put(raw)) if len(raw) <= most else origin
