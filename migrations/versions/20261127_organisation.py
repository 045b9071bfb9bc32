"""Departments with history, posts and who holds them, delegations.

Revision ID: 20261127_organisation
Revises: 20261127_sign_in
"""

revision = "20261127_organisation"
down_revision = "20261127_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
