from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import ClauseState


class ClauseDecision(Record, table=True):
    """What one person said of one clause at one time, and what the machine had said. ``clause_check`` holds the newest.

    ``articles`` are the places of the draft it rests on, each with the hash of its words, so that the next version can
    be compared. ``note_inside`` never leaves the house; ``note_outside`` goes to the other side.
    """

    __tablename__ = "clause_decision"
    __table_args__ = (
        CheckConstraint(one_of("state", ClauseState), name="state_is_known"),
        CheckConstraint(
            "state NOT IN ('waived', 'not_needed') OR length(reason) > 0", name="leaving_out_needs_a_reason"
        ),
        Index(None, "check_id", "id"),
        Index(None, "contract_id", "id"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    check_id: int = Field(foreign_key="clause_check.id")
    draft_id: int | None = Field(default=None, foreign_key="contract_draft.id")
    state: str = Field(sa_type=String(20))
    place: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    note_inside: str = Field(default="", sa_type=Text)
    note_outside: str = Field(default="", sa_type=Text)
    machine_result: str = Field(default="", sa_type=String(20))
    articles: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    decided_by_id: int = Field(foreign_key="user_account.id")
    decided_at: datetime = Field(sa_type=UtcDateTime)
