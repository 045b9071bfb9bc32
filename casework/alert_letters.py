"""The mails of the ledger: one a person each open morning with everything, and one at once for a turn or a return.

A mail is written once and kept; what is sent, and sent again when the server fails, is that text under that Message-ID.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from casework import second_checks
from casework.alert_settings import AlertSettings
from casework.alert_standing import TURN, URGED
from casework.alert_steps import AT_ONCE, batches
from casework.audit import head_of
from casework.incident_notices import CLOCK_TURN
from casework.notices import ABOUT_ACCOUNT
from casework.second_checks import ITEM, PROOF, contract_numbers
from models.alert import Alert
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.organisation import Organisation
from models.request import Request
from models.user import User
from models.vocabulary import LetterKind

SOON = timedelta(days=7)
MOST_LINES = 50
WEEKDAYS = "月火水木金土日"
# What happened rather than what is to be done by a day: no date is said of it.
NEWS = (ABOUT_ACCOUNT, "registry_import")
TURNS = frozenset({TURN, URGED, CLOCK_TURN})


@dataclass(frozen=True)
class Open:
    """An unsettled date of a person: overdue, of today, or of the days to come."""

    occurrence_id: int
    title: str
    due_on: date
    is_optional: bool = False


@dataclass(frozen=True)
class Draft:
    """A mail before it is kept: to whom, what it says, and which notices it carries."""

    user: User
    kind: LetterKind
    for_on: date
    subject: str
    body: str
    alerts: Sequence[Alert]
    is_late: bool

    def key(self, no: int = 0) -> str:
        """Return the key under which it stands once: a person's of a day, or a notice's own."""
        if self.kind == LetterKind.NOW:
            return f"now:{self.alerts[0].unique_key}"[:200]
        return f"digest:{self.user.key}:{self.for_on.isoformat()}:{no}"


def key_hash(key: str) -> str:
    """Return what a Message-ID says of a key: the same for the same key, and nothing about the case."""
    return hashlib.sha256(f"sekisho:{key}".encode()).hexdigest()[:40]


@dataclass
class Desk:
    """What writing the mails of one organisation and day needs, read once for many people."""

    session: Session
    organisation: Organisation
    rules: AlertSettings
    day: date
    site_url: str
    _numbers: dict[tuple[str, int], str] = field(default_factory=dict)
    _head: str | None = None

    def write_now(self, user: User, alert: Alert) -> Draft:
        """Return the mail that carries one notice at once."""
        self._learn([alert])
        lines = [self._title(alert), *self._link(alert), "", self._foot()]
        subject = f"【関所】{self._title(alert)}"
        return Draft(user, LetterKind.NOW, self.day, subject, "\n".join(lines) + "\n", [alert], alert.is_late)

    def write_digest(self, user: User, alerts: Sequence[Alert], standing: Sequence[Open]) -> Draft | None:
        """Return the one mail of a morning; None where nothing is new, due or overdue."""
        overdue = [each for each in standing if each.due_on < self.day and not each.is_optional]
        today = [each for each in standing if each.due_on == self.day]
        if not alerts and not overdue and not today:
            return None
        self._learn(alerts)
        soon = [each for each in standing if each.due_on > self.day]
        listed = {each.occurrence_id for each in (*overdue, *today, *soon)}
        turns = [alert for alert in alerts if alert.kind in TURNS]
        news = [alert for alert in alerts if alert not in turns and not self._is_listed(alert, listed)]
        late = {alert.object_id for alert in alerts if alert.is_late and alert.object_kind == "duty_occurrence"}
        sections = [
            ("期限切れ", [self._line(each, late) for each in overdue]),
            ("きょうまで", [self._line(each, late) for each in today]),
            ("7日以内", [self._line(each, late) for each in soon]),
            ("あなたの番", [self._notice(alert) for alert in turns]),
            ("新しい知らせ", [self._notice(alert) for alert in self._nearest(news)]),
        ]
        is_late = any(alert.is_late for alert in alerts)
        counted = [f"{name} {len(lines)}件" for name, lines in sections if lines]
        subject = f"{'【遅れて通知】' if is_late else ''}【関所】{_short(self.day)}の知らせ: {'、'.join(counted)}"
        head = [f"{user.name} 様", "", f"{_long(self.day)}の知らせです。1日に1通、ここにまとめてお知らせします。", ""]
        if is_late:
            head += ["止まっていた間に期限が来た知らせには【遅れて通知】と書いてあります。", ""]
        body = [line for name, lines in sections if lines for line in _section(name, lines)]
        return Draft(
            user, LetterKind.DIGEST, self.day, subject, "\n".join([*head, *body, self._foot()]) + "\n", alerts, is_late
        )

    def _is_listed(self, alert: Alert, listed: set[int]) -> bool:
        return alert.object_kind == "duty_occurrence" and alert.object_id in listed and alert.rung == 0

    def _nearest(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Return one notice a thing and rung: of several lead days that fell into a silence the last says all."""
        last = {
            (each.object_kind, each.object_id, each.kind, each.rung, each.due_on, each.title): each for each in alerts
        }
        return list(last.values())

    def _line(self, each: Open, late: set[int]) -> list[str]:
        past = (self.day - each.due_on).days
        when = f"期限 {_short(each.due_on)}" + (f"、{past}日過ぎています" if past > 0 else "")
        mark = "【遅れて通知】" if each.occurrence_id in late else ""
        words = each.title if self.rules.mail_says_titles else f"期限 {each.occurrence_id}番"
        return [f"・{mark}{' '.join(words.split())}({when})", *self._address(f"/obligations/{each.occurrence_id}")]

    def _notice(self, alert: Alert) -> list[str]:
        when = "" if alert.object_kind in NEWS or alert.kind in TURNS else f"(期限 {_short(alert.due_on)})"
        late = "【遅れて通知】" if alert.is_late else ""
        return [f"・{late}{self._title(alert)}{when}", *self._link(alert)]

    def _title(self, alert: Alert) -> str:
        number = self._numbers.get((alert.object_kind, alert.object_id), "")
        if self.rules.mail_says_titles or alert.object_kind in NEWS:
            return " ".join(alert.title.split())
        # What kind of notice it is may be said; what the case is about may not.
        return f"{number or '関所'}: {alert.title.rpartition(': ')[2] if alert.is_urgent else '知らせがあります'}"

    def _link(self, alert: Alert) -> list[str]:
        if alert.object_kind == ABOUT_ACCOUNT:
            return ["  心当たりは「自分の設定」のログインの一覧で確かめられます。", *self._address("/me/sessions")]
        return self._address(path_of(alert, self._numbers))

    def _address(self, path: str) -> list[str]:
        return [f"  {self.site_url.rstrip('/')}{path}"] if self.site_url else []

    def _foot(self) -> str:
        where = "" if self.site_url else "関所の「今日やること」から開いてください。\n"
        if self._head is None:
            found = head_of(self.session, self.organisation.key, self.day - timedelta(days=1))
            self._head = f"{found.line}\n" if found else ""
        return f"--\n{where}{self._head}{self.organisation.name} 関所(このメールには返信できません)"

    def _learn(self, alerts: Iterable[Alert]) -> None:
        wanted = {(alert.object_kind, alert.object_id) for alert in alerts} - self._numbers.keys()
        self._numbers |= numbers_of(self.session, wanted)


