"""Which notices fall due up to a day: the daily run's reading, which touches only what has to be looked at.

Every dated thing has steps: a lead day each (90, 60, 30, 14, 7, 1, 0 days before), moved to the open day on or before,
and the first open day after the date when it is still unsettled. A row says itself on which day its next step comes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, literal, tuple_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from casework import webhook_events
from casework.alert_people import People, Told
from casework.alert_settings import AlertSettings, settings_of
from casework.calendar import open_day_on_or_after, open_day_on_or_before, open_days_later
from casework.clock import day_in_japan
from models.alert import Alert
from models.alert_days import LONGEST_LEAD_DAYS, NEVER
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import AlertState, ContractState

AT_ONCE = 500
OVERDUE = "overdue"
LIVE_CONTRACTS = (ContractState.CONCLUDED, ContractState.ACTIVE)
DAY = timedelta(days=1)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Step:
    """One notice of a thing: ``lead`` is the days before, or ``overdue``; ``send_on`` the open day it goes."""

    lead: str
    send_on: date


@dataclass(frozen=True)
class Thing:
    """A date somebody has to keep. ``known_on`` is since when it stands: nobody could be told before."""

    organisation_id: int
    owner_id: int
    kind: str
    object_kind: str
    object_id: int
    title: str
    due_on: date
    known_on: date
    look_from: date
    leads: Sequence[int]
    raises_overdue: bool

    @property
    def steps(self) -> list[Step]:
        """Return the thing's notices, first to last."""
        found = [Step(str(lead), open_day_on_or_before(self.due_on - lead * DAY)) for lead in self.leads]
        if self.raises_overdue:
            found.append(Step(OVERDUE, open_day_on_or_after(self.due_on + DAY)))
        return found

    def fallen_due(self, day: date) -> list[Step]:
        """Return the steps that have come: each since the row was looked at last, so that a silence loses none.

        A thing that nobody has looked at yet, because it is new or got another date, is told of for the nearest one.
        """
        come = [step for step in self.steps if step.send_on <= day]
        is_new = self.look_from <= self.due_on - LONGEST_LEAD_DAYS * DAY
        missed = [] if is_new else [step for step in come[:-1] if step.send_on >= self.look_from]
        return [*missed, *come[-1:]]

    def is_late(self, step: Step, day: date) -> bool:
        """Return whether a run before this day should have told."""
        return open_day_on_or_after(max(step.send_on, self.known_on + DAY)) < day

    def next_look(self, day: date) -> date:
        """Return the day of the first step that has not come yet."""
        return min((step.send_on for step in self.steps if step.send_on > day), default=NEVER)

    def key(self, step: Step) -> str:
        """Return the key under which the notice stands once."""
        return f"{self.object_kind}:{self.object_id}:{self.kind}:{self.due_on.isoformat()}:{step.lead}:mail"


@dataclass
class Plan:
    """What a run has to do: rows to enter, rows to bring back, and when each thing is to be looked at next."""

    new: list[Alert] = field(default_factory=list)
    revived: list[Alert] = field(default_factory=list)
    next_looks: dict[type[SQLModel], dict[int, date]] = field(default_factory=dict)
    things_read: int = 0


def plans(session: Session, day: date, organisation_id: int) -> Iterator[Plan]:
    """Yield, part by part, what falls due in an organisation up to a day; nothing is written.

    Each part may be carried out before the next is asked for: what was looked at does not come again.
    """
    rules = settings_of(session, organisation_id)
    people = People(session, day)
    for batch in _things(session, day, rules, organisation_id):
        made = Plan(things_read=len(batch))
        _plan_batch(session, made, batch, day, rules, people)
        for thing in batch:
            table: type[SQLModel] = DutyOccurrence if thing.kind == "duty" else Contract
            looks = made.next_looks.setdefault(table, {})
            look = thing.next_look(day)
            looks[thing.object_id] = min(look, looks.get(thing.object_id, NEVER))  # a contract has two dates
        yield made


def carry_out(session: Session, made: Plan, now: datetime) -> int:
    """Enter what a plan says and return how many notices are new."""
    for table, looks in made.next_looks.items():
        rows: Any = table.__table__  # type: ignore[attr-defined] # SQLModel makes it
        statement = update(rows).where(rows.c.id == bindparam("row")).values(next_alert_on=bindparam("look"))
        session.connection().execute(statement, [{"row": row, "look": look} for row, look in looks.items()])
    session.add_all(made.new)
    session.add_all(made.revived)
    session.flush()
    webhook_events.tell_alerts(session, made.new, now)
    return len(made.new) + len(made.revived)


