"""Notices, calendars and webhooks as shown and ordered."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant
from casework.alert_wishes import OwnAlert
from casework.calendar_feeds import FeedIn
from casework.webhook_events import LABELS
from casework.webhooks import WebhookIn
from models.calendar_feed import CalendarFeed
from models.vocabulary import AlertState, DeliveryState, FeedFilter, WebhookState
from models.webhook import Webhook
from models.webhook_delivery import WebhookDelivery

_EVENT_WORDS = "、".join(f"{event}={words}" for event, words in LABELS.items())
_STATES = "pending=送信待ち、sent=送信済み、failed=送れなかった、shown=画面だけ、withdrawn=取りやめ"
_DELIVERIES = "pending=送信待ち、failed=送れなかった、delivered=届いた、given_up=送るのをやめた"
_FEEDS = "mine=自分、section=自分の課、all=全庁"


class AlertOut(BaseModel):
    """One notice of the ledger: ``path`` is the page on which its thing is seen to."""

    id: int
    kind: str
    title: str
    due_on: date
    send_on: date
    post: str = Field(description="どの職あてか。空なら本人")
    state: AlertState = Field(description=_STATES)
    is_late: bool
    is_urgent: bool
    rung: int = Field(description="上の職へ知らせた段。0は本人")
    attempts: int
    sent_at: Instant | None
    seen_at: Instant | None
    path: str


class SeenOut(BaseModel):
    """How many notices were marked."""

    seen: int


class CalendarWish(BaseModel):
    """What a calendar is to show."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "Outlook の予定表", "shows": "mine", "only_numbers": True}},
    )

    name: str = Field(min_length=1, max_length=80, description="どの予定表で使うか")
    shows: FeedFilter = Field(FeedFilter.MINE, description=_FEEDS)
    only_numbers: bool = Field(True, description="件名と委託先の名前を出さない")

    @property
    def wish(self) -> FeedIn:
        """Return the wish as casework takes it."""
        return FeedIn(self.name, self.shows, self.only_numbers)


class CalendarOut(BaseModel):
    """An address without its secret."""

    id: int
    name: str
    shows: FeedFilter = Field(description=_FEEDS)
    only_numbers: bool
    created_at: Instant
    last_read_at: Instant | None
    revoked_at: Instant | None


class NewCalendarOut(CalendarOut):
    """An address just made: ``path`` is told this once."""

    path: str


class WebhookWish(BaseModel):
    """An address that is to be told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "庁内チャット",
                "url": "https://chat.hoshimigaoka.example/hooks",
                "events": ["request.decided"],
            }
        },
    )

    name: str = Field(min_length=1, max_length=80)
    url: str = Field(min_length=1, max_length=500, description="https:// で始まるアドレス")
    events: list[str] = Field(min_length=1, max_length=len(LABELS), description=_EVENT_WORDS)

    @property
    def wish(self) -> WebhookIn:
        """Return the wish as casework takes it."""
        return WebhookIn(self.name, self.url, self.events)


class WebhookOut(BaseModel):
    """An address without its key."""

    id: int
    version: int
    name: str
    url: str
    events: list[str] = Field(description=_EVENT_WORDS)
    state: WebhookState = Field(description="active=送る、disabled=停止中")
    disabled_because: str
    failures: int = Field(description="続けて届かなかった回数")
    previous_key_until_at: Instant | None


class NewKeyOut(WebhookOut):
    """An address with a key just made, which is told this once."""

    key: str = Field(description="whsec_ で始まる署名の鍵")


class DeliveryOut(BaseModel):
    """One message to an address, with what became of it."""

    id: int
    message_id: str
    event_type: str
    state: DeliveryState = Field(description=_DELIVERIES)
    attempts: int
    answer: str
    created_at: Instant
    next_attempt_at: Instant
    delivered_at: Instant | None


def alert_out(row: OwnAlert) -> AlertOut:
    """Return a notice as shown."""
    alert = row.alert
    facts = alert.model_dump(include=set(AlertOut.model_fields))
    return AlertOut.model_validate(facts | {"id": alert.key, "post": alert.post_name, "path": row.path})


def calendar_out(row: CalendarFeed) -> CalendarOut:
    """Return an address as shown."""
    return CalendarOut.model_validate(row.model_dump(include=set(CalendarOut.model_fields)))


def new_calendar_out(row: CalendarFeed, secret: str) -> NewCalendarOut:
    """Return an address just made."""
    return NewCalendarOut.model_validate(calendar_out(row).model_dump() | {"path": f"/calendars/{secret}.ics"})


def webhook_out(row: Webhook) -> WebhookOut:
    """Return an address as shown."""
    facts = row.model_dump(include=set(WebhookOut.model_fields))
    facts |= {"events": row.events.split(), "previous_key_until_at": row.previous_until_at}
    return WebhookOut.model_validate(facts)


def new_key_out(row: Webhook, key: str) -> NewKeyOut:
    """Return an address with a key just made."""
    return NewKeyOut.model_validate(webhook_out(row).model_dump() | {"key": key})


def delivery_out(row: WebhookDelivery) -> DeliveryOut:
    """Return a message as shown."""
    return DeliveryOut.model_validate(row.model_dump(include=set(DeliveryOut.model_fields)))
