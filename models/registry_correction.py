from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class RegistryCorrection(Record, table=True):
    """What a person says a kept-out row ought to say, and why; applied again whenever that very row comes again.

    ``row_hash`` is that of the row as it came, ``fields`` what its cells are replaced with (by field name).
    """

    __tablename__ = "registry_correction"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="a_correction_has_a_reason"),
        Index(None, "scheme", "row_hash", "id"),
    )

    quarantined_row_id: int = Field(foreign_key="quarantined_row.id")
    scheme: str = Field(sa_type=String(40))
    row_hash: str = Field(sa_type=String(64))
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = Field(sa_type=Text)
    corrected_by_id: int = Field(foreign_key="user_account.id")
    corrected_at: datetime = Field(sa_type=UtcDateTime)
