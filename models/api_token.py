from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class ApiToken(Record, table=True):
    """A person's key for programs: what it may do, from where and until when is fixed when it is made.

    ``scopes`` and ``addresses`` are words with blanks between; no address means any. The day it ends on still counts.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "organisation_id", "user_id"),)

    user_id: int = Field(foreign_key="user_account.id", index=True)
    name: str = Field(sa_type=String(80))
    secret_hash: str = Field(sa_type=String(64), unique=True)
    ending: str = Field(sa_type=String(8))
    scopes: str = Field(sa_type=Text)
    addresses: str = Field(default="", sa_type=Text)
    ends_on: date
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_address: str = Field(default="", sa_type=String(64))
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by_id: int | None = Field(default=None, foreign_key="user_account.id")
