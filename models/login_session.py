from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from models.base import Record, UtcDateTime


class LoginSession(Record, table=True):
    """A signed-in browser or API client; only the hash of its secret is stored."""

    __tablename__ = "login_session"

    secret_hash: str = Field(sa_type=String(64), unique=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    csrf_token: str = Field(sa_type=String(64))
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
