from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import QuarantineState


class QuarantinedRow(Editable, table=True):
    """One row that an import kept out of its list, with why; a person corrects it or leaves it out, with a reason."""

    __tablename__ = "quarantined_row"
    __table_args__ = (
        CheckConstraint(one_of("state", QuarantineState), name="state_is_known"),
        CheckConstraint("state = 'open' OR length(note) > 0", name="what_is_settled_has_a_reason"),
        Index(None, "snapshot_id", "id"),
        Index(None, "state", "id"),
    )

    snapshot_id: int = Field(foreign_key="registry_snapshot.id")
    scheme: str = Field(sa_type=String(40))
    source_row: int
    reason: str = Field(sa_type=String(40))
    message: str = Field(sa_type=Text)
    raw: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    row_hash: str = Field(sa_type=String(64))
    state: str = Field(default=QuarantineState.OPEN, sa_type=String(20))
    note: str = Field(default="", sa_type=Text)
    settled_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
