"""Rows kept out of a list: seen with why, corrected by a person with a reason, or left out with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit, registry, registry_intake, registry_watch, result_books
from casework.call import Call
from casework.database import open_session, widen
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.installation import SHARED, Installation
from casework.paging import Order, Page, PageWish, fetch_page
from casework.registry import Origin
from casework.registry_imports import IMPORTERS
from casework.registry_intake import Bringing, Standing
from casework.registry_sync import CORRECTED
from casework.registry_turns import line_up
from casework.requests import need_version
from ismap.columns import LABELS, Field
from ismap.dates import read_date
from ismap.diff import Diff
from ismap.snapshot import Outcome, take_in
from models.organisation import Organisation
from models.quarantined_row import QuarantinedRow
from models.registry_correction import RegistryCorrection
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.vocabulary import ImportState, QuarantineState

# What a person may say of a row; which list it stands in is the list's own affair.
CORRECTABLE = tuple(field for field in Field if field != Field.SCHEME)
LONGEST_CELL = 10_000


@dataclass(frozen=True)
class Corrected:
    """A row that was corrected, and the snapshot in which it now stands."""

    row: QuarantinedRow
    snapshot: RegistrySnapshot


def list_rows(call: Call, *, snapshot: str | None = None, state: str = "", wish: PageWish) -> Page[QuarantinedRow]:
    """Return rows kept out, newest first: of one snapshot, or of the lists as they stand now.

    Raises ``NotFound`` for an unknown snapshot. Public facts: every organisation sees the same.
    """
    query = _rows()
    if snapshot:
        query = query.where(QuarantinedRow.snapshot_id == registry.find_snapshot(call.session, snapshot).key)
    else:
        query = query.where(_is_current(call.session))
    if state:
        query = query.where(QuarantinedRow.state == state)
    order = Order(col(QuarantinedRow.id), col(QuarantinedRow.id))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def count_open(session: Session) -> int:
    """Return how many rows of the lists as they stand now wait for a person."""
    current = _current(session)
    if not current:
        return 0
    query = select(func.count()).select_from(QuarantinedRow).where(_is_one_of(current))
    return session.exec(query.where(col(QuarantinedRow.state) == QuarantineState.OPEN)).one()


def find_row(call: Call, row_id: int) -> QuarantinedRow:
    """Return one row; raises ``NotFound``."""
    return _find(call.session, row_id)


def quarantine_book(call: Call, snapshot_code: str) -> bytes:
    """Return the rows kept out of a snapshot as an Excel book; raises ``NotFound``."""
    return result_books.write_quarantine(call, registry.find_snapshot(call.session, snapshot_code))


def leave_out(call: Call, row_id: int, *, version: int, reason: str) -> QuarantinedRow:
    """Settle a row as rightly kept out; it stays so when it comes again exactly as it was.

    Raises ``NotPermitted``, ``NotFound``, ``BadInput`` without a reason, ``StaleVersion`` and ``WrongState``.
    """
    call.need(*IMPORTERS, to="保留した行を除く")
    _need_reason(reason, "除く理由を書いてください。何を見て除いてよいと分かったかを残します。")
    widen(call.session)
    call.line_up()
    line_up(call.session)
    row = _need_open(call.session, _find(call.session, row_id), version)
    _settle(call, row, QuarantineState.LEFT_OUT, reason)
    audit.record(call, "registry_row_left_out", "quarantined_row", str(row.key), after=_told(row))
    return row


def correct(
    call: Call,
    installation: Installation,
    row_id: int,
    *,
    version: int,
    fields: Mapping[str, str],
    reason: str,
) -> Corrected:
    """Say what a row ought to say and take its list in again with it: correction and new snapshot, or neither.

    ``fields`` are cells by field name (``registration_number``, ``service_name``, …). ``call`` must only read. Raises
    ``NotPermitted``, ``NotFound``, ``StaleVersion``, ``WrongState`` for a row of a list that is not the newest, and
    ``BadInput`` where the reason is missing or the row, or another, would still be kept out.
    """
    call.need(*IMPORTERS, to="保留した行を直す")
    _need_reason(reason, "直す理由を書いてください。何を見て直したかを残します。")
    saying = _Saying(_read_cells(fields), reason.strip())
    done: Corrected | None = None
    while done is None:
        with open_session(installation.engine, writes=False, operator=True) as session:
            row = _need_open(session, _find(session, row_id), version)
            again = _read_again(session, installation, row, saying)
        with open_session(installation.engine, operator=True) as session:
            own = replace(call, session=session)
            widen(session)
            own.line_up()
            line_up(session)
            row = _need_open(session, _find(session, row_id), version)
            if registry_intake.mark_of(session) == again.standing.mark:
                done = _write(own, installation, row, saying, again)
    registry_watch.follow(installation)
    return done


@dataclass(frozen=True)
class _Saying:
    """What a person says of a row: its right cells by field name, and why."""

    cells: Mapping[str, str]
    reason: str


@dataclass(frozen=True)
class _Again:
    """A list taken in again with a correction, not yet stored."""

    bringing: Bringing
    standing: Standing
    outcome: Outcome


def _read_again(session: Session, installation: Installation, row: QuarantinedRow, saying: _Saying) -> _Again:
    snapshot = session.exec(select(RegistrySnapshot).where(RegistrySnapshot.id == row.snapshot_id)).one()
    standing = registry_intake.read_standing(session)
    raw = installation.store.get(snapshot.raw_sha256)
    bringing = Bringing(
        origin=Origin(
            source=f"{snapshot.source.removesuffix(CORRECTED)}{CORRECTED}",
            acquired_on=snapshot.acquired_on,
            raw_sha256=snapshot.raw_sha256,
            etag=snapshot.etag,
            last_modified=snapshot.last_modified,
        ),
        raw=raw,
        scheme=_default_scheme(session, snapshot, row),
    )
    name = row.scheme
    known = standing.snapshot
    outcome = take_in(
        raw,
        previous={name: standing.lists.get(name, ())},
        previous_columns={name: known.columns.get(name, ())} if known else None,
        previous_raw_rows={name: known.raw_rows.get(name, "")} if known else None,
        scheme=bringing.scheme,
        corrections={**standing.corrections, (name, row.row_hash): saying.cells},
    )
    outcome = _of_one_list(outcome, name, standing)
    kept_out = select(QuarantinedRow).where(QuarantinedRow.snapshot_id == row.snapshot_id)
    _refuse_useless(row, outcome, session.exec(kept_out.where(QuarantinedRow.scheme == name)).all())
    return _Again(bringing, standing, outcome)


def _default_scheme(session: Session, snapshot: RegistrySnapshot, row: QuarantinedRow) -> str:
    """Return which list rows that do not say it belong to: as it was said when the file came."""
    query = select(RegistryImport.scheme).where(
        RegistryImport.snapshot_code == snapshot.code, RegistryImport.state == ImportState.TAKEN_IN
    )
    return session.exec(query).first() or row.scheme


def _of_one_list(outcome: Outcome, name: str, standing: Standing) -> Outcome:
    """Return the outcome for one list alone: other lists of the same file may have been brought anew since."""
    entries = outcome.entries.get(name, ())
    kept_out = tuple(kept for kept in outcome.quarantine if kept.scheme == name)
    rows = {entry.row for entry in entries} | {kept.row for kept in kept_out}
    known = standing.snapshot
    columns = {scheme: frozenset(names) for scheme, names in known.columns.items()} if known else {}
    changes = outcome.changes
    return replace(
        outcome,
        entries={**standing.lists, name: entries},
        columns={**columns, name: outcome.columns.get(name, frozenset())},
        raw_rows={**(known.raw_rows if known else {}), name: outcome.raw_rows.get(name, "")},
        quarantine=kept_out,
        lints=tuple(lint for lint in outcome.lints if lint.row in rows),
        kept=len(entries),
        changes=Diff(
            added=tuple(entry for entry in changes.added if entry.scheme == name),
            removed=tuple(entry for entry in changes.removed if entry.scheme == name),
            changed=tuple(change for change in changes.changed if change.scheme == name),
        ),
    )


def _refuse_useless(row: QuarantinedRow, outcome: Outcome, before: Sequence[QuarantinedRow]) -> None:
    """Refuse what would not bring the row in, or would keep another out in its place."""
    if outcome.refused is not None:
        raise _bad("/fields", "list_refused", outcome.refused)
    alike = [kept for kept in outcome.quarantine if kept.row_hash == row.row_hash]
    if len(alike) >= sum(kept.row_hash == row.row_hash for kept in before):
        why = alike[0].message if alike else "直す前と同じ内容です。"
        raise _bad("/fields", "still_kept_out", f"このように直しても取り込めません。{why}")
    known = {kept.source_row for kept in before}
    pushed_out = next((kept for kept in outcome.quarantine if kept.row not in known), None)
    if pushed_out is not None:
        message = f"このように直すと、ほかの行が取り込めなくなります。{pushed_out.message}"
        raise _bad("/fields", "keeps_another_out", message)


def _write(own: Call, installation: Installation, row: QuarantinedRow, saying: _Saying, again: _Again) -> Corrected:
    correction = RegistryCorrection(
        organisation_id=row.organisation_id,
        quarantined_row_id=row.key,
        scheme=row.scheme,
        row_hash=row.row_hash,
        fields=dict(saying.cells),
        reason=saying.reason,
        corrected_by_id=own.actor.user_id,
        corrected_at=own.now,
    )
    own.session.add(correction)
    _settle(own, row, QuarantineState.CORRECTED, saying.reason)
    origin = replace(again.bringing.origin, carried_by=own.actor.name)
    bringing = replace(again.bringing, origin=origin, who=own.actor.name, brought_by_id=own.actor.user_id)
    report = registry_intake.write(own.session, installation, bringing, again.standing, again.outcome)
    after = {**_told(row), "fields": dict(saying.cells), "snapshot": report["snapshot"]}
    audit.record(own, "registry_row_corrected", "quarantined_row", str(row.key), after=after)
    return Corrected(row, registry.find_snapshot(own.session, report["snapshot"]))


def _settle(call: Call, row: QuarantinedRow, state: QuarantineState, reason: str) -> None:
    row.state, row.note = state, reason.strip()
    row.settled_by_id, row.settled_at = call.actor.user_id, call.now
    row.version += 1
    call.session.add(row)
    call.session.flush()


def _told(row: QuarantinedRow) -> dict[str, Any]:
    return {"scheme": row.scheme, "row": row.source_row, "why": row.reason, "row_hash": row.row_hash, "note": row.note}


def _need_reason(reason: str, message: str) -> None:
    if not reason.strip():
        raise _bad("/reason", "missing", message)


def _read_cells(fields: Mapping[str, str]) -> dict[str, str]:
    cells = {name: cell.strip() for name, cell in fields.items()}
    if not cells:
        raise _bad("/fields", "missing", "直した値を1つ以上書いてください。")
    for name, cell in cells.items():
        if name not in set(CORRECTABLE):
            known = "、".join(CORRECTABLE)
            raise _bad(f"/{name}", "unknown_field", f"「{name}」という項目はありません。直せるのは {known} です。")
        if len(cell) > LONGEST_CELL:
            raise _bad(f"/{name}", "too_long", f"{LABELS[name]}は{LONGEST_CELL:,}文字までにしてください。")
        if name in {Field.REGISTERED_ON, Field.EXPIRES_ON} and read_date(cell).problem == "unreadable_date":
            message = f"{LABELS[name]}「{cell}」を日付として読み取れません。2027-03-31 の形で書いてください。"
            raise _bad(f"/{name}", "unreadable_date", message)
    return cells


def _bad(pointer: str, code: str, message: str) -> BadInput:
    return BadInput(message, [FieldError(pointer, code, message)])


def _need_open(session: Session, row: QuarantinedRow, version: int) -> QuarantinedRow:
    """Return the row if it waits for a person and its list is the newest. ``StaleVersion``, ``WrongState``."""
    if row.state != QuarantineState.OPEN:
        raise WrongState("この行はすでに訂正されたか除かれています。保留の一覧を開き直してください。", state=row.state)
    need_version(row.version, version)
    if _current(session).get(row.scheme) != row.snapshot_id:
        message = "この行を含む一覧より新しい一覧が来ています。保留の一覧を開き直してください。"
        raise WrongState(message, state=row.state)
    return row


def _current(session: Session) -> dict[str, int]:
    """Return, for each list that has rows kept out as it stands now, the snapshot that holds them."""
    latest = registry.latest_snapshot(session, with_sample=False)
    if latest is None:
        return {}
    newest = (
        select(QuarantinedRow.scheme, func.max(QuarantinedRow.snapshot_id).label("snapshot_id"))
        .join(RegistrySnapshot, col(RegistrySnapshot.id) == col(QuarantinedRow.snapshot_id))
        .where(col(RegistrySnapshot.is_sample).is_(False))
        .group_by(col(QuarantinedRow.scheme))
        .subquery()
    )
    query = select(newest.c.scheme, RegistrySnapshot.id, RegistrySnapshot.raw_rows).join(
        RegistrySnapshot, col(RegistrySnapshot.id) == newest.c.snapshot_id
    )
    return {
        scheme: key
        for scheme, key, raw_rows in session.exec(query).all()
        if key is not None and raw_rows.get(scheme) == latest.raw_rows.get(scheme)
    }


def _is_current(session: Session) -> ColumnElement[bool]:
    return _is_one_of(_current(session))


def _is_one_of(current: Mapping[str, int]) -> ColumnElement[bool]:
    places = [
        and_(col(QuarantinedRow.scheme) == scheme, col(QuarantinedRow.snapshot_id) == key)
        for scheme, key in current.items()
    ]
    return or_(*places) if places else false()


def _rows() -> SelectOfScalar[QuarantinedRow]:
    is_shared = (col(Organisation.id) == col(QuarantinedRow.organisation_id)) & (Organisation.code == SHARED)
    return select(QuarantinedRow).join(Organisation, is_shared)


def _find(session: Session, row_id: int) -> QuarantinedRow:
    found = session.exec(_rows().where(QuarantinedRow.id == row_id)).first()
    if found is None:
        raise NotFound("その保留した行はありません。保留の一覧から選び直してください。")
    return found
