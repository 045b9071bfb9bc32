"""Plays stories in the order of time: each one stops at what it does next, and the earliest goes on first.

What would lie after this instant is never played. So every story tells its whole life, and today cuts it off.
"""

import heapq
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlmodel import Session

from casework.calendar import open_day_on_or_before
from casework.call import Call
from casework.clock import JAPAN
from casework.demo.documents import pick
from casework.demo.town import Town
from casework.files import FileStore

SOURCE = "demo"
OPENS_AT = time(8, 45)
OPEN_MINUTES = 8 * 60


@dataclass(frozen=True)
class Step:
    """One thing one person does on one day; the story goes on with what the deed returns."""

    on: date
    login: str
    deed: Callable[[Call], Any]


Story = Generator["Step | Sequence[Story]", Any, Any]


def step(on: date, login: str, deed: Callable[..., Any], *args: Any, **facts: Any) -> Step:  # noqa: ANN401 (the deed's)
    """Return a step that calls a use case with these facts."""
    return Step(on, login, lambda call: deed(call, *args, **facts))


@dataclass(frozen=True)
class Stage:
    """Where stories are played: a database session, a place for files, the people, and the instants around it all."""

    session: Session
    store: FileStore
    town: Town
    begins_at: datetime
    now: datetime

    def play(self, stories: Iterable[Story]) -> None:
        """Play all stories, and those they begin, from ``begins_at`` until nothing is left to do before now."""
        order = count()
        waiting: list[tuple[datetime, int, Callable[[Call], Any], str, Story]] = []

        def go_on(story: Story, result: Any, earliest: datetime) -> None:  # noqa: ANN401 (any use case's)
            for what in _advance(story, result):
                if isinstance(what, Step):
                    at = max(_instant(what), earliest + timedelta(minutes=4))
                    if at <= self.now:
                        heapq.heappush(waiting, (at, next(order), what.deed, what.login, story))
                    continue
                for begun in what:
                    go_on(begun, None, earliest)

        for story in stories:
            go_on(story, None, self.begins_at)
        while waiting:
            at, _, deed, login, story = heapq.heappop(waiting)
            result = deed(self._call(login, at))
            go_on(story, result, at)

    def _call(self, login: str, at: datetime) -> Call:
        actor = self.town.actors[login]
        return Call(session=self.session, actor=actor, now=at, store=self.store, source=SOURCE)


def _advance(story: Story, result: Any) -> Iterable["Step | Sequence[Story]"]:  # noqa: ANN401 (any use case's)
    """Yield what a story does next: the stories it begins on the way, and its next step last."""
    send: Callable[[], Any] = partial(story.send, result)
    while True:
        try:
            what = send()
        except StopIteration:
            return
        yield what
        if isinstance(what, Step):
            return
        send = partial(next, story)


def _instant(planned: Step) -> datetime:
    """Return when on an open day it is done; the minute follows from the day and the person."""
    day = open_day_on_or_before(planned.on)
    minutes = pick(f"{day} {planned.login}", OPEN_MINUTES)
    return (datetime.combine(day, OPENS_AT, JAPAN) + timedelta(minutes=minutes)).astimezone(UTC)
