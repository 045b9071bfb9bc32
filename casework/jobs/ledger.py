"""Which piece of work is due, who has it in hand, how it went: one row each, the same on either database."""

import logging
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import get_ident
from time import monotonic
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from casework import notices
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import CaseworkError
from casework.installation import SHARED, Installation, shared_organisation
from casework.jobs import Work
from models.job import Job
from models.organisation import Organisation
from models.vocabulary import JobState

FIRST_WAIT = timedelta(seconds=30)
LONGEST_SAID = 2_000
DIED = "処理の途中でプロセスが止まることが{}回続いたため、止めてあります。"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InHand:
    """A piece of work that this worker has claimed, and until when."""

    row_id: int
    args: Mapping[str, Any]
    until_at: datetime


def enter(session: Session, works: Sequence[Work], now: datetime) -> None:
    """Enter the row of every work that has none yet; it is due at once."""
    known = set(session.exec(select(Job.unique_key)).all())
    shared = shared_organisation(session).key
    for work in works:
        if work.name not in known:
            _add_once(session, Job(organisation_id=shared, unique_key=work.name, name=work.name, due_at=now))


def put(session: Session, name: str, key: str, args: Mapping[str, Any], now: datetime) -> Job:
    """Wish for one piece of work, in the transaction of the deed that needs it; the same key is the same piece."""
    of_key = select(Job).where(Job.unique_key == f"{name}:{key}").with_for_update()
    row = session.exec(of_key).first()
    if row is None:
        shared = shared_organisation(session).key
        _add_once(
            session, Job(organisation_id=shared, unique_key=f"{name}:{key}", name=name, args=dict(args), due_at=now)
        )
        return session.exec(of_key).one()
    if row.state == JobState.DONE:
        row.state, row.due_at, row.attempts, row.args = JobState.WAITING, now, 0, dict(args)
    session.add(row)
    session.flush()
    return row


def _add_once(session: Session, row: Job) -> None:
    """Add a row unless another worker adds the same key in this moment: it waits for that one and leaves it its row."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as refusal:
        if "unique_key" not in str(refusal.orig):
            raise


def due_keys(installation: Installation, works: Mapping[str, Work]) -> list[str]:
    """Return the pieces whose time has come and that nobody has in hand."""
    now = installation.now()
    with open_session(installation.engine, writes=False, operator=True) as session:
        rows = session.exec(
            select(Job)
            .where(col(Job.state).in_([JobState.WAITING, JobState.RUNNING]), col(Job.due_at) <= now)
            .order_by(col(Job.due_at), col(Job.id))
        ).all()
        return [row.unique_key for row in rows if row.name in works and not _is_held(row, now)]


def do_if_due(installation: Installation, work: Work, key: str) -> bool:
    """Do one piece if it is due and nobody has it in hand; return whether it was done here.

    Whoever dies with it leaves the row in hand: when the lease is over it is taken up again. What fails too often, or
    kills its worker too often, is parked with the reason, and the administrators are told.
    """
    hand = _claim(installation, work, key)
    if hand is None:
        return False
    began = monotonic()
    said, failure = "", ""
    try:
        said = str(work.deed(installation, hand.args) or "")
    except Exception as error:
        log.exception("%s failed", work.name)
        failure = error.message if isinstance(error, CaseworkError) else f"{type(error).__name__}: {error}"
    _settle(installation, work, hand, said, failure, monotonic() - began)
    return True


def _is_held(row: Job, now: datetime) -> bool:
    return row.state == JobState.RUNNING and row.claimed_until_at is not None and row.claimed_until_at > now


def _claim(installation: Installation, work: Work, key: str) -> InHand | None:
    now = installation.now()
    with open_session(installation.engine, operator=True) as session:
        row = session.exec(select(Job).where(Job.unique_key == key).with_for_update(skip_locked=True)).first()
        if row is None or row.state in {JobState.PARKED, JobState.DONE} or row.due_at > now or _is_held(row, now):
            return None
        if row.attempts >= work.most_attempts:  # each of them died with it: nobody came back to say why
            _park(session, work, row, DIED.format(row.attempts), now)
            return None
        row.state, row.attempts, row.last_begun_at = JobState.RUNNING, row.attempts + 1, now
        row.claimed_until_at, row.claimed_by = now + work.lease, _worker()
        session.add(row)
        return InHand(row.key, row.args, row.claimed_until_at)


def _worker() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{get_ident()}"


def _settle(installation: Installation, work: Work, hand: InHand, said: str, failure: str, seconds: float) -> None:
    now = installation.now()
    with open_session(installation.engine, operator=True) as session:
        row = session.exec(select(Job).where(Job.id == hand.row_id).with_for_update()).one()
        if row.claimed_until_at != hand.until_at or row.state != JobState.RUNNING:
            return  # taken for dead meanwhile: whoever took it over says how it went
        row.claimed_until_at, row.last_seconds = None, round(seconds, 3)
        if not failure:
            is_scheduled = row.unique_key == work.name
            row.state = JobState.WAITING if is_scheduled else JobState.DONE
            row.due_at, row.attempts, row.last_success_at = now + work.every, 0, now
            row.last_said, row.last_error = said[:LONGEST_SAID], ""
        elif row.attempts >= work.most_attempts:
            _park(session, work, row, failure, now)
        else:
            row.state, row.last_error = JobState.WAITING, failure[:LONGEST_SAID]
            row.due_at = now + max(work.every, FIRST_WAIT * 2 ** (row.attempts - 1))
        session.add(row)


def _park(session: Session, work: Work, row: Job, reason: str, now: datetime) -> None:
    row.state, row.last_error, row.claimed_until_at = JobState.PARKED, reason[:LONGEST_SAID], None
    session.add(row)
    title = f"定期の処理「{work.label}」が止まっています。{work.harm}「定期の処理」の画面でやり直せます。"
    for town in session.exec(select(Organisation).where(Organisation.code != SHARED).order_by(col(Organisation.id))):
        for keeper in notices.administrators(session, town.key, day_in_japan(now)):
            notices.tell(session, keeper, "job_parked", title, now)


def try_again(session: Session, row: Job, now: datetime) -> None:
    """Let a piece be done now, one that was parked too."""
    row.state, row.attempts, row.due_at, row.claimed_until_at = JobState.WAITING, 0, now, None
    session.add(row)
    session.flush()
