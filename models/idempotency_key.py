from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class IdempotencyKey(Record, table=True):
    """The first answer to a keyed call, so that a replay gives it again and does nothing twice."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key_text"),)

    user_id: int = Field(foreign_key="user_account.id")
    key_text: str = Field(sa_type=String(255))
    fingerprint: str = Field(sa_type=String(64))
    status: int | None = None
    headers_json: str = Field(default="{}", sa_type=Text)
    body: str = Field(default="", sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
