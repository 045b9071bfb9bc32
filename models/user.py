from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime


class User(Editable, table=True):
    """A person who signs in. Names are kept exactly as typed.

    ``temporary_until_at``: the password was given by somebody else and works once, until then, to choose an own one.
    ``language``, ``date_style``: how the person reads the pages; empty while nothing was chosen.
    ``blocked_at``: an administrator let nobody in under this name since then.
    """

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("login_name"),)

    login_name: str = Field(sa_type=String(80))
    name: str
    email: str = ""
    password_hash: str
    department_id: int = Field(foreign_key="department.id", index=True)
    is_active: bool = True
    failed_logins: int = 0
    locked_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_login_address: str = Field(default="", sa_type=String(64))
    failed_since_login: int = 0
    temporary_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = Field(default="", sa_type=String(2))
    date_style: str = Field(default="", sa_type=String(7))
    blocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
