from datetime import datetime

from sqlmodel import Field

from models.base import Record, UtcDateTime


class RegistryWatch(Record, table=True):
    """How far the consequences of one snapshot have been worked out; unfinished ones are taken up again."""

    __tablename__ = "registry_watch"

    snapshot_id: int = Field(foreign_key="registry_snapshot.id", unique=True)
    uses_touched: int = 0
    uses_changed: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
