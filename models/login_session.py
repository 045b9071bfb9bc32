from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import SignInWay


class LoginSession(Record, table=True):
    """A signed-in browser or API client; only the hash of its secret is stored.

    ``waits_for_code``: the password was right and the second factor is still owed. ``has_second_factor``: it was given,
    here or at the identity provider. ``is_privileged``: opened with a role of 6-2(6), so with the shorter limits.
    ``previous_*`` and ``failures_before`` are what 6-2(4) shows: the sign-in before this one.
    """

    __tablename__ = "login_session"
    __table_args__ = (CheckConstraint(one_of("signed_in_with", SignInWay), name="signed_in_with_is_known"),)

    secret_hash: str = Field(sa_type=String(64), unique=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    csrf_token: str = Field(sa_type=String(64))
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_in_with: str = Field(default=SignInWay.PASSWORD, sa_type=String(20))
    waits_for_code: bool = False
    has_second_factor: bool = False
    is_privileged: bool = False
    address: str = Field(default="", sa_type=String(64))
    device: str = Field(default="", sa_type=String(200))
    previous_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    previous_address: str = Field(default="", sa_type=String(64))
    failures_before: int = 0
