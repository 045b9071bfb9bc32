from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import PartyRole


class IncidentParty(Record, table=True):
    """Whom or what an incident touches outside: a provider, a service, a contract, or a sub-contractor by its name."""

    __tablename__ = "incident_party"
    __table_args__ = (
        CheckConstraint(one_of("role", PartyRole), name="role_is_known"),
        CheckConstraint("length(name) > 0", name="party_has_a_name"),
        Index(None, "incident_id", "id"),
        Index(None, "organisation_id", "provider_id"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    role: str = Field(sa_type=String(20))
    name: str
    provider_id: int | None = Field(default=None, foreign_key="provider.id")
    service_id: int | None = Field(default=None, foreign_key="service.id")
    contract_id: int | None = Field(default=None, foreign_key="contract.id")
    contact: str = ""
    added_by_id: int = Field(foreign_key="user_account.id")
