from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import Result


class Reassessment(Record, table=True):
    """A use judged again because a list changed under it, beside the verdict that stands; never changed afterwards.

    ``findings`` are the provisions whose result changed, ``rows`` the registry rows that did, by subject, and
    ``classes`` the kinds of change that touched it. ``duty_id`` is the task that came of it, where anything changed.
    """

    __tablename__ = "reassessment"
    __table_args__ = (
        CheckConstraint(one_of("overall_before", Result), name="result_before_is_known"),
        CheckConstraint(one_of("overall_after", Result), name="result_after_is_known"),
        UniqueConstraint("request_id", "snapshot_id"),
        Index(None, "organisation_id", "snapshot_id", "id"),
        Index(None, "organisation_id", "is_changed", "id"),
    )

    request_id: int = Field(foreign_key="request.id")
    request_version_id: int = Field(foreign_key="request_version.id")
    snapshot_id: int = Field(foreign_key="registry_snapshot.id", index=True)
    before_snapshot_id: int | None = Field(default=None, foreign_key="registry_snapshot.id")
    overall_before: str = Field(sa_type=String(20))
    overall_after: str = Field(sa_type=String(20))
    is_changed: bool
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    rows: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    classes: list[str] = Field(default_factory=list, sa_type=JSON)
    duty_id: int | None = Field(default=None, foreign_key="duty.id", index=True)
