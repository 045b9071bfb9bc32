from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import AlertState


class Alert(Record, table=True):
    """One notice that is due once: the unique key makes a second sending impossible, a failed one visible.

    ``is_urgent`` goes at once, everything else with the mail of the morning. ``mark`` says what the thing looked like
    when the notice fell due (since when it waited), so that a notice of a turn that is over is withdrawn. ``rung`` and
    ``cause_id`` are of an escalation: how far up, and which notice was left unsettled. ``post_name`` is the post for
    which the person was told.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(one_of("state", AlertState), name="state_is_known"),
        Index(None, "state", "due_on"),
        Index(None, "state", "send_on"),
        Index(None, "organisation_id", "user_id", "id"),
        Index(None, "escalate_on"),
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
    is_urgent: bool = False
    mark: str = Field(default="", sa_type=String(60))
    post_name: str = ""
    letter_id: int | None = Field(default=None, foreign_key="alert_letter.id", index=True)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalate_on: date | None = None
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rung: int = 0
    cause_id: int | None = Field(default=None, foreign_key="alert.id")
