from sqlalchemy import String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class ClauseDuty(Record, table=True):
    """Where a duty of a contract comes from: the clause, its place and its words. Each promise makes one duty."""

    __tablename__ = "clause_duty"
    __table_args__ = (UniqueConstraint("contract_id", "promise"), UniqueConstraint("duty_id"))

    contract_id: int = Field(foreign_key="contract.id")
    promise: str = Field(sa_type=String(160))
    provision: str = Field(sa_type=String(60))
    clause: str = Field(sa_type=String(80))
    place: str = Field(default="", sa_type=Text)
    quote: str = Field(default="", sa_type=Text)
    duty_id: int = Field(foreign_key="duty.id")
