from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class Questionnaire(Record, table=True):
    """Questions of one request put to its provider, who has no account: as a workbook or through a link used once.

    ``questions`` are row id, provision and words as they were asked; ``checksum`` binds them to the organisation's key.
    Of the link only a hash is kept. Nothing of a questionnaire changes but its link, which is opened and closed.
    """

    __tablename__ = "questionnaire"
    __table_args__ = (
        CheckConstraint("link_hash IS NULL OR link_expires_at IS NOT NULL", name="link_runs_out"),
        Index(None, "organisation_id", "request_id", "id"),
    )

    code: str = Field(sa_type=String(32), unique=True)
    request_id: int = Field(foreign_key="request.id")
    provider_name: str = Field(sa_type=Text)
    service_name: str = Field(default="", sa_type=Text)
    pack: str = Field(sa_type=String(40))
    edition: str = Field(sa_type=String(40))
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    checksum: str = Field(sa_type=String(64))
    made_by_id: int = Field(foreign_key="user_account.id")
    link_hash: str | None = Field(default=None, sa_type=String(64), unique=True)
    link_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    link_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
