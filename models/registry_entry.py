from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import EntryStatus


class RegistryEntry(Record, table=True):
    """One row of a list as it stood in one snapshot; the raw cells stay beside what was read from them."""

    __tablename__ = "registry_entry"
    __table_args__ = (
        CheckConstraint(one_of("status", EntryStatus), name="status_is_known"),
        Index(None, "snapshot_id", "scheme", "id"),
        Index(None, "snapshot_id", "folded_name"),
        Index(None, "snapshot_id", "entry_key"),
        Index(None, "scheme", "entry_key", "snapshot_id"),
    )

    snapshot_id: int = Field(foreign_key="registry_snapshot.id")
    scheme: str = Field(sa_type=String(40))
    entry_key: str
    registration_number: str | None = Field(default=None, sa_type=String(60))
    service_name: str = Field(sa_type=Text)
    folded_name: str
    provider: str = Field(default="", sa_type=Text)
    registered_on: date | None = None
    expires_on: date | None = Field(default=None, index=True)
    remarks: str = Field(default="", sa_type=Text)
    scope: str = Field(default="", sa_type=Text)
    status: str = Field(sa_type=String(20))
    source_row: int
    raw: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    row_hash: str = Field(sa_type=String(64))
