from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import AnswerOrigin


class UnconfirmedAnswer(Record, table=True):
    """An answer that somebody else gave, waiting beside a draft: it counts for nothing until the applicant takes it.

    ``source`` says in words where it came from. The row goes when the applicant takes, changes or drops the answer.
    """

    __tablename__ = "unconfirmed_answer"
    __table_args__ = (
        CheckConstraint(one_of("origin", AnswerOrigin), name="origin_is_known"),
        Index(None, "request_id", "provision", unique=True),
    )

    request_id: int = Field(foreign_key="request.id")
    provision: str = Field(sa_type=String(60))
    origin: str = Field(sa_type=String(20))
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    source: str = Field(sa_type=Text)
    reply_id: int | None = Field(default=None, foreign_key="questionnaire_reply.id")
