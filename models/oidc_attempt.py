from datetime import datetime

from sqlalchemy import String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class OidcAttempt(Record, table=True):
    """One way to the identity provider and back: used once, by the browser that began it, within minutes."""

    __tablename__ = "oidc_attempt"

    state_hash: str = Field(sa_type=String(64), unique=True)
    browser_hash: str = Field(sa_type=String(64))
    nonce: str = Field(sa_type=String(64))
    code_verifier: str = Field(sa_type=String(128))
    next_path: str = Field(default="/", sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
