"""The alert ledger: every notice that is due is a row with a unique key, so none is lost and none is sent twice.

One run has three steps. What falls due is entered; what is settled meanwhile is withdrawn, and the rest is written into
mails (``alert_letters``); the mails are sent (``alert_delivery``). Each is committed before the next begins, so that a
run that dies anywhere is taken up by the next one, which neither loses nor doubles anything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine, and_, or_
from sqlmodel import Session, col, select

from casework.alert_delivery import Delivered, deliver
from casework.alert_escalation import escalate
from casework.alert_letters import Desk, Draft, key_hash, open_dates
from casework.alert_plan import carry_out, plans
from casework.alert_settings import LEAD_DAYS, settings_of
from casework.alert_standing import settled
from casework.alert_steps import AT_ONCE, batches
from casework.calendar import Closed, is_open, open_day_on_or_after
from casework.channels import Channel
from casework.channels.mail import message_id
from casework.clock import JAPAN, day_in_japan
from casework.closed_days import closed_days_of
from casework.database import open_session
from casework.settings import Settings
from models.alert import Alert
from models.alert_letter import AlertLetter
from models.alert_wish import AlertWish
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.user import User
from models.vocabulary import AlertState, LetterKind

__all__ = ["LEAD_DAYS", "AlertRun", "batched", "run", "run_now", "write_letters"]

batched = batches


@dataclass(frozen=True)
class AlertRun:
    """What one run came to: notices newly due, sent, sent late (among the sent), failed."""

    due: int
    sent: int
    late: int
    failed: int


@dataclass
class Written:
    """What writing came to: drafts to keep, and notices that stay on the page."""

    drafts: list[Draft] = field(default_factory=list)
    shown: list[Alert] = field(default_factory=list)


def run(
    engine: Engine,
    *,
    as_of: date,
    now_is: Callable[[], datetime],
    channel: Channel | None,
    settings: Settings | None = None,
    hurry: bool = True,
) -> AlertRun:
    """Enter every notice due up to a day and send what is not yet sent.

    ``hurry`` is a person's command: it sends at once. The service's own run keeps to the morning's hour and to open
    days for everything but a turn and a return, and to the waits between tries.
    """
    chosen = settings or Settings()
    due, done = 0, Delivered()
    for organisation_id in _organisations(engine):
        with _lined_up(engine, organisation_id) as (session, organisation):
            due += sum(carry_out(session, made, now_is()) for made in plans(session, as_of, organisation_id))
            due += escalate(session, organisation_id, as_of, now_is())
            done += _write(session, organisation, as_of, now_is(), chosen, has_mail=channel is not None, hurry=hurry)
    if channel is not None:
        done += deliver(engine, now_is, channel, hurry=hurry)
    return AlertRun(due, done.sent, done.late, done.failed)


def run_now(
    engine: Engine, *, now_is: Callable[[], datetime], channel: Channel | None, settings: Settings
) -> Delivered:
    """Send what goes at once, and what is due to be tried again; the morning's mails when their hour has come."""
    day, done = day_in_japan(now_is()), Delivered()
    has_mail = channel is not None
    for organisation_id in _organisations(engine):
        with open_session(engine, writes=False, operator=True) as session, session.no_autoflush:
            organisation = session.exec(select(Organisation).where(Organisation.id == organisation_id)).one()
            written = write_letters(
                session, organisation, day, now_is(), settings.site_url, has_mail=has_mail, hurry=False
            )
            session.rollback()  # only looked: most of the time there is nothing to write
        if written.drafts or written.shown:
            with _lined_up(engine, organisation_id) as (session, organisation):
                done += _write(session, organisation, day, now_is(), settings, has_mail=has_mail, hurry=False)
    return done + (deliver(engine, now_is, channel, hurry=False) if channel is not None else Delivered())


def _organisations(engine: Engine) -> list[int]:
    with open_session(engine, writes=False, operator=True) as session:
        return [row.key for row in session.exec(select(Organisation).order_by(col(Organisation.id))).all()]


@contextmanager
def _lined_up(engine: Engine, organisation_id: int) -> Iterator[tuple[Session, Organisation]]:
    """Yield a transaction that works on one organisation alone, as every writing use case does (``Call.line_up``)."""
    with open_session(engine, operator=True) as session:
        mine = select(Organisation).where(Organisation.id == organisation_id)
        yield session, session.exec(mine.with_for_update()).one()


