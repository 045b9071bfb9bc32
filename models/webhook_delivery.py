from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import DeliveryState


class WebhookDelivery(Record, table=True):
    """One message to one address, fixed before it is first tried; ``message_id`` is the same at every try."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "cause"),
        CheckConstraint(one_of("state", DeliveryState), name="state_is_known"),
        Index(None, "state", "next_attempt_at"),
        Index(None, "organisation_id", "webhook_id", "id"),
    )

    webhook_id: int = Field(foreign_key="webhook.id")
    cause: str = Field(sa_type=String(200))
    event_type: str = Field(sa_type=String(60))
    message_id: str = Field(sa_type=String(80), unique=True)
    body: str = Field(sa_type=Text)
    state: str = Field(default=DeliveryState.PENDING, sa_type=String(20))
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    claimed_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str = Field(default="", sa_type=Text)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
