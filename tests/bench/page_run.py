"""The pages that everybody opens first, alone: what eight people wait for at once, and what a first load brings."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casework.database import make_engine
from casework.installation import open_installation
from casework.settings import Settings
from tests.bench import load, measure
from tests.bench.arms import PAGES, page_arms
from tests.bench.bar import Bar
from tests.bench.client import Line
from tests.bench.measure import Wish
from tests.bench.report import LONGEST_PAGE_MS, load_bars
from tests.bench.run import empty_databases, say
from tests.bench.servers import keep_bytecode, sekisho_server


@dataclass(frozen=True)
class PageRun:
    """The figures of each page, and the kilobytes of a first load."""

    database: str
    rows: int
    arms: dict[str, dict[str, float]]
    statements: dict[str, int]
    first_load: dict[str, float]

    def as_lines(self) -> list[str]:
        """Return the figures as a person reads them."""
        lines = [f"pages over {self.rows} rows of each kind ({self.database}), 2 workers"]
        for name, figures in self.arms.items():
            one = f"p50 {figures['p50_ms']:.1f} / p95 {figures['p95_ms']:.1f} ms over one connection"
            eight = f"p50 {figures['p50_ms_at_8']:.1f} / p95 {figures['p95_ms_at_8']:.1f} ms over eight"
            lines.append(f"{PAGES[name][0]:34} {one}; {eight}; {self.statements[name]} SQL")
        bars = [
            Bar(f"{PAGES[name][0]}: p95 at 8", each["p95_ms_at_8"], LONGEST_PAGE_MS, "ms")
            for name, each in self.arms.items()
        ]
        return [*lines, *(bar.line for bar in [*bars, *load_bars(self.first_load)])]

    def as_json(self) -> dict[str, Any]:
        """Return the same as one JSON document."""
        return asdict(self)


def run_pages(database: str, rows: int, wish: Wish) -> PageRun:
    """Load, serve and measure; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        address = stack.enter_context(stack.enter_context(empty_databases(database, folder))("bench"))
        measure.time_migration(address)
        say(f"loading {rows} rows of each kind ...")
        engine = make_engine(address)
        load.load(engine, folder, rows)
        engine.dispose()
        installation = open_installation(Settings(database_url=address, data_dir=folder))
        statements = measure.count_statements(installation, page_arms)
        first_load = measure.weigh_first_load(installation)
        installation.close()
        say("measuring ...")
        keep_bytecode()
        server = stack.enter_context(sekisho_server(address, folder))
        line = Line(server.port)
        arms = page_arms(line.put)
        line.close()
        timings = measure.time_arms([(arm, server.port) for arm in arms], wish)
        return PageRun(
            database, rows, {name: timing.summary() for name, timing in timings.items()}, statements, first_load
        )
