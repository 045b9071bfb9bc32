"""Dates as a calendar subscribes to them (RFC 5545): an address with a secret, for one person and one choice.

Not a reminder one may rely on: a calendar program reads when it likes. What is settled or called off stays for thirty
days, so that it vanishes from calendars too, and is left out then.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event
from sqlalchemy import ColumnElement, Engine, and_, or_
from sqlmodel import Session, col, select

from casework import audit
from casework.alert_things import LIVE_CONTRACTS
from casework.call import Call
from casework.clock import begin_of, day_in_japan
from casework.database import confine, open_session
from casework.errors import BadInput, FieldError, NotFound
from casework.sessions import hash_secret
from casework.tenancy import visible_to
from casework.tokens import need_person
from models.calendar_feed import CalendarFeed
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.provider import Provider
from models.user import User
from models.vocabulary import FeedFilter, OccurrenceState

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_FEEDS = 10
LONGEST_NAME = 80
BACK, AHEAD, KEPT_AFTER = timedelta(days=365), timedelta(days=1_200), timedelta(days=30)
MOST_EVENTS = 5_000
READ_EVERY = timedelta(hours=1)
NO_FEED = "このアドレスのカレンダーはありません。「自分の設定」の「カレンダー」で、いまのアドレスを確かめてください。"
LABELS = {FeedFilter.MINE: "自分の期限", FeedFilter.SECTION: "自分の課の期限", FeedFilter.ALL: "全庁の期限"}


@dataclass(frozen=True)
class FeedIn:
    """What a person wishes for a calendar."""

    name: str
    shows: FeedFilter = FeedFilter.MINE
    only_numbers: bool = True


@dataclass(frozen=True)
class Entry:
    """One day in a calendar."""

    uid: str
    day: date
    summary: str
    path: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool


@dataclass(frozen=True)
class File:
    """A calendar as it leaves: its bytes, and the mark by which a reader knows that nothing has changed."""

    content: bytes
    etag: str


def create_feed(call: Call, wish: FeedIn) -> tuple[CalendarFeed, str]:
    """Make an address and return it with its secret, which is told once and never stored. Raises ``BadInput``."""
    need_person(call.actor)
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME:
        message = f"名前を{LONGEST_NAME}文字までで入力してください(例 Outlook の予定表)。"
        raise BadInput(message, [FieldError("/name", "missing", message)])
    call.line_up()
    if sum(row.revoked_at is None for row in list_own(call)) >= MOST_FEEDS:
        message = f"カレンダーのアドレスは{MOST_FEEDS}個までです。使っていないものを取り消してください。"
        raise BadInput(message, [FieldError("/name", "too_many", message)])
    secret = secrets.token_urlsafe(32)
    row = CalendarFeed(
        organisation_id=call.actor.organisation_id,
        user_id=call.actor.user_id,
        name=name,
        secret_hash=hash_secret(secret),
        shows=wish.shows,
        only_numbers=wish.only_numbers,
    )
    call.session.add(row)
    call.session.flush()
    after = {"name": name, "shows": row.shows, "only_numbers": row.only_numbers}
    audit.record(call, "calendar_created", "calendar", str(row.key), after=after)
    return row, secret


def list_own(call: Call) -> list[CalendarFeed]:
    """Return the actor's addresses, the newest first."""
    query = visible_to(call.actor, CalendarFeed).where(CalendarFeed.user_id == call.actor.user_id)
    return list(call.session.exec(query.order_by(col(CalendarFeed.id).desc())).all())


def find_own(call: Call, feed_id: int) -> CalendarFeed:
    """Return one of the actor's addresses that still works; raises ``NotFound``."""
    found = next((row for row in list_own(call) if row.key == feed_id and row.revoked_at is None), None)
    if found is None:
        raise NotFound("このカレンダーはありません。「自分の設定」の「カレンダー」から選び直してください。")
    return found


def revoke_feed(call: Call, feed_id: int) -> CalendarFeed:
    """Let an address work no more, from this moment. Raises ``NotFound``."""
    need_person(call.actor)
    call.line_up()
    row = find_own(call, feed_id)
    row.revoked_at = call.now
    call.session.add(row)
    call.session.flush()
    after = {"name": row.name, "revoked_at": call.now.isoformat()}
    audit.record(call, "calendar_revoked", "calendar", str(row.key), after=after)
    return row


def rotate_feed(call: Call, feed_id: int) -> tuple[CalendarFeed, str]:
    """Put a new address in the place of an old one, which works no more. Raises ``NotFound``."""
    old = revoke_feed(call, feed_id)
    return create_feed(call, FeedIn(old.name, FeedFilter(old.shows), old.only_numbers))


