"""The process dies in the middle of an import: afterwards the old list stands or the new one does, whole.

A child brings the new list in over a real database and is killed with SIGKILL: at moments drawn over the time a calm
import takes, at steps drawn from all its steps (each SQL statement, each commit, each connection given back), and
within a breath of the commit that counts. Half of the imports come by the command, half were queued by a page. What
follows from the new list for the uses in the ledger is part of each.
"""

import multiprocessing
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from casework import audit, registry, registry_imports, registry_watch
from casework.canonical import hash_of
from casework.database import make_engine, open_session
from casework.installation import shared_organisation
from models.base import Record
from models.registry_snapshot import RegistrySnapshot
from tests.casework.bringing import queue, sync
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office, closing_engine, cloud
from tests.postgresql import PostgresqlServer

ROWS = 120
LONGEST_SECONDS = 60.0
OLD = as_csv(make_rows(ROWS))
NEW = as_csv(
    [
        *(make_row(number, 備考="2026年12月に登録抹消予定") for number in range(1, 21)),
        *make_rows(ROWS)[20:-2],
        make_row(ROWS + 1),
        make_row(ROWS + 2, サービス名=""),  # kept out: no name
        make_row(30, 事業者="別の事業者株式会社"),  # kept out: a number that stands already
    ]
)
# Forked from a process that has everything imported and no threads: a child is there in a moment.
START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["tests.casework.test_registry_killed", "holidays.countries"])
# What an import leaves in each table, but for what names another row or says when it was written.
TABLES = ("registry_snapshot", "registry_entry", "quarantined_row", "registry_change")
COMMIT, GIVEN_BACK = "COMMIT", "given back"


@dataclass(frozen=True)
class Moment:
    """When to kill: after ``delay`` seconds from a step on; the child either stands still there or goes on."""

    step: int
    stands_still: bool = False
    delay: float = 0.0


@dataclass(frozen=True)
class Calm:
    """An import that nobody disturbed: how long it took, and its steps in their order with the second each began."""

    seconds: float
    steps: list[tuple[str, float]]

    @property
    def commit(self) -> int:
        """Return the step that makes the new snapshot count: the first commit after its row was written."""
        names = [name for name, _ in self.steps]
        written = next(at for at, name in enumerate(names) if "INSERT INTO registry_snapshot " in name)
        return names.index(COMMIT, written) + 1

    def moments(self, count: int) -> list[Moment]:
        """Draw moments: two in five by the clock, two in five at a step, the rest right around the commit."""
        chance = Random(4)  # noqa: S311 (a draw, not a secret)
        shares = count * 2 // 5
        last = self.commit - 1  # what is asked of the database before the commit
        seconds = self.steps[last + 1][1] - self.steps[last - 1][1]
        return [
            *(Moment(0, delay=chance.uniform(0, self.seconds)) for _ in range(shares)),
            *(Moment(chance.randint(1, len(self.steps)), stands_still=True) for _ in range(shares)),
            Moment(self.commit, stands_still=True),
            Moment(self.commit + 1, stands_still=True),
            *(Moment(last, delay=chance.uniform(0, 1.5 * seconds)) for _ in range(count - 2 * shares - 2)),
        ]


@dataclass
class Steps:
    """Counts what an import does with the database, and tells of one step."""

    told: Connection
    moment: Moment | None
    begun: float = field(default_factory=time.perf_counter)
    taken: list[tuple[str, float]] = field(default_factory=list)

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", lambda *said: self.take(str(said[2])))
        event.listen(engine, "commit", lambda _connection: self.take(COMMIT))
        event.listen(engine, "checkin", lambda *_connection: self.take(GIVEN_BACK))

    def take(self, name: str) -> None:
        self.taken.append((name, time.perf_counter() - self.begun))
        self.tell(len(self.taken))

    def tell(self, step: int) -> None:
        if self.moment is not None and step == self.moment.step:
            self.told.send(step)
            if self.moment.stands_still:
                signal.pause()


def bring_in(address: str, folder: Path, code: str, moment: Moment | None, told: Connection) -> None:
    """Bring the new list in as a process of its own, and wait for the end at the latest when it is in."""
    office = Office(make_engine(address), folder)
    steps = Steps(told, moment)
    steps.listen(office.engine)
    steps.tell(0)
    if code:
        registry_imports.run(office.installation, code)
    else:
        sync(office, NEW)
    told.send(Calm(time.perf_counter() - steps.begun, steps.taken))
    signal.pause()


