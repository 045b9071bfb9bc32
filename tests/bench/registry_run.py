"""What the lists cost: bringing 5,000 rows in, matching, comparing, and following a change through a whole ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from casework import registry, registry_intake, registry_sync, registry_watch
from casework.clock import now
from casework.database import make_engine, migrate, open_session
from casework.installation import shared_organisation
from casework.registry import Origin
from casework.registry_intake import Bringing
from casework.registry_sync import SyncWish
from ismap.diff import diff
from tests.bench.registry_ledger import concerned, plan_uses, touch
from tests.bench.registry_lists import ROWS, Row, entries_of, service_rows, with_remarks
from tests.bench.registry_load import load_uses, seed_towns
from tests.bench.registry_matching import NAMES, measure_matching
from tests.bench.registry_report import RegistryRun
from tests.bench.servers import ROOT
from tests.ismap.lists import as_csv, as_xlsx
from tests.office import Office, StandingClock

TIMES = 3
MEGABYTE = 1024 * 1024
MAKES: dict[str, Callable[[list[Row]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}
Databases = Callable[[str], AbstractContextManager[str]]


@dataclass(frozen=True)
class RegistryWish:
    """How long the lists are, how many uses hang on them, and how many names are matched."""

    rows: int = ROWS
    uses: int = 100_000
    names: int = NAMES


def measure_registry(databases: Databases, folder: Path, wish: RegistryWish) -> RegistryRun:
    """Measure everything about the lists, in databases of their own that ``databases`` gives by name."""
    with _office(databases, folder, "lists") as office:
        figures = _time_imports(office, wish) | _time_diffs(office, wish)
        figures |= {f"memory_{name}": size for name, size in _memory(office).items()}
    figures |= {f"match_{name}": value for name, value in measure_matching(wish.names).items()}
    with _office(databases, folder, "uses") as office:
        figures |= _time_following(office, wish)
    return RegistryRun(wish.rows, wish.uses, figures)


@contextmanager
def _office(databases: Databases, folder: Path, name: str) -> Iterator[Office]:
    place = folder / name
    place.mkdir()
    with databases(name) as address:
        engine = make_engine(address)
        try:
            migrate(engine)
            with open_session(engine, operator=True) as session:
                shared_organisation(session)
            yield Office(engine, place, StandingClock(now()))
        finally:
            engine.dispose()


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


def _bring(office: Office, raw: bytes, name: str = "list.csv") -> dict[str, Any]:
    report = registry_sync.sync(office.installation, SyncWish(source=name, raw=raw, carried_by="計測"))
    if report["refused"] is not None:
        raise RuntimeError(report["refused"])
    return report


def _bring_alone(office: Office, raw: bytes) -> None:
    """Bring a list in without what follows from it."""
    origin = Origin(source="list.csv", acquired_on=office.clock.today, raw_sha256="", carried_by="計測")
    origin = registry_intake.kept_bytes(office.installation, origin, raw, most=len(raw))
    registry_intake.bring(office.installation, Bringing(origin, raw=raw))


def _time_imports(office: Office, wish: RegistryWish) -> dict[str, float]:
    """Return the median seconds of whole imports, each on top of a list of the same length with one row in 50 other."""
    rows = service_rows(wish.rows)
    _bring(office, as_csv(rows))
    taken: dict[str, list[float]] = {kind: [] for kind in MAKES}
    for at in range(TIMES):
        for kind, make in MAKES.items():
            raw = make(with_remarks(rows, every=50, remark=f"{kind} {at} 回目の備考"))
            taken[kind].append(_seconds(lambda raw=raw, kind=kind: _bring(office, raw, f"list.{kind}")))  # type: ignore[misc]  # mypy reads no default of a lambda
    return {f"import_{kind}_seconds": median(seconds) for kind, seconds in taken.items()}


def _time_diffs(office: Office, wish: RegistryWish) -> dict[str, float]:
    """Return the median seconds to compare two lists that are there, and two that are read from the database first."""
    rows = service_rows(wish.rows)
    before, after = entries_of(rows), entries_of(with_remarks(rows, every=50, remark="備考"))
    first, second = (row.code for row in office.sql("SELECT code FROM registry_snapshot ORDER BY id DESC LIMIT 2"))

    def _from_database() -> None:
        registry._kept.clear()
        with office.session() as session:
            registry.diff_snapshots(session, first, second)

    return {
        "diff_seconds": median(_seconds(lambda: diff(before, after)) for _ in range(TIMES)),
        "diff_from_database_seconds": median(_seconds(_from_database) for _ in range(TIMES)),
    }


def _memory(office: Office) -> dict[str, float]:
    """Return what lists add to a worker of its own, in megabytes."""
    address = office.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.bench.registry_memory", address, str(office.folder)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    sizes: dict[str, float] = json.loads(said)
    return sizes


def _time_following(office: Office, wish: RegistryWish) -> dict[str, float]:
    """Load the ledger, let twenty entries change, follow that, and return how long each took.

    Raises unless exactly the uses that were meant to be concerned were judged again.
    """
    seed_towns(office)
    rows = service_rows(wish.rows)
    _bring(office, as_csv(rows))
    uses = plan_uses(wish.uses, rows)
    load_seconds = _seconds(lambda: load_uses(office, uses, rows))
    twenty = touch(rows)
    meant = concerned(uses, twenty)
    import_seconds = _seconds(lambda: _bring_alone(office, as_csv(twenty.rows)))
    busy = time.process_time()
    follow_seconds = _seconds(lambda: registry_watch.follow(office.installation))
    busy = time.process_time() - busy
    judged = _judged(office)
    if sorted(judged) != sorted(meant):
        raise RuntimeError(f"meant to be judged again: {sorted(meant)}; were: {sorted(judged)}")
    changed = int(str(office.one("SELECT count(*) FROM reassessment WHERE is_changed")))
    return {
        "load_seconds": load_seconds,
        "load_megabytes": _megabytes(office),
        "uses_import_seconds": import_seconds,
        "follow_seconds": follow_seconds,
        "follow_busy_seconds": round(busy, 3),
        "follow_judged": len(judged),
        "follow_changed": changed,
    }


def _megabytes(office: Office) -> float:
    size = "pg_database_size(current_database())" if office.is_postgresql else "page_count * page_size"
    of = "" if office.is_postgresql else " FROM pragma_page_count, pragma_page_size"
    return float(office.one(f"SELECT {size}{of}")) / MEGABYTE


def _judged(office: Office) -> list[str]:
    return [
        str(row.number)
        for row in office.sql("SELECT r.number FROM reassessment a JOIN request r ON r.id = a.request_id")
    ]
