"""Standard Webhooks: a thin body, signed over its id, the time of sending and itself, to an address that was looked at.

The rules are those of the standard-webhooks specification (ux.md 3.1(j)).
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from casework.channels import NotDelivered, Parcel, Receipt
from casework.safe_addresses import NotAllowed, Resolver, find_place, resolve
from casework.settings import Settings

PREFIX = "whsec_"
GONE, FIRST_REDIRECT, FIRST_REFUSAL = 410, 300, 400
LONGEST_ANSWER = 2_000
LONGEST_WAIT = timedelta(hours=24)


def sign(key: str, message_id: str, at: datetime, body: str) -> str:
    """Return the signature of a message under one key (``whsec_…``)."""
    secret = base64.b64decode(key.removeprefix(PREFIX))
    said = f"{message_id}.{int(at.timestamp())}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class WebhookChannel:
    """One address of the office with the keys that count now: two while they are being changed."""

    settings: Settings
    keys: Sequence[str]
    now: Callable[[], datetime]
    resolver: Resolver = resolve
    transport: httpx.BaseTransport | None = None
    name: str = field(default="webhook", init=False)

    def send(self, parcel: Parcel) -> Receipt:
        """Post one message; raises ``NotDelivered``. Whatever is not 2xx is a failure, a redirection too."""
        try:
            place = find_place(parcel.to, self.settings, self.resolver)
        except NotAllowed as refusal:
            raise NotDelivered(str(refusal), may_have_arrived=False) from refusal
        except (OSError, ValueError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}", may_have_arrived=False) from error
        url = httpx.URL(parcel.to)
        at = self.now()
        headers = {
            "Host": url.netloc.decode(),
            "Content-Type": "application/json",
            "User-Agent": "Sekisho",
            "webhook-id": parcel.key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(sign(key, parcel.key, at, parcel.body) for key in self.keys),
        }
        pinned = url.copy_with(host=place.address)
        try:
            return self._post(pinned, place.host, headers, parcel.body.encode(), at)
        except httpx.HTTPError as error:
            never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise NotDelivered(f"{type(error).__name__}: {error}"[:500], may_have_arrived=not never_sent) from error

    def _post(self, url: httpx.URL, host: str, headers: dict[str, str], body: bytes, at: datetime) -> Receipt:
        seconds = self.settings.webhook_timeout_seconds
        # No proxy and no settings of the machine: the connection goes to the address that was looked at.
        with (
            httpx.Client(timeout=seconds, trust_env=False, follow_redirects=False, transport=self.transport) as client,
            client.stream("POST", url, content=body, headers=headers, extensions={"sni_hostname": host}) as answer,
        ):
            said = _beginning_of(answer)
        if answer.status_code < FIRST_REDIRECT:
            return Receipt(f"{answer.status_code}")
        raise NotDelivered(
            f"{answer.status_code} {said}".strip(),
            may_have_arrived=False,
            is_final=answer.status_code == GONE,
            wait=_asked_wait(answer, at) if answer.status_code >= FIRST_REFUSAL else None,
        )


def _beginning_of(answer: httpx.Response) -> str:
    read = b""
    for part in answer.iter_raw():
        read += part
        if len(read) >= LONGEST_ANSWER:
            break
    words = read[:LONGEST_ANSWER].decode("utf-8", "replace")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:300]


def _asked_wait(answer: httpx.Response, at: datetime) -> timedelta | None:
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal() and said.isascii():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(max(wait, timedelta()), LONGEST_WAIT)
