from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import EvidenceLoss


class DossierTask(Record, table=True):
    """That somebody was given the task to look at a use because evidence under it runs out or fell; once for each."""

    __tablename__ = "dossier_task"
    __table_args__ = (
        CheckConstraint(one_of("cause", EvidenceLoss), name="cause_is_known"),
        Index(None, "item_id", "request_id", "cause", unique=True),
        Index(None, "request_id"),
    )

    item_id: int = Field(foreign_key="dossier_item.id")
    request_id: int = Field(foreign_key="request.id")
    cause: str = Field(sa_type=String(20))
    since_on: date
    duty_id: int = Field(foreign_key="duty.id")
