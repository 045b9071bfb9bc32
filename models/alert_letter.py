from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import AlertState, LetterKind


class AlertLetter(Record, table=True):
    """One mail, fixed before it is first tried: whatever breaks, it goes again with the same text and Message-ID.

    ``claimed_until_at`` is the lease of the worker that has it in hand. ``may_have_arrived``: the last try ended
    without the server's word, so it may only go again as it is; one that was clearly refused may be written anew.
    """

    __tablename__ = "alert_letter"
    __table_args__ = (
        CheckConstraint(one_of("state", AlertState), name="state_is_known"),
        CheckConstraint(one_of("kind", LetterKind), name="kind_is_known"),
        Index(None, "state", "next_attempt_at"),
        Index(None, "organisation_id", "user_id", "for_on"),
    )

    unique_key: str = Field(sa_type=String(200), unique=True)
    user_id: int = Field(foreign_key="user_account.id")
    kind: str = Field(sa_type=String(20))
    for_on: date
    address: str
    subject: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    message_id: str = Field(sa_type=String(200), unique=True)
    state: str = Field(default=AlertState.PENDING, sa_type=String(20))
    is_late: bool = False
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    claimed_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    may_have_arrived: bool = False
    last_error: str = Field(default="", sa_type=Text)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
