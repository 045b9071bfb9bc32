from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class Department(Record, table=True):
    """A section (課) of an organisation and the days on which it exists."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: str = Field(sa_type=String(40))
    name: str
    starts_on: date | None = None
    ends_on: date | None = None