def _write(
    session: Session,
    organisation: Organisation,
    day: date,
    now: datetime,
    settings: Settings,
    *,
    has_mail: bool,
    hurry: bool,
) -> Delivered:
    _withdraw(session, organisation.key)
    written = write_letters(session, organisation, day, now, settings.site_url, has_mail=has_mail, hurry=hurry)
    return _keep(session, organisation, written, now, settings)


def _withdraw(session: Session, organisation_id: int) -> None:
    """Take back what was settled, or got another date, before it went.

    A mail that a server clearly refused is taken apart for it: the rest goes with the next one. One that may have
    arrived stays as it is.
    """
    waiting = session.exec(
        select(Alert)
        .where(Alert.organisation_id == organisation_id, Alert.state == AlertState.PENDING)
        .where(col(Alert.letter_id).is_(None))
        .order_by(col(Alert.id))
    ).all()
    for alert in settled(session, waiting):
        alert.state, alert.escalate_on = AlertState.WITHDRAWN, None
        session.add(alert)
    unsent = [AlertState.PENDING, AlertState.FAILED]
    letters = session.exec(
        select(AlertLetter)
        .where(AlertLetter.organisation_id == organisation_id, col(AlertLetter.state).in_(unsent))
        .where(col(AlertLetter.may_have_arrived).is_(False))
        .with_for_update(skip_locked=True)
    ).all()
    carried = _carried_by(session, letters)
    gone = {alert.key for alert in settled(session, [each for group in carried.values() for each in group])}
    for letter in letters:
        group = carried.get(letter.key, [])
        if letter.claimed_until_at is None and any(alert.key in gone for alert in group):
            letter.state = AlertState.WITHDRAWN
            session.add(letter)
            for alert in group:
                is_gone = alert.key in gone
                alert.state = AlertState.WITHDRAWN if is_gone else AlertState.PENDING
                alert.letter_id, alert.escalate_on = None, None if is_gone else alert.escalate_on
                session.add(alert)
    session.flush()


def _carried_by(session: Session, letters: Sequence[AlertLetter]) -> dict[int, list[Alert]]:
    found: dict[int, list[Alert]] = {}
    for part in batches([letter.key for letter in letters], AT_ONCE):
        for alert in session.exec(select(Alert).where(col(Alert.letter_id).in_(part)).order_by(col(Alert.id))).all():
            found.setdefault(alert.letter_id or 0, []).append(alert)
    return found


def write_letters(
    session: Session,
    organisation: Organisation,
    day: date,
    now: datetime,
    site_url: str,
    *,
    has_mail: bool,
    hurry: bool,
    besides: Iterable[Alert] = (),
    with_waiting: bool = True,
) -> Written:
    """Return the mails an organisation's people get now, and what stays on the page; nothing is written.

    For the preview, ``besides`` are notices that are not entered yet, and what waits now may be left out.
    """
    rules = settings_of(session, organisation.key)
    desk = Desk(session, organisation, rules, day, site_url)
    closed = closed_days_of(session, organisation.key)
    is_morning = hurry or (is_open(day, closed) and now >= datetime.combine(day, rules.digest_at, JAPAN))
    waiting: dict[int, list[Alert]] = {}
    for alert in (*(_waiting(session, organisation.key, day) if with_waiting else ()), *besides):
        waiting.setdefault(alert.user_id, []).append(alert)
    had = _had_today(session, organisation.key, day)
    owing = _people_who_owe(session, organisation.key, day) - had if is_morning else set()
    people = _people(session, {*waiting, *owing})
    standing = open_dates(session, organisation.key, people, day) if is_morning else {}
    # Where nobody is any more who could be written to, the page is all there is.
    written = Written(shown=[alert for user_id in waiting.keys() - people.keys() for alert in waiting[user_id]])
    for user_id in sorted(people):
        user, wish = people[user_id]
        own = waiting.get(user_id, [])
        if not (has_mail and user.email and wish.by_mail):
            written.shown += own
            continue
        at_once = [alert for alert in own if alert.is_urgent and wish.at_once]
        written.drafts += [desk.write_now(user, alert) for alert in at_once]
        rest = [alert for alert in own if alert not in at_once]
        if is_morning and (user_id not in had or (hurry and rest)):
            _mark_late(rest, day, rules.digest_at, closed)
            draft = desk.write_digest(user, rest, standing.get(user_id, []))
            written.drafts += [draft] if draft else []
    return written


