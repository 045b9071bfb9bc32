"""How an answer is put together: one JSON body, its version as ETag, the next page as a link."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import BaseModel, Field

from casework.paging import Page

Item = TypeVar("Item")
JSON_TYPE = "application/json"
NOT_MODIFIED = 304
NO_CACHE = {"Cache-Control": "private, no-cache"}


class PageOut(BaseModel, Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    next_cursor: str | None = Field(None, description="続きがあるとき、次の cursor")
    has_more: bool = Field(description="続きがあるか")


def etag(version: int) -> str:
    """Return the tag of a version.

    >>> etag(7)
    '"v7"'
    """
    return f'"v{version}"'


def one(request: Request, out: BaseModel, version: int) -> Response:
    """Return a single resource with its version, or 304 to a reader who holds that version."""
    tag = etag(version)
    known = [text.strip().removeprefix("W/") for text in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=NOT_MODIFIED, headers={"ETag": tag, **NO_CACHE})
    return body(out, version=version)


def body(out: BaseModel, *, version: int | None = None, status: int = 200) -> Response:
    """Return a resource as JSON, with its version where it has one."""
    headers = dict(NO_CACHE)
    if version is not None:
        headers["ETag"] = etag(version)
    return Response(out.model_dump_json(), status, headers, JSON_TYPE)


def created(out: BaseModel, path: str, *, version: int | None = None) -> Response:
    """Return 201 with what was made and where it is; ``path`` is below ``/api/v1``."""
    answer = body(out, version=version, status=201)
    answer.headers["Location"] = "/api/v1" + quote(path)
    return answer


def page(request: Request, items: Sequence[BaseModel], found: Page[Any]) -> Response:
    """Return a page of a list, with a link to the next one."""
    return linked(request, _page_of(items, found.next_cursor), found.next_cursor)


def linked(request: Request, out: BaseModel, next_cursor: str | None) -> Response:
    """Return a resource that ends with a cursor, with a link to what follows."""
    answer = body(out)
    if next_cursor is not None:
        address = request.url.include_query_params(cursor=next_cursor)
        answer.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    return answer


def everything(items: Sequence[BaseModel]) -> Response:
    """Return a list that is short by nature, whole, in the shape of any list."""
    return body(_page_of(items, None))


def _page_of(items: Sequence[BaseModel], next_cursor: str | None) -> BaseModel:
    shape = _shape_of(type(items[0]) if items else BaseModel)
    return shape.model_construct(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)


@cache
def _shape_of(model: type[BaseModel]) -> type[PageOut[Any]]:
    return PageOut[model]  # type: ignore[valid-type] # pydantic makes the class at run time


def plain(value: Mapping[str, Any]) -> Response:
    """Return a value whose keys and order are fixed elsewhere (interfaces.md), as it is."""
    return Response(json.dumps(value, ensure_ascii=False, allow_nan=False), 200, dict(NO_CACHE), JSON_TYPE)


def stored_json(text: str) -> Response:
    """Return JSON that was stored as text, untouched."""
    return Response(text, 200, dict(NO_CACHE), JSON_TYPE)


def nothing() -> Response:
    """Return 204."""
    return Response(status_code=204)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be kept, never to be shown in the page's own right (RFC 6266)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff", **NO_CACHE}
    return Response(content, 200, headers, media_type)
