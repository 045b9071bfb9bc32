from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import SampleItemState


class AuditSampleItem(Editable, table=True):
    """One case of a sample, and what the auditor found in it."""

    __tablename__ = "audit_sample_item"
    __table_args__ = (
        CheckConstraint(one_of("state", SampleItemState), name="state_is_known"),
        CheckConstraint(
            "state = 'remaining' OR (checked_by_id IS NOT NULL AND checked_at IS NOT NULL)", name="checked_says_who"
        ),
        CheckConstraint("state <> 'objection' OR length(note) > 0", name="an_objection_says_what"),
        UniqueConstraint("sample_id", "position"),
    )

    sample_id: int = Field(foreign_key="audit_sample.id", index=True)
    position: int
    object_number: str = Field(sa_type=String(80))
    request_number: str = Field(default="", sa_type=String(20))
    state: str = Field(default=SampleItemState.REMAINING, sa_type=String(20))
    note: str = Field(default="", sa_type=Text)
    checked_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
