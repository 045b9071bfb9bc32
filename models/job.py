from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import JobState


class Job(Record, table=True):
    """One piece of work of the service itself: what it is, when it is due, who has it in hand, how it went last.

    ``unique_key`` is one per piece: a second wish for the same work is the same row. A worker holds it until
    ``claimed_until_at``; who dies with it loses it then. ``parked`` is what failed too often: it waits for a person.
    The rows belong to the organisation ``shared``: they are the installation's, not a town's.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state_is_known"),
        Index(None, "state", "due_at"),
    )

    unique_key: str = Field(sa_type=String(120), unique=True)
    name: str = Field(sa_type=String(60))
    args: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = Field(default=JobState.WAITING, sa_type=String(20))
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    claimed_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claimed_by: str = Field(default="", sa_type=String(120))
    last_begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_success_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_seconds: float | None = None
    last_said: str = Field(default="", sa_type=Text)
    last_error: str = Field(default="", sa_type=Text)
