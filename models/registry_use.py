from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import UseLink


class RegistryUse(Record, table=True):
    """Where a use in the ledger hangs on the lists, so that a change finds the uses it touches by an index.

    One subject of a submitted request has one row for each row of a list that its last judgement saw: the one it is
    (``linked``) or those it resembles (``similar``), or one with an empty key (``unlisted``). Made anew with every
    judgement; nothing rests on it but the search.
    """

    __tablename__ = "registry_use"
    __table_args__ = (
        CheckConstraint(one_of("link", UseLink), name="link_is_known"),
        UniqueConstraint("request_id", "subject", "scheme", "entry_key"),
        Index(None, "scheme", "entry_key", "request_id"),
        Index(None, "folded_name", "request_id"),
        Index(None, "link", "folded_name"),
    )

    request_id: int = Field(foreign_key="request.id")
    subject: int
    link: str = Field(sa_type=String(20))
    scheme: str = Field(default="", sa_type=String(40))
    entry_key: str = ""
    folded_name: str
