"""An index by which the verdicts of an organisation's requests are counted by section.

Revision ID: 20261201_request_verdicts
Revises: 20261201_person_date_style
"""

from alembic import op

revision = "20261201_request_verdicts"
down_revision = "20261201_person_date_style"
branch_labels = None
depends_on = None

NAME = "ix_request_organisation_id_department_id_overall_state"


def upgrade() -> None:
    op.create_index(NAME, "request", ["organisation_id", "department_id", "overall", "state"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="request")
