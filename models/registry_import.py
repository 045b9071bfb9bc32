from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ImportState


class RegistryImport(Editable, table=True):
    """One bringing-in of a list, whatever came of it: trial, taken in, unchanged, refused or failed.

    ``code`` is the public id. ``report`` is what ``sekisho ismap sync`` says, with the rows kept out under
    ``quarantine``. A loss is confirmed by somebody other than whoever brought the list.
    """

    __tablename__ = "registry_import"
    __table_args__ = (
        CheckConstraint(one_of("state", ImportState), name="state_is_known"),
        CheckConstraint(
            "confirmed_by_id IS NULL OR brought_by_id IS NULL OR confirmed_by_id <> brought_by_id",
            name="a_loss_has_two_people",
        ),
        CheckConstraint("confirmed_by_id IS NULL OR length(confirm_reason) > 0", name="a_confirmation_has_a_reason"),
        Index(None, "organisation_id", "id"),
        Index(None, "raw_sha256", "id"),
    )

    code: str = Field(sa_type=String(40), unique=True)
    source: str = Field(sa_type=Text)
    scheme: str = Field(sa_type=String(40))
    raw_sha256: str = Field(default="", sa_type=String(64))
    file_kind: str = Field(default="", sa_type=String(10))
    acquired_on: date
    carried_by: str = ""
    brought_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    confirmed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    confirm_reason: str = Field(default="", sa_type=Text)
    state: str = Field(default=ImportState.QUEUED, sa_type=String(20))
    is_trial: bool = False
    rows_done: int = 0
    rows_total: int = 0
    updated_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_code: str = Field(default="", sa_type=String(40))
    refused: str = Field(default="", sa_type=Text)
    report: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    snapshot_code: str = Field(default="", sa_type=String(64))
