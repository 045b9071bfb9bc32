"""What is told to webhooks: entered with the deed, in its transaction, one message an address. Thin: ids and types."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.alert import Alert
from models.vocabulary import WebhookState
from models.webhook import Webhook
from models.webhook_delivery import WebhookDelivery

ALERT_DUE = "alert.due"
TEST = "webhook.test"
# The record's word for a deed, and the type under which it is told.
TYPES: Mapping[str, str] = {
    "request_submitted": "request.submitted",
    "request_decided": "request.decided",
    "request_withdrawn": "request.withdrawn",
    "request_revoked": "request.revoked",
    "exception_decided": "exception.decided",
    "service_suspended": "service.suspended",
    "service_resumed": "service.resumed",
    "contract_concluded": "contract.concluded",
    "contract_renewed": "contract.renewed",
    "ending_opened": "ending.opened",
    "ending_closed": "ending.closed",
    "duty_done": "duty.done",
    "duty_waived": "duty.waived",
}
LABELS: Mapping[str, str] = {
    ALERT_DUE: "知らせの期限が来た",
    "request.submitted": "申請が提出された",
    "request.decided": "決裁が行われた",
    "request.withdrawn": "申請が取り下げられた",
    "request.revoked": "決裁が取り消された",
    "exception.decided": "例外措置が決まった",
    "service.suspended": "サービスの利用が停止された",
    "service.resumed": "サービスの利用が再開された",
    "contract.concluded": "契約が締結された",
    "contract.renewed": "契約が更新された",
    "ending.opened": "終了手続が始まった",
    "ending.closed": "終了手続が完了した",
    "duty.done": "期限が済みになった",
    "duty.waived": "期限が免除された",
}


def tell_deed(
    session: Session, organisation_id: int, action: str, kind: str, number: str, seq: int, now: datetime
) -> None:
    """Enter the messages of a deed, by its place in the record; nothing for deeds nobody is told of."""
    event_type = TYPES.get(action)
    if event_type is not None:
        data = {"kind": kind, "number": number, "event": seq}
        hooks = wanting(session, organisation_id, event_type)
        session.add_all(message(hook, event_type, f"event:{seq}", data, now) for hook in hooks)


def tell_alerts(session: Session, alerts: Sequence[Alert], now: datetime) -> None:
    """Enter the messages of notices of one organisation that were just entered."""
    hooks = wanting(session, alerts[0].organisation_id, ALERT_DUE) if alerts else []
    for alert in alerts if hooks else ():
        data = {"alert": alert.key, "kind": alert.object_kind, "id": alert.object_id, "due_on": str(alert.due_on)}
        session.add_all(message(hook, ALERT_DUE, alert.unique_key, data, now) for hook in hooks)


def wanting(session: Session, organisation_id: int, event_type: str) -> list[Webhook]:
    """Return the addresses that are told and want a type."""
    hooks = session.exec(
        select(Webhook)
        .where(Webhook.organisation_id == organisation_id, Webhook.state == WebhookState.ACTIVE)
        .order_by(col(Webhook.id))
    ).all()
    return [hook for hook in hooks if event_type in hook.events.split()]


def message(hook: Webhook, event_type: str, cause: str, data: Mapping[str, object], now: datetime) -> WebhookDelivery:
    """Return a message as it is kept: its text is fixed before it is first tried."""
    body = {"type": event_type, "timestamp": now.isoformat(), "data": dict(data)}
    mark = hashlib.sha256(f"{hook.organisation_id}:{hook.key}:{hook.created_at.isoformat()}:{cause}".encode())
    return WebhookDelivery(
        organisation_id=hook.organisation_id,
        webhook_id=hook.key,
        cause=cause[:200],
        event_type=event_type,
        message_id=f"msg_{mark.hexdigest()[:32]}",
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        next_attempt_at=now,
    )
