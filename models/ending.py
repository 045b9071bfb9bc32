from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import EndingRoad, EndingState


class Ending(Editable, table=True):
    """The end of a contract or of a service's use; closed only with every item settled (8-1(4), 8-3(8))."""

    __tablename__ = "ending"
    __table_args__ = (
        CheckConstraint(one_of("state", EndingState), name="state_is_known"),
        CheckConstraint("contract_id IS NOT NULL OR approved_service_id IS NOT NULL", name="ends_something"),
        CheckConstraint(
            "state <> 'closed' OR (closed_by_id IS NOT NULL AND closed_at IS NOT NULL)",
            name="closing_says_who_and_when",
        ),
        Index(None, "organisation_id", "state", "id"),
    )

    contract_id: int | None = Field(default=None, foreign_key="contract.id", unique=True)
    approved_service_id: int | None = Field(default=None, foreign_key="approved_service.id", index=True)
    state: str = Field(default=EndingState.OPEN, sa_type=String(20))
    road: str = Field(default=EndingRoad.EXPIRY, sa_type=String(20), sa_column_kwargs={"server_default": "expiry"})
    road_reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    road_on: date | None = None
    ends_on: date
    complete_by_on: date
    opened_by_id: int = Field(foreign_key="user_account.id")
    closed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
