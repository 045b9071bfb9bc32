from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import SuspensionCause


class ServiceSuspension(Record, table=True):
    """Why an approved service is suspended: one open row for each cause; it is active again when none is open."""

    __tablename__ = "service_suspension"
    __table_args__ = (
        CheckConstraint(one_of("cause", SuspensionCause), name="cause_is_known"),
        UniqueConstraint("approved_service_id", "cause", "cause_id", "since_at"),
        Index(None, "organisation_id", "lifted_at"),
    )

    approved_service_id: int = Field(foreign_key="approved_service.id", index=True)
    cause: str = Field(sa_type=String(20))
    cause_id: int
    reason: str = Field(sa_type=Text)
    since_at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_because: str = Field(default="", sa_type=Text)
