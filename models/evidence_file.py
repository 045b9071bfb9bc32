from datetime import date

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record


class EvidenceFile(Record, table=True):
    """A file shown as proof, named by its SHA-256; the bytes lie in the file store beside the database.

    ``replaces_id`` names the file it takes the place of; that one stays, and is replaced only once. ``mark`` is the
    class of confidentiality as the pack names it, ``original_sha256`` the hash before the file was made harmless.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="file_is_not_empty"),
        Index(None, "organisation_id", "object_kind", "object_id"),
        Index(None, "replaces_id", unique=True),
    )

    object_kind: str = Field(sa_type=String(40))
    object_id: int
    name: str
    kind: str = Field(default="", sa_type=String(40))
    title: str = Field(default="", sa_type=Text)
    mark: str = Field(default="", sa_type=String(40))
    received_from: str = Field(default="", sa_type=Text)
    is_sanitised: bool = False
    original_sha256: str = Field(default="", sa_type=String(64))
    media_type: str = Field(sa_type=String(120))
    size_bytes: int
    sha256: str = Field(sa_type=String(64), index=True)
    valid_until_on: date | None = None
    uploaded_by_id: int = Field(foreign_key="user_account.id")
    replaces_id: int | None = Field(default=None, foreign_key="evidence_file.id")
