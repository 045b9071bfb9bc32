"""Dated things and their notices: a lead day each, moved to an open day, and one when the date has passed unsettled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from casework.calendar import NO_DAYS, Closed, open_day_on_or_after, open_day_on_or_before
from models.alert_days import LONGEST_LEAD_DAYS, NEVER

AT_ONCE = 500
OVERDUE = "overdue"
DAY = timedelta(days=1)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Step:
    """One notice of a thing: ``lead`` is the days before, or ``overdue``; ``send_on`` the open day it goes."""

    lead: str
    send_on: date


@dataclass(frozen=True)
class Thing:
    """A date somebody has to keep. ``known_on`` is since when it stands: nobody could be told before.

    Whoever holds the post ``post_id`` on the day is told, else the owner. Of a thing that several people are told of
    there is one each: ``is_shared`` keeps their notices apart, and one of them ``escalates``. ``closed`` are the
    office's own closed days.
    """

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
    post_id: int | None = None
    is_shared: bool = False
    escalates: bool = True
    closed: Closed = NO_DAYS

    @property
    def steps(self) -> list[Step]:
        """Return the thing's notices, first to last."""
        found = [Step(str(lead), open_day_on_or_before(self.due_on - lead * DAY, self.closed)) for lead in self.leads]
        if self.raises_overdue:
            found.append(Step(OVERDUE, open_day_on_or_after(self.due_on + DAY, self.closed)))
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
        return open_day_on_or_after(max(step.send_on, self.known_on + DAY), self.closed) < day

    def next_look(self, day: date) -> date:
        """Return the day of the first step that has not come yet."""
        return min((step.send_on for step in self.steps if step.send_on > day), default=NEVER)

    def key(self, step: Step) -> str:
        """Return the key under which the notice stands once."""
        to = f"mail:{self.owner_id}" if self.is_shared else "mail"
        return f"{self.object_kind}:{self.object_id}:{self.kind}:{self.due_on.isoformat()}:{step.lead}:{to}"


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
