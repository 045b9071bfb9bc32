from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import Role


class RoleGrant(Record, table=True):
    """A role held by a person for a period: directly, through a post, or in somebody's place.

    Every question who may do what is answered by these rows alone: holding a post (``post_holder_id``) and a permitted
    delegation (``delegation_id``) are written here too. ``post_name`` is the post's name when the role was given. A
    role taken away at once is marked with ``revoked_at``, so that the row still tells who could act before.
    """

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
    post_holder_id: int | None = Field(default=None, foreign_key="post_holder.id", index=True)
    post_name: str = ""
    delegation_id: int | None = Field(default=None, foreign_key="delegation.id", index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
