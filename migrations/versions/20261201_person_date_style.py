"""How a person wants days written.

Revision ID: 20261201_person_date_style
Revises: 20261201_labels
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_person_date_style"
down_revision = "20261201_labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("date_style", sa.String(length=7), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch:
        batch.drop_column("date_style")
