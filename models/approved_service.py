from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field

from models.base import Editable, one_of, only_where
from models.vocabulary import ServiceState


class ApprovedService(Editable, table=True):
    """A service whose use was approved, with the manager named at the approval (8-3(5)③, 8-2(4)⑥)."""

    __tablename__ = "approved_service"
    __table_args__ = (
        CheckConstraint(one_of("state", ServiceState), name="state_is_known"),
        Index(None, "organisation_id", "id"),
        only_where("ix_approved_service_suspended", f"state = '{ServiceState.SUSPENDED}'", "organisation_id", "id"),
    )

    request_id: int = Field(foreign_key="request.id", index=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    service_id: int = Field(foreign_key="service.id", index=True)
    manager_id: int = Field(foreign_key="user_account.id", index=True)
    state: str = Field(default=ServiceState.ACTIVE, sa_type=String(20))
    approved_on: date
    uses_until_on: date | None = None
    confidentiality: str = Field(default="", sa_type=String(4))