def watch(office: Office, code: str, moment: Moment | None) -> Any:
    """Start a child, kill it at the moment, and return the last it told."""
    ours, theirs = START.Pipe()
    address = office.engine.url.render_as_string(hide_password=False)
    child = START.Process(target=bring_in, args=(address, office.folder, code, moment, theirs))
    child.start()
    theirs.close()
    assert ours.poll(LONGEST_SECONDS)
    said = ours.recv()
    time.sleep(moment.delay if moment else 0)
    child.kill()
    child.join(LONGEST_SECONDS)
    assert child.exitcode == -signal.SIGKILL
    ours.close()
    if office.is_postgresql:
        _wait_until_alone(office)
    return said


def _wait_until_alone(office: Office) -> None:
    """Wait until the server has noticed that the child is gone: what it had sent whole may still count."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    until = time.monotonic() + LONGEST_SECONDS
    office.engine.dispose()
    while office.one(others):
        assert time.monotonic() < until
        time.sleep(0.01)


def standing(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the lists hold, table by table."""
    return {name: [tuple(row) for row in office.sql(f"SELECT {_told(name)} ORDER BY o.id")] for name in TABLES}


def _told(table: str) -> str:
    every = [column.name for column in Record.metadata.tables[table].columns]
    columns = [name for name in every if not name.endswith(("id", "_at"))]
    if table == "registry_snapshot":
        return f"{', '.join(f'o.{name}' for name in columns)} FROM {table} o"
    named = ", ".join(["s.code", *(f"o.{name}" for name in columns)])
    return f"{named} FROM {table} o JOIN registry_snapshot s ON s.id = o.snapshot_id"


def check_whole(office: Office) -> None:
    """See that every snapshot is what it says of itself, with its raw bytes, its rows kept out and its record."""
    with office.session() as session:
        snapshots = session.exec(select(RegistrySnapshot)).all()
        assert audit.verify(session, shared_organisation(session)).ok
    for snapshot in snapshots:
        rows = office.sql("SELECT scheme, row_hash FROM registry_entry WHERE snapshot_id = :key", key=snapshot.key)
        schemes = {row.scheme for row in rows}
        assert snapshot.content_hash == hash_of(
            {scheme: sorted(row.row_hash for row in rows if row.scheme == scheme) for scheme in schemes}
        )
        assert len(rows) == snapshot.report["kept"]
        kept_out = office.one("SELECT count(*) FROM quarantined_row WHERE snapshot_id = :key", key=snapshot.key)
        assert kept_out == snapshot.report["quarantined"]
        assert office.store.get(snapshot.raw_sha256) in (OLD, NEW)
    for table in TABLES[1:]:
        orphans = f"SELECT count(*) FROM {table} WHERE snapshot_id NOT IN (SELECT id FROM registry_snapshot)"  # noqa: S608 (names are ours)
        assert office.one(orphans) == 0
    check_imports(office, [snapshot.code for snapshot in snapshots])


def check_imports(office: Office, codes: list[str]) -> None:
    """See that imports and snapshots tell of one another: every snapshot was taken in once, nothing else was."""
    imports = office.sql("SELECT state, snapshot_code, raw_sha256 FROM registry_import ORDER BY id")
    assert [row.snapshot_code for row in imports if row.state == "taken_in"] == codes
    assert {row.state for row in imports} <= {"taken_in", "queued", "running"}
    assert all(office.store.get(row.raw_sha256) in (OLD, NEW) for row in imports)
    taken_in = office.sql("SELECT object_number FROM audit_event WHERE action = 'registry_taken_in' ORDER BY seq")
    assert [row.object_number for row in taken_in] == codes


def judged_again(office: Office) -> list[tuple[Any, ...]]:
    """Return what became of the uses that hang on the list: each judged once, with one task where it changed."""
    tasks = "(SELECT count(*) FROM duty t WHERE t.request_id = r.id AND t.title LIKE '一覧の変更の確認%')"
    judged = "r.number, a.overall_before, a.overall_after, a.is_changed, d.title"
    tables = "reassessment a JOIN request r ON r.id = a.request_id LEFT JOIN duty d ON d.id = a.duty_id"
    return [tuple(row) for row in office.sql(f"SELECT {judged}, {tasks} FROM {tables} ORDER BY a.id")]  # noqa: S608 (the words are ours)


