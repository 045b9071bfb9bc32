"""The own year: a person's due dates are counted by month from one index.

Revision ID: 20261130_owner_year
Revises: 20261130_expiry_guards
"""

from alembic import op

revision = "20261130_owner_year"
down_revision = "20261130_expiry_guards"
branch_labels = None
depends_on = None

NAME = "ix_duty_occurrence_organisation_id_owner_id_due_on_kind"


def upgrade() -> None:
    op.create_index(op.f(NAME), "duty_occurrence", ["organisation_id", "owner_id", "due_on", "kind"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="duty_occurrence")
