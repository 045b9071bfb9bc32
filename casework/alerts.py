"""The alert ledger: every notice that is due is a row with a unique key, so none is lost and none is sent twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from smtplib import SMTP, SMTPException
from typing import TypeVar

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from casework.clock import day_in_japan
from casework.database import open_session
from casework.notices import ABOUT_ACCOUNT
from casework.settings import Settings
from models.alert import Alert
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.user import User
from models.vocabulary import AlertState, ContractState

LEAD_DAYS = (90, 60, 30, 14, 7, 1, 0)
KEYS_AT_ONCE = 500
MOST_ATTEMPTS = 5
ENTERING = 0x5E715  # the number under which workers on PostgreSQL queue

Key = TypeVar("Key")
Sender = Callable[[str, str, str], None]


@dataclass(frozen=True)
class AlertRun:
    """What one run came to: notices newly due, sent, sent late (among the sent), failed."""

    due: int
    sent: int
    late: int
    failed: int


@dataclass(frozen=True)
class _Due:
    organisation_id: int
    user_id: int
    kind: str
    object_kind: str
    object_id: int
    title: str
    due_on: date
    known_on: date  # when the thing came to be: nobody could be told before

    def key(self, lead: int) -> str:
        return f"{self.object_kind}:{self.object_id}:{self.kind}:{self.due_on.isoformat()}:{lead}:mail"


def smtp_sender(settings: Settings) -> Sender:
    """Return a sender that hands mail to the office's SMTP server; with none set, notices stay on the page only."""

    def send(to: str, subject: str, body: str) -> None:
        message = EmailMessage()
        # A title may hold line ends (a condition typed on several lines); a subject may not.
        message["From"], message["To"], message["Subject"] = settings.mail_from, to, " ".join(subject.split())
        message.set_content(body)
        with SMTP(settings.smtp_host, settings.smtp_port, timeout=20) as server:
            server.send_message(message)

    return send


def run(engine: Engine, *, as_of: date, now_is: Callable[[], datetime], send: Sender | None) -> AlertRun:
    """Enter every notice due up to a day and send what is not yet sent.

    Each lead day (90, 60, 30, 14, 7, 1, 0 days before) makes one notice. After a pause of the service, a notice whose
    day has passed is entered once, for the nearest lead day, and marked late. Rows are entered and committed before
    anything is sent, so that a crash between the two sends nothing twice and loses nothing.
    """
    with open_session(engine, operator=True) as session:
        _take_turn(session)
        entered = _enter(session, _due_notices(session, as_of), as_of)
    sent = late = failed = 0
    for alert_id in _pending(engine, as_of):
        outcome = _send_one(engine, alert_id, now_is, send)
        if outcome is not None:
            is_sent, is_late = outcome
            sent, failed, late = sent + is_sent, failed + (not is_sent), late + (is_sent and is_late)
    return AlertRun(entered, sent, late, failed)


def _take_turn(session: Session) -> None:
    # Two workers that enter the same notices at once would meet at the unique key; SQLite's stand in line anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(ENTERING)))


def _due_notices(session: Session, as_of: date) -> Iterator[_Due]:
    horizon = as_of + timedelta(days=max(LEAD_DAYS))
    rows = session.exec(
        select(DutyOccurrence, Duty)
        .join(Duty, col(Duty.id) == col(DutyOccurrence.duty_id))
        .where(DutyOccurrence.state == "scheduled", col(DutyOccurrence.due_on) <= horizon)
        .order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id))
    )
    for occurrence, duty in rows:
        yield _Due(
            occurrence.organisation_id,
            occurrence.owner_id,
            "duty",
            "duty_occurrence",
            occurrence.key,
            f"{duty.provision} {duty.title}",
            occurrence.due_on,
            day_in_japan(occurrence.created_at),
        )
    contracts = session.exec(
        select(Contract)
        .where(col(Contract.state).in_([ContractState.CONCLUDED, ContractState.ACTIVE]))
        .where((col(Contract.notice_on) <= horizon) | (col(Contract.ends_on) <= horizon))
    )
    for contract in contracts:
        common = (contract.organisation_id, contract.owner_id)
        since = day_in_japan(contract.created_at)
        if contract.notice_on and contract.notice_on <= horizon:
            title = f"{contract.number} 更新・終了の通知期限"
            yield _Due(*common, "notice", "contract", contract.key, title, contract.notice_on, since)
        if contract.ends_on <= horizon:
            title = f"{contract.number} 契約の満了"
            yield _Due(*common, "end", "contract", contract.key, title, contract.ends_on, since)


