from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from models.base import Record, UtcDateTime


class SecondFactor(Record, table=True):
    """A person's authenticator (RFC 6238). ``last_step`` only grows: a code that was used never works again."""

    __tablename__ = "second_factor"

    user_id: int = Field(foreign_key="user_account.id", unique=True)
    sealed_secret: str = Field(sa_type=String(200))
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_step: int = 0
