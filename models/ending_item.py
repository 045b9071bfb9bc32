from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text, UniqueConstraint, text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ItemState


class EndingItem(Editable, table=True):
    """One line of an ending: what must be shown, what was shown, by whom, confirmed by whom."""

    __tablename__ = "ending_item"
    __table_args__ = (
        UniqueConstraint("ending_id", "code"),
        CheckConstraint(one_of("state", ItemState), name="state_is_known"),
        CheckConstraint("state <> 'done' OR done_by_id IS NOT NULL", name="done_says_who"),
        CheckConstraint("state <> 'not_applicable' OR length(note) > 0", name="leaving_out_needs_a_reason"),
        CheckConstraint(
            "NOT (state = 'done' AND needs_second_checker)"
            " OR (confirmed_by_id IS NOT NULL AND confirmed_by_id <> done_by_id)",
            name="deletion_has_two_checkers",
        ),
        CheckConstraint("NOT (state = 'done' AND needs_evidence) OR evidence_id IS NOT NULL", name="done_has_evidence"),
    )

    ending_id: int = Field(foreign_key="ending.id")
    code: str = Field(sa_type=String(80))
    position: int
    provision: str = Field(sa_type=String(60))
    title: str = Field(sa_type=Text)
    state: str = Field(default=ItemState.OPEN, sa_type=String(20))
    needs_evidence: bool = False
    needs_second_checker: bool = False
    is_leaving_out: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    evidence_fields: list[str] = Field(default_factory=list, sa_type=JSON)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    note: str = Field(default="", sa_type=Text)
    evidence_id: int | None = Field(default=None, foreign_key="evidence_file.id")
    done_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
