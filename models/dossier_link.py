from sqlalchemy import Index, String
from sqlmodel import Field

from models.base import Record


class DossierLink(Record, table=True):
    """Where a request leans on a piece of evidence: read off what its answers cite, and kept in step with them."""

    __tablename__ = "dossier_link"
    __table_args__ = (Index(None, "request_id", "provision", "item_id", unique=True),)

    request_id: int = Field(foreign_key="request.id")
    provision: str = Field(sa_type=String(60))
    item_id: int = Field(foreign_key="dossier_item.id", index=True)
