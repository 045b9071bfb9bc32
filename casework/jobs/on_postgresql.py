"""Workers on several machines: procrastinate hands the work out over PostgreSQL, once for all of them.

Each tick of a work is deferred once, whichever workers are there to do it (procrastinate's table of periodic defers
decides), and while one tick waits no second is put behind it. The row in ``job`` then says whether the piece is due and
in nobody's hand: a worker that was cut off loses it when its lease is over, and the next tick takes it up.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Thread

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.jobs import Status
from sqlalchemy import make_url

from casework.database import open_session
from casework.installation import Installation
from casework.jobs import Work, ledger

SCHEMA = "procrastinate"
QUEUE = "sekisho"
CONCURRENCY = 2
MINUTE = timedelta(minutes=1)
AGAIN_SECONDS = 10.0
ONE_OFF = timedelta(seconds=15)
log = logging.getLogger(__name__)


class PostgresqlJobs:
    """Does the work as one of several workers."""

    def __init__(self, installation: Installation, works: Sequence[Work]) -> None:
        self.installation, self.works = installation, {work.name: work for work in works}

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work in a thread with a loop of its own while the block lasts."""
        loop = asyncio.new_event_loop()
        task: list[asyncio.Task[None]] = []

        def run() -> None:
            task.append(loop.create_task(self._keep_working()))
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task[0])
            loop.close()

        thread = Thread(target=run, daemon=True, name="jobs")
        thread.start()
        try:
            yield
        finally:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(lambda: [each.cancel() for each in task])
            thread.join(5.0)

    def work_for_good(self) -> None:
        """Work until the process is told to stop; what is in hand is finished first."""
        asyncio.run(self._work(with_signals=True))

    async def _keep_working(self) -> None:
        while True:
            try:
                await self._work(with_signals=False)
            except Exception:
                log.exception("the worker begins anew after a failure")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _work(self, *, with_signals: bool) -> None:
        with open_session(self.installation.engine, operator=True) as session:
            ledger.enter(session, tuple(self.works.values()), self.installation.now())
        app = self._app()
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=CONCURRENCY,
                delete_jobs="always",
                install_signal_handlers=with_signals,
                shutdown_graceful_timeout=30.0,
            )

    def _app(self) -> App:
        """Return procrastinate's application: a task and its ticks for every work, and one for what is wished once."""
        address = make_url(self.installation.settings.database_address).set(drivername="postgresql")
        connector = PsycopgConnector(
            conninfo=address.render_as_string(hide_password=False),
            kwargs={"options": f"-c search_path={SCHEMA}"},
        )
        app = App(connector=connector)
        for work in self.works.values():
            self._add(app, work.name, work.every, [work.name])
        self._add(app, "one_off", ONE_OFF, None)
        app.periodic(cron="*/10 * * * *")(
            app.task(name="sweep", queue=QUEUE, queueing_lock="sweep", pass_context=True)(_sweep)
        )
        return app

    def _add(self, app: App, name: str, every: timedelta, keys: Sequence[str] | None) -> None:
        def tick(timestamp: int) -> None:  # procrastinate says of which second the tick is
            del timestamp
            due = ledger.due_keys(self.installation, self.works)
            for key in due if keys is None else [key for key in due if key in keys]:
                if keys is not None or ":" in key:
                    ledger.do_if_due(self.installation, self.works[key.partition(":")[0]], key)

        task = app.task(name=name, queue=QUEUE, queueing_lock=name)(tick)
        app.periodic(cron=cron_of(every))(task)


async def _sweep(context: JobContext, timestamp: int) -> None:
    """Take away what dead workers left in procrastinate's own table: their work was taken up by the next tick."""
    del timestamp
    assert context.app is not None  # noqa: S101 (procrastinate hands it in)
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=60.0):
        await manager.finish_job(job, status=Status.FAILED, delete_job=True)


def cron_of(every: timedelta) -> str:
    """Return the ticks of a work as procrastinate reads them: minutes first, seconds last.

    >>> cron_of(timedelta(seconds=15)), cron_of(timedelta(minutes=5))
    ('* * * * * */15', '*/5 * * * *')
    """
    if every < MINUTE:
        return f"* * * * * */{int(every.total_seconds())}"
    return f"*/{int(every / MINUTE)} * * * *"
