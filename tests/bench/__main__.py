"""``python -m tests.bench``: measure against a bare endpoint over the same database, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.drafts import DraftRun, measure_drafts
from tests.bench.measure import Wish
from tests.bench.registry_report import RegistryRun
from tests.bench.registry_run import RegistryWish
from tests.bench.report import Run
from tests.bench.run import POSTGRESQL, SQLITE, run, run_registry


def main() -> None:
    """Read the options, run, print the table and keep the JSON. Figures never fail the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of each kind (services, requests, contracts)")
    parser.add_argument("--rounds", type=int, default=10, help="rounds in which every arm has its turn")
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    parser.add_argument("--uses", type=int, default=100_000, help="uses a list is followed through (30 KB each)")
    parser.add_argument("--registry-only", action="store_true", help="measure what is about the public lists alone")
    parser.add_argument("--drafts-only", action="store_true", help="measure what is about contract drafts alone")
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures as JSON")
    options = parser.parse_args()
    lists = RegistryWish(uses=options.uses)
    found: list[Run | RegistryRun | DraftRun] = []
    if not options.registry_only:
        found.append(measure_drafts())
    if options.registry_only:
        found.append(run_registry(options.database, lists))
    elif not options.drafts_only:
        found.append(run(options.database, options.rows, Wish(rounds=options.rounds), lists))
    sys.stdout.write("\n\n".join("\n".join(part.as_lines()) for part in found) + "\n")
    if options.json:
        told: dict[str, Any] = {}
        for part in found:
            told |= part.as_json()
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
