from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import AlertState


class Alert(Record, table=True):
    """One notice that is due once: the unique key makes a second sending impossible, a failed one visible."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(one_of("state", AlertState), name="state_is_known"),
        Index(None, "state", "due_on"),
        Index(None, "organisation_id", "user_id", "id"),
    )

    unique_key: str = Field(sa_type=String(200), unique=True)
    user_id: int = Field(foreign_key="user_account.id")
    kind: str = Field(sa_type=String(40))
    object_kind: str = Field(sa_type=String(40))
    object_id: int
    title: str = Field(sa_type=Text)
    due_on: date
    send_on: date
    channel: str = Field(default="mail", sa_type=String(20))
    state: str = Field(default=AlertState.PENDING, sa_type=String(20))
    is_late: bool = False
    attempts: int = 0
    last_error: str = Field(default="", sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
