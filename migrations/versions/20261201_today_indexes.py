"""今日やること: what waits, whose it is and how long a section has kept it are each read from one small index.

Revision ID: 20261201_today_indexes
Revises: 20261130_language
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_today_indexes"
down_revision = "20261130_language"
branch_labels = None
depends_on = None

WHOLE = (
    ("request", ("organisation_id", "applicant_id", "state", "id")),
    ("contract", ("organisation_id", "owner_id", "ends_on")),
)
PARTIAL = (
    (
        "ix_request_waiting",
        "request",
        ("organisation_id", "state", "waiting_since_at", "id", "waits_at", "applicant_id", "overall"),
        "state = 'in_review'",
    ),
    (
        "ix_request_waiting_by_section",
        "request",
        ("organisation_id", "department_id", "waiting_since_at"),
        "state = 'in_review'",
    ),
    ("ix_decision_passed_over", "decision", ("organisation_id", "id"), "action = 'pass'"),
    ("ix_approved_service_suspended", "approved_service", ("organisation_id", "id"), "state = 'suspended'"),
)


def upgrade() -> None:
    for table, names in WHOLE:
        op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, list(names))
    for name, table, columns, condition in PARTIAL:
        where = sa.text(condition)
        op.create_index(op.f(name), table, list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(PARTIAL):
        op.drop_index(op.f(name), table_name=table)
    for table, names in reversed(WHOLE):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(names)}"), table_name=table)
