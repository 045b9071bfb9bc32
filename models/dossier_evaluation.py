from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class DossierEvaluation(Record, table=True):
    """What another person than who supplied a piece of evidence made of it, 1(8); the newest one counts.

    Never changed after it is written; ``unavoidable_case_id`` names the CISO's permission where one person did both.
    """

    __tablename__ = "dossier_evaluation"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="evaluation_has_a_reason"),)

    item_id: int = Field(foreign_key="dossier_item.id", index=True)
    is_accepted: bool
    reason: str = Field(sa_type=Text)
    evaluated_by_id: int = Field(foreign_key="user_account.id")
    evaluated_at: datetime = Field(sa_type=UtcDateTime)
    unavoidable_case_id: int | None = Field(default=None, foreign_key="unavoidable_case.id", unique=True)
