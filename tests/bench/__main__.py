"""``python -m tests.bench``: measure against a bare endpoint over the same database, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.bench.measure import Wish
from tests.bench.run import POSTGRESQL, SQLITE, run


def main() -> None:
    """Read the options, run, print the table and keep the JSON. Figures never fail the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of each kind (services, requests, contracts)")
    parser.add_argument("--rounds", type=int, default=10, help="rounds in which every arm has its turn")
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL], default=SQLITE)
    parser.add_argument("--json", type=Path, metavar="PATH", help="also write the figures as JSON")
    options = parser.parse_args()
    found = run(options.database, options.rows, Wish(rounds=options.rounds))
    sys.stdout.write("\n".join(found.as_lines()) + "\n")
    if options.json:
        options.json.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
