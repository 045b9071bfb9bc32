from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime


class Circulation(Editable, table=True):
    """回覧: a request shown to a post that stops nothing; whoever holds the post says 確認済み."""

    __tablename__ = "circulation"
    __table_args__ = (
        UniqueConstraint("request_id", "role", "department_id", "stage"),
        Index(None, "organisation_id", "seen_at", "id"),
    )

    request_id: int = Field(foreign_key="request.id")
    label: str
    role: str = Field(sa_type=String(40))
    department_id: int = Field(foreign_key="department.id")
    stage: str = Field(sa_type=String(20))
    sent_at: datetime = Field(sa_type=UtcDateTime)
    seen_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
