"""Dossiers of services and providers, questionnaires.

Revision ID: 20261127_evidence
Revises: 20261127_decisions
"""

revision = "20261127_evidence"
down_revision = "20261127_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
