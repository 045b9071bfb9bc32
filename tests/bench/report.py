"""What is said of a run: a table for people, JSON for machines, and the bars with whether they hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.arms import BARE, KINDS, PAGES
from tests.bench.bar import Bar, machine
from tests.bench.registry_report import RegistryRun

Figures = dict[str, dict[str, float]]
LONGEST_PAGE_MS = 150.0
LIST_CALLS = ("first", "deep", "search")
NOTES = (
    "Times are from the client's side, over loopback, on a machine that also runs the client.",
    "The bare endpoint is FastAPI's usual way (session, select, response model), the one the peers were measured by.",
    "The ratio is the median over one keep-alive connection to the bare endpoint's, in the same run, arms interleaved.",
    "With two workers, keep-alive connections may all land on one: read the median beside the rate at eight.",
    "SQL statements are counted in process, authentication included; BEGIN, COMMIT and PRAGMA are not counted.",
)


def load_bars(first_load: dict[str, float]) -> list[Bar]:
    """Return the bars of what a browser fetches for its first page."""
    return [
        Bar("first load of a page with all it brings", first_load["kilobytes"], 150.0, "kB"),
        Bar("script of a first load", first_load["script_kilobytes"], 60.0, "kB"),
    ]


@dataclass(frozen=True)
class Run:
    """Everything one run found."""

    database: str
    rows: int
    arms: Figures
    labels: dict[str, str]
    statements: dict[str, int]
    evaluation: dict[str, float]
    migration_seconds: float
    load_seconds: float
    start_seconds: float
    worker_megabytes: list[float]
    first_load: dict[str, float]
    registry: RegistryRun

    def ratio(self, name: str) -> float:
        """Return how many times the bare endpoint's median a call takes."""
        return round(self.arms[name]["p50_ms"] / self.arms[BARE]["p50_ms"], 2)

    def bars(self) -> list[Bar]:
        """Return the bars of the issue with this run's figures."""
        bars = []
        for kind in KINDS:
            first, deep = self.arms[f"{kind}:first"]["p50_ms"], self.arms[f"{kind}:deep"]["p50_ms"]
            bars.append(Bar(f"{kind}: deep page / first page", round(deep / first, 2), 1.2, "x"))
        for kind in KINDS:
            most = max(self.statements[f"{kind}:{call}"] for call in LIST_CALLS)
            bars.append(Bar(f"{kind}: SQL statements of a list call", most, 3, ""))
        for kind in KINDS:
            slowest = max(self.ratio(f"{kind}:{call}") for call in LIST_CALLS)
            bars.append(Bar(f"{kind}: slowest list call / bare", slowest, 2.5, "x"))
        return [
            *bars,
            Bar("evaluation of a complete 8-3 request", self.evaluation["evaluate_ms"], 1.5, "ms"),
            Bar("10,000 requests judged anew in one job", self._seconds_for_ten_thousand(), 30.0, "s"),
            Bar("first migration from empty", self.migration_seconds, 10.0, "s"),
            Bar("resident memory of a worker", round(max(self.worker_megabytes), 1), 150.0, "MB"),
            *(
                Bar(f"{PAGES[name][0]}: p95 at 8", self.arms[name]["p95_ms_at_8"], LONGEST_PAGE_MS, "ms")
                for name in PAGES
            ),
            *load_bars(self.first_load),
            *self.registry.bars(),
        ]

    def _seconds_for_ten_thousand(self) -> float:
        judged = max(1, self.evaluation["preview_requests"])
        return round(self.evaluation["preview_seconds"] * 10_000 / judged, 1)

    def as_json(self) -> dict[str, Any]:
        """Return the whole run as one JSON document."""
        arms: dict[str, Any] = {
            name: dict(figures) | {"ratio_to_bare": self.ratio(name), "sql_statements": self.statements.get(name)}
            for name, figures in self.arms.items()
        }
        return {
            **asdict(self),
            "arms": arms,
            "bars": [bar.as_json() for bar in self.bars()],
            "machine": machine(),
            "notes": list(NOTES),
        }

    def as_lines(self) -> list[str]:
        """Return the run as a table for a terminal."""
        head = f"{'':34}{'p50':>9}{'p95':>9}{'p99':>9}{'x bare':>8}{'SQL':>5}{'p50@8':>9}{'p99@8':>9}{'/s@8':>8}"
        lines = [f"{self.database}, {self.rows} rows of each kind; milliseconds", head, "-" * len(head)]
        for name, figures in self.arms.items():
            sql = self.statements.get(name)
            lines.append(
                f"{self.labels[name]:34}{figures['p50_ms']:9.2f}{figures['p95_ms']:9.2f}{figures['p99_ms']:9.2f}"
                f"{self.ratio(name):8.2f}{'' if sql is None else sql:>5}{figures['p50_ms_at_8']:9.2f}"
                f"{figures['p99_ms_at_8']:9.2f}{figures['per_second_at_8']:8.0f}"
            )
        sizes = ", ".join(f"{size:.0f}" for size in self.worker_megabytes)
        lines += [
            "",
            f"loaded in {self.load_seconds:.1f} s; first answer after {self.start_seconds:.1f} s; workers {sizes} MB",
            "whole ledger anew: {preview_requests:.0f} requests and {preview_contracts:.0f} contracts in"
            " {preview_seconds} s, {preview_reports:.0f} reports on the way, {preview_megabytes} MB more memory".format(
                **self.evaluation
            ),
            f"reading the sample document from YAML: {self.evaluation['read_document_ms']} ms",
            *self.registry.facts(),
            "",
            *(bar.line for bar in self.bars()),
            "",
            *NOTES,
        ]
        return lines
