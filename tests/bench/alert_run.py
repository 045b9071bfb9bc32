"""What a morning costs: a ledger of a million dates, of which a few thousand are due, read by the index and no more."""

# ruff: noqa: S608
# The SQL is the bench's own.

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from casework import alerts
from casework.alert_plan import plans
from casework.channels import Parcel, Receipt
from casework.database import WRITES, make_engine, migrate, open_session
from casework.settings import Settings
from models.duty_occurrence import DutyOccurrence
from tests.bench.bar import Bar, machine
from tests.bench.registry_run import Databases
from tests.bench.run import empty_databases, say
from tests.office import Office, StandingClock, closing_engine, seed

DAY = date(2027, 6, 2)  # a Wednesday
SPREAD_DAYS = 7_305  # twenty fiscal years
LONGEST_SECONDS = 10.0


class Box:
    """Takes every mail at once."""

    name = "mail"

    def __init__(self) -> None:
        self.letters = 0

    def send(self, _parcel: Parcel) -> Receipt:
        """Count a mail."""
        self.letters += 1
        return Receipt("250")


@dataclass(frozen=True)
class AlertsRun:
    """What one run over so many dates found."""

    occurrences: int
    figures: dict[str, float]

    def bars(self) -> list[Bar]:
        """Return the bars of the issue with this run's figures."""
        found = self.figures
        return [
            Bar(f"daily run over {self.occurrences:,} dates", found["run_seconds"], LONGEST_SECONDS, "s"),
            Bar("dates read that were not due", found["read"] - found["due_things"], 0, ""),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the run as one JSON document."""
        return {**asdict(self), "bars": [bar.as_json() for bar in self.bars()], "machine": machine()}

    def as_lines(self) -> list[str]:
        """Return the run as lines for a terminal."""
        said = (
            "alerts: {due_things:.0f} of the dates due, {entered:.0f} notices in {letters:.0f} mails; the same run"
            " again {again_seconds} s; loaded in {load_seconds} s".format(**self.figures)
        )
        return [said, "", *(bar.line for bar in self.bars())]


def run_alerts(database: str, occurrences: int) -> AlertsRun:
    """Measure a morning; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        say(f"entering {occurrences} dates ...")
        databases: Databases = stack.enter_context(empty_databases(database, folder))
        address = stack.enter_context(databases("alerts"))
        with closing_engine(make_engine(address)) as engine:
            migrate(engine)
            with open_session(engine, operator=True) as session:
                seed(session)
        with closing_engine(make_engine(address)) as engine:
            office = Office(engine, folder, StandingClock())
            begun = time.monotonic()
            load_dates(office, occurrences)
            loaded = time.monotonic() - begun
            figures = {**measure_morning(office), "load_seconds": round(loaded, 1)}
        shutil.rmtree(folder, ignore_errors=True)
    return AlertsRun(occurrences, figures)


def load_dates(office: Office, occurrences: int) -> None:
    """Enter dates spread evenly over twenty years, a tenth of those past still open, for 13 owners, as runs left them.

    Every date was looked at until yesterday: ``next_alert_on`` is the first step that comes today or later.
    """
    office.sql(
        "INSERT INTO duty (organisation_id, created_at, provision, title, kind, actor, owner_id, basis, needs_evidence,"
        " is_condition, starts_on) SELECT organisation_id, created_at, '8-3(7)⑤', '利用状況の確認', 'periodic',"
        " 'service_manager', id, '', false, false, '2026-04-01' FROM user_account WHERE organisation_id = 2"
    )
    owners = [tuple(row) for row in office.sql("SELECT id, owner_id FROM duty ORDER BY id")]
    lead = (90, 60, 30, 14, 7, 1, 0)
    rows = []
    for no in range(occurrences):
        due = DAY - timedelta(days=SPREAD_DAYS // 20) + timedelta(days=no % SPREAD_DAYS)
        left = (due - DAY).days
        coming = [days for days in lead if days <= left]
        is_past = left < 0
        look = date(9999, 12, 31) if is_past else due - timedelta(days=max(coming, default=0))
        nominal = date(1800, 1, 1) + timedelta(days=no // len(owners))
        is_open = not is_past or no % 10 == 0
        duty, owner = owners[no % len(owners)]
        rows.append(
            {"duty": duty, "owner": owner, "nominal": nominal, "due": due, "look": look,
             "state": "scheduled" if is_open else "done", "who": None if is_open else owner,
             "done": None if is_open else due}
        )  # fmt: skip
    statement = text(
        "INSERT INTO duty_occurrence (organisation_id, created_at, version, duty_id, owner_id, nominal_on, due_on,"
        " kind, state, note, next_alert_on, done_by_id, done_on) VALUES (2, '2026-11-20 01:00:00', 1, :duty, :owner,"
        " :nominal, :due, 'periodic', :state, '', :look, :who, :done)"
    )
    with office.engine.connect().execution_options(**{WRITES: True}) as connection:
        for first in range(0, len(rows), 20_000):
            connection.execute(statement, rows[first : first + 20_000])
        connection.commit()
    if office.is_postgresql:
        with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE duty_occurrence")


def measure_morning(office: Office) -> dict[str, float]:
    """Return what the run of a morning reads and how long it takes, and the same run once more."""
    due_things = int(
        office.one("SELECT count(*) FROM duty_occurrence WHERE state = 'scheduled' AND next_alert_on <= :day", day=DAY)
    )
    with open_session(office.engine, writes=False, operator=True) as session:
        read = sum(made.things_read for made in plans(session, DAY, 2))
        session.rollback()
    box, times, outcomes = Box(), [], []
    office.clock.set_day(DAY)
    for _ in range(2):
        begun = time.monotonic()
        outcomes.append(
            alerts.run(office.engine, as_of=DAY, now_is=office.clock, channel=box, settings=Settings(), hurry=False)
        )
        times.append(round(time.monotonic() - begun, 2))
    assert outcomes[1].due == 0
    return {
        "due_things": due_things,
        "read": read,
        "entered": outcomes[0].due,
        "letters": box.letters,
        "run_seconds": times[0],
        "again_seconds": times[1],
    }


def index_of_the_run(engine: Engine) -> str:
    """Return how SQLite goes about the daily run's reading."""
    table = DutyOccurrence.__tablename__
    query = (
        f"EXPLAIN QUERY PLAN SELECT * FROM {table} o JOIN duty d ON d.id = o.duty_id WHERE o.organisation_id = 2"
        " AND o.state = 'scheduled' AND o.next_alert_on <= '2027-06-02' ORDER BY o.next_alert_on, o.id LIMIT 500"
    )
    with engine.connect() as connection:
        return " / ".join(str(row[-1]) for row in connection.exec_driver_sql(query))
