"""What a year of duties costs: the table and the list of a fiscal year over a million due dates, and the morning's run.

The figures are server time on the same application in process: signed in, through the route, rendered.
"""

from __future__ import annotations

import statistics
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from casework.calendar import fiscal_year
from casework.database import make_engine, migrate, open_session
from tests.bench.alert_run import DAY, LONGEST_SECONDS, load_dates, measure_morning
from tests.bench.bar import Bar, machine
from tests.bench.run import empty_databases, say
from tests.office import Office, StandingClock, closing_engine, seed
from tests.web.browsing import Visitor
from web.app import create_site

LONGEST_VIEW_MS = 150.0
ROUNDS = 15
VIEWS = {
    "year": f"/obligations?fy={fiscal_year(DAY)}",
    "next_year": f"/obligations?fy={fiscal_year(DAY) + 1}",
    "mine": "/obligations?mine=1&open=1",
    "month": f"/obligations?fy={fiscal_year(DAY)}&month=7",
}


@dataclass(frozen=True)
class DutiesRun:
    """What the year view and the morning cost over so many due dates."""

    occurrences: int
    figures: dict[str, float]

    def bars(self) -> list[Bar]:
        """Return the bars of the issue with this run's figures."""
        found = self.figures
        views = [
            Bar(f"{name} view over {self.occurrences:,} dates", found[f"{name}_ms"], LONGEST_VIEW_MS, "ms")
            for name in VIEWS
        ]
        return [
            *views,
            Bar(f"daily run over {self.occurrences:,} dates", found["run_seconds"], LONGEST_SECONDS, "s"),
            Bar("dates read that were not due", found["read"] - found["due_things"], 0, ""),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the run as one JSON document."""
        return {**asdict(self), "bars": [bar.as_json() for bar in self.bars()], "machine": machine()}

    def as_lines(self) -> list[str]:
        """Return the run as lines for a terminal."""
        said = "duties: {listed:.0f} lines in the year's list; {due_things:.0f} dates due that morning".format(
            **self.figures
        )
        return [said, "", *(bar.line for bar in self.bars())]


def run_duties(database: str, occurrences: int) -> DutiesRun:
    """Measure the year view and the morning; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sekisho-bench-")))
        say(f"entering {occurrences} dates ...")
        databases = stack.enter_context(empty_databases(database, folder))
        address = stack.enter_context(databases("duties"))
        with closing_engine(make_engine(address)) as engine:
            migrate(engine)
            with open_session(engine, operator=True) as session:
                seed(session)
        with closing_engine(make_engine(address)) as engine:
            office = Office(engine, folder, StandingClock())
            office.clock.set_day(DAY)
            load_dates(office, occurrences)
            figures = measure_views(office)
            figures |= measure_morning(office)
    return DutiesRun(occurrences, figures)


def measure_views(office: Office) -> dict[str, float]:
    """Return the middle of some rounds of every view, in milliseconds, and how many lines its year counts."""
    reader = Visitor(create_site(office.installation), office, "supervising_officer")
    figures: dict[str, float] = {}
    for name, path in VIEWS.items():
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            answer = reader.client.get(path)
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, answer.text
        figures[f"{name}_ms"] = round(statistics.median(taken), 1)
    of_the_year = "SELECT count(*) FROM duty_occurrence WHERE due_on BETWEEN '2027-04-01' AND '2028-03-31'"
    figures["listed"] = float(str(office.one(of_the_year)))
    return figures