def _plan_batch(
    session: Session,
    made: Plan,
    batch: Sequence[Thing],
    day: date,
    rules: AlertSettings,
    people: People,
) -> None:
    due = {thing.key(step): (thing, step) for thing in batch for step in thing.fallen_due(day)}
    for keys in batches(due, AT_ONCE):
        for known in session.exec(select(Alert).where(col(Alert.unique_key).in_(keys))).all():
            due.pop(known.unique_key)
            if known.state == AlertState.WITHDRAWN:  # the date came back before anybody was told
                made.revived.append(known)
    people.learn({thing.owner_id for thing, _ in due.values()})
    for thing, step in due.values():
        told = people.stand_in(thing.organisation_id, thing.owner_id)
        if told is None:
            continue
        made.new.append(_alert(thing, step, told, day, rules))
    for alert in made.revived:
        alert.state, alert.letter_id = AlertState.PENDING, None


def _alert(thing: Thing, step: Step, told: Told, day: date, rules: AlertSettings) -> Alert:
    waits_until = open_days_later(max(day, step.send_on), rules.escalate_after_open_days)
    return Alert(
        organisation_id=thing.organisation_id,
        unique_key=thing.key(step),
        user_id=told.user_id,
        kind=thing.kind,
        object_kind=thing.object_kind,
        object_id=thing.object_id,
        title=thing.title,
        due_on=thing.due_on,
        send_on=step.send_on,
        is_late=thing.is_late(step, day),
        mark=step.lead,
        post_name=told.post_name,
        escalate_on=waits_until if step.lead == OVERDUE and rules.ladder else None,
    )


def _things(session: Session, day: date, rules: AlertSettings, organisation_id: int) -> Iterator[list[Thing]]:
    for rows in _due_occurrences(session, day, organisation_id):
        yield [_occurrence(row, rules) for row in rows]
    query = select(Contract).where(
        Contract.organisation_id == organisation_id,
        col(Contract.state).in_(LIVE_CONTRACTS),
        col(Contract.next_alert_on) <= day,
    )
    for contracts in batches(session.exec(query.order_by(col(Contract.id))).all(), AT_ONCE):
        yield [thing for contract in contracts for thing in _dates_of(contract, rules)]


def _due_occurrences(session: Session, day: date, organisation_id: int) -> Iterator[Sequence[Any]]:
    """Read, part by part, the rows whose next step has come: by the index on it, and nothing else."""
    row: Any = DutyOccurrence.__table__  # type: ignore[attr-defined] # SQLModel makes it
    duty: Any = Duty.__table__  # type: ignore[attr-defined] # as above
    place = tuple_(row.c.next_alert_on, row.c.id)
    query = (
        sql_select(row, duty.c.provision, duty.c.title)
        .join(duty, duty.c.id == row.c.duty_id)
        .where(row.c.organisation_id == organisation_id, row.c.state == "scheduled", row.c.next_alert_on <= day)
        .order_by(row.c.next_alert_on, row.c.id)
        .limit(AT_ONCE)
    )
    found = session.connection().execute(query).all()
    while found:
        yield found
        last = found[-1]
        after = place > tuple_(literal(last.next_alert_on), literal(last.id))
        found = session.connection().execute(query.where(after)).all()


def _occurrence(row: Any, rules: AlertSettings) -> Thing:  # noqa: ANN401 (a row of columns)
    return Thing(
        row.organisation_id,
        row.owner_id,
        "duty",
        "duty_occurrence",
        row.id,
        f"{row.provision} {row.title}",
        row.due_on,
        _known_on(row),
        row.next_alert_on,
        rules.leads("duty"),
        raises_overdue=True,
    )


def _dates_of(contract: Contract, rules: AlertSettings) -> Iterator[Thing]:
    known_on = max(_known_on(contract), contract.concluded_on or date.min)
    for kind, words, day in (
        ("notice", "更新・終了の通知期限", contract.notice_on),
        ("end", "契約の満了", contract.ends_on),
    ):
        if day is not None:
            yield Thing(
                contract.organisation_id,
                contract.owner_id,
                kind,
                "contract",
                contract.key,
                f"{contract.number} {words}",
                day,
                known_on,
                contract.next_alert_on,
                rules.leads(kind, contract.number),
                raises_overdue=kind == "end",
            )


def _known_on(row: Any) -> date:  # noqa: ANN401 (a row of a table with dates, or its columns)
    return day_in_japan(row.dated_at or row.created_at)


def batches(items: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """Yield the items in lists of at most ``size``: databases bound the parameters of a statement."""
    part: list[Key] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
