"""Lists as pages show them: the address is the whole truth, paging by keyset, the condition in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from casework.paging import Page, PageWish

PAGE_SIZE = 50
SIZES = ("25", "50", "100")
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


def size_of(request: Request) -> int:
    """Return how many rows a page of the list has: what the address asks for, or 50."""
    said = request.query_params.get("size", "")
    return int(said) if said in SIZES else PAGE_SIZE


def list_around(
    request: Request, page: Page[Any], words: Sequence[str] = (), *, total: int | None = None, clear_url: str = ""
) -> Listing:
    """Return the surroundings of a page of a list; ``words`` are the conditions set, each in Japanese.

    ``total`` is how many rows the whole list has, where that is cheap to know.
    """
    query = [
        (key, value)
        for key, value in request.query_params.multi_items()
        if value and key not in {"cursor", "trail", "verify"}
    ]
    cursor, trail = request.query_params.get("cursor", ""), _trail(request)
    path = request.url.path
    first = size_of(request) * (len(trail) + 1) + 1 if cursor else 1
    is_counted = len(trail) < LONGEST_TRAIL
    last = first + len(page.items) - 1
    text = f"{first}–{last}件目" if is_counted and page.items else f"{len(page.items)}件"
    if total is not None:
        text = f"{first}–{last} / {total:,}件" if is_counted and page.items else f"{total:,}件"
    return Listing(
        previous_url=_address(path, query, trail[-1] if trail else "", trail[:-1]) if cursor else None,
        next_url=_address(path, query, page.next_cursor, [*trail, cursor] if cursor else [])
        if page.next_cursor
        else None,
        range_text=text,
        condition=" かつ ".join(words),
        clear_url=clear_url or path,
    )


def _trail(request: Request) -> list[str]:
    return [part for part in request.query_params.get("trail", "").split(_SEPARATOR) if part][-LONGEST_TRAIL:]


def _address(path: str, query: Sequence[tuple[str, str]], cursor: str, trail: Sequence[str]) -> str:
    place = [("cursor", cursor)] if cursor else []
    if cursor and trail:
        place.append(("trail", _SEPARATOR.join(trail[-LONGEST_TRAIL:])))
    asked = urlencode([*query, *place])
    return f"{path}?{asked}" if asked else path
