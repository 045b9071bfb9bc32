from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class AuditEvent(Record, table=True):
    """One write, chained by hash to the one before it in the same organisation. Never changed or deleted."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("organisation_id", "seq"),
        Index(None, "organisation_id", "object_kind", "object_number", "seq"),
        Index(None, "organisation_id", "actor_id", "seq"),
    )

    seq: int
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    actor_name: str
    acted_as: str = Field(default="", sa_type=String(40))
    on_behalf_of: str = ""
    source: str = Field(sa_type=String(20))
    action: str = Field(sa_type=String(60))
    object_kind: str = Field(sa_type=String(40))
    object_number: str = Field(sa_type=String(80))
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    call_id: str = Field(default="", sa_type=String(64))
    previous_hash: str = Field(sa_type=String(64))
    hash: str = Field(sa_type=String(64))
