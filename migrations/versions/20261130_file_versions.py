"""A file beside a request takes the place of an earlier one, which stays; the files of a request have an order.

Revision ID: 20261130_file_versions
Revises: 20261130_owner_year
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261130_file_versions"
down_revision = "20261130_owner_year"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
GUARD = "evidence_file_replaces_its_own"
_ELSEWHERE = (
    "NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evidence_file f WHERE f.id = NEW.replaces_id"
    " AND f.organisation_id = NEW.organisation_id AND f.object_kind = NEW.object_kind AND f.object_id = NEW.object_id)"
)
_WORDS = "a file takes the place of one that lies beside the same thing"


def upgrade() -> None:
    _add_reference()
    op.create_index(op.f("ix_evidence_file_replaces_id"), "evidence_file", ["replaces_id"], unique=True)
    op.add_column("request", sa.Column("file_order", sa.JSON(), nullable=False, server_default="[]"))
    for statement in _guard():
        op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    op.execute(f"DROP TRIGGER {GUARD}" if is_sqlite else f"DROP FUNCTION {GUARD}() CASCADE")
    op.drop_column("request", "file_order")
    op.drop_index(op.f("ix_evidence_file_replaces_id"), table_name="evidence_file")
    if not is_sqlite:
        op.drop_column("evidence_file", "replaces_id")
        return
    own = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'evidence_file' ORDER BY name"
    guards = op.get_bind().execute(sa.text(own)).scalars().all()
    op.execute("PRAGMA legacy_alter_table = ON")  # guards of other tables name this one while it is copied
    with op.batch_alter_table("evidence_file") as batch_op:
        batch_op.drop_column("replaces_id")
    op.execute("PRAGMA legacy_alter_table = OFF")
    for guard in guards:  # they went with the table that was copied
        op.get_bind().exec_driver_sql(guard)


def _add_reference() -> None:
    table, column = "evidence_file", "replaces_id"
    name = f"fk_{table}_{column}_{table}"
    if op.get_bind().dialect.name == SQLITE:  # copying the table would take its guards away
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {table} (id)")
        return
    op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(name), table, table, [column], ["id"])


def _guard() -> Iterator[str]:
    if op.get_bind().dialect.name == SQLITE:
        when = f"CREATE TRIGGER {GUARD} BEFORE INSERT ON evidence_file WHEN {_ELSEWHERE}"
        yield f"{when} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        return
    yield (
        f"CREATE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {_ELSEWHERE} THEN"
        f" RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    yield f"CREATE TRIGGER {GUARD} BEFORE INSERT ON evidence_file FOR EACH ROW EXECUTE FUNCTION {GUARD}()"
