from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime


class RequestVersion(Record, table=True):
    """What was submitted, with the verdict it got: document, pack edition and hash, snapshot, all by hash.

    ``missing_rules`` are the organisation's own rules not in place that day; the verdict says so where it leans on one.
    ``alias_ids`` are the organisation's own aliases that counted.
    ``extra_steps`` are the organisation's own steps before the policy's, ``steps_count`` all places of the route, and
    ``kept_steps`` how many of them keep the approvals given to earlier versions; the switches are the organisation's
    settings of that day.
    Never changed after it is written; the database refuses it.
    """

    __tablename__ = "request_version"
    __table_args__ = (UniqueConstraint("request_id", "version_no"),)

    request_id: int = Field(foreign_key="request.id")
    version_no: int
    document_json: str = Field(sa_type=Text)
    document_hash: str = Field(sa_type=String(64))
    verdict_json: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=String(64))
    pack: str = Field(sa_type=String(40))
    edition: str = Field(sa_type=String(40))
    pack_hash: str = Field(sa_type=String(64))
    snapshot_code: str | None = Field(default=None, sa_type=String(64))
    missing_rules: list[str] = Field(default_factory=list, sa_type=JSON)
    alias_ids: list[int] = Field(default_factory=list, sa_type=JSON)
    extra_steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    steps_count: int = 1
    kept_steps: int = 0
    needs_distinct_people: bool = True
    allows_later_view: bool = False
    needs_exception: bool = False
    overall: str = Field(sa_type=String(20))
    submitted_by_id: int = Field(foreign_key="user_account.id")
    submitted_at: datetime = Field(sa_type=UtcDateTime)