def numbers_of(session: Session, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the numbers of contracts, requests and incidents that things belong to, by kind and key."""
    listed = list(things)
    found: dict[tuple[str, int], str] = {}
    for part in batches([key for kind, key in listed if kind == "contract"], AT_ONCE):
        for contract in session.exec(select(Contract).where(col(Contract.id).in_(part))).all():
            found["contract", contract.key] = contract.number
    for part in batches([key for kind, key in listed if kind == "request"], AT_ONCE):
        for key, number in session.exec(select(Request.id, Request.number).where(col(Request.id).in_(part))).all():
            found["request", key or 0] = number
    for part in batches([key for kind, key in listed if kind == "incident_clock"], AT_ONCE):
        told = select(IncidentClock.id, Incident.number).where(col(IncidentClock.id).in_(part))
        for key, number in session.exec(told.where(Incident.id == IncidentClock.incident_id)).all():
            found["incident_clock", key or 0] = number
    return found | contract_numbers(session, listed)


def path_of(alert: Alert, numbers: Mapping[tuple[str, int], str]) -> str:
    """Return the page on which the thing of a notice is seen to."""
    number = numbers.get((alert.object_kind, alert.object_id))
    paths = {
        "duty_occurrence": f"/obligations/{alert.object_id}",
        "contract": f"/contracts/{number}" if number else "/contracts",
        "request": f"/requests/{number}" if number else "/requests",
        "incident_clock": f"/incidents/{number}" if number else "/incidents",
        PROOF: second_checks.path_of(PROOF, number) if number else "/contracts",
        ITEM: second_checks.path_of(ITEM, number) if number else "/contracts",
        "registry_import": "/ismap/imports",
        ABOUT_ACCOUNT: "/me/sessions",
    }
    return paths.get(alert.object_kind, "/")


def open_dates(session: Session, organisation_id: int, user_ids: Iterable[int], day: date) -> dict[int, list[Open]]:
    """Return, of many people at once, what is overdue, due on a day and due in the seven days after it."""
    found: dict[int, list[Open]] = {}
    for part in batches(user_ids, AT_ONCE):
        rows = session.connection().execute(
            sql_select(
                col(DutyOccurrence.id),
                col(DutyOccurrence.owner_id),
                col(DutyOccurrence.due_on),
                col(DutyOccurrence.is_optional),
                col(Duty.provision),
                col(Duty.title),
            )
            .join(Duty, col(Duty.id) == col(DutyOccurrence.duty_id))
            .where(col(DutyOccurrence.organisation_id) == organisation_id, col(DutyOccurrence.owner_id).in_(part))
            .where(col(DutyOccurrence.state) == "scheduled", col(DutyOccurrence.due_on) <= day + SOON)
            .order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id))
        )
        for key, owner_id, due_on, is_optional, provision, title in rows:
            found.setdefault(owner_id, []).append(Open(key or 0, f"{provision} {title}", due_on, is_optional))
    return found


def _section(name: str, lines: Sequence[Sequence[str]]) -> list[str]:
    shown = [line for lines_of_one in lines[:MOST_LINES] for line in lines_of_one]
    rest = [f"・ほか {len(lines) - MOST_LINES}件は「今日やること」にあります。"] if len(lines) > MOST_LINES else []
    return [f"■ {name} {len(lines)}件", *shown, *rest, ""]


def _short(day: date) -> str:
    return f"{day.isoformat()}({WEEKDAYS[day.weekday()]})"


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"