def read_feed(engine: Engine, secret: str, now: datetime, site_url: str) -> File:
    """Return the calendar under a secret; raises ``NotFound`` for one that is unknown, revoked or of nobody here."""
    with open_session(engine, writes=False, operator=True) as session:
        found = _find(session, secret)
        if found is None:
            raise NotFound(NO_FEED)
        feed, user = found
        confine(session, feed.organisation_id)
        content = _write(session, feed, user, now, site_url)
        is_noted = feed.last_read_at is not None and now - feed.last_read_at < READ_EVERY
    if not is_noted:
        _note_reading(engine, secret, now)
    return File(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def own_file(call: Call, site_url: str) -> bytes:
    """Return the actor's own dates once, for offices that do not let calendars subscribe."""
    user = call.session.exec(visible_to(call.actor, User).where(User.id == call.actor.user_id)).one()
    once = CalendarFeed(
        organisation_id=call.actor.organisation_id, user_id=user.key, name="", secret_hash="", only_numbers=False
    )
    return _write(call.session, once, user, call.now, site_url)


def _find(session: Session, secret: str) -> tuple[CalendarFeed, User] | None:
    if not SHAPE.fullmatch(secret):
        return None
    query = (
        select(CalendarFeed, User)
        .join(User, col(User.id) == col(CalendarFeed.user_id))
        .where(CalendarFeed.secret_hash == hash_secret(secret), col(CalendarFeed.revoked_at).is_(None))
        .where(col(User.is_active), col(User.blocked_at).is_(None))
    )
    return session.exec(query).first()


def _note_reading(engine: Engine, secret: str, now: datetime) -> None:
    with open_session(engine, operator=True) as session:
        found = _find(session, secret)
        if found is not None:
            found[0].last_read_at = now
            session.add(found[0])


def _write(session: Session, feed: CalendarFeed, user: User, now: datetime, site_url: str) -> bytes:
    organisation = session.exec(select(Organisation).where(Organisation.id == feed.organisation_id)).one()
    host = urlsplit(site_url).hostname or f"{organisation.code}.sekisho.invalid"
    calendar = Calendar()
    calendar.add("prodid", "-//Sekisho//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    title = f"関所 {LABELS[FeedFilter(feed.shows)]}"
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in _entries(session, feed, user, now):
        calendar.add_component(_event(entry, host, site_url))
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str, site_url: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))  # a day ends where the next one begins
    event.add("sequence", entry.sequence)
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if site_url:
        event.add("url", f"{site_url.rstrip('/')}{entry.path}")
    return event


def _entries(session: Session, feed: CalendarFeed, user: User, now: datetime) -> Iterator[Entry]:
    today = day_in_japan(now)
    yield from _duties(session, feed, user, today)
    yield from _contracts(session, feed, user, today)


def _duties(session: Session, feed: CalendarFeed, user: User, today: date) -> Iterator[Entry]:
    still_shown = or_(
        col(DutyOccurrence.state) == OccurrenceState.SCHEDULED,
        col(DutyOccurrence.done_at) >= begin_of(today - KEPT_AFTER),
    )
    query = (
        select(DutyOccurrence, Duty, Contract)
        .join(Duty, col(Duty.id) == col(DutyOccurrence.duty_id))
        .join(Contract, col(Contract.id) == col(Duty.contract_id), isouter=True)
        .join(User, col(User.id) == col(DutyOccurrence.owner_id))
        .where(DutyOccurrence.organisation_id == feed.organisation_id, still_shown)
        .where(col(DutyOccurrence.due_on).between(today - BACK, today + AHEAD), _whose(feed, user))
        .order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id))
        .limit(MOST_EVENTS)
    )
    for row, duty, contract in session.exec(query).all():
        number = contract.number if contract else ""
        words = [f"[期限] {duty.provision}", number]
        if not feed.only_numbers:
            words.append(" ".join(duty.title.split()))
        yield Entry(
            f"duty-{row.key}",
            row.due_on,
            " ".join(word for word in words if word),
            f"/obligations/{row.key}",
            row.version - 1,
            row.done_at or row.dated_at or row.created_at,
            row.state != OccurrenceState.SCHEDULED,
        )


def _whose(feed: CalendarFeed, user: User) -> ColumnElement[bool]:
    if feed.shows == FeedFilter.MINE:
        return col(DutyOccurrence.owner_id) == user.key
    if feed.shows == FeedFilter.SECTION:
        return col(User.department_id) == user.department_id
    return and_(True)


def _contracts(session: Session, feed: CalendarFeed, user: User, today: date) -> Iterator[Entry]:
    query = (
        select(Contract, Provider)
        .join(Provider, col(Provider.id) == col(Contract.provider_id))
        .where(Contract.organisation_id == feed.organisation_id, col(Contract.state).in_(LIVE_CONTRACTS))
        .where(col(Contract.ends_on).between(today - BACK, today + AHEAD))
        .order_by(col(Contract.ends_on), col(Contract.id))
        .limit(MOST_EVENTS)
    )
    if feed.shows == FeedFilter.MINE:
        query = query.where(Contract.owner_id == user.key)
    if feed.shows == FeedFilter.SECTION:
        query = query.where(Contract.department_id == user.department_id)
    for contract, provider in session.exec(query).all():
        more = "" if feed.only_numbers else f" {contract.title}({provider.name})"
        changed_at = contract.dated_at or contract.created_at
        for kind, words, day in (("notice", "更新拒絶", contract.notice_on), ("end", "満了", contract.ends_on)):
            if day is not None:
                yield Entry(
                    f"contract-{contract.key}-{kind}",
                    day,
                    f"[{words}] {contract.number}{more}",
                    f"/contracts/{contract.number}",
                    contract.version - 1,
                    changed_at,
                    is_cancelled=False,
                )
