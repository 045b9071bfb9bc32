from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import Result, Strength


class Finding(Record, table=True):
    """One criterion's result in one submitted version, whole: an old decision still reads as it was made."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint(one_of("result", Result), name="result_is_known"),
        CheckConstraint(one_of("strength", Strength), name="strength_is_known"),
        Index(None, "request_version_id", "id"),
        Index(None, "organisation_id", "provision", "result"),
    )

    request_version_id: int = Field(foreign_key="request_version.id")
    provision: str = Field(sa_type=String(60))
    criterion: str = Field(sa_type=String(120))
    subject: int | None = None
    result: str = Field(sa_type=String(20))
    strength: str = Field(sa_type=String(20))
    phase: str = Field(sa_type=String(20))
    reason: str = Field(sa_type=Text)
    used: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    next_actor: str = Field(sa_type=String(40))
