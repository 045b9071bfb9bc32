"""Duties follow a post, may be as needed, may come of a check; no operation before its procedures stand.

Revision ID: 20261129_duty_posts
Revises: 20261128_year
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261129_duty_posts"
down_revision = "20261128_year"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
REFERENCES = {"post_id": "post", "cause_id": "duty_occurrence", "subcontractor_id": "subcontractor"}
OPEN_PROCEDURE = (
    "EXISTS (SELECT 1 FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.request_id = NEW.request_id"
    " AND d.\"trigger\" = '運用を始める前' AND o.state = 'scheduled')"
)


def upgrade() -> None:
    for column, table in REFERENCES.items():
        _add_reference(column, table)
        op.create_index(op.f(f"ix_duty_{column}"), "duty", [column])
    for table in ("duty", "duty_occurrence"):
        op.add_column(table, sa.Column("is_optional", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contract", sa.Column("operation_on", sa.Date(), nullable=True))
    for statement in _guard():
        op.execute(statement)


def downgrade() -> None:
    name = "contract_operates_with_its_procedures"
    is_sqlite = op.get_bind().dialect.name == SQLITE
    op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE")
    op.drop_column("contract", "operation_on")
    for table in ("duty_occurrence", "duty"):
        op.drop_column(table, "is_optional")
    for column in REFERENCES:
        op.drop_index(op.f(f"ix_duty_{column}"), table_name="duty")
    if not is_sqlite:
        for column in REFERENCES:
            op.drop_column("duty", column)
        return
    op.execute("PRAGMA legacy_alter_table = ON")  # guards of other tables name this one while it is copied
    with op.batch_alter_table("duty") as batch_op:
        for column in REFERENCES:
            batch_op.drop_column(column)
    op.execute("PRAGMA legacy_alter_table = OFF")


def _add_reference(column: str, other: str) -> None:
    name = f"fk_duty_{column}_{other}"
    if op.get_bind().dialect.name == SQLITE:  # copying the table would touch the guards that name it
        op.execute(f"ALTER TABLE duty ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {other} (id)")
        return
    op.add_column("duty", sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(name), "duty", other, [column], ["id"])


def _guard() -> Iterator[str]:
    name, event = "contract_operates_with_its_procedures", "UPDATE"
    condition = f"NEW.state = 'active' AND OLD.state <> 'active' AND (NEW.operation_on IS NULL OR {OPEN_PROCEDURE})"
    message = "8-3(6)③: no operation before its procedures are ready"
    if op.get_bind().dialect.name == SQLITE:
        when = f"CREATE TRIGGER {name} BEFORE {event} ON contract WHEN {condition}"
        yield f"{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON contract FOR EACH ROW EXECUTE FUNCTION {name}()"
