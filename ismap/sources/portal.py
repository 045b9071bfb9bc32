"""Fetches a list from a web portal, or from an address that answers a file.

How such a portal is read: facts/ismap.md section 11. Nothing here trusts a status of 200: proof is finding the rows.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from ismap.delimited import decode
from ismap.errors import RegistryRefused
from ismap.html_tables import read_page, refuse_if_not_a_list
from ismap.json_rows import FoundArray, find_array, parse
from ismap.limits import PORTAL_PAGES, ROWS
from ismap.reading import kind_of
from ismap.sources.talk import Answer, Talk

_TOKEN = re.compile(r"""\bg_ck\s*=\s*['"]([^'"]+)['"]""")
_PORTAL_ID = re.compile(r"""\bportal_?id['"]?\s*[:=]\s*['"]([0-9a-zA-Z]+)['"]""", re.IGNORECASE)
_PAGE_ID = re.compile(r"""\bpage_?id['"]?\s*[:=]\s*['"]([0-9a-zA-Z_\-]+)['"]""", re.IGNORECASE)
_WIDGETS_TRIED = 8
_FEWEST_HEADINGS = 2
# The shell of a portal page is the same file whatever the list says, so only the answer that held all rows may
# say "not modified"; the mark tells such a validator from that of a plain file.
_OF_ROWS = "rows "


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source answered. ``etag`` and ``last_modified`` are opaque: hand them back the next time.

    ``not_modified``: the list is the one these two were given for, and ``raw`` is empty. ``pages``: how many answers
    with rows ``raw`` was put together from.
    """

    raw: bytes = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    pages: int = 1


