from sqlalchemy import Index, String
from sqlmodel import Field

from models.base import Record


class DossierProvision(Record, table=True):
    """A provision that a piece of evidence answers."""

    __tablename__ = "dossier_provision"
    __table_args__ = (Index(None, "item_id", "provision", unique=True),)

    item_id: int = Field(foreign_key="dossier_item.id")
    provision: str = Field(sa_type=String(60))
