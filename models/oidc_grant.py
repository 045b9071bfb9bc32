from sqlalchemy import String
from sqlmodel import Field

from models.base import Record


class OidcGrant(Record, table=True):
    """A role that was given because the identity provider said so; it ends when the provider no longer does."""

    __tablename__ = "oidc_grant"

    role_grant_id: int = Field(foreign_key="role_grant.id", unique=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    said: str = Field(sa_type=String(200))