def _enter(session: Session, notices: Iterable[_Due], as_of: date) -> int:
    """Enter, for each notice, the nearest lead day that has come, unless it stands already; return how many."""
    by_key: dict[str, tuple[_Due, int]] = {}
    for due in notices:
        days_left = (due.due_on - as_of).days
        lead = min((lead for lead in LEAD_DAYS if lead >= days_left), default=0)
        by_key[due.key(lead)] = (due, lead)
    for keys in batched(by_key, KEYS_AT_ONCE):
        known = session.exec(select(Alert.unique_key).where(col(Alert.unique_key).in_(keys))).all()
        for key in known:
            del by_key[key]
    session.add_all(_alert(key, due, lead, as_of) for key, (due, lead) in by_key.items())
    session.flush()
    return len(by_key)


def _alert(key: str, due: _Due, lead: int, as_of: date) -> Alert:
    send_on = due.due_on - timedelta(days=lead)
    first_run = max(send_on, due.known_on + timedelta(days=1))  # the next morning's run is in time
    return Alert(
        organisation_id=due.organisation_id,
        unique_key=key,
        user_id=due.user_id,
        kind=due.kind,
        object_kind=due.object_kind,
        object_id=due.object_id,
        title=due.title,
        due_on=due.due_on,
        send_on=send_on,
        is_late=first_run < as_of,
    )


def batched(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """Yield the keys in lists of at most ``size``: databases bound the parameters of a statement."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _pending(engine: Engine, as_of: date) -> list[int]:
    with open_session(engine, writes=False, operator=True) as session:
        query = (
            select(Alert.id)
            .where(col(Alert.state).in_([AlertState.PENDING, AlertState.FAILED]), col(Alert.send_on) <= as_of)
            .where(Alert.attempts < MOST_ATTEMPTS)
            .order_by(col(Alert.id))
        )
        return [alert_id for alert_id in session.exec(query).all() if alert_id is not None]


def _send_one(
    engine: Engine, alert_id: int, now_is: Callable[[], datetime], send: Sender | None
) -> tuple[bool, bool] | None:
    """Send one notice and return whether it went and whether it is late; None when another worker has it."""
    with open_session(engine, operator=True) as session:
        row = session.exec(
            select(Alert, User)
            .join(User, col(User.id) == col(Alert.user_id))
            .where(Alert.id == alert_id, Alert.state != AlertState.SENT, Alert.attempts < MOST_ATTEMPTS)
            .with_for_update(of=Alert, skip_locked=True)
        ).first()
        if row is None:
            return None
        alert, user = row
        alert.attempts += 1
        try:
            if send is not None and user.email:
                late = "【遅れて通知】" if alert.is_late else ""
                send(user.email, f"{late}{alert.title}", _body(alert))
            alert.state, alert.sent_at, alert.last_error = AlertState.SENT, now_is(), ""
        except (OSError, SMTPException, ValueError) as error:  # ValueError: an address that cannot stand in a mail
            alert.state, alert.last_error = AlertState.FAILED, f"{type(error).__name__}: {error}"
        session.add(alert)
        return alert.state == AlertState.SENT, alert.is_late


def _body(alert: Alert) -> str:
    if alert.object_kind == ABOUT_ACCOUNT:  # something that happened, not something to do by a day
        return f"{alert.title}\n\n関所の「自分の設定」で、ログインの一覧を確かめられます。\n"
    # A list that could not be taken in is news: nothing of it is due on a day.
    due = "" if alert.object_kind == "registry_import" else f"期限: {alert.due_on.isoformat()}\n"
    return f"{alert.title}\n{due}\n関所の「今日やること」から開いてください。\n"
