from typing import Any

from sqlalchemy import JSON, Index, String
from sqlmodel import Field

from models.base import Record


class KeptForm(Record, table=True):
    """What somebody typed and put aside because another had saved first; only that person sees it.

    ``path`` is where the form goes, ``fields`` what it holds (names and values, in order), ``shown`` what was typed in
    the words of the page.
    """

    __tablename__ = "kept_form"
    __table_args__ = (Index(None, "organisation_id", "user_id", "id"),)

    user_id: int = Field(foreign_key="user_account.id", index=True)
    path: str = Field(sa_type=String(400))
    title: str
    fields: list[Any] = Field(default_factory=list, sa_type=JSON)
    shown: list[Any] = Field(default_factory=list, sa_type=JSON)
