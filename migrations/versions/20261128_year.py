"""The year of an office: its own closed days, the days of its contracts, and due dates counted from an index.

Revision ID: 20261128_year
Revises: 20261128_terms
"""

from collections.abc import Iterable
from datetime import date, timedelta

import holidays
import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall

revision = "20261128_year"
down_revision = "20261128_terms"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
SETTLED = ("duty_occurrence_stays_settled", "duty_occurrence", "OLD.state <> 'scheduled'")
SETTLED_WORDS = "a due date that was settled is never changed"
HEADING = "(SELECT CASE WHEN d.is_condition THEN 'condition' ELSE d.kind END FROM duty d WHERE d.id = duty_occurrence.duty_id)"


def upgrade() -> None:
    _create_tables()
    op.add_column("duty", sa.Column("plan", sa.String(length=20), nullable=True))
    op.add_column("duty", sa.Column("dated_until_on", sa.Date(), nullable=True))
    op.add_column("duty_occurrence", sa.Column("kind", sa.String(length=20), nullable=False, server_default=""))
    op.create_index(op.f("ix_duty_organisation_id_dated_until_on"), "duty", ["organisation_id", "dated_until_on"])
    op.create_index(
        op.f("ix_duty_occurrence_organisation_id_due_on_kind"), "duty_occurrence", ["organisation_id", "due_on", "kind"]
    )
    _fill()
    for table in ("closed_day", "contract_date"):
        raise_wall(table)


def downgrade() -> None:
    op.drop_index(op.f("ix_duty_occurrence_organisation_id_due_on_kind"), table_name="duty_occurrence")
    op.drop_index(op.f("ix_duty_organisation_id_dated_until_on"), table_name="duty")
    op.drop_column("duty_occurrence", "kind")
    op.drop_column("duty", "dated_until_on")
    op.drop_column("duty", "plan")
    op.drop_table("contract_date")
    op.drop_table("closed_day")


def _create_tables() -> None:
    op.create_table(
        "closed_day",
        *_record("closed_day", entered_by_id="user_account"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_closed_day_day_has_a_name")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_closed_day_organisation_id_day")),
    )
    op.create_table(
        "contract_date",
        *_record("contract_date", contract_id="contract", term_id="contract_term", owner_id="user_account"),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("nominal_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('notice', 'expiry')", name=op.f("ck_contract_date_kind_is_known")),
        sa.UniqueConstraint("term_id", "kind", name=op.f("uq_contract_date_term_id_kind")),
    )
    op.create_index(op.f("ix_contract_date_contract_id"), "contract_date", ["contract_id"])
    op.create_index(
        op.f("ix_contract_date_organisation_id_due_on_kind_id"),
        "contract_date",
        ["organisation_id", "due_on", "kind", "id"],
    )


def _record(table: str, **columns: str) -> Iterable[sa.schema.SchemaItem]:
    yield sa.Column("id", sa.Integer(), nullable=False)
    yield sa.Column("organisation_id", sa.Integer(), nullable=False)
    yield sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    for column, other in {"organisation_id": "organisation", **columns}.items():
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _fill() -> None:
    """Count what stands: the kinds of due dates, the days of contracts, how far duties without an end are dated."""
    is_sqlite = op.get_bind().dialect.name == SQLITE
    name, table, condition = SETTLED
    if is_sqlite:
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    op.execute(f"UPDATE duty_occurrence SET kind = {HEADING}")
    if is_sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{SETTLED_WORDS}'); END"
        )
    else:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    for kind, day in (("notice", "t.notice_on"), ("expiry", "t.ends_on")):
        op.execute(
            "INSERT INTO contract_date (organisation_id, created_at, contract_id, term_id, owner_id, kind, nominal_on,"
            f" due_on, settled_on) SELECT t.organisation_id, t.created_at, c.id, t.id, c.owner_id, '{kind}', {day},"
            f" {day}, CASE WHEN n.id IS NOT NULL THEN n.starts_on WHEN c.state = 'closed' THEN t.ends_on END"
            " FROM contract_term t JOIN contract c ON c.id = t.contract_id LEFT JOIN contract_term n"
            " ON n.contract_id = t.contract_id AND n.term_no = t.term_no + 1"
            f" WHERE c.state <> 'drafting' AND {day} IS NOT NULL"
        )
    for day in op.get_bind().execute(sa.text("SELECT DISTINCT nominal_on FROM contract_date")).scalars().all():
        nominal_on = day if isinstance(day, date) else date.fromisoformat(day)
        op.get_bind().execute(
            sa.text("UPDATE contract_date SET due_on = :due WHERE nominal_on = :day").bindparams(
                sa.bindparam("due", _open_day_on_or_before(nominal_on), sa.Date()),
                sa.bindparam("day", nominal_on, sa.Date()),
            )
        )
    op.execute(
        "UPDATE duty SET dated_until_on = (SELECT max(o.nominal_on) FROM duty_occurrence o WHERE o.duty_id = duty.id)"
        " WHERE kind = 'periodic' AND every IS NOT NULL AND ends_on IS NULL"
    )


def _open_day_on_or_before(day: date) -> date:
    weekend = (5, 6)
    while (
        day.weekday() in weekend
        or (day.month, day.day) >= (12, 29)
        or (day.month, day.day) <= (1, 3)
        or day in holidays.country_holidays("JP", years=day.year)
    ):
        day -= timedelta(days=1)
    return day
