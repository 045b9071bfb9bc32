"""SQLite is told what its indexes tell apart, and then takes the one that gives a list in its order."""

from __future__ import annotations

from sqlalchemy import text

from casework.database import learn_statistics
from tests.office import Office

NEWEST = "SELECT id, title FROM request WHERE organisation_id = 1 ORDER BY id DESC LIMIT 51"


def plan(office: Office) -> str:
    with office.engine.connect() as connection:
        return " ".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {NEWEST}")))


def test_a_page_of_a_list_is_read_in_its_order_and_not_sorted(sqlite_office: Office) -> None:
    for _ in range(3):
        sqlite_office.draft("staff")

    learn_statistics(sqlite_office.engine)

    assert sqlite_office.one("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'request'") > 0
    assert "TEMP B-TREE" not in plan(sqlite_office)


def test_another_database_counts_by_itself(office: Office) -> None:
    learn_statistics(office.engine)  # nothing to do on PostgreSQL, and nothing that fails
