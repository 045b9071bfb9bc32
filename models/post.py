from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class Post(Record, table=True):
    """A post (職) of a section; people come and go, the post and its roles stay."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: str = Field(sa_type=String(40))
    name: str
    department_id: int = Field(foreign_key="department.id", index=True)
    starts_on: date | None = None
    ends_on: date | None = None
