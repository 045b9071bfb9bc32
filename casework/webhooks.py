"""Addresses of the office that are told by HTTP: kept by an administrator, signed with a key that is shown once."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom

from sqlalchemy import Engine, func
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit, notices, sealing
from casework.actor import Actor
from casework.call import JOB, Call
from casework.channels import NotDelivered, Parcel
from casework.channels.webhook import PREFIX, WebhookChannel
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.files import FileStore
from casework.request_rules import need_version
from casework.safe_addresses import NotAllowed, need_allowed_url
from casework.settings import Settings
from casework.tenancy import visible_to
from casework.tokens import need_person
from casework.webhook_events import LABELS, TEST, message
from models.vocabulary import DeliveryState, Role, WebhookState
from models.webhook import Webhook
from models.webhook_delivery import WebhookDelivery

KEEPERS = (Role.ADMIN,)
READERS = (Role.ADMIN, Role.SUPERVISING_OFFICER, Role.AUDITOR)
MOST_WEBHOOKS, MOST_SHOWN, LONGEST_NAME, LONGEST_URL = 20, 100, 80, 500
BOTH_KEYS_COUNT = timedelta(hours=24)
LEASE = timedelta(minutes=2)
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.1
Sender = Callable[[Webhook, Sequence[str]], WebhookChannel]


@dataclass(frozen=True)
class WebhookIn:
    """What is stated of an address."""

    name: str
    url: str
    events: Sequence[str]


def list_webhooks(call: Call) -> list[Webhook]:
    """Return the organisation's addresses."""
    call.need(*READERS, to="Webhookを見る")
    return list(call.session.exec(visible_to(call.actor, Webhook).order_by(col(Webhook.id))).all())


def find_webhook(call: Call, webhook_id: int) -> Webhook:
    """Return one address; raises ``NotFound``."""
    call.need(*READERS, to="Webhookを見る")
    row = call.session.exec(visible_to(call.actor, Webhook).where(Webhook.id == webhook_id)).first()
    if row is None:
        raise NotFound("このWebhookはありません。一覧から選び直してください。")
    return row


def list_deliveries(call: Call, webhook_id: int) -> list[WebhookDelivery]:
    """Return the newest messages to an address, with what became of them."""
    hook = find_webhook(call, webhook_id)
    query = visible_to(call.actor, WebhookDelivery).where(WebhookDelivery.webhook_id == hook.key)
    return list(call.session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(MOST_SHOWN)).all())


def create_webhook(call: Call, stated: WebhookIn, settings: Settings) -> tuple[Webhook, str]:
    """Enter an address and return it with its key, which is told once. Raises ``BadInput``."""
    _need_keeper(call, "Webhookを登録する")
    call.line_up()
    _check(stated, settings)
    if len(list_webhooks(call)) >= MOST_WEBHOOKS:
        words = f"Webhookは{MOST_WEBHOOKS}個までです。"
        raise BadInput(words, [FieldError("/name", "too_many", words)])
    key = _new_key()
    row = Webhook(
        organisation_id=call.actor.organisation_id,
        name=stated.name.strip(),
        url=stated.url.strip(),
        events=" ".join(event for event in LABELS if event in stated.events),
        sealed_secret=sealing.seal(_folder(call.store), key),
        created_by_id=call.actor.user_id,
    )
    _save(call, row, "webhook_created", {"name": row.name, "url": row.url, "events": row.events})
    return row, key


def rotate_key(call: Call, webhook_id: int, *, version: int) -> tuple[Webhook, str]:
    """Give an address a new key; for a day both sign, so that the other side can change at its leisure."""
    _need_keeper(call, "Webhookの鍵を変える")
    call.line_up()
    row = find_webhook(call, webhook_id)
    need_version(row.version, version)
    key = _new_key()
    row.sealed_previous, row.previous_until_at = row.sealed_secret, call.now + BOTH_KEYS_COUNT
    row.sealed_secret = sealing.seal(_folder(call.store), key)
    row.version += 1
    _save(call, row, "webhook_key_changed", {"previous_until_at": row.previous_until_at.isoformat()})
    return row, key


