from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import PermissionState, SeparationPart


class UnavoidableCase(Editable, table=True):
    """やむを得ない場合 of 1(8): one person, one deed, permitted by the CISO, for this one case.

    What was asked is never changed; the permission is another person's. A decision names the case it leans on, and a
    case carries one decision only.
    """

    __tablename__ = "unavoidable_case"
    __table_args__ = (
        CheckConstraint(one_of("state", PermissionState), name="state_is_known"),
        CheckConstraint(one_of("part", SeparationPart), name="part_is_known"),
        CheckConstraint("length(reason) > 0", name="asking_has_a_reason"),
        CheckConstraint(
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> person_id)",
            name="another_person_permits",
        ),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "request_id", "person_id"),
    )

    part: str = Field(sa_type=String(20))
    request_id: int | None = Field(default=None, foreign_key="request.id")
    object_kind: str = Field(sa_type=String(40))
    object_number: str = Field(sa_type=String(80))
    person_id: int = Field(foreign_key="user_account.id")
    reason: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default=PermissionState.REQUESTED, sa_type=String(20))
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    review_duty_id: int | None = Field(default=None, foreign_key="duty.id")
