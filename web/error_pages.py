"""What a browser is shown when something is refused: what happened, who can do it, whom to ask (ux.md P32)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api import refused_attempts
from api.authentication import SAFE_METHODS, signed_in_call
from api.problems import TYPES, request_id
from api.refusals import BEYOND
from casework.errors import BadInput, CaseworkError, NotAuthenticated, StepOwed, TokenRefused
from web.forms import Form
from web.pages.login import STEP_PATHS, show_login_again, step_path
from web.view import Frame, PageView
from web.visit import PRODUCT, Refused, know_visitor, product_version

Handler = Callable[[Request, Any], Awaitable[Response]]

# A browser has no If-Match: what a program gets as 412, a person gets as a conflict.
PAGE_STATUSES: Mapping[str, int] = {"stale-version": 409}
TITLES: Mapping[int, str] = {
    400: "この画面は開けません",
    401: "ログインしてから開いてください",
    403: "この操作をする役割がありません",
    404: "ページが見つかりません",
    405: "この操作はできません",
    409: "いまの状態では進められません",
    410: "この内容はもう公開していません",
    413: "送られた内容が大きすぎます",
    422: "入力内容に確認が必要な箇所があります",
    429: "時間をおいて試してください",
    500: "処理の途中で止まりました",
    503: "いまは使えません",
}
ADVICE: Mapping[int, str] = {
    404: "アドレスを確かめるか、一覧から選び直してください。ほかの組織の内容は表示しません。",
    405: "前の画面に戻り、ボタンから操作してください。",
    410: "一覧から選び直してください。",
    500: "書きかけの内容は保存されていません。前の画面に戻って、もう一度試してください。"
    "続くときは、下の番号を添えて問合せ先に知らせてください。",
    503: "少し待ってから、もう一度開いてください。",
}

LEADS_NOWHERE = frozenset({404, 405})


@dataclass(frozen=True, kw_only=True)
class ErrorPage(PageView):
    """One refusal: its heading, the sentence of the use case, and the number to quote."""

    template = "pages/error.html"

    status: int
    heading: str
    message: str
    back_url: str
    call_id: str


def show_error(request: Request, status: int, message: str = "") -> Response:
    """Return the page for a status; ``message`` is the use case's own sentence where there is one."""
    if status in LEADS_NOWHERE and not hasattr(request.state, "signed_in"):
        _look_who_comes(request)
    page = ErrorPage(
        frame=plain_frame(getattr(request.state, "contact", ""), getattr(request.state, "csrf_token", "")),
        status=status,
        heading=TITLES.get(status, TITLES[500]),
        message=message or ADVICE.get(status, ADVICE[500]),
        back_url="/",
        call_id=request_id(request),
    )
    return page.render(request, status_code=status)


def _look_who_comes(request: Request) -> None:
    """Note who asked for an address that leads nowhere, if anybody is signed in: no page has looked yet."""
    try:
        with signed_in_call(request, source="page", writes=False, steps=frozenset(STEP_PATHS)):
            know_visitor(request, request.state.signed_in)
    except CaseworkError:
        return


def plain_frame(contact: str = "", csrf_token: str = "") -> Frame:
    """Return the frame of pages that know nobody: login and errors; ``contact`` is whom a signed-in person asks.

    ``csrf_token`` is theirs too, for the switch of the language.
    """
    return Frame(
        organisation_name="自治体のためのクラウド・委託の点検",
        product_name=PRODUCT,
        user_name=None,
        csrf_token=csrf_token,
        version=product_version(),
        contact=contact,
    )


def install(site: FastAPI) -> None:
    """Let browsers see pages where the API answers problem+json; the API's own handlers keep ``/api``."""
    _add(site, CaseworkError, _casework)
    _add(site, RequestValidationError, _unreadable)
    _add(site, HTTPException, _http)
    _add(site, DataError, _beyond)
    _add(site, OverflowError, _beyond)
    _add(site, OperationalError, _no_database)
    _add(site, Exception, _crash)
    site.add_exception_handler(Refused, _refused)


def _add(site: FastAPI, kind: type[Exception], ours: Handler) -> None:
    theirs: Any = site.exception_handlers.get(kind)

    async def choose(request: Request, error: Exception) -> Response:
        if theirs is not None and is_machine(request):
            answer = await run_in_threadpool(theirs, request, error)
            return await answer if hasattr(answer, "__await__") else answer  # type: ignore[no-any-return] # the API's
        return await ours(request, error)

    site.add_exception_handler(kind, choose)


def is_machine(request: Request) -> bool:
    """Return whether the answer goes to a program: everything below ``/api``."""
    return request.url.path.startswith("/api/")


async def _refused(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refused):
        raise TypeError("only a refused page is answered here")
    await run_in_threadpool(refused_attempts.note, request, refusal.__context__)
    return refusal.page


async def _casework(request: Request, error: CaseworkError) -> Response:
    if isinstance(error, NotAuthenticated) and not isinstance(error, TokenRefused):
        return await _sign_in_first(request, error)
    if isinstance(error, StepOwed):
        return RedirectResponse(step_path(request, str(error.facts["step"])), status_code=303)
    await run_in_threadpool(refused_attempts.note, request, error)
    status = PAGE_STATUSES.get(error.kind) or TYPES[error.kind].status
    message = error.message
    if isinstance(error, BadInput) and error.errors:
        message = " ".join(dict.fromkeys(each.message for each in error.errors))
    answer = await run_in_threadpool(show_error, request, status, message)
    wait = getattr(error, "facts", {}).get("retry_after")
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer


async def _sign_in_first(request: Request, error: NotAuthenticated) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method in SAFE_METHODS:
        query = "" if path == "/" else f"?{urlencode({'next': path})}"
        return RedirectResponse(f"/login{query}", status_code=303)
    held: Form | None = getattr(request.state, "form", None)
    return show_login_again(request, plain_frame(), path=path, held=held, message=error.message)


async def _unreadable(request: Request, _error: RequestValidationError) -> Response:
    return await run_in_threadpool(show_error, request, 404, "")


async def _beyond(request: Request, _error: Exception) -> Response:
    return await run_in_threadpool(show_error, request, 400, BEYOND)


async def _http(request: Request, error: HTTPException) -> Response:
    return await run_in_threadpool(show_error, request, error.status_code, "")


async def _no_database(request: Request, _error: OperationalError) -> Response:
    answer = await run_in_threadpool(show_error, request, 503, "")
    answer.headers["Retry-After"] = "10"
    return answer


async def _crash(request: Request, _error: Exception) -> Response:
    return await run_in_threadpool(show_error, request, 500, "")