def set_state(call: Call, webhook_id: int, *, version: int, is_active: bool) -> Webhook:
    """Stop telling an address, or tell it again from now on. Raises ``WrongState`` where it is so already."""
    _need_keeper(call, "Webhookを止める・再開する")
    call.line_up()
    row = find_webhook(call, webhook_id)
    need_version(row.version, version)
    wanted = WebhookState.ACTIVE if is_active else WebhookState.DISABLED
    if row.state == wanted:
        raise WrongState("このWebhookはもうその状態です。", state=row.state)
    row.state, row.failures = wanted, 0
    row.disabled_because = "" if is_active else "システム管理が止めました。"
    row.version += 1
    said = {"state": row.state, "because": row.disabled_because}
    _save(call, row, "webhook_enabled" if is_active else "webhook_disabled", said)
    return row


def send_test(call: Call, webhook_id: int) -> WebhookDelivery:
    """Enter a message that says nothing, to see whether the way is open."""
    _need_keeper(call, "Webhookを試す")
    call.line_up()
    row = find_webhook(call, webhook_id)
    made = message(row, TEST, f"test:{call.now.isoformat()}:{_count_deliveries(call, row)}", {}, call.now)
    call.session.add(made)
    call.session.flush()
    audit.record(call, "webhook_sent_again", "webhook", str(row.key), after={"message": made.message_id})
    return made


def send_again(call: Call, webhook_id: int, delivery_id: int) -> WebhookDelivery:
    """Let a message that did not arrive be tried anew, under its old id. Raises ``NotFound`` and ``WrongState``."""
    _need_keeper(call, "Webhookを送り直す")
    call.line_up()
    hook = find_webhook(call, webhook_id)
    query = visible_to(call.actor, WebhookDelivery).where(
        WebhookDelivery.webhook_id == hook.key, WebhookDelivery.id == delivery_id
    )
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound("この送信はありません。一覧から選び直してください。")
    if row.state == DeliveryState.DELIVERED:
        raise WrongState("この送信はもう届いています。", state=row.state)
    row.state, row.attempts, row.next_attempt_at = DeliveryState.PENDING, 0, call.now
    call.session.add(row)
    call.session.flush()
    after = {"message": row.message_id, "state": row.state}
    audit.record(call, "webhook_sent_again", "webhook", str(hook.key), after=after)
    return row


def _count_deliveries(call: Call, row: Webhook) -> int:
    counted = select(func.count()).where(WebhookDelivery.webhook_id == row.key)
    return call.session.exec(counted.select_from(WebhookDelivery)).one()


def _need_keeper(call: Call, to: str) -> None:
    need_person(call.actor)
    call.need(*KEEPERS, to=to)


def _check(stated: WebhookIn, settings: Settings) -> None:
    found = []
    if not 0 < len(stated.name.strip()) <= LONGEST_NAME:
        found.append(FieldError("/name", "missing", f"名前を{LONGEST_NAME}文字までで入力してください。"))
    try:
        need_allowed_url(stated.url.strip()[: LONGEST_URL + 1], settings)
    except NotAllowed as refusal:
        found.append(FieldError("/url", "not_allowed", str(refusal)))
    if len(stated.url.strip()) > LONGEST_URL:
        found.append(FieldError("/url", "too_long", f"アドレスは{LONGEST_URL}文字までにしてください。"))
    if unknown := [event for event in stated.events if event not in LABELS]:
        found.append(FieldError("/events", "unknown", f"「{'、'.join(unknown)}」という種類はありません。"))
    if not stated.events:
        found.append(FieldError("/events", "missing", "知らせる種類を1つは選んでください。"))
    if found:
        raise BadInput(found[0].message, found)


def _new_key() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _folder(store: FileStore) -> Path:
    return store.folder.parent


def _save(call: Call, row: Webhook, action: str, after: dict[str, str]) -> None:
    call.session.add(row)
    call.session.flush()
    audit.record(call, action, "webhook", str(row.key), after=after)


# -- sending --


@dataclass(frozen=True)
class Sent:
    """What one round came to, in messages."""

    delivered: int
    failed: int


def deliver(
    engine: Engine, store: FileStore, settings: Settings, now_is: Callable[[], datetime], sender: Sender | None = None
) -> Sent:
    """Send every message whose time has come; a claim outlasts the longest try, as with mail."""

    def usual(_hook: Webhook, keys: Sequence[str]) -> WebhookChannel:
        return WebhookChannel(settings, keys, now_is)

    delivered = failed = last = 0
    while (claimed := _claim(engine, now_is(), last)) is not None:
        row, hook, until = claimed
        last = row.key
        channel = (sender or usual)(hook, _keys(hook, store, now_is()))
        failure = None
        try:
            said = channel.send(Parcel(row.message_id, hook.url, row.event_type, row.body)).said
        except NotDelivered as refusal:
            failure, said = refusal, refusal.said
        _settle(engine, store, row.key, until, failure, said, now_is())
        delivered, failed = delivered + (failure is None), failed + (failure is not None)
    return Sent(delivered, failed)


