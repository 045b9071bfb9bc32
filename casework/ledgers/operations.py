"""Long work that a person asked for: begun at once, carried out beside, found again in the history, stopped.

Whoever carries one out has the turn as long as the row keeps its version; a person who stops it, or a worker that takes
over what stalled, ends the turn, and whoever had it writes nothing more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Thread
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit
from casework.actor import load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import CaseworkError, NotFound, WrongState
from casework.installation import Installation
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.tenancy import visible_to
from models.operation import Operation
from models.user import User
from models.vocabulary import OperationKind, OperationState

AT_WORK = (OperationState.QUEUED, OperationState.RUNNING)
STALLED_AFTER = timedelta(seconds=120)
MOST_REPORTED = 2_000  # rows of a report that are kept beside the file
_at_work: dict[int, Thread] = {}


class TurnLost(Exception):
    """The operation was stopped, or somebody else took it over; whoever had it writes nothing more."""


@dataclass(frozen=True)
class Turn:
    """The right to carry one operation out, while its row keeps this version."""

    installation: Installation
    operation_id: int
    version: int

    def beat(self, done: int, total: int) -> None:
        """Say how much of how much is done; raises ``TurnLost``."""
        self._write({"done": min(done, total), "total": total})

    def end(self, state: OperationState, **facts: Any) -> None:  # noqa: ANN401 (columns of the row)
        """Write down how it ended; raises ``TurnLost``."""
        self._write({"state": state, "finished_at": self.installation.now(), **facts})

    def end_in(self, session: Session, outcome: "Outcome") -> None:
        """Write down how it ended in the transaction of the deed itself; raises ``TurnLost``."""
        self.write_in(session, {**outcome.facts, "finished_at": self.installation.now()})

    def _write(self, values: Mapping[str, Any]) -> None:
        with open_session(self.installation.engine, operator=True) as session:
            self.write_in(session, values)

    def write_in(self, session: Session, values: Mapping[str, Any]) -> None:
        """Write to the row within a transaction of somebody else's; raises ``TurnLost``."""
        told = session.connection().execute(
            update(Operation)
            .where(
                col(Operation.id) == self.operation_id,
                col(Operation.version) == self.version,
                col(Operation.state) == OperationState.RUNNING,
            )
            .values(updated_at=self.installation.now(), **values)
        )
        if told.rowcount != 1:
            raise TurnLost(str(self.operation_id))


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: its last state, the file to fetch and the report."""

    state: OperationState = OperationState.SUCCEEDED
    result_name: str = ""
    result_sha256: str = ""
    report: Mapping[str, Any] | None = None
    refused: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """Return the columns of the row that say it."""
        return {
            "state": self.state,
            "result_name": self.result_name,
            "result_sha256": self.result_sha256,
            "report": dict(self.report or {}),
            "refused": self.refused,
        }


Deed = Callable[[Installation, Turn, Operation], Outcome | None]
DEEDS: dict[str, Deed] = {}


def enter(call: Call, installation: Installation, **facts: Any) -> Operation:  # noqa: ANN401 (columns of the row)
    """Write an operation down as asked for and return it; ``call`` must only read. ``start`` carries it out."""
    with open_session(installation.engine, organisation_id=call.actor.organisation_id) as session:
        own = replace(call, session=session)
        row = Operation(
            organisation_id=call.actor.organisation_id,
            number=next_number(own, "O"),
            asked_by_id=call.actor.user_id,
            updated_at=call.now,
            **facts,
        )
        row.asked = {**row.asked, "source": call.source}
        session.add(row)
        session.flush()
        said = {"what": row.ledger, "file": row.source_name, "sha256": row.source_sha256, "is_trial": row.is_trial}
        action = "export_asked" if row.kind == OperationKind.EXPORT else "import_asked"
        audit.record(own, action, "operation", row.number, after={name: said[name] for name in said if said[name]})
    return row


def start(installation: Installation, row: Operation) -> None:
    """Carry an operation out beside, in this process."""
    key = row.key

    def work() -> None:
        try:
            run(installation, key)
        finally:
            _at_work.pop(key, None)

    _at_work[key] = thread = Thread(target=work, daemon=True, name=f"operation {row.number}")
    thread.start()


def wait_for(row: Operation, seconds: float) -> None:
    """Wait a moment for an operation at work in this process, so that a small one is done when its page shows."""
    thread = _at_work.get(row.key)
    if thread is not None:
        thread.join(seconds)


def run(installation: Installation, operation_id: int) -> None:
    """Carry an operation out; does nothing where it is done or somebody is at work on it.

    What a use case refuses is written down in its own words; what goes wrong unforeseen is written down and raised.
    """
    claimed = _claim(installation, operation_id)
    if claimed is None:
        return
    turn, row = claimed
    with suppress(TurnLost):
        try:
            outcome = DEEDS[row.kind](installation, turn, row)
        except CaseworkError as refusal:
            turn.end(OperationState.FAILED, refused=refusal.message)
        except TurnLost:
            raise
        except Exception as error:
            words = (
                "途中で問題が起きました。何も変えていません。もう一度行い、続くときはシステム管理に連絡してください。"
            )
            turn.end(OperationState.FAILED, refused=f"{words}({type(error).__name__})")
            raise
        else:
            if outcome is not None:  # else it was written down in the transaction of the deed itself
                turn.end(**outcome.facts)


def _claim(installation: Installation, operation_id: int) -> tuple[Turn, Operation] | None:
    now = installation.now()
    with open_session(installation.engine, operator=True) as session:
        row = session.exec(select(Operation).where(Operation.id == operation_id).with_for_update()).first()
        is_ready = row is not None and (row.state == OperationState.QUEUED or is_stalled(row, installation))
        if row is None or not is_ready or waits_for_mapping(row):
            return None
        row.state, row.version = OperationState.RUNNING, row.version + 1
        row.started_at, row.updated_at, row.done, row.total = now, now, 0, row.total
        session.add(row)
        session.flush()
        return Turn(installation, row.key, row.version), row


def waits_for_mapping(row: Operation) -> bool:
    """Return whether a file was brought whose headings somebody has to explain first."""
    return row.kind == OperationKind.IMPORT and row.asked.get("mapping") is None and row.state in AT_WORK


def is_stalled(row: Operation, installation: Installation) -> bool:
    """Return whether an operation should be at work and has given no sign of life for two minutes."""
    return row.state in AT_WORK and installation.now() - row.updated_at > STALLED_AFTER


def take_up_stalled(installation: Installation) -> int:
    """Carry out every operation that stopped half-way or was never begun; return how many there were."""
    with open_session(installation.engine, writes=False, operator=True) as session:
        query = select(Operation).where(col(Operation.state).in_(AT_WORK)).order_by(col(Operation.id))
        stalled = [
            row.key for row in session.exec(query).all() if is_stalled(row, installation) and not waits_for_mapping(row)
        ]
    for key in stalled:
        run(installation, key)
    return len(stalled)


@contextmanager
def as_asked(installation: Installation, row: Operation, *, writes: bool) -> Iterator[Call]:
    """Yield a call by whoever asked for an operation, with the roles that count now, in one transaction."""
    with open_session(installation.engine, writes=writes, organisation_id=row.organisation_id) as session:
        user = session.exec(select(User).where(User.id == row.asked_by_id, col(User.is_active))).first()
        if user is None or user.blocked_at is not None:
            raise NotFound("頼んだ人のアカウントが使えません。ほかの人が行ってください。")
        now = installation.now()
        actor = load_actor(session, user, day_in_japan(now))
        yield Call(session, actor, now, installation.store, source=str(row.asked.get("source", "page")))


def find_operation(call: Call, number: str) -> Operation:
    """Return one of the actor's own operations; raises ``NotFound``, also for another person's."""
    query = _own(call).where(Operation.number == number)
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound(f"取込・書出し {number} はありません。自分が行ったものを履歴から選んでください。")
    return row


def list_operations(call: Call, *, wish: PageWish) -> Page[Operation]:
    """Return the actor's own operations, newest first."""
    order = Order(col(Operation.id), col(Operation.id))
    return fetch_page(call.session, _own(call), order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def newest(call: Call, most: int) -> list[Operation]:
    """Return the actor's newest operations that are at work or ended within a day."""
    since = call.now - timedelta(days=1)
    query = _own(call).where(col(Operation.updated_at) >= since).order_by(col(Operation.id).desc())
    return list(call.session.exec(query.limit(most)).all())


def same_file(call: Call, row: Operation) -> Operation | None:
    """Return the newest earlier import of the same bytes that went into the ledger, by anybody of the organisation."""
    query = visible_to(call.actor, Operation).where(
        Operation.source_sha256 == row.source_sha256,
        Operation.ledger == row.ledger,
        col(Operation.is_trial).is_(False),
        col(Operation.state).in_([OperationState.SUCCEEDED, OperationState.PARTLY_FAILED]),
        col(Operation.id) < row.key,
    )
    return call.session.exec(query.order_by(col(Operation.id).desc()).limit(1)).first()


def note_download(call: Call, installation: Installation, row: Operation) -> None:
    """Leave the event that the file of an operation was fetched; ``call`` may only read."""
    with open_session(installation.engine, organisation_id=call.actor.organisation_id) as session:
        own = replace(call, session=session)
        audit.record(own, "file_downloaded", "operation", row.number, after={"sha256": row.result_sha256})


def cancel(call: Call, number: str) -> Operation:
    """Stop an operation of one's own that is not done yet; nothing of it stays. Raises ``NotFound``, ``WrongState``."""
    call.line_up()
    query = _own(call).where(Operation.number == number).with_for_update()
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound(f"取込・書出し {number} はありません。自分が行ったものを履歴から選んでください。")
    if row.state not in AT_WORK:
        raise WrongState("もう終わっています。履歴で結果を確かめてください。", state=row.state)
    row.state, row.version, row.finished_at = OperationState.CANCELLED, row.version + 1, call.now
    row.updated_at = call.now
    call.session.add(row)
    call.session.flush()
    audit.record(call, "operation_cancelled", "operation", row.number, after={"state": row.state})
    return row


def close_waiting(call: Call, row: Operation) -> None:
    """End an import that waited for its headings: another one tries the file now that they are explained."""
    found = call.session.exec(_own(call).where(Operation.id == row.key)).one()
    found.state, found.finished_at, found.updated_at = OperationState.CANCELLED, call.now, call.now
    found.version += 1
    call.session.add(found)
    call.session.flush()


def _own(call: Call) -> SelectOfScalar[Operation]:
    return visible_to(call.actor, Operation).where(Operation.asked_by_id == call.actor.user_id)
