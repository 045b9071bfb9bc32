from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import HandoverState


class Handover(Editable, table=True):
    """One personnel change (人事異動) that takes effect at midnight of a day: the file as read, and what came of it."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", HandoverState), name="state_is_known"),
        CheckConstraint("state <> 'applied' OR applied_at IS NOT NULL", name="applying_says_when"),
        Index(None, "state", "day"),
    )

    number: str = Field(sa_type=String(20))
    day: date
    state: str = Field(default=HandoverState.PLANNED, sa_type=String(20))
    source_name: str
    source_sha256: str = Field(sa_type=String(64))
    rows: list[dict[str, Any]] = Field(sa_type=JSON)
    planned_by_id: int = Field(foreign_key="user_account.id")
    planned_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_late: bool = False
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