def _keys(hook: Webhook, store: FileStore, now: datetime) -> list[str]:
    sealed = [hook.sealed_secret]
    if hook.sealed_previous and hook.previous_until_at is not None and now < hook.previous_until_at:
        sealed.append(hook.sealed_previous)
    return [sealing.unseal(_folder(store), text) for text in sealed]


def _due(now: datetime, after: int) -> SelectOfScalar[WebhookDelivery]:
    return (
        select(WebhookDelivery)
        .join(Webhook, col(Webhook.id) == col(WebhookDelivery.webhook_id))
        .where(col(WebhookDelivery.state).in_([DeliveryState.PENDING, DeliveryState.FAILED]))
        .where(col(WebhookDelivery.next_attempt_at) <= now, Webhook.state == WebhookState.ACTIVE)
        .where(or_(col(WebhookDelivery.claimed_until_at).is_(None), col(WebhookDelivery.claimed_until_at) <= now))
        .where(col(WebhookDelivery.id) > after)
        .order_by(col(WebhookDelivery.id))
        .limit(1)
    )


def _claim(engine: Engine, now: datetime, after: int) -> tuple[WebhookDelivery, Webhook, datetime] | None:
    with open_session(engine, writes=False, operator=True) as session:
        if session.exec(_due(now, after)).first() is None:
            return None
    with open_session(engine, operator=True) as session:
        row = session.exec(_due(now, after).with_for_update(of=WebhookDelivery, skip_locked=True)).first()
        if row is None:
            return None
        row.attempts, row.claimed_until_at = row.attempts + 1, now + LEASE
        session.add(row)
        hook = session.exec(select(Webhook).where(Webhook.id == row.webhook_id)).one()
    return row, hook, now + LEASE


def _settle(
    engine: Engine,
    store: FileStore,
    row_id: int,
    until: datetime,
    failure: NotDelivered | None,
    said: str,
    now: datetime,
) -> None:
    with open_session(engine, operator=True) as session:
        row = session.exec(select(WebhookDelivery).where(WebhookDelivery.id == row_id)).one()
        call = Call(session, Actor(row.organisation_id, 0, "定期の処理", 0, ()), now, store, JOB)
        call.line_up()
        session.refresh(row)
        hook = session.exec(select(Webhook).where(Webhook.id == row.webhook_id)).one()
        if row.state == DeliveryState.DELIVERED or (failure is not None and row.claimed_until_at != until):
            return
        row.claimed_until_at, row.answer = None, said
        if failure is None:
            row.state, row.delivered_at, hook.failures = DeliveryState.DELIVERED, now, 0
        else:
            hook.failures += 1
            _fail(call, row, hook, failure)
        session.add_all([row, hook])


def _fail(call: Call, row: WebhookDelivery, hook: Webhook, failure: NotDelivered) -> None:
    is_last = row.attempts >= MOST_ATTEMPTS or failure.is_final
    row.state = DeliveryState.GIVEN_UP if is_last else DeliveryState.FAILED
    if not is_last:
        planned = WAITS[row.attempts - 1] * (1 + SystemRandom().uniform(0, JITTER))
        row.next_attempt_at = call.now + max(planned, failure.wait or timedelta())
        return
    why = (
        "宛先が、もう送らないよう答えました(410)。" if failure.is_final else f"{row.attempts}回送って届きませんでした。"
    )
    if hook.state == WebhookState.ACTIVE:
        hook.state, hook.disabled_because = WebhookState.DISABLED, f"{why}最後の応答: {failure.said}"[:500]
        hook.version += 1
        said = {"state": hook.state, "because": hook.disabled_because}
        audit.record(call, "webhook_disabled", "webhook", str(hook.key), after=said)
        for keeper in notices.administrators(call.session, hook.organisation_id, day_in_japan(call.now)):
            notices.tell(
                call.session, keeper, "webhook_disabled", f"Webhook「{hook.name}」を止めました。{why}", call.now
            )
