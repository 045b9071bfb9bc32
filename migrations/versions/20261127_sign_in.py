"""What signing in needs: second factors, tokens, sessions.

Revision ID: 20261127_sign_in
Revises: 20261126_registry_guards
"""

revision = "20261127_sign_in"
down_revision = "20261126_registry_guards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
