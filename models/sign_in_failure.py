from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from models.base import Record, UtcDateTime


class SignInFailure(Record, table=True):
    """How often signing in failed for a name or from an address, whether or not anybody has that name.

    Nobody's organisation is known before the sign-in, so the rows belong to the one called ``shared``.
    """

    __tablename__ = "sign_in_failure"

    subject: str = Field(sa_type=String(80), unique=True)
    failures: int = 0
    began_at: datetime = Field(sa_type=UtcDateTime)
    blocked_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
