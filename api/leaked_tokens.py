"""A token in an address is refused, whatever it was for: addresses stay in histories and in the logs of proxies."""

from urllib.parse import unquote_plus

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.authentication import address_of
from api.problems import problem_response, request_id
from casework import tokens
from casework.installation import Installation
from casework.sign_in_rules import Knock

IN_ADDRESS = (
    "トークンがアドレスの中にあります。途中の機器の記録に残るため、受け付けません。"
    "Authorization: Bearer ヘッダーに入れて送り、このトークンは取り消して作り直してください。"
)


class NoTokenInAddress:
    """Refuses such a call before anything looks at it, records it as an event, and tells the token's owner."""

    def __init__(self, app: ASGIApp, installation: Installation) -> None:
        self.app = app
        self.installation = installation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on (async because ASGI is)."""
        address = _address(scope) if scope["type"] == "http" else ""
        if tokens.PREFIX not in address:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        settings = self.installation.settings
        host = request.client.host if request.client else ""
        knock = Knock(
            self.installation.now(),
            self.installation.store,
            "api",
            settings.sign_in_rules,
            address_of(host),
            call_id=request_id(request),
        )
        await run_in_threadpool(tokens.report_in_address, self.installation.engine, address, knock)
        answer = problem_response(request, "not-authenticated", IN_ADDRESS, headers={"WWW-Authenticate": "Bearer"})
        await answer(scope, receive, send)


def _address(scope: Scope) -> str:
    return f"{scope['path']}?{unquote_plus(scope['query_string'].decode('latin-1'))}"
