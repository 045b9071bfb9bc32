from sqlalchemy import Index, String, Text
from sqlmodel import Field

from models.base import Record


class RegistryChange(Record, table=True):
    """One thing that changed between two snapshots: an entry that came or went, or one field of one that stayed.

    ``entry_key`` is the key after the change (before it, for an entry that went); ``previous_key`` differs where the
    number did. Days are in ISO form; ``field`` is empty for whole entries.
    """

    __tablename__ = "registry_change"
    __table_args__ = (
        Index(None, "snapshot_id", "id"),
        Index(None, "scheme", "entry_key", "id"),
    )

    snapshot_id: int = Field(foreign_key="registry_snapshot.id")
    before_snapshot_id: int | None = Field(default=None, foreign_key="registry_snapshot.id")
    scheme: str = Field(sa_type=String(40))
    entry_key: str
    previous_key: str
    service_name: str = Field(sa_type=Text)
    field: str = Field(default="", sa_type=String(40))
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    change_class: str = Field(sa_type=String(20))
