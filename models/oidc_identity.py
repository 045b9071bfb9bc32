from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class OidcIdentity(Record, table=True):
    """Who a person is at an identity provider: issuer and subject, which are never given to somebody else."""

    __tablename__ = "oidc_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: int = Field(foreign_key="user_account.id", index=True)
    issuer: str = Field(sa_type=String(500))
    subject: str = Field(sa_type=String(255))
