from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import FeedFilter


class CalendarFeed(Record, table=True):
    """An address under which a person's dates are read by a calendar; only the hash of its secret is stored.

    ``only_numbers`` leaves contractor and title out (「件名だけ」). One that was revoked is gone at once, and for good.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint(one_of("shows", FeedFilter), name="shows_is_known"),)

    user_id: int = Field(foreign_key="user_account.id", index=True)
    name: str = Field(sa_type=Text)
    secret_hash: str = Field(sa_type=String(64), unique=True)
    shows: str = Field(default=FeedFilter.MINE, sa_type=String(20))
    only_numbers: bool = True
    last_read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
