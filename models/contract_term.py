from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class ContractTerm(Record, table=True):
    """One period of a contract. Dates are calendar days in Japan."""

    __tablename__ = "contract_term"
    __table_args__ = (
        UniqueConstraint("contract_id", "term_no"),
        CheckConstraint("starts_on <= ends_on", name="period_is_ordered"),
        CheckConstraint("notice_on IS NULL OR notice_on <= ends_on", name="notice_is_before_the_end"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    term_no: int = Field(ge=1)
    starts_on: date
    ends_on: date
    notice_on: date | None = None
