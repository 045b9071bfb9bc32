from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import ReplyState


class QuestionnaireReply(Record, table=True):
    """What a provider answered, as it came; the applicant takes it over or sets it aside, once."""

    __tablename__ = "questionnaire_reply"
    __table_args__ = (
        CheckConstraint(one_of("state", ReplyState), name="state_is_known"),
        CheckConstraint(
            "state = 'proposed' OR (settled_by_id IS NOT NULL AND settled_at IS NOT NULL)",
            name="settling_says_who_and_when",
        ),
    )

    questionnaire_id: int = Field(foreign_key="questionnaire.id", index=True)
    came_by: str = Field(sa_type=String(20))
    answered_by: str = Field(default="", sa_type=Text)
    received_at: datetime = Field(sa_type=UtcDateTime)
    received_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    file_name: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=String(64))
    state: str = Field(default=ReplyState.PROPOSED, sa_type=String(20))
    settled_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    item_id: int | None = Field(default=None, foreign_key="dossier_item.id")
