from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.alert_days import AT_NEXT_RUN, follow_dates
from models.base import Editable, UtcDateTime

STORED_STATES = ("scheduled", "done", "waived")


class DutyOccurrence(Editable, table=True):
    """One due date of a duty. ``due`` and ``overdue`` are read off the calendar: no job can forget them.

    ``nominal_on`` is the day by the rule, ``due_on`` the open day that counts for us. The alert ledger looks at the row
    on ``next_alert_on``; ``dated_at`` is when its date was changed last.
    """

    __tablename__ = "duty_occurrence"
    __table_args__ = (
        UniqueConstraint("duty_id", "nominal_on"),
        CheckConstraint("state IN ('scheduled', 'done', 'waived')", name="state_is_known"),
        CheckConstraint(
            "state <> 'done' OR (done_by_id IS NOT NULL AND done_on IS NOT NULL)",
            name="done_says_who_and_when",
        ),
        CheckConstraint(
            "state <> 'waived' OR (length(note) > 0 AND done_by_id IS NOT NULL)", name="waiver_has_a_reason"
        ),
        Index(None, "organisation_id", "state", "due_on", "id"),
        Index(None, "organisation_id", "due_on", "id"),
        Index(None, "organisation_id", "owner_id", "state", "due_on"),
        Index(None, "organisation_id", "state", "next_alert_on"),
    )

    duty_id: int = Field(foreign_key="duty.id")
    owner_id: int = Field(foreign_key="user_account.id")
    nominal_on: date
    due_on: date
    state: str = Field(default="scheduled", sa_type=String(20))
    done_on: date | None = None
    done_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
    evidence_id: int | None = Field(default=None, foreign_key="evidence_file.id")
    next_alert_on: date = AT_NEXT_RUN
    dated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


follow_dates(DutyOccurrence, ("due_on",))
