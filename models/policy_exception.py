from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import PermissionState


class PolicyException(Editable, table=True):
    """例外措置 of 7-4: why a provision cannot be kept, what is done instead, permitted by the CISO until a day.

    Whether it has lapsed is read off the calendar. One taken in an emergency is recorded at once and has to be
    permitted by ``permit_by_on``.
    """

    __tablename__ = "policy_exception"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", PermissionState), name="state_is_known"),
        CheckConstraint("length(reason) > 0 AND length(alternative) > 0", name="asking_says_why_and_what_instead"),
        CheckConstraint(
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> asked_by_id)",
            name="another_person_permits",
        ),
        CheckConstraint("state <> 'permitted' OR until_on IS NOT NULL", name="permission_has_a_last_day"),
        CheckConstraint(
            "NOT is_emergency OR (taken_on IS NOT NULL AND permit_by_on IS NOT NULL)", name="emergency_says_when"
        ),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "request_id"),
    )

    number: str = Field(sa_type=String(20))
    request_id: int | None = Field(default=None, foreign_key="request.id")
    title: str
    reason: str = Field(sa_type=Text)
    alternative: str = Field(sa_type=Text)
    wished_until_on: date
    is_emergency: bool = False
    taken_on: date | None = None
    permit_by_on: date | None = None
    asked_by_id: int = Field(foreign_key="user_account.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default=PermissionState.REQUESTED, sa_type=String(20))
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_note: str = Field(default="", sa_type=Text)
    until_on: date | None = None
    reviewed_on: date | None = None
    next_review_on: date | None = None
    review_note: str = Field(default="", sa_type=Text)
