from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class ClosedDay(Record, table=True):
    """A day on which an office is closed besides weekends, holidays and the turn of the year (市制施行記念日 …)."""

    __tablename__ = "closed_day"
    __table_args__ = (
        UniqueConstraint("organisation_id", "day"),
        CheckConstraint("length(name) > 0", name="day_has_a_name"),
    )

    day: date
    name: str
    entered_by_id: int = Field(foreign_key="user_account.id")
