from datetime import date, datetime

from sqlalchemy import CheckConstraint, Connection, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapper
from sqlmodel import Field, col, select

from models.alert_days import AT_NEXT_RUN, follow_dates
from models.base import Editable, UtcDateTime
from models.duty import CONDITION, PLAN, Duty

STORED_STATES = ("scheduled", "done", "waived")


class DutyOccurrence(Editable, table=True):
    """One due date of a duty. ``due`` and ``overdue`` are read off the calendar: no job can forget them.

    ``nominal_on`` is the day by the rule, ``due_on`` the open day that counts for us. The alert ledger looks at the row
    on ``next_alert_on``; ``dated_at`` is when its date was changed last. ``kind`` repeats the
    duty's line in the year's table, so that a million due dates are counted from an index; ``is_optional`` repeats
    whether the policy leaves it to us, so that its date is never called overdue.
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
        Index(None, "organisation_id", "due_on", "kind"),
        Index(None, "organisation_id", "owner_id", "state", "due_on"),
        Index(None, "organisation_id", "owner_id", "due_on", "kind"),
        Index(None, "organisation_id", "state", "next_alert_on"),
    )

    duty_id: int = Field(foreign_key="duty.id")
    owner_id: int = Field(foreign_key="user_account.id")
    nominal_on: date
    due_on: date
    kind: str = Field(default="", sa_type=String(20))
    is_optional: bool = False
    state: str = Field(default="scheduled", sa_type=String(20))
    done_on: date | None = None
    done_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
    evidence_id: int | None = Field(default=None, foreign_key="evidence_file.id")
    next_alert_on: date = AT_NEXT_RUN
    dated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


follow_dates(DutyOccurrence, ("due_on",))


@event.listens_for(DutyOccurrence, "before_insert")
def _take_over_its_kind(_mapper: Mapper[DutyOccurrence], connection: Connection, row: DutyOccurrence) -> None:
    """Let a due date be counted under its duty's line, whoever enters it."""
    if row.kind:
        return
    query = select(Duty.kind, Duty.is_condition, Duty.plan, Duty.is_optional).where(col(Duty.id) == row.duty_id)
    kind, is_condition, plan, row.is_optional = connection.execute(query).one()
    row.kind = PLAN if plan is not None else CONDITION if is_condition else kind
