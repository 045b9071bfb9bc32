from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class ContractDraft(Record, table=True):
    """One version of a contract's draft as it came in: its files hang on it, and whether they could be read.

    Never changed. What the machine read and found lies in ``draft_reading`` and ``draft_gap``, made with the rules
    whose hash is ``analysis_hash``.
    """

    __tablename__ = "contract_draft"
    __table_args__ = (
        UniqueConstraint("contract_id", "draft_no"),
        CheckConstraint("draft_no >= 1", name="draft_no_counts_from_one"),
        CheckConstraint("is_readable OR length(problem) > 0", name="unreadable_says_why"),
        Index(None, "organisation_id", "contract_id", "draft_no"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    draft_no: int
    received_on: date
    received_from: str = Field(sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    entered_by_id: int = Field(foreign_key="user_account.id")
    is_readable: bool
    problem: str = Field(default="", sa_type=Text)
    cautions: list[str] = Field(default_factory=list, sa_type=JSON)
    content_hash: str = Field(sa_type=String(64))
    reading_hash: str = Field(sa_type=String(64))
    analysis_hash: str = Field(sa_type=String(64))
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
