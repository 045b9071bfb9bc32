from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import Strength


class ClauseLeftOut(Record, table=True):
    """A clause of the policy that this contract does not need, as its request was judged, and why not."""

    __tablename__ = "clause_left_out"
    __table_args__ = (
        UniqueConstraint("contract_id", "provision"),
        CheckConstraint(one_of("strength", Strength), name="strength_is_known"),
        CheckConstraint("length(reason) > 0", name="leaving_out_needs_a_reason"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    provision: str = Field(sa_type=String(60))
    clause: str = Field(sa_type=String(80))
    strength: str = Field(sa_type=String(20))
    reason: str = Field(sa_type=Text)
