from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class Label(Record, table=True):
    """A word that people of the organisation put on a request, a service or a contract, to find it again.

    ``object_kind`` and ``object_id`` say on what. Two spellings with one ``search_key`` are one label. It says nothing
    about the thing: no version grows, and nothing is judged by it.
    """

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("organisation_id", "object_kind", "object_id", "search_key"),
        CheckConstraint("length(name) > 0", name="label_has_a_name"),
        Index(None, "organisation_id", "object_kind", "search_key", "object_id"),
    )

    object_kind: str = Field(sa_type=String(40))
    object_id: int
    name: str
    search_key: str
    put_by_id: int = Field(foreign_key="user_account.id")
