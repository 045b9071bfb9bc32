"""Lists brought in by hand: begun at once, carried out beside, tried first, confirmed by a second person."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from threading import Thread

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit, registry_intake, registry_notices, registry_watch, result_books
from casework.call import Call
from casework.database import open_session, widen
from casework.errors import BadInput, FieldError, FileRejected, NotFound, NotPermitted, WrongState
from casework.installation import SHARED, Installation
from casework.paging import Order, Page, PageWish, fetch_page
from casework.registry import Origin, latest_snapshot
from casework.registry_intake import CONFIRMABLE, MACHINE, Bringing
from casework.registry_sync import SAMPLE
from casework.registry_turns import AT_WORK, Beat, Turn, TurnLost, claim, is_stalled, line_up, row_of
from ismap.limits import FILE_BYTES
from models.organisation import Organisation
from models.registry_import import RegistryImport
from models.user import User
from models.vocabulary import ImportState, Role

IMPORTERS = (Role.ADMIN, Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
SUCCEEDED = (ImportState.TAKEN_IN, ImportState.UNCHANGED)
NOT_TAKEN_IN = (ImportState.REFUSED, ImportState.FAILED)
NAMELESS = "名前のないファイル"
_at_work: dict[str, Thread] = {}


@dataclass(frozen=True)
class ListFile:
    """A list as somebody carried it in. ``confirm_loss`` is why a list that lost many rows is right."""

    name: str
    content: bytes
    scheme: str = "ISMAP"
    acquired_on: date | None = None
    carried_by: str = ""
    confirm_loss: str | None = None


@dataclass(frozen=True)
class LastRuns:
    """The newest import that came to its end well, and the newest that did not; trials and the sample are neither."""

    success: RegistryImport | None
    failure: RegistryImport | None

    @property
    def is_failing(self) -> bool:
        """Return whether the last run of all was a failure."""
        if self.failure is None or self.success is None:
            return self.failure is not None
        return _ended(self.failure) > _ended(self.success)


def begin(call: Call, installation: Installation, file: ListFile, *, is_trial: bool = False) -> RegistryImport:
    """Keep a list and return its import at once, queued; it is carried out beside, in this process.

    ``call`` must only read: what is written here is committed before the work begins. Raises ``NotPermitted``, and
    ``FileRejected`` for a file over the limit, and ``BadInput`` for a day to come.
    """
    call.need(*IMPORTERS, to="公的な一覧を取り込む")
    if file.acquired_on is not None and file.acquired_on > call.today:
        message = "一覧を取得した日を、今日以前の日にしてください。"
        raise BadInput(message, [FieldError("/acquired_on", "day_to_come", message)])
    if len(file.content) > FILE_BYTES:
        most = FILE_BYTES // 1024 // 1024
        raise FileRejected(f"「{file.name}」は{most}MBを超えています。一覧だけを取り出してください。", reason="too_big")
    origin = Origin(
        source=file.name.strip() or NAMELESS,
        acquired_on=file.acquired_on or call.today,
        raw_sha256=call.store.put(file.content),
        carried_by=file.carried_by or call.actor.name,
    )
    bringing = Bringing(origin, scheme=file.scheme, brought_by_id=call.actor.user_id, is_trial=is_trial)
    with open_session(installation.engine, operator=True) as session:
        own = _lined_up(call, session)
        bringing = registry_intake.confirmed(session, bringing, call.actor.user_id, file.confirm_loss or "")
        row = _enter(own, bringing)
    _start(installation, row.code)
    return row


def carry_out(call: Call, installation: Installation, code: str) -> RegistryImport:
    """Take in what was tried: return a new import of the same bytes, queued; ``call`` must only read.

    A refused trial may be carried out too: it is refused again, and a second person can then confirm it. Raises
    ``NotPermitted``, ``NotFound``, and ``WrongState`` for what is no finished trial.
    """
    call.need(*IMPORTERS, to="公的な一覧を取り込む")
    with open_session(installation.engine, operator=True) as session:
        own = _lined_up(call, session)
        tried = _find(session, code)
        if not tried.is_trial or tried.state not in {ImportState.TRIED, ImportState.REFUSED}:
            message = f"取込 {code} は、終わった試し取込ではありません。取込の画面で状態を確かめてください。"
            raise WrongState(message, state=tried.state)
        bringing = replace(_bringing(session, tried), brought_by_id=call.actor.user_id, is_trial=False)
        row = _enter(own, bringing)
    _start(installation, row.code)
    return row


def confirm_loss(call: Call, installation: Installation, code: str, *, reason: str) -> RegistryImport:
    """Confirm, as a second person, that what a list lost is true, and return its import, queued again.

    A refused trial becomes an import of its own. ``call`` must only read. Raises ``NotPermitted`` (role, or whoever
    brought the list), ``BadInput`` without a reason, ``NotFound``, and ``WrongState`` where there is nothing to
    confirm or a newer list has come since.
    """
    call.need(*IMPORTERS, to="一覧が大きく減ったことを確認する")
    if not reason.strip():
        message = "確かめた理由を書いてください。何を見て減ったことが正しいと分かったかを残します。"
        raise BadInput(message, [FieldError("/reason", "missing", message)])
    with open_session(installation.engine, operator=True) as session:
        own = _lined_up(call, session)
        row = _find(session, code)
        _need_confirmable(session, row, call.actor.user_id)
        if row.is_trial:
            bringing = replace(_bringing(session, row), is_trial=False, confirmed_by_id=call.actor.user_id)
            row = _enter(own, replace(bringing, confirm_reason=reason.strip()))
        else:
            row.confirmed_by_id, row.confirm_reason = call.actor.user_id, reason.strip()
            _queue_again(session, row, call.now)
        after = {"confirm_loss": reason.strip(), "refused": row.refused, "sha256": row.raw_sha256, "state": row.state}
        audit.record(own, "registry_loss_confirmed", "registry_import", row.code, after=after)
    _start(installation, row.code)
    return row


def _need_confirmable(session: Session, row: RegistryImport, user_id: int) -> None:
    if row.state != ImportState.REFUSED or row.refused_code not in CONFIRMABLE:
        message = f"取込 {row.code} に、確認を待つ減少はありません。取込の画面で状態を確かめてください。"
        raise WrongState(message, state=row.state)
    if row.brought_by_id == user_id:
        raise NotPermitted("あなたが持ち込んだ一覧です。減ったことを確かめるのは、持ち込んだ人とは別の人です。")
    newest = latest_snapshot(session, with_sample=False)
    if row.report.get("before") != (newest.code if newest else None):
        message = "この後に新しい一覧が取り込まれています。一覧を取得し直して、もう一度取り込んでください。"
        raise WrongState(message, state=row.state)


def run_again(call: Call, installation: Installation, code: str) -> RegistryImport:
    """Start an import again that stopped half-way or failed, and return it; ``call`` must only read.

    Raises ``NotPermitted``, ``NotFound``, and ``WrongState`` where it is at work or done, or its bytes never came.
    """
    call.need(*IMPORTERS, to="止まった取込をやり直す")
    with open_session(installation.engine, operator=True) as session:
        own = _lined_up(call, session)
        row = _find(session, code)
        has_stopped = is_stalled(row, call.now) or row.state == ImportState.FAILED
        if not has_stopped or not row.raw_sha256:
            message = f"取込 {code} はやり直せません。止まった取込で、ファイルが届いているものだけをやり直せます。"
            raise WrongState(message, state=row.state)
        _queue_again(session, row, call.now)
        after = {"sha256": row.raw_sha256, "state": row.state}
        audit.record(own, "registry_import_again", "registry_import", code, after=after)
    _start(installation, code)
    return row


def run(installation: Installation, code: str) -> None:
    """Carry a queued or stalled import out; does nothing where it is done or somebody is at work on it.

    Whatever goes wrong unforeseen is written down as a failure and raised.
    """
    turn = claim(installation, code)
    if turn is None:
        return
    try:
        with open_session(installation.engine, writes=False, operator=True) as session:
            bringing = _bringing(session, _find(session, code))
        bringing = replace(bringing, raw=installation.store.get(bringing.origin.raw_sha256))
        registry_intake.bring(installation, bringing, turn=turn, beat=Beat(installation, turn))
    except TurnLost:
        return
    except Exception as error:
        with suppress(TurnLost):
            fail(installation, turn, f"{type(error).__name__}: {error}")
        raise
    registry_watch.follow(installation)


def fail(installation: Installation, turn: Turn, why: str, *, once_a_day: bool = False) -> None:
    """Write down that an import could not be carried out, and tell of it; the last list stays."""
    now = installation.now()
    with open_session(installation.engine, operator=True) as session:
        line_up(session, with_towns=True)
        row = row_of(session, turn)
        row.state, row.refused_code = ImportState.FAILED, "failed"
        row.refused = f"取込の途中で問題が起きました。前回の一覧をそのまま使います。もう一度取り込んでください。({why})"
        row.version += 1
        row.updated_at = row.finished_at = now
        session.add(row)
        session.flush()
        if not row.is_trial:
            registry_notices.enter(session, row, now, once_a_day=once_a_day)


def take_up_stalled(installation: Installation) -> list[str]:
    """Carry out every import that stopped half-way and whose bytes are here; return their codes."""
    now = installation.now()
    with open_session(installation.engine, writes=False, operator=True) as session:
        query = _imports().where(col(RegistryImport.state).in_(AT_WORK), RegistryImport.raw_sha256 != "")
        rows = session.exec(query.order_by(col(RegistryImport.id))).all()
        codes = [row.code for row in rows if is_stalled(row, now)]
    for code in codes:
        run(installation, code)
    return codes


def wait_for(code: str, seconds: float) -> None:
    """Wait a moment for an import at work in this process, so that a small list is done when its page shows."""
    thread = _at_work.get(code)
    if thread is not None:
        thread.join(seconds)


def find_import(call: Call, code: str) -> RegistryImport:
    """Return an import by its code; raises ``NotFound``. Public facts: every organisation sees the same."""
    return _find(call.session, code)


def list_imports(call: Call, *, wish: PageWish) -> Page[RegistryImport]:
    """Return imports, newest first, whatever came of them."""
    order = Order(col(RegistryImport.id), col(RegistryImport.id))
    return fetch_page(call.session, _imports(), order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def last_runs(session: Session) -> LastRuns:
    """Return how the last runs went."""
    return LastRuns(_newest(session, SUCCEEDED), _newest(session, NOT_TAKEN_IN))


def result_book(call: Call, code: str) -> bytes:
    """Return every row of an import's file with what came of it, as an Excel book.

    Raises ``NotFound``, and ``WrongState`` while it is not finished or when no file came.
    """
    row = _find(call.session, code)
    if row.state in AT_WORK or not row.raw_sha256:
        raise WrongState(f"取込 {code} の結果はまだないか、ファイルが届いていません。", state=row.state)
    return result_books.write_result(call, row)


def _newest(session: Session, states: tuple[ImportState, ...]) -> RegistryImport | None:
    return session.exec(_newest_in(states)).first()


@cache
def _newest_in(states: tuple[ImportState, ...]) -> SelectOfScalar[RegistryImport]:
    # Built once: what cannot change need not be put together for each page.
    query = _imports().where(
        col(RegistryImport.state).in_(states),
        col(RegistryImport.is_trial).is_(False),
        RegistryImport.source != SAMPLE,
    )
    return query.order_by(col(RegistryImport.finished_at).desc(), col(RegistryImport.id).desc()).limit(1)


def _ended(row: RegistryImport) -> tuple[datetime, int]:
    return row.finished_at or row.updated_at, row.key


def _imports() -> SelectOfScalar[RegistryImport]:
    is_shared = (col(Organisation.id) == col(RegistryImport.organisation_id)) & (Organisation.code == SHARED)
    return select(RegistryImport).join(Organisation, is_shared)


def _find(session: Session, code: str) -> RegistryImport:
    found = session.exec(_imports().where(RegistryImport.code == code)).first()
    if found is None:
        raise NotFound(f"取込「{code}」はありません。取込の一覧から選び直してください。")
    return found


def _lined_up(call: Call, session: Session) -> Call:
    own = replace(call, session=session)
    widen(session)
    own.line_up()
    line_up(session)
    return own


def _enter(own: Call, bringing: Bringing) -> RegistryImport:
    row = registry_intake.new_row(own.session, bringing, own.now)
    own.session.add(row)
    own.session.flush()
    said = {"source": row.source, "scheme": row.scheme, "sha256": row.raw_sha256, "is_trial": row.is_trial}
    audit.record(own, "registry_list_brought", "registry_import", row.code, after=said)
    return row


def _queue_again(session: Session, row: RegistryImport, now: datetime) -> None:
    row.state, row.finished_at, row.updated_at = ImportState.QUEUED, None, now
    row.version += 1
    session.add(row)
    session.flush()


def _bringing(session: Session, row: RegistryImport) -> Bringing:
    """Return what an import brings, all but the bytes; who brought it is named in the record."""
    who = session.get(User, row.brought_by_id) if row.brought_by_id else None
    return Bringing(
        origin=Origin(
            source=row.source, acquired_on=row.acquired_on, raw_sha256=row.raw_sha256, carried_by=row.carried_by
        ),
        scheme=row.scheme,
        who=who.name if who else MACHINE,
        brought_by_id=row.brought_by_id,
        confirmed_by_id=row.confirmed_by_id,
        confirm_reason=row.confirm_reason,
        is_trial=row.is_trial,
    )


def _start(installation: Installation, code: str) -> None:
    def work() -> None:
        try:
            run(installation, code)
        finally:
            _at_work.pop(code, None)

    _at_work[code] = thread = Thread(target=work, daemon=True, name=f"import {code}")
    thread.start()
