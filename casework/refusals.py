"""Attempts that were refused are events too: written in a short transaction of their own, after the deed is gone.

A flood cannot fill the record: what one person is refused again within a minute is counted and told of in one event,
and so is everything past a number of different refusals in a minute.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from casework import audit
from casework.actor import Actor
from casework.call import Call
from casework.canonical import hash_of
from casework.clock import JAPAN
from casework.database import open_session
from casework.errors import CaseworkError
from casework.installation import Installation
from models.refusal_tally import RefusalTally
from models.user import User

WINDOW = timedelta(minutes=1)
MOST_IN_A_WINDOW = 20
NOTED = frozenset(
    {
        "not-permitted",
        "not-found",
        "wrong-state",
        "not-your-turn",
        "content-changed-since-read",
        "closing-incomplete",
        "stale-version",
        "file-rejected",
    }
)
OVERFLOW = "many"
_LOG = logging.getLogger("sekisho.record")


@dataclass(frozen=True)
class Attempt:
    """Who tried what, from where: the address without its query, which may hold words somebody typed."""

    actor: Actor
    method: str
    path: str
    source: str
    call_id: str = ""


def note_refusal(installation: Installation, attempt: Attempt, error: CaseworkError) -> None:
    """Write the event of a refused attempt, or count it; a record that cannot be written never hides the refusal."""
    if error.kind not in NOTED or not attempt.actor.user_id:
        return
    reason = str(error.facts.get("reason") or error.facts.get("rule") or "")
    try:
        with open_session(installation.engine, operator=True) as session:
            call = Call(session, attempt.actor, installation.now(), installation.store, attempt.source, attempt.call_id)
            if not _is_counted(call, _what(error.kind, attempt)):
                _note(call, attempt, error.kind, reason)
    except SQLAlchemyError:
        _LOG.exception("a refused attempt could not be recorded: %s %s", attempt.method, error.kind)


def settle_all(installation: Installation) -> int:
    """Write the events of every count whose minute is over, in all organisations; return how many."""
    settled = 0
    with open_session(installation.engine, operator=True) as session:
        towns = session.exec(select(RefusalTally.organisation_id).distinct()).all()
    for town in towns:
        with open_session(installation.engine, operator=True) as session:
            nobody = Actor(town, 0, "", 0, ())
            settled += _settle(Call(session, nobody, installation.now(), installation.store, "job"))
    return settled


def _what(kind: str, attempt: Attempt) -> str:
    return hash_of([kind, attempt.method, attempt.path])


def _is_counted(call: Call, what: str) -> bool:
    """Count a refusal that was told of less than a minute ago; the cheap way, without lining up."""
    counting = (
        update(RefusalTally)
        .where(
            col(RefusalTally.organisation_id) == call.actor.organisation_id,
            col(RefusalTally.user_id) == call.actor.user_id,
            col(RefusalTally.what_hash) == what,
            col(RefusalTally.first_at) > call.now - WINDOW,
        )
        .values(more=col(RefusalTally.more) + 1, last_at=call.now)
    )
    return bool(call.session.connection().execute(counting).rowcount)


def _note(call: Call, attempt: Attempt, kind: str, reason: str) -> None:
    call.line_up()
    _settle(call)
    if _is_counted(call, what := _what(kind, attempt)):  # somebody else was first while we lined up
        return
    if _open_of(call.session, call.actor) >= MOST_IN_A_WINDOW:
        if not _is_counted(call, OVERFLOW):
            call.session.add(_tally(call, OVERFLOW, OVERFLOW, "", more=1))
        return
    call.session.add(_tally(call, what, kind, f"{attempt.method} {attempt.path}"))
    after = {"method": attempt.method, "path": attempt.path[:300], "kind": kind}
    audit.record(call, "refused", "attempt", attempt.path[:80], after=after | ({"reason": reason} if reason else {}))


def _tally(call: Call, what_hash: str, kind: str, what: str, *, more: int = 0) -> RefusalTally:
    return RefusalTally(
        organisation_id=call.actor.organisation_id,
        user_id=call.actor.user_id,
        what_hash=what_hash,
        kind=kind,
        what=what[:300],
        first_at=call.now,
        last_at=call.now,
        more=more,
    )


def _open_of(session: Session, actor: Actor) -> int:
    query = select(func.count()).select_from(RefusalTally)
    mine = (RefusalTally.organisation_id == actor.organisation_id, RefusalTally.user_id == actor.user_id)
    return session.exec(query.where(*mine)).one()


def _settle(call: Call) -> int:
    """Fold every count whose minute is over into one event of the person it is about."""
    due = call.session.exec(
        select(RefusalTally, User)
        .join(User, col(User.id) == col(RefusalTally.user_id))
        .where(
            RefusalTally.organisation_id == call.actor.organisation_id,
            col(RefusalTally.first_at) <= call.now - WINDOW,
        )
        .order_by(col(RefusalTally.id))
    ).all()
    told = 0
    for tally, user in due:
        if tally.more:
            person = Actor(user.organisation_id, user.key, user.name, user.department_id, ())
            times = [each.astimezone(JAPAN).isoformat() for each in (tally.first_at, tally.last_at)]
            after = {"kind": tally.kind, "what": tally.what, "times": tally.more, "from": times[0], "until": times[1]}
            number = tally.what.partition(" ")[2][:80]
            its_call = Call(call.session, person, call.now, call.store, call.source, call.call_id)
            audit.record(its_call, "refused_again", "attempt", number, after=after)
            told += 1
        call.session.delete(tally)
    call.session.flush()
    return told
