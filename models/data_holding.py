from datetime import date

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, one_of
from models.vocabulary import HoldingState, Rigour


class DataHolding(Editable, table=True):
    """One kind of information at one holder: the contractor itself (no ``subcontractor_id``) or a node below it.

    It begins when information is handed over or its end comes, and is settled only by confirmed proof (8-1(4)①(イ)).
    """

    __tablename__ = "data_holding"
    __table_args__ = (
        CheckConstraint(one_of("state", HoldingState), name="state_is_known"),
        CheckConstraint(one_of("rigour", Rigour), name="rigour_is_known"),
        CheckConstraint("information_no >= 1 AND tier >= 0", name="place_counts_from_one"),
        CheckConstraint("(tier = 0) = (subcontractor_id IS NULL)", name="contractor_has_no_tier"),
        CheckConstraint("count_given IS NULL OR count_given >= 0", name="count_is_not_negative"),
        CheckConstraint("state = 'held' OR last_used_on IS NOT NULL", name="end_has_a_last_day_of_use"),
        Index(None, "contract_id", "information_no", "subcontractor_id"),
        Index(None, "organisation_id", "state", "id"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    information_no: int
    information_name: str = Field(sa_type=Text)
    confidentiality: str = Field(sa_type=String(4))
    is_personal: bool
    rigour: str = Field(sa_type=String(10))
    subcontractor_id: int | None = Field(default=None, foreign_key="subcontractor.id", index=True)
    tier: int = 0
    holder: str = Field(sa_type=Text)
    state: str = Field(default=HoldingState.HELD, sa_type=String(10))
    count_given: int | None = None
    media_given: str = Field(default="", sa_type=Text)
    given_on: date | None = None
    last_used_on: date | None = None
    prove_by_on: date | None = None
    end_reason: str = Field(default="", sa_type=Text)
    backup_duty_id: int | None = Field(default=None, foreign_key="duty.id")