@dataclass(slots=True)
class _Rows:
    """Rows gathered over several answers."""

    items: list[Mapping[str, Any]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    pages: int = 0
    near_miss: Answer | None = None
    seen: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        return self.declared is not None and len(self.items) >= self.declared

    def add(self, found: FoundArray) -> bool:
        """Take an answer's rows; False when it brought none that was not there before."""
        texts = [json.dumps(item, sort_keys=True) for item in found.items]
        # Where pages overlap a row comes twice; counted twice it would hide one that is missing.
        new = [item for item, text in zip(found.items, texts, strict=True) if text not in self.seen]
        if not new:
            return False
        self.seen.update(texts)
        self.items.extend(new)
        self.labels |= found.labels
        self.declared = max((claim for claim in (self.declared, found.declared) if claim is not None), default=None)
        self.pages += 1
        if len(self.items) > ROWS or self.pages > PORTAL_PAGES:
            message = "ポータルが終わりのない一覧を返しています。取り込みをやめました。ファイルで取り込んでください。"
            raise RegistryRefused(message, "endless_list")
        return True


def fetch_portal(
    url: str,
    *,
    client: httpx.Client,
    sleep: Callable[[float], object],
    monotonic: Callable[[], float],
    jitter: Callable[[], float],
    etag: str | None = None,
    last_modified: str | None = None,
) -> Fetched:
    """The list behind ``url``: a portal page's rows as JSON, or the file the address itself answers.

    ``sleep`` takes seconds, ``monotonic`` tells them, ``jitter`` gives 0 to 1. ``client`` brings proxy and
    certificates from the environment unless told otherwise.

    Raises:
        RegistryRefused: no list there, a login or maintenance page, a portal that keeps saying no (24 requests,
            3 minutes), an answer over the limits.
    """
    talk = Talk(client, sleep, monotonic, jitter)
    of_rows = bool((etag or last_modified or "").startswith(_OF_ROWS))
    page = talk.ask("GET", _checked(url), {} if of_rows else _conditions(etag, last_modified))
    if page.is_not_modified:
        return Fetched(etag=etag, last_modified=last_modified, not_modified=True)
    if kind_of(page.body) != "html":
        return _file(page)
    text = decode(page.body)
    token = _TOKEN.search(text)
    if token is None:
        if read_page(text):
            return _file(page)
        message = "一覧もポータルの目印も見つかりません。アドレスを確かめるか、一覧をファイルで取り込んでください。"
        raise RegistryRefused(message, "not_a_portal")
    headers = {"X-UserToken": token.group(1), "Accept": "application/json"}
    known = _conditions((etag or "").removeprefix(_OF_ROWS), (last_modified or "").removeprefix(_OF_ROWS))
    address, query = _description_of(page, text)
    try:
        described = talk.ask("GET", address, {**headers, **(known if of_rows else {})}, query=query)
    except RegistryRefused:
        refuse_if_not_a_list(text)
        raise
    if described.is_not_modified:
        return Fetched(etag=etag, last_modified=last_modified, not_modified=True)
    fetched = _gather(talk, page, described, headers)
    if fetched is None:
        refuse_if_not_a_list(text)
        message = "ポータルは応答しましたが、一覧の行が見つかりません。一覧をファイルで取り込んでください。"
        raise RegistryRefused(message, "no_rows")
    return fetched


def _checked(url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    if parts.scheme not in {"http", "https"} or not parts.host:
        message = f"「{url}」はアドレスとして読み取れません。http:// か https:// で始まるアドレスを指定してください。"
        raise RegistryRefused(message, "bad_address")
    return url


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in given.items() if value}


def _file(answer: Answer) -> Fetched:
    return Fetched(
        answer.body,
        answer.header("content-type"),
        answer.header("etag") or None,
        answer.header("last-modified") or None,
    )


def _description_of(page: Answer, text: str) -> tuple[str, dict[str, str]]:
    """Address and query of the page's description, on the host that answered the page."""
    portal, named = _PORTAL_ID.search(text), _PAGE_ID.search(text)
    page_id = page.url.params.get("id") or (named.group(1) if named else "")
    query = {"id": page_id} | ({"portal_id": portal.group(1)} if portal else {})
    return str(page.url.copy_with(raw_path=b"/api/now/sp/page", fragment="")), query


def _gather(talk: Talk, page: Answer, described: Answer, headers: Mapping[str, str]) -> Fetched | None:
    """The rows of the description itself, or of the first widget that brings some; None when nothing does."""
    document = _document(described)
    first = _list_in(document)
    if first and (first.declared is None or first.declared <= len(first.items)):
        marks = (described.header(name) for name in ("etag", "last-modified"))
        etag, modified = (f"{_OF_ROWS}{mark}" if mark else None for mark in marks)
        return Fetched(described.body, described.header("content-type"), etag, modified)
    widgets = sorted(_widgets(document), key=lambda widget: _list_in(widget) is None)
    for widget in widgets[:_WIDGETS_TRIED]:
        rows = _Rows()
        if first and _list_in(widget):
            rows.add(first)
        address = str(page.url.copy_with(raw_path=f"/api/now/sp/widget/{widget['sys_id']}".encode(), fragment=""))
        _page_through(talk, address, widget, headers, rows)
        if rows.items:
            return _combined(page, rows)
        if rows.near_miss:
            return _file(rows.near_miss)
    if first:
        return _combined(page, _rows_of(first))
    return _file(described) if _is_near_miss(document) else None


def _rows_of(found: FoundArray) -> _Rows:
    rows = _Rows()
    rows.add(found)
    return rows


def _page_through(talk: Talk, address: str, widget: Mapping[str, Any], headers: Mapping[str, str], rows: _Rows) -> None:
    """Ask a widget for page after page until it has given what it claims, or gives nothing new."""
    data = widget.get("data")
    kept = (
        {name: value for name, value in data.items() if isinstance(value, str | int)} if isinstance(data, dict) else {}
    )
    while not rows.is_whole:
        number = rows.pages + 1
        wish = {**kept, "p": number, "page": number, "offset": len(rows.items), "window_start": len(rows.items)}
        answer = talk.ask("POST", address, headers, body=wish, may_fail=True)
        document = _document(answer) if answer.is_success else None
        found = _list_in(document)
        if found is None and _is_near_miss(document):
            rows.near_miss = answer
        if found is None or not rows.add(found):
            return


def _combined(page: Answer, rows: _Rows) -> Fetched:
    """All rows as one answer that still says how many there should be."""
    whole: dict[str, Any] = {"source": str(page.url), "column_labels": rows.labels, "list": rows.items}
    if rows.declared is not None:
        whole["row_count"] = rows.declared
    return Fetched(json.dumps(whole, ensure_ascii=False).encode(errors="replace"), "application/json", pages=rows.pages)


def _document(answer: Answer) -> Any:  # noqa: ANN401  JSON is anything
    text = decode(answer.body)
    if text.lstrip().startswith("<"):
        refuse_if_not_a_list(text)
    return parse(text)


def _list_in(document: Any) -> FoundArray | None:  # noqa: ANN401  JSON is anything
    found = find_array(document)
    return found if found and found.score[0] else None


def _is_near_miss(document: Any) -> bool:  # noqa: ANN401  JSON is anything
    """Whether there are rows with headings of a list, but not the two it needs: whoever reads it says which."""
    found = find_array(document)
    return found is not None and found.score[1] >= _FEWEST_HEADINGS and not found.score[0]


def _widgets(node: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401  JSON is anything
    """Every widget of a page description: what has an id and data or options of its own."""
    if isinstance(node, Mapping):
        known = node.get("sys_id")
        if isinstance(known, str) and re.fullmatch(r"[0-9a-zA-Z]+", known) and ("data" in node or "options" in node):
            yield node
        for child in node.values():
            yield from _widgets(child)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for child in node:
            yield from _widgets(child)
