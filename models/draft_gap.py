from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import GapResult


class DraftGap(Record, table=True):
    """The machine's answer on one required clause in one version of a draft; kept beside what people said, for ever.

    ``earlier_decision_id`` is the person's decision that stood when this version came in, ``earlier_holds`` whether the
    words it rests on are the same here; where they are not, the clause has to be looked at again.
    """

    __tablename__ = "draft_gap"
    __table_args__ = (
        UniqueConstraint("draft_id", "provision"),
        CheckConstraint(one_of("result", GapResult), name="result_is_known"),
    )

    draft_id: int = Field(foreign_key="contract_draft.id")
    provision: str = Field(sa_type=String(60))
    clause: str = Field(sa_type=String(80))
    result: str = Field(sa_type=String(20))
    score: float
    missing_elements: list[str] = Field(default_factory=list, sa_type=JSON)
    spans: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    reason: str = Field(default="", sa_type=Text)
    earlier_decision_id: int | None = Field(default=None, foreign_key="clause_decision.id")
    earlier_holds: bool = False
    earlier_place: str = Field(default="", sa_type=Text)
