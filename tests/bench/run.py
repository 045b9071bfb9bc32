"""One run, from an empty database to the figures."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from casework.database import make_engine
from casework.installation import open_installation
from casework.settings import Settings
from tests.bench import load, measure
from tests.bench.arms import bare_arms, make_arms
from tests.bench.client import Line
from tests.bench.measure import Wish
from tests.bench.report import Run
from tests.bench.servers import bare_server, keep_bytecode, sekisho_server
from tests.postgresql import running_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def _empty_database(kind: str, folder: Path) -> Iterator[str]:
    if kind == SQLITE:
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with running_server() as server:
        yield server.url(server.new_database())


def run(database: str, rows: int, wish: Wish) -> Run:
    """Load, serve and measure; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        address = stack.enter_context(_empty_database(database, folder))
        migration_seconds = measure.time_migration(address)
        say(f"loading {rows} rows of each kind ...")
        begun = time.monotonic()
        engine = make_engine(address)
        loaded = load.load(engine, folder, rows)
        engine.dispose()
        load_seconds = time.monotonic() - begun
        say("counting SQL statements ...")
        installation = open_installation(Settings(database_url=address, data_dir=folder))
        statements = measure.count_statements(installation, lambda put: make_arms(put, loaded))
        say("judging the whole ledger anew ...")
        preview = measure.time_preview(installation)
        installation.close()
        say("measuring ...")
        keep_bytecode(folder)
        server = stack.enter_context(sekisho_server(address, folder))
        bare = stack.enter_context(bare_server(address, folder))
        line = Line(server.port)
        arms = make_arms(line.put, loaded)
        line.close()
        placed = [*((arm, bare.port) for arm in bare_arms()), *((arm, server.port) for arm in arms)]
        timings = measure.time_arms(placed, wish.within(len(loaded.requests)))
        return Run(
            database=database,
            rows=rows,
            arms={arm.name: timings[arm.name].summary() for arm, _ in placed},
            labels={arm.name: arm.label for arm, _ in placed},
            statements=statements,
            evaluation=measure.time_evaluation() | preview,
            migration_seconds=migration_seconds,
            load_seconds=round(load_seconds, 1),
            start_seconds=round(server.seconds_to_first_answer, 2),
            worker_megabytes=[round(size, 1) for size in server.worker_megabytes()],
        )


def say(text: str) -> None:
    """Tell on stderr how far it is: stdout is for the figures."""
    sys.stderr.write(f"{text}\n")
