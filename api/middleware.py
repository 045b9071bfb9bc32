"""What every answer carries, pages too: an id, the headers that keep browsers strict, and a bound on what comes in."""

import re
import secrets

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
)
_SENT_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_MEGABYTE = 1024 * 1024
_TOO_BIG = 413


class AnswerFrame:
    """Gives every call an id and every answer its headers; refuses bodies larger than an upload may be.

    Plain ASGI, because Starlette's BaseHTTPMiddleware would cost more than a list does.
    """

    def __init__(self, app: ASGIApp, *, largest_mb: int) -> None:
        self.app = app
        self.largest = (largest_mb + 1) * _MEGABYTE  # a form needs a little more than its file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on (async because ASGI is)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"])
        call_id = given.get(b"x-request-id", b"").decode("latin-1")
        if not _SENT_ID.fullmatch(call_id):
            call_id = secrets.token_hex(16)
        scope.setdefault("state", {})["request_id"] = call_id

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                said = {name for name, _ in headers}
                headers.append((b"x-request-id", call_id.encode()))
                headers.extend(pair for pair in SECURITY_HEADERS if pair[0] not in said)
            await send(message)

        await self.app(scope, self._bounded(given, receive), send_framed)

    def _bounded(self, given: dict[bytes, bytes], receive: Receive) -> Receive:
        stated = given.get(b"content-length", b"0")
        left = self.largest - (int(stated) if stated.isdigit() else 0)
        if left < 0:
            return _refuse
        came = 0

        async def receive_bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            return await _refuse() if came > self.largest else message

        return receive_bounded


async def _refuse() -> Message:
    raise HTTPException(_TOO_BIG)
