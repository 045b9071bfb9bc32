"""Endings: what ends with its term is not closed before its last day, and that day stays.

Revision ID: 20261130_expiry_guards
Revises: 20261129_files_out_and_in
"""

from collections.abc import Iterator

from alembic import op

revision = "20261130_expiry_guards"
down_revision = "20261129_files_out_and_in"
branch_labels = None
depends_on = None

SQLITE = "sqlite"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    for name, condition, message in _guards(is_sqlite=is_sqlite):
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON ending WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
            f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON ending FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    for name, *_rest in _guards(is_sqlite=is_sqlite):
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE")


def _guards(*, is_sqlite: bool) -> Iterator[tuple[str, str, str]]:
    day_in_japan = "date(NEW.closed_at, '+9 hours')" if is_sqlite else "(NEW.closed_at AT TIME ZONE 'Asia/Tokyo')::date"
    yield (
        "ending_by_expiry_on_its_last_day",
        f"NEW.state = 'closed' AND NEW.road = 'expiry' AND {day_in_japan} < NEW.ends_on",
        "8-1(4): what ends with its term is not closed before its last day",
    )
    yield (
        "ending_keeps_its_last_day",
        "NEW.ends_on <> OLD.ends_on",
        "an ending keeps the last day it was opened for",
    )
