from sqlalchemy import ForeignKey, Index, String
from sqlmodel import Field, SQLModel


class SearchGram(SQLModel, table=True):
    """Two-character pieces of search keys: an index for Japanese part-of-name search on both databases."""

    __tablename__ = "search_gram"
    __table_args__ = (Index("ix_search_gram_object", "organisation_id", "object_kind", "object_id"),)

    organisation_id: int = Field(primary_key=True, sa_column_args=(ForeignKey("organisation.id"),))
    object_kind: str = Field(primary_key=True, sa_type=String(20))
    gram: str = Field(primary_key=True, sa_type=String(2))
    object_id: int = Field(primary_key=True)
