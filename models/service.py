from sqlalchemy import Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable


class Service(Editable, table=True):
    """A cloud or outsourced service that the organisation uses or asks to use."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "organisation_id", "id"),
        Index(None, "organisation_id", "search_key"),
        Index(None, "organisation_id", "registry_key"),
    )

    number: str = Field(sa_type=String(20))
    name: str
    search_key: str
    provider_id: int = Field(foreign_key="provider.id", index=True)
    service_model: str = Field(default="", sa_type=String(20))
    registry_key: str = ""
