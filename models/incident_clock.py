from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ClockState, Strength


class IncidentClock(Editable, table=True):
    """One notice of an incident's chain: from whom to whom, by when and why then, told when, by whom, how.

    ``step`` is the id of the step in the pack's chain. ``due_at`` is the instant at which it is late, ``due_on`` the
    last day in Japan; where ``counts_days`` the law counts days and the whole last day is in time.
    """

    __tablename__ = "incident_clock"
    __table_args__ = (
        UniqueConstraint("incident_id", "step"),
        CheckConstraint(one_of("state", ClockState), name="state_is_known"),
        CheckConstraint(one_of("strength", Strength), name="strength_is_known"),
        CheckConstraint(
            "state <> 'told' OR (told_at IS NOT NULL AND length(told_to) > 0 AND recorded_by_id IS NOT NULL"
            " AND length(told_by) > 0)",
            name="telling_says_who_whom_and_when",
        ),
        CheckConstraint(
            "state <> 'not_needed' OR (length(note) > 0 AND recorded_by_id IS NOT NULL)",
            name="leaving_out_has_a_reason",
        ),
        Index(None, "organisation_id", "state", "due_on"),
        Index(None, "state", "due_on"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    step: str = Field(sa_type=String(40))
    position: int
    title: str
    from_role: str = Field(sa_type=String(40))
    to_role: str = Field(default="", sa_type=String(40))
    provision: str = Field(default="", sa_type=String(60))
    strength: str = Field(sa_type=String(20))
    basis: str = Field(default="", sa_type=Text)
    is_default: bool = True
    counts_days: bool = False
    aim_on: date | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date
    state: str = Field(default=ClockState.OPEN, sa_type=String(20))
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str = ""
    told_to: str = ""
    told_how: str = ""
    recorded_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
