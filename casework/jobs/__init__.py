"""The service's own work: what is done again and again, or once because somebody wished it, behind one Protocol.

On SQLite a thread beside the site does it; on PostgreSQL procrastinate hands it out to as many workers on as many
machines as there are. Either way the table ``job`` says what ran when, and a piece is in one worker's hand at a time.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from casework.installation import Installation

Deed = Callable[[Installation, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Work:
    """One kind of work: every piece of it may be done twice without harm, and late.

    ``every`` is how long it waits after it was done; ``lease`` how long a worker may have it in hand before another
    takes it for dead; after ``most_attempts`` failures it is parked until a person looks at it. ``harm`` says, for the
    page, what comes of it when it does not run.
    """

    name: str
    label: str
    deed: Deed
    every: timedelta
    harm: str
    lease: timedelta = timedelta(minutes=10)
    most_attempts: int = 5


class Jobs(Protocol):
    """Does the service's work as long as it runs."""

    def working(self) -> AbstractContextManager[None]:
        """Work beside something else while the block lasts; nothing of it keeps the process from stopping."""
        ...

    def work_for_good(self) -> None:
        """Work until the process is told to stop."""
        ...
