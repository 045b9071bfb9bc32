"""Brings the list in by itself when it is due, and takes up what stopped half-way; off unless the office turns it on.

Whoever wakes first among workers, machines and cron claims the run in the database; nobody asks the portal more than
once an hour this way, whatever is set (facts/ismap.md 11.4).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from casework import registry_imports, registry_intake, registry_notices, registry_sync
from casework.clock import JAPAN, day_in_japan
from casework.database import open_session
from casework.errors import CaseworkError
from casework.installation import Installation
from casework.registry import Origin
from casework.registry_imports import SUCCEEDED
from casework.registry_intake import Bringing
from casework.registry_sync import SyncWish
from casework.registry_turns import AT_WORK, Turn, TurnLost, is_stalled, line_up
from models.registry_import import RegistryImport
from models.vocabulary import ImportState

SCHEDULED = "定期の取込"
SHORTEST_WAIT = timedelta(hours=1)
LATE_AFTER = timedelta(hours=1)
RUNS_LOOKED_AT = 16
STOPPED = "取込の途中でサイトが止まりました。前回の一覧をそのまま使い、もう一度取り込みます。"


@dataclass(frozen=True)
class Due:
    """Whether the scheduled run is due: when it was or will be (None: it never ran), and whether one is at work."""

    due_at: datetime | None
    is_at_work: bool

    def has_come(self, now: datetime) -> bool:
        """Return whether a run should start."""
        return not self.is_at_work and (self.due_at is None or self.due_at <= now)

    def notes(self, now: datetime) -> list[str]:
        """Return the sentence that says how late a run is, if it is late."""
        if self.due_at is None or now - self.due_at <= LATE_AFTER:
            return []
        hours = int((now - self.due_at).total_seconds() // 3600)
        planned = self.due_at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
        return [f"予定({planned})から{hours}時間遅れて取り込みました。止まっていた間の分です。"]


def is_on(installation: Installation) -> bool:
    """Return whether the office wants the list brought in by itself."""
    settings = installation.settings
    return settings.sync_every_hours > 0 and bool(settings.portal_url)


def next_due(session: Session, installation: Installation) -> Due:
    """Return when the portal's list is due again: counted from the last run by anybody.

    A run that failed is tried again after an hour, then two, four, …, at most as late as a good one would be.
    """
    last = session.exec(
        select(RegistryImport)
        .where(RegistryImport.source == installation.settings.portal_url, col(RegistryImport.is_trial).is_(False))
        .order_by(col(RegistryImport.id).desc())
        .limit(RUNS_LOOKED_AT)
    ).all()
    if not last:
        return Due(None, is_at_work=False)
    now, newest = installation.now(), last[0]
    failures = next((at for at, row in enumerate(last) if row.state in SUCCEEDED), len(last))
    wait = timedelta(hours=installation.settings.sync_every_hours)
    if failures:
        wait = min(wait, SHORTEST_WAIT * 2 ** (failures - 1))
    is_at_work = newest.state in AT_WORK and not is_stalled(newest, now)
    return Due(newest.created_at + max(wait, SHORTEST_WAIT), is_at_work=is_at_work)


def run_if_due(installation: Installation) -> dict[str, Any] | None:
    """Bring the list in from the portal of the settings when it is due and return its report; None when it is not.

    Whatever goes wrong unforeseen is written down as a failure and raised.
    """
    claimed = _claim(installation) if is_on(installation) else None
    if claimed is None:
        return None
    turn, notes = claimed
    wish = SyncWish(source=installation.settings.portal_url, carried_by=SCHEDULED, is_scheduled=True, notes=notes)
    try:
        return registry_sync.sync(installation, wish, turn=turn)
    except TurnLost:
        return None
    except Exception as error:
        why = error.message if isinstance(error, CaseworkError) else f"{type(error).__name__}: {error}"
        with suppress(TurnLost):
            registry_imports.fail(installation, turn, why, once_a_day=True)
        raise


def _claim(installation: Installation) -> tuple[Turn, list[str]] | None:
    now = installation.now()
    with open_session(installation.engine, writes=False, operator=True) as session:
        if not next_due(session, installation).has_come(now):
            return None
    with open_session(installation.engine, operator=True) as session:
        line_up(session, with_towns=True)
        due = next_due(session, installation)  # asked again: somebody may have been quicker
        if not due.has_come(now):
            return None
        _give_up_stalled(session, installation, now)
        origin = Origin(installation.settings.portal_url, day_in_japan(now), raw_sha256="", carried_by=SCHEDULED)
        row = registry_intake.new_row(session, Bringing(origin), now, ImportState.RUNNING)
        session.add(row)
        session.flush()
        return Turn(row.code, row.version), due.notes(now)


def _give_up_stalled(session: Session, installation: Installation, now: datetime) -> None:
    """A run that died before its list came leaves nothing to go on with."""
    query = select(RegistryImport).where(
        RegistryImport.source == installation.settings.portal_url,
        col(RegistryImport.state).in_(AT_WORK),
        RegistryImport.raw_sha256 == "",
    )
    for row in session.exec(query).all():
        if is_stalled(row, now):
            row.state, row.refused, row.refused_code = ImportState.FAILED, STOPPED, "stopped"
            row.version += 1
            row.updated_at = row.finished_at = now
            session.add(row)
            session.flush()
            registry_notices.enter(session, row, now, once_a_day=True)
