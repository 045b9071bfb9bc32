from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, one_of
from models.vocabulary import MemoryKind


class ImportMemory(Editable, table=True):
    """What an organisation said once about a ledger of its own, and what is applied again when the file comes again.

    ``mapping``: which of its headings is which of our columns (``row_key`` is empty). ``correction``: what is to be
    read in place of one row, or that it is left out; ``row_key`` is the hash of the row as it stood in the file.
    """

    __tablename__ = "import_memory"
    __table_args__ = (
        UniqueConstraint("organisation_id", "ledger", "kind", "row_key"),
        CheckConstraint(one_of("kind", MemoryKind), name="kind_is_known"),
    )

    ledger: str = Field(sa_type=String(40))
    kind: str = Field(sa_type=String(20))
    row_key: str = Field(default="", sa_type=String(64))
    said: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    said_by_id: int = Field(foreign_key="user_account.id")
