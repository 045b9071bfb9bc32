"""Who is at work on an import: one at a time, with a sign of life. One that died may be taken over, never doubled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework.database import open_session
from casework.installation import SHARED, Installation
from models.organisation import Organisation
from models.registry_import import RegistryImport
from models.vocabulary import ImportState

STALLED_AFTER = timedelta(seconds=60)
AT_WORK = (ImportState.QUEUED, ImportState.RUNNING)
BEAT_SECONDS = 1.0
LONGEST_SLEEP = 10.0


@dataclass(frozen=True)
class Turn:
    """The right to finish one import: its code, and the version it has while the right lasts."""

    code: str
    version: int


class TurnLost(Exception):
    """Somebody else took the import over meanwhile; whoever had it writes nothing more."""


def line_up(session: Session, *, with_towns: bool = False) -> None:
    """Wait until no other writer of the public lists is at work.

    Towns are locked before the shared organisation, by everybody: who brings a list in on behalf of a town locks that
    one first, and who will write notices to all of them (``with_towns``) holds them all. So nobody waits in a ring.
    """
    if with_towns:
        towns = select(Organisation.id).where(Organisation.code != SHARED).order_by(col(Organisation.id))
        session.exec(towns.with_for_update(read=True, key_share=True)).all()
    session.exec(select(Organisation.id).where(Organisation.code == SHARED).with_for_update()).one()


def is_stalled(row: RegistryImport, now: datetime) -> bool:
    """Return whether an import should be at work and has given no sign of life for a minute."""
    return row.state in AT_WORK and now - row.updated_at > STALLED_AFTER


def claim(installation: Installation, code: str) -> Turn | None:
    """Return the right to carry an import out, or None where it is finished or somebody is at work on it."""
    now = installation.now()
    with open_session(installation.engine, operator=True) as session:
        row = session.exec(select(RegistryImport).where(RegistryImport.code == code)).first()
        if row is None or not (row.state == ImportState.QUEUED or is_stalled(row, now)):
            return None
        turn = Turn(code, row.version + 1)
        taken = session.connection().execute(
            update(RegistryImport)
            .where(col(RegistryImport.id) == row.key, col(RegistryImport.version) == row.version)
            .where(col(RegistryImport.state) == row.state)
            .values(state=ImportState.RUNNING, version=turn.version, updated_at=now, rows_done=0)
        )
        return turn if taken.rowcount == 1 else None


def row_of(session: Session, turn: Turn) -> RegistryImport:
    """Return the import whose turn it is, to be written to its end; raises ``TurnLost``."""
    query = select(RegistryImport).where(
        RegistryImport.code == turn.code,
        RegistryImport.version == turn.version,
        RegistryImport.state == ImportState.RUNNING,
    )
    row = session.exec(query.with_for_update()).first()
    if row is None:
        raise TurnLost(turn.code)
    return row


class Beat:
    """Signs of life of an import at work, each in a short transaction of its own; without a turn it does nothing."""

    def __init__(self, installation: Installation, turn: Turn | None = None) -> None:
        self._installation, self._turn = installation, turn
        self._last = -BEAT_SECONDS

    def __call__(self, done: int | None = None, total: int | None = None) -> None:
        """Say how many rows of how many are done, at most once a second. Raises ``TurnLost``."""
        if self._turn is None or (time.monotonic() - self._last < BEAT_SECONDS and done != total):
            return
        self._last = time.monotonic()
        values: dict[str, Any] = {"updated_at": self._installation.now()}
        values |= {} if done is None else {"rows_done": done, "rows_total": total}
        with open_session(self._installation.engine, operator=True) as session:
            told = session.connection().execute(
                update(RegistryImport)
                .where(col(RegistryImport.code) == self._turn.code, col(RegistryImport.version) == self._turn.version)
                .where(col(RegistryImport.state) == ImportState.RUNNING)
                .values(**values)
            )
        if told.rowcount != 1:
            raise TurnLost(self._turn.code)

    def monotonic(self) -> float:
        """Return the seconds of a clock that only counts, and give a sign of life."""
        self._breathe()
        return time.monotonic()

    def sleep(self, seconds: float, *, nap: Callable[[float], object] = time.sleep) -> None:
        """Sleep, however long, with signs of life in between."""
        while seconds > 0:
            nap(min(seconds, LONGEST_SLEEP))
            seconds -= LONGEST_SLEEP
            self._breathe()

    def _breathe(self) -> None:
        if time.monotonic() - self._last >= LONGEST_SLEEP:
            self()
