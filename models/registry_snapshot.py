from datetime import date
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlmodel import Field

from models.base import Record


class RegistrySnapshot(Record, table=True):
    """The state of all lists after one import, with the raw answer and its SHA-256.

    ``code`` is the public id. ``raw_sha256`` names the stored raw answer; ``report`` is what the import said.
    """

    __tablename__ = "registry_snapshot"

    code: str = Field(sa_type=String(64), unique=True)
    source: str = Field(sa_type=Text)
    acquired_on: date
    carried_by: str = ""
    raw_sha256: str = Field(sa_type=String(64), index=True)
    content_hash: str = Field(sa_type=String(64))
    is_sample: bool = False
    columns: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    raw_rows: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    report: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    etag: str = ""
    last_modified: str = ""
