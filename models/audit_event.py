from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class AuditEvent(Record, table=True):
    """One write, chained by hash to the one before it in the same organisation. Never changed.

    Deleted only after ``keep_until_on``, behind an anchor. ``hash_version`` says what the hash is made of: 1 holds the
    values themselves, 2 their salted hashes, so that a value can be blacked out (``redacted`` keeps its hash, its salt
    is thrown away) and the chain still holds.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("organisation_id", "seq"),
        Index(None, "organisation_id", "object_kind", "object_number", "seq"),
        Index(None, "organisation_id", "actor_id", "seq"),
        Index(None, "organisation_id", "at"),
    )

    seq: int
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    actor_name: str
    acted_as: str = Field(default="", sa_type=String(40))
    post: str = Field(default="", sa_type=String(200))
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
    hash_version: int = 2
    keep_until_on: date | None = None
    salts: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=JSON)
    redacted: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=JSON)
