"""Sends the mails that are written: each is claimed for a while, tried without a transaction open, and settled.

A worker that dies with a mail in hand loses its claim after a while; the next one sends the same text under the same
Message-ID. Nothing is lost, and a mailbox that got it before knows it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework.channels import Channel, NotDelivered, Parcel
from casework.database import open_session
from models.alert import Alert
from models.alert_letter import AlertLetter
from models.vocabulary import AlertState

# A mail may take as long as its steps wait for the server; the claim outlasts it.
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440))
MOST_ATTEMPTS = len(WAITS) + 1


@dataclass(frozen=True)
class Delivered:
    """What sending came to, in notices: sent, late among them, failed."""

    sent: int = 0
    late: int = 0
    failed: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        """Return both together."""
        return Delivered(self.sent + other.sent, self.late + other.late, self.failed + other.failed)


def deliver(engine: Engine, now_is: Callable[[], datetime], channel: Channel, *, hurry: bool) -> Delivered:
    """Send every mail whose time has come; ``hurry`` does not wait for the next try of one that failed."""
    outcome, last = Delivered(), 0
    while (hand := _claim(engine, now_is(), last, hurry=hurry)) is not None:
        last = hand.letter.key
        outcome += _try(engine, hand, now_is, channel)
    return outcome


@dataclass(frozen=True)
class _InHand:
    """A mail that this worker has claimed, until when, and whether an earlier try may have arrived."""

    letter: AlertLetter
    until_at: datetime
    was_doubtful: bool


def _due(now: datetime, after: int, *, hurry: bool) -> SelectOfScalar[AlertLetter]:
    query = select(AlertLetter).where(
        col(AlertLetter.state).in_([AlertState.PENDING, AlertState.FAILED]),
        col(AlertLetter.attempts) < MOST_ATTEMPTS,
        or_(col(AlertLetter.claimed_until_at).is_(None), col(AlertLetter.claimed_until_at) <= now),
        col(AlertLetter.id) > after,
    )
    if not hurry:
        query = query.where(col(AlertLetter.next_attempt_at) <= now)
    return query.order_by(col(AlertLetter.id)).limit(1)


def _claim(engine: Engine, now: datetime, after: int, *, hurry: bool) -> _InHand | None:
    with open_session(engine, writes=False, operator=True) as session:  # most of the time there is nothing to do
        if session.exec(_due(now, after, hurry=hurry)).first() is None:
            return None
    with open_session(engine, operator=True) as session:
        letter = session.exec(_due(now, after, hurry=hurry).with_for_update(skip_locked=True)).first()
        if letter is None:
            return None
        hand = _InHand(letter, now + LEASE, letter.may_have_arrived)
        letter.attempts += 1
        letter.claimed_until_at, letter.may_have_arrived = hand.until_at, True
        session.add(letter)
    return hand


def _try(engine: Engine, hand: _InHand, now_is: Callable[[], datetime], channel: Channel) -> Delivered:
    letter, failure = hand.letter, None
    parcel = Parcel(letter.message_id, letter.address, letter.subject, letter.body)
    try:
        channel.send(parcel)
    except NotDelivered as refusal:
        failure = refusal
    with open_session(engine, operator=True) as session:
        row = session.exec(select(AlertLetter).where(AlertLetter.id == letter.key).with_for_update()).one()
        if failure is not None and row.claimed_until_at != hand.until_at:
            return Delivered()  # taken over while this worker was away: the other one says what became of it
        alerts = session.exec(select(Alert).where(Alert.letter_id == row.key)).all()
        if row.state == AlertState.SENT:
            return Delivered()
        _settle(row, failure, hand, now_is())
        session.add(row)
        for alert in alerts:
            alert.state, alert.attempts, alert.last_error = row.state, row.attempts, row.last_error
            alert.sent_at = row.sent_at
            session.add(alert)
        late = sum(alert.is_late for alert in alerts)
        return Delivered(failed=len(alerts)) if failure else Delivered(sent=len(alerts), late=late)


def _settle(row: AlertLetter, failure: NotDelivered | None, hand: _InHand, now: datetime) -> None:
    row.claimed_until_at = None
    if failure is None:
        row.state, row.sent_at, row.last_error = AlertState.SENT, now, ""
        return
    row.state = AlertState.FAILED
    row.may_have_arrived = failure.may_have_arrived or hand.was_doubtful
    row.last_error = failure.said
    row.next_attempt_at = now + WAITS[min(row.attempts, len(WAITS)) - 1]


def try_again(session: Session, letter: AlertLetter, now: datetime) -> None:
    """Let a mail that was given up be tried anew, from now on."""
    letter.attempts, letter.next_attempt_at, letter.claimed_until_at = 0, now, None
    session.add(letter)
    session.flush()
