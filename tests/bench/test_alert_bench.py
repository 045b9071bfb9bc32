"""The alerts' part of the bench runs end to end on a short ledger, and the run reads what is due and nothing else."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.bench.alert_run import DAY, index_of_the_run, load_dates, run_alerts
from tests.bench.run import POSTGRESQL, SQLITE
from tests.office import Office


@pytest.mark.slow
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def test_a_small_run_reads_exactly_what_is_due_and_says_whether_the_bars_hold(database: str) -> None:
    found = run_alerts(database, 8_000)

    assert found.figures["read"] == found.figures["due_things"] > 3
    assert found.figures["entered"] >= found.figures["due_things"]
    assert 0 < found.figures["letters"] <= 13
    assert found.bars()[1].holds
    assert json.loads(json.dumps(found.as_json(), ensure_ascii=False))["occurrences"] == 8_000
    text = "\n".join(found.as_lines())
    assert text.count("holds") + text.count("MISSED") == 2


def test_ten_times_as_many_dates_to_come_cost_the_run_nothing(sqlite_office: Office) -> None:
    load_dates(sqlite_office, 3_000)
    few = _steps_of_the_reading(sqlite_office)
    sqlite_office.sql(
        "INSERT INTO duty_occurrence (organisation_id, created_at, version, duty_id, owner_id, nominal_on, due_on,"
        " state, note, next_alert_on) SELECT o.organisation_id, o.created_at, 1, o.duty_id, o.owner_id,"
        " date(o.nominal_on, '+' || (n * 4000) || ' days'), '2040-03-30', 'scheduled', '', '2039-12-28'"
        " FROM duty_occurrence o, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
        " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10) ten"
    )
    many = _steps_of_the_reading(sqlite_office)

    assert int(str(sqlite_office.one("SELECT count(*) FROM duty_occurrence"))) == 33_000
    assert many == few
    assert "ix_duty_occurrence_organisation_id_state_next_alert_on" in index_of_the_run(sqlite_office.engine)
    assert "SCAN" not in index_of_the_run(sqlite_office.engine)


def _steps_of_the_reading(office: Office) -> int:
    """Return how many steps SQLite's machine takes for the daily run's reading."""
    sqlite_file = sqlite3.connect(str(office.engine.url.database))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    sqlite_file.set_progress_handler(count, 1)
    sqlite_file.execute(
        "SELECT * FROM duty_occurrence WHERE organisation_id = 2 AND state = 'scheduled' AND next_alert_on <= ?"
        " ORDER BY next_alert_on, id LIMIT 500",
        (DAY.isoformat(),),
    ).fetchall()
    sqlite_file.close()
    return steps
