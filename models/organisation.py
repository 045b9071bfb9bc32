from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, utc_now


class Organisation(SQLModel, table=True):
    """A municipality or another body with data of its own.

    The built-in organisation ``shared`` owns public registry facts: every row belongs to an organisation.
    ``settings`` overrides figures that the policy leaves open; ``chain_*`` is the head of its audit chain.
    """

    __tablename__ = "organisation"

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    code: str = Field(sa_type=String(40), unique=True)
    name: str
    pack: str = ""
    contact: str = ""
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    chain_seq: int = 0
    chain_hash: str = Field(default="", sa_type=String(64))

    @property
    def key(self) -> int:
        """The key of a flushed row."""
        if self.id is None:
            raise RuntimeError("the organisation has not been flushed yet")
        return self.id
