from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import DelegationState


class Delegation(Editable, table=True):
    """One person acts in another's place for a period, within a scope, once the CISO has permitted it.

    ``scope`` lists ``{"role", "department_id"}``. Roles count through ``role_grant`` rows that name the delegation.

    Provisions:
        1(1)④: the CISO names who stands in. 6-2(1)③: a right is given to a person, never by lending an account.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint(one_of("state", DelegationState), name="state_is_known"),
        CheckConstraint("starts_on <= ends_on", name="period_is_ordered"),
        CheckConstraint("giver_id <> delegate_id", name="nobody_stands_in_for_oneself"),
        CheckConstraint("length(reason) > 0", name="asking_has_a_reason"),
        CheckConstraint(
            "state IN ('requested', 'withdrawn') OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> giver_id AND decided_by_id <> delegate_id)",
            name="another_person_permits",
        ),
        CheckConstraint("state NOT IN ('revoked', 'withdrawn') OR ended_at IS NOT NULL", name="an_end_says_when"),
        Index(None, "organisation_id", "giver_id"),
        Index(None, "organisation_id", "delegate_id"),
    )

    giver_id: int = Field(foreign_key="user_account.id", index=True)
    delegate_id: int = Field(foreign_key="user_account.id", index=True)
    scope: list[dict[str, Any]] = Field(sa_type=JSON)
    starts_on: date
    ends_on: date
    reason: str = Field(sa_type=Text)
    state: str = Field(default=DelegationState.REQUESTED, sa_type=String(20))
    asked_by_id: int = Field(foreign_key="user_account.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
    ended_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
