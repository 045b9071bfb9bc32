"""``python -m tests.bench``: measure against a bare endpoint over the same database, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.alert_run import run_alerts
from tests.bench.desk_run import run_desk
from tests.bench.drafts import DraftRun, measure_drafts
from tests.bench.duty_run import run_duties
from tests.bench.measure import Wish
from tests.bench.page_run import run_pages
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
    parser.add_argument("--occurrences", type=int, default=1_000_000, help="dates the alerts' daily run goes over")
    parser.add_argument("--alerts-only", action="store_true", help="measure the daily run of the alerts alone")
    parser.add_argument("--duties-only", action="store_true", help="measure the year view and the daily run alone")
    parser.add_argument("--contracts", type=int, default=5_000, help="contracts the desk looks through")
    parser.add_argument("--desk-only", action="store_true", help="measure the desk after an outage alone")
    parser.add_argument("--pages-only", action="store_true", help="measure the pages that everybody opens first alone")
    options = parser.parse_args()
    if options.pages_only:
        pages = run_pages(options.database, options.rows, Wish(rounds=options.rounds))
        _say(pages.as_lines(), pages.as_json(), options.json)
        return
    if options.duties_only:
        year = run_duties(options.database, options.occurrences)
        _say(year.as_lines(), year.as_json(), options.json)
        return
    if options.desk_only:
        desk = run_desk(options.database, options.contracts)
        _say(desk.as_lines(), desk.as_json(), options.json)
        return
    if options.alerts_only:
        morning = run_alerts(options.database, options.occurrences)
        _say(morning.as_lines(), morning.as_json(), options.json)
        return
    lists = RegistryWish(uses=options.uses)
    found: list[Run | RegistryRun | DraftRun] = []
    if not options.registry_only:
        found.append(measure_drafts())
    if options.registry_only:
        found.append(run_registry(options.database, lists))
    elif not options.drafts_only:
        found.append(run(options.database, options.rows, Wish(rounds=options.rounds), lists))
    lines = [line for part in found for line in (*part.as_lines(), "")]
    document: dict[str, Any] = {}
    for part in found:
        document |= part.as_json()
    if not options.registry_only and not options.drafts_only:
        morning = run_alerts(options.database, options.occurrences)
        desk = run_desk(options.database, options.contracts)
        year = run_duties(options.database, options.occurrences)
        lines = [*lines, *morning.as_lines(), "", *desk.as_lines(), "", *year.as_lines()]
        document |= {"alerts": morning.as_json(), "desk": desk.as_json(), "duties": year.as_json()}
    _say(lines, document, options.json)


def _say(lines: list[str], document: dict[str, Any], path: Path | None) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    if path:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
