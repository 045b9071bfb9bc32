from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ClauseState, Strength


class ClauseCheck(Editable, table=True):
    """One required clause in one contract: what a person found, where, and why it may be left out.

    The newest of its ``clause_decision`` rows, and on which version of the draft it was made. ``note_inside`` never
    leaves the house.
    """

    __tablename__ = "clause_check"
    __table_args__ = (
        UniqueConstraint("contract_id", "provision"),
        CheckConstraint(one_of("state", ClauseState), name="state_is_known"),
        CheckConstraint(one_of("strength", Strength), name="strength_is_known"),
        CheckConstraint(
            "state NOT IN ('waived', 'not_needed') OR length(reason) > 0",
            name="leaving_out_needs_a_reason",
        ),
    )

    contract_id: int = Field(foreign_key="contract.id")
    provision: str = Field(sa_type=String(60))
    clause: str = Field(sa_type=String(80))
    strength: str = Field(sa_type=String(20))
    state: str = Field(default=ClauseState.UNCHECKED, sa_type=String(20))
    place: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    needed_because: str = Field(default="", sa_type=Text)
    draft_no: int | None = None
    machine_result: str = Field(default="", sa_type=String(20))
    note_inside: str = Field(default="", sa_type=Text)
    note_outside: str = Field(default="", sa_type=Text)
