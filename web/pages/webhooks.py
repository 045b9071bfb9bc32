"""Webhook: addresses that are told by HTTP, their keys (shown once) and what became of each message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from casework import webhooks
from casework.errors import BadInput
from casework.webhook_events import LABELS
from casework.webhooks import KEEPERS, WebhookIn
from models.webhook import Webhook
from models.webhook_delivery import WebhookDelivery
from web.forms import Form, Reading
from web.view import PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/admin/webhooks"
TRAIL = (("今日やること", "/"), ("Webhook", PATH))
Deed = Literal["key", "stop", "start", "test"]


@dataclass(frozen=True, kw_only=True)
class WebhooksPage(PageView):
    """The addresses, and the form for another."""

    template = "pages/webhooks.html"

    rows: Sequence[Webhook]
    events: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    form: Form
    can_keep: bool
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class WebhookPage(PageView):
    """One address, with the newest messages to it."""

    template = "pages/webhook.html"

    row: Webhook
    labels: Mapping[str, str]
    deliveries: Sequence[WebhookDelivery]
    can_keep: bool
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class WebhookKeyPage(PageView):
    """A key just made, shown this once."""

    template = "pages/webhook_key.html"

    row: Webhook
    key: str


@router.get(PATH, name="webhooks")
def show_webhooks(visit: VisitDep) -> Response:
    """The addresses."""
    return _page(visit).render(visit.request)


@router.post(PATH)
def create(post: PostDep) -> Response:
    """Enter an address and show its key once."""
    visit, form = post.visit, post.form
    wish = WebhookIn(form.text("name"), form.code("url"), form.listed("events"))
    try:
        row, key = webhooks.create_webhook(visit.call, wish, visit.settings)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        raise Refused(_page(visit, reading).render(visit.request, status_code=422)) from refusal
    return _shown_once(visit, row, key)


@router.get(f"{PATH}/{{webhook_id:int}}", name="webhook")
def show_webhook(visit: VisitDep, webhook_id: int) -> Response:
    """One address."""
    row = webhooks.find_webhook(visit.call, webhook_id)
    view = WebhookPage(
        frame=visit.frame("", *TRAIL, (row.name, None)),
        row=row,
        labels=LABELS,
        deliveries=webhooks.list_deliveries(visit.call, webhook_id),
        can_keep=visit.has(*KEEPERS),
        is_on=_is_on(visit),
    )
    return view.render(visit.request)


@router.post(f"{PATH}/{{webhook_id:int}}/{{deed}}", name="webhook_deed")
def change(post: PostDep, webhook_id: int, deed: Deed) -> Response:
    """Change the key, stop or start telling, or try the way."""
    visit, version = post.visit, Reading(post.form).version()
    if deed == "key":
        return _shown_once(visit, *webhooks.rotate_key(visit.call, webhook_id, version=version))
    if deed == "test":
        webhooks.send_test(visit.call, webhook_id)
    else:
        webhooks.set_state(visit.call, webhook_id, version=version, is_active=deed == "start")
    return go_to(f"{PATH}/{webhook_id}", f"webhook_{deed}")


@router.post(f"{PATH}/{{webhook_id:int}}/deliveries/{{delivery_id:int}}/again", name="webhook_again")
def send_again(post: PostDep, webhook_id: int, delivery_id: int) -> Response:
    """Let a message be tried anew."""
    webhooks.send_again(post.visit.call, webhook_id, delivery_id)
    return go_to(f"{PATH}/{webhook_id}", "webhook_test")


def _shown_once(visit: Visit, row: Webhook, key: str) -> Response:
    view = WebhookKeyPage(
        frame=visit.frame("", *TRAIL, (row.name, f"{PATH}/{row.key}"), ("新しい鍵", None), quiet=True), row=row, key=key
    )
    return view.render(visit.request)


def _page(visit: Visit, reading: Reading | None = None) -> WebhooksPage:
    return WebhooksPage(
        frame=visit.frame("", *TRAIL[:1], ("Webhook", None), quiet=bool(reading)),
        errors=reading.errors if reading else WebhooksPage.errors,
        rows=webhooks.list_webhooks(visit.call),
        events=tuple(LABELS.items()),
        labels=LABELS,
        form=reading.form if reading else Form(),
        can_keep=visit.has(*KEEPERS),
        is_on=_is_on(visit),
    )


def _is_on(visit: Visit) -> bool:
    """Return whether the operator let anything be sent: without a host on the list nothing leaves."""
    return bool(visit.settings.webhook_hosts.split())
