from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime


class DossierItem(Record, table=True):
    """A piece of evidence about one service or one provider, for every department and every request.

    What it says is never changed: a newer one supersedes it, and a withdrawal is written once, with a reason.
    ``sha256`` is the hash of the file as it came, ``clean_sha256`` that of the copy made harmless, where there is one.
    """

    __tablename__ = "dossier_item"
    __table_args__ = (
        CheckConstraint("(service_id IS NULL) <> (provider_id IS NULL)", name="about_one_thing"),
        CheckConstraint("length(sha256) = 64", name="file_has_its_hash"),
        CheckConstraint("valid_from_on <= valid_until_on", name="period_is_ordered"),
        CheckConstraint(
            "withdrawn_on IS NULL OR (withdrawn_by_id IS NOT NULL AND length(withdrawn_reason) > 0)",
            name="withdrawal_says_who_and_why",
        ),
        Index(None, "organisation_id", "service_id", "id"),
        Index(None, "organisation_id", "provider_id", "id"),
        Index(None, "organisation_id", "valid_until_on", "id"),
    )

    service_id: int | None = Field(default=None, foreign_key="service.id")
    provider_id: int | None = Field(default=None, foreign_key="provider.id")
    kind: str = Field(sa_type=String(40))
    issuer: str = Field(default="", sa_type=Text)
    scope: str = Field(default="", sa_type=Text)
    valid_from_on: date | None = None
    valid_until_on: date | None = None
    file_id: int = Field(foreign_key="evidence_file.id")
    sha256: str = Field(sa_type=String(64))
    clean_file_id: int | None = Field(default=None, foreign_key="evidence_file.id")
    clean_sha256: str = Field(default="", sa_type=String(64))
    received_from: str = Field(sa_type=Text)
    received_on: date
    entered_by_id: int = Field(foreign_key="user_account.id")
    supersedes_id: int | None = Field(default=None, foreign_key="dossier_item.id", unique=True)
    withdrawn_on: date | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    withdrawn_reason: str = Field(default="", sa_type=Text)
