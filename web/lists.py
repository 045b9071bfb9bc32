"""Lists as pages show them: the address is the whole truth, paging by keyset, the condition in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from casework.paging import Page, PageWish

PAGE_SIZE = 50
LONGEST_TRAIL = 20
_SEPARATOR = "~"


@dataclass(frozen=True)
class Listing:
    """What stands around a list: pager, range, and the filter in words (empty words: nothing is filtered)."""

    previous_url: str | None
    next_url: str | None
    range_text: str
    condition: str
    clear_url: str

    @property
    def title_range(self) -> str:
        """Return the range for the page's title; empty on the only page."""
        return f" {self.range_text}" if self.previous_url or self.next_url else ""


def wish_of(request: Request) -> PageWish:
    """Return which page the address asks for."""
    return PageWish(PAGE_SIZE, request.query_params.get("cursor") or None)


def list_around(request: Request, page: Page[Any], words: Sequence[str] = ()) -> Listing:
    """Return the surroundings of a page of a list; ``words`` are the conditions set, each in Japanese."""
    query = {
        key: value for key, value in request.query_params.items() if value and key not in {"cursor", "trail", "verify"}
    }
    cursor, trail = request.query_params.get("cursor", ""), _trail(request)
    path = request.url.path
    first = PAGE_SIZE * (len(trail) + 1) + 1 if cursor else 1
    is_counted = len(trail) < LONGEST_TRAIL
    last = first + len(page.items) - 1
    text = f"{first}–{last}件目" if is_counted and page.items else f"{len(page.items)}件"
    return Listing(
        previous_url=_address(path, query, trail[-1] if trail else "", trail[:-1]) if cursor else None,
        next_url=_address(path, query, page.next_cursor, [*trail, cursor] if cursor else [])
        if page.next_cursor
        else None,
        range_text=text,
        condition=" かつ ".join(words),
        clear_url=path,
    )


def _trail(request: Request) -> list[str]:
    return [part for part in request.query_params.get("trail", "").split(_SEPARATOR) if part][-LONGEST_TRAIL:]


def _address(path: str, query: Mapping[str, str], cursor: str, trail: Sequence[str]) -> str:
    place = {"cursor": cursor} if cursor else {}
    if cursor and trail:
        place["trail"] = _SEPARATOR.join(trail[-LONGEST_TRAIL:])
    asked = urlencode({**query, **place})
    return f"{path}?{asked}" if asked else path
