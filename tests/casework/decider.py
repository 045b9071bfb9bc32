"""A process that decides whatever waits, four at a time, and says each number once it is committed; to be killed."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from casework import decisions
from casework.database import make_engine
from casework.decisions import Deciding
from models.vocabulary import DecisionAction
from tests.office import Office


def main(address: str, folder: str) -> None:
    office = Office(make_engine(address), Path(folder))
    waiting = office.sql(
        "SELECT r.number, r.version, v.content_hash FROM request r JOIN request_version v ON v.request_id = r.id"
        " AND v.version_no = r.current_version_no WHERE r.state = 'in_review' ORDER BY r.id"
    )

    def decide(row: tuple[str, int, str]) -> None:
        said = Deciding(action=DecisionAction.REJECT, content_hash=row[2], reason="目的が分からない")
        office.do("supervising_officer", decisions.decide, row[0], version=row[1], deciding=said)
        sys.stdout.write(f"{row[0]}\n")
        sys.stdout.flush()

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with ThreadPoolExecutor(4) as people:
        list(people.map(decide, [tuple(row) for row in waiting]))


if __name__ == "__main__":
    main(*sys.argv[1:])
