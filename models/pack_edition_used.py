from sqlalchemy import String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class PackEditionUsed(Record, table=True):
    """The whole content of a pack edition as an organisation's verdicts used it, once for each content.

    ``content`` is the canonical JSON whose SHA-256 is ``content_hash``. Never changed: a verdict of long ago is
    replayed from it, whatever the shipped files have become.
    """

    __tablename__ = "pack_edition_used"
    __table_args__ = (UniqueConstraint("organisation_id", "content_hash", "edition"),)

    pack: str = Field(sa_type=String(40))
    edition: str = Field(sa_type=String(40))
    content_hash: str = Field(sa_type=String(64))
    content: str = Field(sa_type=Text)
