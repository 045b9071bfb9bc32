"""The runner beside the site: one thread that does what is due. Enough for one machine, and all that SQLite needs."""

import logging
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from casework.database import open_session
from casework.installation import Installation
from casework.jobs import Work, ledger

WAKE_SECONDS = 2.0
FIRST_WAKE_SECONDS = 5.0  # at most: workers that start together do not wake together
log = logging.getLogger(__name__)


class InProcessJobs:
    """Does the work in a thread of this process; several processes may, and share it."""

    def __init__(
        self, installation: Installation, works: Sequence[Work], *, wake_seconds: float = WAKE_SECONDS
    ) -> None:
        self.installation, self.works = installation, {work.name: work for work in works}
        self.wake_seconds = wake_seconds

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work while the block lasts."""
        stop = Event()
        thread = Thread(target=self._work, args=(stop,), daemon=True, name="jobs")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(1.0)

    def work_for_good(self) -> None:
        """Work until the process is told to stop."""
        self._work(Event())

    def do_what_is_due(self) -> int:
        """Do every piece whose time has come; return how many were done here."""
        done = 0
        for key in ledger.due_keys(self.installation, self.works):
            done += ledger.do_if_due(self.installation, self.works[key.partition(":")[0]], key)
        return done

    def _work(self, stop: Event) -> None:
        wait = min(self.wake_seconds, FIRST_WAKE_SECONDS) * random.SystemRandom().random()
        is_entered = False
        while not stop.wait(wait):
            wait = self.wake_seconds
            try:
                if not is_entered:
                    with open_session(self.installation.engine, operator=True) as session:
                        ledger.enter(session, tuple(self.works.values()), self.installation.now())
                    is_entered = True
                self.do_what_is_due()
            except Exception:
                log.exception("the runner goes on after a failure")
