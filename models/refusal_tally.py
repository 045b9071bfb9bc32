from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class RefusalTally(Record, table=True):
    """How often one person was refused the same thing since the event that told of it; folded into the next event."""

    __tablename__ = "refusal_tally"
    __table_args__ = (UniqueConstraint("organisation_id", "user_id", "what_hash"),)

    user_id: int = Field(foreign_key="user_account.id")
    what_hash: str = Field(sa_type=String(64))
    kind: str = Field(sa_type=String(60))
    what: str = Field(sa_type=String(300))
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    more: int = 0
