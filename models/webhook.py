from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import WebhookState


class Webhook(Editable, table=True):
    """An address of the office that is told by HTTP when something happens (Standard Webhooks).

    ``events`` are the types it wants, with blanks between. While a key is being changed, ``sealed_previous`` signs
    beside the new one until ``previous_until_at``. ``failures`` counts what failed since something last arrived.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint(one_of("state", WebhookState), name="state_is_known"),
        Index(None, "organisation_id", "id"),
    )

    name: str = Field(sa_type=String(80))
    url: str = Field(sa_type=Text)
    events: str = Field(sa_type=Text)
    state: str = Field(default=WebhookState.ACTIVE, sa_type=String(20))
    sealed_secret: str = Field(sa_type=Text)
    sealed_previous: str = Field(default="", sa_type=Text)
    previous_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    disabled_because: str = Field(default="", sa_type=Text)
    created_by_id: int = Field(foreign_key="user_account.id")
