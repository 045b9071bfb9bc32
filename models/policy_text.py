from sqlalchemy import String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class PolicyText(Record, table=True):
    """An organisation's own wording of one provision, from a document it loaded; the newest ``load_no`` counts.

    Never changed: a new document is a new load. The document itself lies in the file store under its SHA-256.
    """

    __tablename__ = "policy_text"
    __table_args__ = (UniqueConstraint("organisation_id", "pack", "load_no", "provision"),)

    pack: str = Field(sa_type=String(40))
    load_no: int = Field(ge=1)
    provision: str = Field(sa_type=String(60))
    text: str = Field(sa_type=Text)
    source_name: str
    source_sha256: str = Field(sa_type=String(64))
