from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import RedactionState


class AuditRedaction(Editable, table=True):
    """The wish to black one value of one event out, and what the CISO said to it. Two people, always."""

    __tablename__ = "audit_redaction"
    __table_args__ = (
        CheckConstraint(one_of("state", RedactionState), name="state_is_known"),
        CheckConstraint("side IN ('before', 'after')", name="side_is_known"),
        CheckConstraint("length(reason) > 0", name="redaction_has_a_reason"),
        CheckConstraint(
            "state = 'asked' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> asked_by_id)",
            name="redaction_has_two_people",
        ),
        Index(None, "organisation_id", "event_seq"),
    )

    event_seq: int
    side: str = Field(sa_type=String(6))
    field: str = Field(sa_type=String(200))
    reason: str = Field(sa_type=Text)
    state: str = Field(default=RedactionState.ASKED, sa_type=String(20))
    asked_by_id: int = Field(foreign_key="user_account.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
