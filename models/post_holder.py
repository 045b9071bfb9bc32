from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record


class PostHolder(Record, table=True):
    """Who holds a post, from the first to the last day, with the names as they were when it began.

    ``is_concurrent`` is 兼務: the person's own post is another. ``batch`` names the handover that made it.
    """

    __tablename__ = "post_holder"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="period_is_ordered"),
        Index(None, "organisation_id", "user_id"),
        Index(None, "organisation_id", "post_id"),
    )

    user_id: int = Field(foreign_key="user_account.id", index=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    starts_on: date
    ends_on: date | None = None
    is_concurrent: bool = False
    user_name: str
    post_name: str
    department_name: str
    given_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    batch: str = Field(default="", sa_type=String(20))
