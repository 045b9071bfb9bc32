from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from models.base import Record, UtcDateTime


class RecoveryCode(Record, table=True):
    """One way in for whoever lost the authenticator: works once, and only its hash is stored."""

    __tablename__ = "recovery_code"

    user_id: int = Field(foreign_key="user_account.id", index=True)
    code_hash: str = Field(sa_type=String(64), unique=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
