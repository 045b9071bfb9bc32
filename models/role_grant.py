from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import Role


class RoleGrant(Record, table=True):
    """A role held by a person for a period, through a post or directly, with whoever gave it."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role_is_known"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="period_is_ordered"),
        Index(None, "organisation_id", "user_id"),
    )

    user_id: int = Field(foreign_key="user_account.id", index=True)
    role: str = Field(sa_type=String(40))
    post_id: int | None = Field(default=None, foreign_key="post.id")
    department_id: int | None = Field(default=None, foreign_key="department.id")
    starts_on: date
    ends_on: date | None = None
    given_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    on_behalf_of_id: int | None = Field(default=None, foreign_key="user_account.id")
