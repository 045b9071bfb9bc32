"""The record: posts in events, retention, redaction, samples.

Revision ID: 20261127_record
Revises: 20261127_evidence
"""

revision = "20261127_record"
down_revision = "20261127_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
