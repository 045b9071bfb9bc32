"""What is said of the lists' part of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.bar import Bar, machine

SECONDS_OF_IMPORT, SECONDS_OF_DIFF, SECONDS_OF_FOLLOWING = 3.0, 0.5, 5.0
MILLISECONDS_OF_MATCH = 3.0
SHARE_NOT_FIRST = 0.03  # of the names that should link, so many may be found later than first


@dataclass(frozen=True)
class RegistryRun:
    """Everything one run found about lists of so many rows and a ledger of so many uses."""

    rows: int
    uses: int
    figures: dict[str, float]

    def bars(self) -> list[Bar]:
        """Return the bars of the issue with this run's figures."""
        found = self.figures
        of_list = f"a list of {self.rows:,} rows"
        return [
            Bar(f"import of {of_list}, CSV", found["import_csv_seconds"], SECONDS_OF_IMPORT, "s"),
            Bar(f"import of {of_list}, XLSX", found["import_xlsx_seconds"], SECONDS_OF_IMPORT, "s"),
            Bar("match of one name (median)", round(found["match_median_ms"], 2), MILLISECONDS_OF_MATCH, "ms"),
            Bar("names linked to a wrong row", round(1 - found["match_precision"], 4), 0.0, ""),
            Bar("names to link, not linked first", round(1 - found["match_recall_at_1"], 4), SHARE_NOT_FIRST, ""),
            Bar(f"diff of {of_list}", found["diff_seconds"], SECONDS_OF_DIFF, "s"),
            Bar(f"20 changes followed through {self.uses:,} uses", found["follow_seconds"], SECONDS_OF_FOLLOWING, "s"),
        ]

    def facts(self) -> list[str]:
        """Return the figures that have no bar, as lines."""
        return [
            "names: precision {match_precision:.3f}, recall@1 {match_recall_at_1:.3f}, recall@5"
            " {match_recall_at_5:.3f}, {match_median_ms:.2f} ms (p95 {match_p95_ms:.2f})".format(**self.figures),
            "lists: diff from the database {diff_from_database_seconds} s; in a worker one adds {memory_one_list} MB,"
            " with a look-up {memory_looked_up}, as many as it keeps {memory_all_kept}".format(**self.figures),
            "uses: loaded in {load_seconds} s ({load_megabytes:.0f} MB); import {uses_import_seconds} s; judged again"
            " {follow_judged:.0f}, as meant, of which {follow_changed:.0f} changed, with"
            " {follow_busy_seconds} s of computing".format(**self.figures),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return this part of a run as one JSON document."""
        return {**asdict(self), "bars": [bar.as_json() for bar in self.bars()], "machine": machine()}

    def as_lines(self) -> list[str]:
        """Return this part of a run as lines for a terminal."""
        return [*self.facts(), "", *(bar.line for bar in self.bars())]
