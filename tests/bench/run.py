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
from tests.bench.registry_report import RegistryRun
from tests.bench.registry_run import Databases, RegistryWish, measure_registry
from tests.bench.report import Run
from tests.bench.servers import bare_server, keep_bytecode, sekisho_server
from tests.postgresql import running_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def empty_databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Yield what gives an empty database by a name, and takes it away after its use."""

    @contextmanager
    def _file(name: str) -> Iterator[str]:
        path = folder / f"{name}.sqlite3"
        yield f"sqlite:///{path}"
        for part in folder.glob(f"{path.name}*"):
            part.unlink()

    if kind == SQLITE:
        yield _file
        return
    with running_server() as server:

        @contextmanager
        def _on_server(name: str) -> Iterator[str]:
            made = server.new_database()
            yield server.url(made)
            server.drop_database(made)

        yield _on_server


def run_registry(database: str, wish: RegistryWish) -> RegistryRun:
    """Measure what is about the lists alone; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        say(f"measuring lists of {wish.rows} rows and a ledger of {wish.uses} uses ...")
        return measure_registry(stack.enter_context(empty_databases(database, folder)), folder, wish)


def run(database: str, rows: int, wish: Wish, registry: RegistryWish) -> Run:
    """Load, serve and measure; everything lies in a folder that is gone afterwards."""
    lists = run_registry(database, registry)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        databases = stack.enter_context(empty_databases(database, folder))
        address = stack.enter_context(databases("bench"))
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
        first_load = measure.weigh_first_load(installation)
        say("judging the whole ledger anew ...")
        preview = measure.time_preview(installation)
        installation.close()
        say("measuring ...")
        keep_bytecode()
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
            first_load=first_load,
            registry=lists,
        )


def say(text: str) -> None:
    """Tell on stderr how far it is: stdout is for the figures."""
    sys.stderr.write(f"{text}\n")
