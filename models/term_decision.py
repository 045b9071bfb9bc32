from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import TermChoice


class TermDecision(Record, table=True):
    """What a person decided or confirmed of one term: renewed, ended, or renewed by itself (更新を確認).

    Rows are only added; the newest counts. The database lets no next term stand without one that renews.
    """

    __tablename__ = "term_decision"
    __table_args__ = (
        CheckConstraint(one_of("choice", TermChoice), name="choice_is_known"),
        Index(None, "contract_id", "id"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    term_id: int = Field(foreign_key="contract_term.id", index=True)
    choice: str = Field(sa_type=String(20))
    decided_by_id: int = Field(foreign_key="user_account.id")
    decided_at: datetime = Field(sa_type=UtcDateTime)
    noticed_on: date | None = None
    reason: str = Field(default="", sa_type=Text)