def recover(office: Office, *, at_once: bool) -> None:
    """Do what follows a death: the list is brought again, ``at_once`` or after what was at work is taken over."""
    if at_once:
        assert sync(office, NEW)["refused"] is None
    office.clock.instant += timedelta(minutes=2)
    registry_imports.take_up_stalled(office.installation)
    if not at_once:
        assert sync(office, NEW)["refused"] is None
    registry_watch.follow(office.installation)
    left = Counter(row.state for row in office.sql("SELECT state FROM registry_import"))
    assert left.pop("taken_in") == 2
    assert set(left) <= {"unchanged"}


Place = Callable[[], AbstractContextManager[Office]]


def kill_at(count: int, place: Place, *, is_queued: bool) -> Counter[str]:
    """Kill imports at so many moments, each over a database of its own, and return how often which list stood."""
    with place() as office:
        before = standing(office)
        calm = watch(office, queue(office, NEW) if is_queued else "", None)
        after, judged = standing(office), judged_again(office)
        check_whole(office)
    assert before != after
    assert [row[-1] for row in judged] == [1, 1, 1]
    found: Counter[str] = Counter()
    for number, moment in enumerate(calm.moments(count)):
        with place() as office:
            watch(office, queue(office, NEW) if is_queued else "", moment)
            now = standing(office)
            assert now in (before, after), moment
            check_whole(office)
            found["new" if now == after else "old"] += 1
            assert _newest(office) == now["registry_snapshot"][-1][0]
            recover(office, at_once=number % 2 == 0)
            assert standing(office) == after
            assert judged_again(office) == judged
    return found


def _newest(office: Office) -> str | None:
    with open_session(office.engine, writes=False, operator=True) as session:
        snapshot = registry.latest_snapshot(session)
        return snapshot.code if snapshot else None


def fill(office: Office) -> None:
    """Take the old list in, and let three uses hang on rows that will change."""
    sync(office, OLD)
    for number in (1, 2, ROWS):
        office.approved(subjects=[cloud(name=f"星見クラウド{number}号", provider="", registry="auto")])


COMMAND, PAGE = "by the command", "by a page"
ROADS = pytest.mark.parametrize("road", [COMMAND, PAGE])


@pytest.mark.slow
@ROADS
def test_killed_at_fifty_moments_the_old_list_stands_or_the_new_one_whole(
    sqlite_template: Path, tmp_path: Path, road: str
) -> None:
    base, copy = tmp_path / "base", tmp_path / "copy"
    base.mkdir()
    shutil.copy(sqlite_template, base / "sekisho.sqlite3")
    with closing_engine(make_engine(f"sqlite:///{base / 'sekisho.sqlite3'}")) as engine:
        fill(Office(engine, base))

    engine = make_engine(f"sqlite:///{copy / 'sekisho.sqlite3'}")  # one for all: it need not learn every query anew

    @contextmanager
    def place() -> Iterator[Office]:
        shutil.copytree(base, copy, dirs_exist_ok=True)
        with closing_engine(engine):
            yield Office(engine, copy)
        shutil.rmtree(copy)

    found = kill_at(25, place, is_queued=road == PAGE)

    assert found.total() == 25
    assert found["old"] > 0 < found["new"]


@pytest.mark.slow
@pytest.mark.postgresql
@ROADS
def test_killed_at_fifteen_moments_over_postgresql_too(
    postgresql_server: PostgresqlServer, postgresql_template: str, tmp_path: Path, road: str
) -> None:
    base, copy = tmp_path / "base", tmp_path / "copy"
    model = postgresql_server.new_database(template=postgresql_template)
    with closing_engine(make_engine(postgresql_server.url(model))) as engine:
        fill(Office(engine, base))

    @contextmanager
    def place() -> Iterator[Office]:
        shutil.copytree(base, copy)
        name = postgresql_server.new_database(template=model)
        with closing_engine(make_engine(postgresql_server.url(name))) as engine:
            yield Office(engine, copy)
        postgresql_server.drop_database(name)
        shutil.rmtree(copy)

    found = kill_at(8, place, is_queued=road == PAGE)

    assert found.total() == 8
    assert found["old"] > 0 < found["new"]
