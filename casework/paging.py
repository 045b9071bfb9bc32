"""Keyset paging: a page is found by where the last one ended, so that deep pages cost what the first costs."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from casework.errors import FieldError, MalformedRequest

Row = TypeVar("Row")
LIMITS = range(1, 201)
_SIGNING_KEY = b"sekisho-cursor-v1"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor at which the next ones begin (None at the end)."""

    items: Sequence[Row]
    next_cursor: str | None

    @property
    def has_more(self) -> bool:
        """Return whether rows follow."""
        return self.next_cursor is not None


@dataclass(frozen=True)
class PageWish:
    """How many rows are wished for, and after which cursor."""

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: one column and the key that breaks ties."""

    column: Any
    key: Any
    is_descending: bool = True

    def after(self, value: Any, key: int) -> ColumnElement[bool]:  # noqa: ANN401 (int or date)
        """Return the condition for rows that come after a place in this order."""
        if self.column is self.key:
            return self.key < key if self.is_descending else self.key > key  # type: ignore[no-any-return] # a column
        if self.is_descending:
            return or_(self.column < value, and_(self.column == value, self.key < key))
        return or_(self.column > value, and_(self.column == value, self.key > key))


def _sign(body: bytes) -> str:
    return hmac.new(_SIGNING_KEY, body, "sha256").hexdigest()[:16]


def write_cursor(value: date | int, key: int) -> str:
    """Return the opaque text for a place in a list. The check digits catch slips; they hide nothing."""
    body = json.dumps([value.isoformat() if isinstance(value, date) else value, key]).encode()
    return base64.urlsafe_b64encode(_sign(body).encode() + body).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[date | int, int]:
    """Return the place a cursor names; raises ``MalformedRequest`` for a text that is no cursor of ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sign, body = raw[:16].decode(), raw[16:]
        value, key = json.loads(body if hmac.compare_digest(sign, _sign(body)) else b"")
        return (date.fromisoformat(value) if isinstance(value, str) else int(value)), int(key)
    except (ValueError, binascii.Error, TypeError) as error:
        raise unreadable_cursor() from error


def unreadable_cursor() -> MalformedRequest:
    """Return the refusal of a text that names no place in a list."""
    return MalformedRequest(
        "続きの位置(cursor)を読み取れません。一覧を最初から開き直してください。",
        errors=[FieldError("cursor", "unreadable_cursor", "一覧の応答にある next_cursor をそのまま渡してください。")],
    )


def fetch_page(
    session: Session,
    query: SelectOfScalar[Row],
    *,
    order: Order,
    wish: PageWish,
    place_of: Callable[[Row], tuple[date | int, int]],
) -> Page[Row]:
    """Return one page of a query in an order; one statement, one row more than asked to know whether more follow."""
    if wish.limit not in LIMITS:
        raise MalformedRequest("1回に取れるのは1件から200件です。limit を1から200で指定してください。")
    if wish.cursor:
        value, key = read_cursor(wish.cursor)
        if not isinstance(value, order.column.type.python_type):
            raise unreadable_cursor()
        query = query.where(order.after(value, key))
    keys = [order.column, order.key] if order.column is not order.key else [order.key]
    query = query.order_by(*(key.desc() if order.is_descending else key.asc() for key in keys)).limit(wish.limit + 1)
    rows = session.exec(query).all()
    kept = rows[: wish.limit]
    return Page(kept, write_cursor(*place_of(kept[-1])) if len(rows) > wish.limit else None)