def _waiting(session: Session, organisation_id: int, day: date) -> Sequence[Alert]:
    query = select(Alert).where(
        Alert.organisation_id == organisation_id,
        Alert.state == AlertState.PENDING,
        col(Alert.letter_id).is_(None),
        col(Alert.send_on) <= day,
    )
    return session.exec(query.order_by(col(Alert.id))).all()


def _people_who_owe(session: Session, organisation_id: int, day: date) -> set[int]:
    """Return who has something overdue or due on the day: they get a mail every open day until it is settled.

    What the policy leaves to us (必要に応じて) is told of on its day and never pressed for afterwards.
    """
    query = select(DutyOccurrence.owner_id).where(
        DutyOccurrence.organisation_id == organisation_id,
        DutyOccurrence.state == "scheduled",
        or_(
            col(DutyOccurrence.due_on) == day,
            and_(col(DutyOccurrence.due_on) < day, col(DutyOccurrence.is_optional).is_(False)),
        ),
    )
    return set(session.exec(query.distinct()).all())


def _people(session: Session, user_ids: Iterable[int]) -> dict[int, tuple[User, AlertWish]]:
    found: dict[int, tuple[User, AlertWish]] = {}
    for part in batches(user_ids, AT_ONCE):
        wishes = {row.user_id: row for row in session.exec(select(AlertWish).where(col(AlertWish.user_id).in_(part)))}
        users = session.exec(select(User).where(col(User.id).in_(part), col(User.is_active))).all()
        usual = AlertWish(organisation_id=0, user_id=0)
        found |= {user.key: (user, wishes.get(user.key, usual)) for user in users}
    return found


def _had_today(session: Session, organisation_id: int, day: date) -> set[int]:
    query = select(AlertLetter.user_id).where(
        AlertLetter.organisation_id == organisation_id,
        AlertLetter.for_on == day,
        AlertLetter.kind == LetterKind.DIGEST,
        AlertLetter.state != AlertState.WITHDRAWN,
    )
    return set(session.exec(query).all())


def _mark_late(alerts: Iterable[Alert], day: date, digest_at: time, closed: Closed) -> None:
    """Call late what an earlier morning's mail should have carried."""
    for alert in alerts:
        entered = alert.created_at.astimezone(JAPAN)
        after = entered.date() if entered.time() < digest_at else entered.date() + timedelta(days=1)
        if alert.rung == 0 and alert.mark and not alert.is_urgent:
            continue  # a date's notice: said when it was entered
        if open_day_on_or_after(max(alert.send_on, after), closed) < day:
            alert.is_late = True


def _keep(
    session: Session, organisation: Organisation, written: Written, now: datetime, settings: Settings
) -> Delivered:
    for alert in written.shown:
        alert.state, alert.channel, alert.sent_at = AlertState.SHOWN, "page", now
        session.add(alert)
    for draft in written.drafts:
        letter = _letter(session, organisation, draft, now, settings)
        session.add(letter)
        session.flush()
        for alert in draft.alerts:
            alert.letter_id = letter.key
            session.add(alert)
    session.flush()
    return Delivered(sent=len(written.shown), late=sum(alert.is_late for alert in written.shown))


def _letter(
    session: Session, organisation: Organisation, draft: Draft, now: datetime, settings: Settings
) -> AlertLetter:
    key = next(key for key in _keys(draft) if not _stands(session, key))
    return AlertLetter(
        organisation_id=draft.user.organisation_id,
        user_id=draft.user.key,
        unique_key=key,
        kind=draft.kind,
        for_on=draft.for_on,
        address=draft.user.email,
        subject=draft.subject,
        body=draft.body,
        message_id=message_id(key_hash(f"{organisation.code}:{organisation.created_at.isoformat()}:{key}"), settings),
        is_late=draft.is_late,
        next_attempt_at=now,
    )


def _keys(draft: Draft) -> Iterator[str]:
    yield draft.key()
    no = 1
    while True:  # a second mail of a morning: a person's own command, or one that was taken apart
        yield draft.key(no) if draft.kind == LetterKind.DIGEST else f"{draft.key()[:190]}:{no}"
        no += 1


def _stands(session: Session, key: str) -> bool:
    return session.exec(select(AlertLetter.id).where(AlertLetter.unique_key == key)).first() is not None
