from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class AuditAnchor(Record, table=True):
    """Where a chain begins after its oldest events were deleted: the hash of the last one, and of all of them."""

    __tablename__ = "audit_anchor"
    __table_args__ = (
        CheckConstraint("from_seq >= 1 AND from_seq <= upto_seq", name="range_is_ordered"),
        UniqueConstraint("organisation_id", "upto_seq"),
    )

    from_seq: int
    upto_seq: int
    upto_hash: str = Field(sa_type=String(64))
    digest: str = Field(sa_type=String(64))
    made_by_id: int = Field(foreign_key="user_account.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
