from sqlalchemy import Index, String
from sqlmodel import Field

from models.base import Editable


class Provider(Editable, table=True):
    """Whoever provides a service or carries out a contract. The name is never normalised; the key is."""

    __tablename__ = "provider"
    __table_args__ = (Index(None, "organisation_id", "search_key"),)

    name: str
    search_key: str
    corporate_number: str = Field(default="", sa_type=String(13))
    contact: str = ""
