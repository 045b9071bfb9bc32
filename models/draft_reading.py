from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class DraftReading(Record, table=True):
    """What was read from a draft's files: the text and the tree over it. Apart from ``contract_draft`` for its size."""

    __tablename__ = "draft_reading"
    __table_args__ = (UniqueConstraint("draft_id"),)

    draft_id: int = Field(foreign_key="contract_draft.id")
    text: str = Field(sa_type=Text)
    tree: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
