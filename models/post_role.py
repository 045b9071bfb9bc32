from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import Role


class PostRole(Record, table=True):
    """A role that a post holds: for one section, or (``department_id`` None) for the whole organisation."""

    __tablename__ = "post_role"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role_is_known"),
        Index(None, "organisation_id", "post_id"),
    )

    post_id: int = Field(foreign_key="post.id", index=True)
    role: str = Field(sa_type=String(40))
    department_id: int | None = Field(default=None, foreign_key="department.id")
