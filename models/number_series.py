from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class NumberSeries(Record, table=True):
    """The last number given in one series and fiscal year (R8-0123)."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("organisation_id", "prefix", "fiscal_year"),)

    prefix: str = Field(sa_type=String(4))
    fiscal_year: int
    last_number: int = 0
