from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of, only_where
from models.vocabulary import RequestState


class Request(Editable, table=True):
    """One request for one use: what is asked, where it stands, whose turn it is.

    ``document_json`` is the working copy; what was submitted stands, unchangeable, in ``request_version``.
    ``waits_at`` says where the roles have to count: ``role@department`` for each. ``file_order`` holds the first file
    of each place beside the request, in the order the applicant chose; those it does not name follow as they came.
    """

    __tablename__ = "request"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", RequestState), name="state_is_known"),
        Index(None, "organisation_id", "id"),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "organisation_id", "department_id", "id"),
        Index(None, "organisation_id", "applicant_id", "id"),
        Index(None, "organisation_id", "applicant_id", "state", "id"),
        only_where(
            "ix_request_waiting",
            f"state = '{RequestState.IN_REVIEW}'",
            "organisation_id",
            "state",
            "waiting_since_at",
            "id",
            "waits_at",
            "applicant_id",
            "overall",
        ),
        only_where(
            "ix_request_waiting_by_section",
            f"state = '{RequestState.IN_REVIEW}'",
            "organisation_id",
            "department_id",
            "waiting_since_at",
        ),
        Index(None, "organisation_id", "department_id", "overall", "state"),
    )

    number: str = Field(sa_type=String(20))
    title: str
    search_key: str
    state: str = Field(default=RequestState.DRAFT, sa_type=String(40))
    department_id: int = Field(foreign_key="department.id")
    applicant_id: int = Field(foreign_key="user_account.id", index=True)
    document_json: str = Field(sa_type=Text)
    pack: str = Field(sa_type=String(40))
    overall: str = Field(sa_type=String(20))
    governed_by: str = ""
    waits_for_role: str = Field(default="", sa_type=String(120))
    waits_at: str = Field(default="", sa_type=String(400))
    waiting_since_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    current_version_no: int = 0
    drafted_on: date
    copied_from_id: int | None = Field(default=None, foreign_key="request.id")
    file_order: list[int] = Field(default_factory=list, sa_type=JSON)
