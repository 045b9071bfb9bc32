from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class ExceptionProvision(Record, table=True):
    """One provision that an exception is asked for; with the exception's request it names the findings it covers."""

    __tablename__ = "exception_provision"
    __table_args__ = (UniqueConstraint("exception_id", "provision"),)

    exception_id: int = Field(foreign_key="policy_exception.id")
    provision: str = Field(sa_type=String(60))
