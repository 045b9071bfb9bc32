"""Which notices fall due up to a day: the daily run's reading, which touches only what has to be looked at.

Every dated thing has steps: a lead day each (90, 60, 30, 14, 7, 1, 0 days before), moved to the open day on or before,
and the first open day after the date when it is still unsettled (``alert_steps``). Which things there are:
``alert_things``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, select

from casework import webhook_events
from casework.alert_people import People, Told
from casework.alert_settings import AlertSettings, settings_of
from casework.alert_steps import AT_ONCE, OVERDUE, Step, Thing, batches
from casework.alert_things import CLOCK, Reading, things_due
from casework.calendar import open_days_later
from casework.closed_days import closed_days_of
from models.alert import Alert
from models.alert_days import NEVER
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import AlertState

# The tables whose rows say when they are to be looked at next.
LOOKED_AT: dict[str, type[SQLModel]] = {"duty_occurrence": DutyOccurrence, "contract": Contract}


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
    reading = Reading(
        session,
        day,
        organisation_id,
        settings_of(session, organisation_id),
        People(session, day),
        closed_days_of(session, organisation_id),
    )
    for batch in things_due(reading):
        made = Plan(things_read=len(batch))
        _plan_batch(made, batch, reading)
        for thing in batch:
            if (table := LOOKED_AT.get(thing.object_kind)) is not None:
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


def _plan_batch(made: Plan, batch: Sequence[Thing], reading: Reading) -> None:
    due = {thing.key(step): (thing, step) for thing in batch for step in thing.fallen_due(reading.day)}
    for keys in batches(due, AT_ONCE):
        for known in reading.session.exec(select(Alert).where(col(Alert.unique_key).in_(keys))).all():
            due.pop(known.unique_key)
            if known.state == AlertState.WITHDRAWN:  # the date came back before anybody was told
                made.revived.append(known)
    reading.people.learn({thing.owner_id for thing, _ in due.values()})
    reading.people.learn_posts({thing.post_id for thing, _ in due.values()})
    for thing, step in due.values():
        told = reading.people.answering(thing.organisation_id, thing.owner_id, thing.post_id)
        if told is None:
            continue
        made.new.append(_alert(thing, step, told, reading.day, reading.rules))
    for alert in made.revived:
        alert.state, alert.letter_id = AlertState.PENDING, None


def _alert(thing: Thing, step: Step, told: Told, day: date, rules: AlertSettings) -> Alert:
    wait = 1 if thing.kind == CLOCK else rules.escalate_after_open_days  # an incident does not wait for days
    goes_up = step.lead == OVERDUE and thing.escalates and rules.ladder
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
        escalate_on=open_days_later(max(day, step.send_on), wait, thing.closed) if goes_up else None,
    )
