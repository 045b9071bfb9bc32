"""The language a person reads the pages in.

Revision ID: 20261130_language
Revises: 20261130_file_versions
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_language"
down_revision = "20261130_file_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("language", sa.String(length=2), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch:
        batch.drop_column("language")
