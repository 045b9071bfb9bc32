"""Recalls, circulation, exceptions, unavoidable cases.

Revision ID: 20261127_decisions
Revises: 20261127_organisation
"""

revision = "20261127_decisions"
down_revision = "20261127_organisation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
