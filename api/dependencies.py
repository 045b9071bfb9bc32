"""What handlers ask for. Few and flat: each plain dependency costs a trip to a worker thread."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile

from api.authentication import installation_of, signed_in_call
from api.strict_json import read_json
from api.uploads import FORMS
from casework import idempotency
from casework.call import Call
from casework.errors import FieldError, IdempotencyKeyMissing, MalformedRequest, VersionRequired
from casework.idempotency import FirstAnswer
from casework.installation import Installation
from casework.paging import PageWish

REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("etag", "location", "content-type")
# What an operation says of itself that answers with a file.
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
_ETAG = re.compile(r'"v([1-9][0-9]{0,8})"')

InstallationDep = Annotated[Installation, Depends(installation_of)]


def open_call(request: Request) -> Iterator[Call]:
    """Yield the call of whoever is signed in; its transaction ends before the answer is sent."""
    with signed_in_call(request) as call:
        yield call


def open_reading_call(request: Request) -> Iterator[Call]:
    """Yield a call that only reads, whatever the method: for deeds that open transactions of their own."""
    with signed_in_call(request, writes=False) as call:
        yield call


def open_exporting_call(request: Request) -> Iterator[Call]:
    """Yield a call that may write though it is a GET: what leaves the house leaves an event."""
    with signed_in_call(request, writes=True) as call:
        yield call


CallDep = Annotated[Call, Depends(open_call, scope="function")]
ExportingCallDep = Annotated[Call, Depends(open_exporting_call, scope="function")]
ReadingCallDep = Annotated[Call, Depends(open_reading_call, scope="function")]


class PageQuery(BaseModel):
    """How much of a list is wished for."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="1回に取る件数")
    cursor: str | None = Field(None, max_length=500, description="前の応答の next_cursor")

    @property
    def wish(self) -> PageWish:
        """Return the wish as casework takes it."""
        return PageWish(self.limit, self.cursor)


def read_if_match(
    if_match: Annotated[str | None, Header(description='読んだ版の ETag。例: "v7"', examples=['"v7"'])] = None,
) -> int:
    """Return the version a change was made on. Raises ``VersionRequired`` and ``MalformedRequest``."""
    if if_match is None:
        raise VersionRequired('If-Match ヘッダーがありません。取得したときの ETag(例: "v7")を付けてください。')
    found = _ETAG.fullmatch(if_match.strip())
    if not found:
        message = 'If-Match は、取得したときの ETag(例: "v7")をそのまま付けてください。'
        raise MalformedRequest(message, errors=[FieldError("If-Match", "unreadable_etag", message)])
    return int(found[1])


VersionDep = Annotated[int, Depends(read_if_match)]


async def read_fingerprint(request: Request) -> str:
    """Return the hash of what is asked: method, address and content (async: only Starlette gives a body again)."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").startswith(FORMS):
        # The boundary differs at every sending, so the parts are what counts.
        for name, value in (await request.form()).multi_items():
            content = value
            if isinstance(value, UploadFile):
                content = f"{value.filename} {hashlib.sha256(await value.read()).hexdigest()}"
                await value.seek(0)
            digest.update(f"{len(name)} {name} {len(str(content))} {content}\n".encode())
    else:
        digest.update(await request.body())
    return digest.hexdigest()


@dataclass(frozen=True)
class Once:
    """Carries a deed out once for each key: a repeated call gets the first answer and does nothing."""

    call: Call
    key: str
    fingerprint: str

    def __call__(self, deed: Callable[[], Response]) -> Response:
        """Return the deed's answer, or the one it got the first time, marked as replayed."""
        begun = idempotency.begin(self.call, self.key, self.fingerprint)
        if isinstance(begun, FirstAnswer):
            return Response(begun.body or None, begun.status, {**begun.headers, REPLAYED: "true"})
        answer = deed()
        kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        idempotency.finish(self.call, begun, FirstAnswer(answer.status_code, bytes(answer.body).decode(), kept))
        return answer


def read_once(
    call: CallDep,
    fingerprint: Annotated[str, Depends(read_fingerprint)],
    idempotency_key: Annotated[
        str | None, Header(description="1回の操作ごとに新しい文字列(UUIDなど)。7日間保存します", examples=["9b2f-01"])
    ] = None,
) -> Once:
    """Return the guard of a call that creates or decides. Raises ``IdempotencyKeyMissing``."""
    key = (idempotency_key or "").strip()
    if not key:
        raise IdempotencyKeyMissing(
            "Idempotency-Key ヘッダーがありません。1回の操作ごとに新しい文字列(UUIDなど)を付けてください。"
        )
    if len(key) > idempotency.LONGEST_KEY:
        message = f"Idempotency-Key は{idempotency.LONGEST_KEY}文字までにしてください。"
        raise MalformedRequest(message, errors=[FieldError("Idempotency-Key", "too_long", message)])
    return Once(call, key, fingerprint)


OnceDep = Annotated[Once, Depends(read_once)]


class UnknownParameter(MalformedRequest):
    """The address carries a condition this operation does not know."""

    kind = "unknown-parameter"


class StrictRoute(APIRoute):
    """A route that refuses query parameters it does not know and JSON that says one thing twice."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the framework's handler behind our two refusals."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self))

        async def handle_strictly(request: Request) -> Response:
            if request.scope["query_string"]:
                _need_known(request, known)
            strict = _StrictRequest(request.scope, request.receive)
            try:
                return await handle(strict)
            finally:
                await strict.close()  # the files of a form read by one of our own dependencies

        return handle_strictly


class _StrictRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401 (any JSON value)
        if not hasattr(self, "_strict_json"):
            self._strict_json = read_json(await self.body())
        return self._strict_json


def _query_names(route: APIRoute) -> Iterator[str]:
    for parameter in route.dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from annotation.model_fields
        else:
            yield parameter.alias


def _need_known(request: Request, known: frozenset[str]) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        message = f"条件「{'、'.join(twice)}」が2回あります。1つにしてください。"
        raise MalformedRequest(message, errors=[FieldError(name, "given_twice", message) for name in twice])
    unknown = sorted(set(given) - known)
    if not unknown:
        return
    allowed = f"使えるのは {'、'.join(sorted(known))} です。" if known else "条件は付けられません。"
    errors = [FieldError(name, "unknown_parameter", f"条件「{name}」はありません。{allowed}") for name in unknown]
    raise UnknownParameter(f"条件「{'、'.join(unknown)}」はこの操作にありません。{allowed}", errors=errors)
