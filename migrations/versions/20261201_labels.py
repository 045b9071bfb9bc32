"""Labels on requests, services and contracts; what somebody typed and put aside.

Revision ID: 20261201_labels
Revises: 20261201_today_indexes
"""

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261201_labels"
down_revision = "20261201_today_indexes"
branch_labels = None
depends_on = None

TABLES = ("label", "kept_form")


def upgrade() -> None:
    op.create_table(
        "label",
        *_record("label", "put_by_id"),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_label_label_has_a_name")),
        sa.UniqueConstraint(
            "organisation_id",
            "object_kind",
            "object_id",
            "search_key",
            name=op.f("uq_label_organisation_id_object_kind_object_id_search_key"),
        ),
    )
    _index("label", "organisation_id", "object_kind", "search_key", "object_id")
    op.create_table(
        "kept_form",
        *_record("kept_form", "user_id"),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
    )
    _index("kept_form", "user_id")
    _index("kept_form", "organisation_id", "user_id", "id")
    for table in TABLES:
        raise_wall(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        take_wall_down(table)
        op.drop_table(table)


def _record(table: str, person: str) -> list[sa.Column[int] | sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(person, sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint([person], ["user_account.id"], name=op.f(f"fk_{table}_{person}_user_account")),
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
