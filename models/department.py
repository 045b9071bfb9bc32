from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class Department(Record, table=True):
    """A section (課) of an organisation, the days on which it exists, and what became of it.

    A name is never changed: a section that is renamed or merged ends, and another succeeds it.
    """

    __tablename__ = "department"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("succeeded_by_id IS NULL OR ends_on IS NOT NULL", name="only_what_ended_is_succeeded"),
    )

    code: str = Field(sa_type=String(40))
    name: str
    starts_on: date | None = None
    ends_on: date | None = None
    succeeded_by_id: int | None = Field(default=None, foreign_key="department.id")
