from fastapi import APIRouter, Request, Response

from api import answers
from api.answers import PageOut
from api.authentication import installation_of
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_alerts import (
    DeliveryOut,
    NewKeyOut,
    WebhookOut,
    WebhookWish,
    delivery_out,
    new_key_out,
    webhook_out,
)
from casework import webhooks

router = APIRouter(prefix="/webhooks", route_class=StrictRoute, tags=["Webhook"])


@router.get("", operation_id="list_webhooks", response_model=PageOut[WebhookOut], summary="Webhookを一覧する")
def list_webhooks(call: CallDep) -> Response:
    """The organisation's addresses."""
    return answers.everything([webhook_out(row) for row in webhooks.list_webhooks(call)])


@router.post(
    "",
    operation_id="create_webhook",
    status_code=201,
    response_model=NewKeyOut,
    summary="Webhookを登録する",
    description="key はこの応答で1回だけ示します。Idempotency-Key は使いません(応答を保存すると鍵が残るためです)。",
)
def create_webhook(call: CallDep, request: Request, wish: WebhookWish) -> Response:
    """Enter an address."""
    row, key = webhooks.create_webhook(call, wish.wish, installation_of(request).settings)
    return answers.created(new_key_out(row, key), f"/webhooks/{row.key}", version=row.version)


@router.get("/{webhook_id:int}", operation_id="get_webhook", response_model=WebhookOut, summary="Webhookを1件見る")
def get_webhook(call: CallDep, request: Request, webhook_id: int) -> Response:
    """One address."""
    row = webhooks.find_webhook(call, webhook_id)
    return answers.one(request, webhook_out(row), row.version)


@router.get(
    "/{webhook_id:int}/deliveries",
    operation_id="list_webhook_deliveries",
    response_model=PageOut[DeliveryOut],
    summary="送ったものを新しい順に一覧する",
    description="新しい100件です。",
)
def list_deliveries(call: CallDep, webhook_id: int) -> Response:
    """The newest messages."""
    return answers.everything([delivery_out(row) for row in webhooks.list_deliveries(call, webhook_id)])


@router.post(
    "/{webhook_id:int}/keys",
    operation_id="rotate_webhook_key",
    status_code=201,
    response_model=NewKeyOut,
    summary="署名の鍵を変える",
    description="1日のあいだ、前の鍵でも署名します。key はこの応答で1回だけ示します。Idempotency-Key は使いません。",
)
def rotate_key(call: CallDep, webhook_id: int, version: VersionDep) -> Response:
    """Give an address a new key."""
    row, key = webhooks.rotate_key(call, webhook_id, version=version)
    return answers.body(new_key_out(row, key), version=row.version, status=201)


@router.post(
    "/{webhook_id:int}/suspensions",
    operation_id="disable_webhook",
    status_code=201,
    response_model=WebhookOut,
    summary="Webhookを止める",
)
def disable(call: CallDep, once: OnceDep, webhook_id: int, version: VersionDep) -> Response:
    """Tell an address no more."""
    return once(lambda: _state(call, webhook_id, version, is_active=False))


@router.post(
    "/{webhook_id:int}/resumptions",
    operation_id="enable_webhook",
    status_code=201,
    response_model=WebhookOut,
    summary="Webhookを再開する",
)
def enable(call: CallDep, once: OnceDep, webhook_id: int, version: VersionDep) -> Response:
    """Tell an address again."""
    return once(lambda: _state(call, webhook_id, version, is_active=True))


@router.post(
    "/{webhook_id:int}/deliveries/{delivery_id:int}/retries",
    operation_id="retry_webhook_delivery",
    status_code=201,
    response_model=DeliveryOut,
    summary="届かなかったものを送り直す",
    description="webhook-id は前と同じです。",
)
def retry(call: CallDep, once: OnceDep, webhook_id: int, delivery_id: int) -> Response:
    """Try a message anew."""
    return once(lambda: answers.body(delivery_out(webhooks.send_again(call, webhook_id, delivery_id)), status=201))


def _state(call: CallDep, webhook_id: int, version: int, *, is_active: bool) -> Response:
    row = webhooks.set_state(call, webhook_id, version=version, is_active=is_active)
    return answers.body(webhook_out(row), version=row.version, status=201)
