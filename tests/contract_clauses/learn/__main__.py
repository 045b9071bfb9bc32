"""``python -m tests.contract_clauses.learn teach|weigh``: see the package."""

import argparse
from pathlib import Path


def main() -> None:
    """Teach the second reader, or weigh its word."""
    asked = argparse.ArgumentParser(description=__doc__)
    what = asked.add_subparsers(dest="what", required=True)
    teaching = what.add_parser("teach")
    teaching.add_argument("--minutes", type=float, required=True)
    teaching.add_argument("--from", dest="begun", type=Path)
    what.add_parser("weigh")
    wish = asked.parse_args()
    if wish.what == "teach":
        from tests.contract_clauses.learn.teach import teach  # noqa: PLC0415 (torch, which weighing does without)

        teach(wish.minutes, wish.begun)
    else:
        from tests.contract_clauses.learn.weigh import weigh  # noqa: PLC0415 (the same)

        weigh()


if __name__ == "__main__":
    main()
