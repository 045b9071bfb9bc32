"""A portal that speaks real HTTP on loopback, in good days and bad ones.

``with serve_portal(rows, status=503) as portal:`` gives its base address as text; ``portal.list_url`` is the page of
the list, ``portal.requests`` what was asked, in order.
"""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

TOKEN = "72e3a9b1c0ffee72e3a9b1c0ffee0042"
PORTAL_ID = "81b75d3147032100ba13a5554ee4902b"
WIDGET_ID = "5b255672cb03020000f8d856634c9c28"
PAGE_ID = "cloud_service_list"
_SHELL = f"""<!doctype html><html lang="ja"><head><title>クラウドサービスリスト</title>
<script>window.g_ck = "{TOKEN}"; window.NOW = {{portal_id: '{PORTAL_ID}', page_id: '{PAGE_ID}'}};</script></head>
<body><div ng-app="sn.$sp">読み込んでいます</div></body></html>"""
_LOGIN = f"""<!doctype html><html><head><title>ログイン</title><script>window.g_ck = "{TOKEN}";</script></head>
<body><form><input name="user"><input type="password" name="password"></form></body></html>"""
_MAINTENANCE = """<!doctype html><html><head><title>メンテナンスのお知らせ</title></head>
<body><p>ただいまメンテナンス中です。</p></body></html>"""
_ENDLESS_CHUNK = b" " * 65_536


@dataclass
class Behaviour:
    """How the stub behaves; everything off is a portal on a good day."""

    page_size: int = 0  # rows a widget gives at a time; 0: all rows stand in the page description
    etag: str = ""  # of the answer that holds the rows; asked for again it is 304
    last_modified: str = ""
    refusals: Sequence[int] = ()  # statuses given to the first requests
    status: int = 0  # status given to every request
    retry_after: str = ""
    page: str = ""  # login | maintenance: given for the page, with 200
    answer: str = ""  # login | truncated | endless | endless_pages | empty: what the answer with the rows is
    with_labels: bool = False  # values as {value, display_value} under column names only a label explains
    claims: int = 0  # rows the answer says it has; 0: the truth
    file: bytes = b""  # the address answers this file instead of a page
    content_type: str = "text/csv; charset=utf-8"


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)


class PortalAddress(str):
    """The stub's base address, and what was asked of it."""

    __slots__ = ("list_url", "requests")
    list_url: str
    requests: list[Asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or each answer waits for the other side's delayed acknowledgement
    rows: Sequence[Mapping[str, Any]]
    behaviour: Behaviour
    requests: list[Asked]

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        self.requests.append(Asked(self.command, self.path, dict(self.headers), body))
        behaviour = self.behaviour
        number = len(self.requests) - 1
        status = behaviour.status or (behaviour.refusals[number] if number < len(behaviour.refusals) else 0)
        if status:
            self._send(status, b"", {"Retry-After": behaviour.retry_after} if behaviour.retry_after else {})
        elif behaviour.file:
            self._send_if_modified(behaviour.file, behaviour.content_type)
        elif self.path.startswith("/api/now/sp/page"):
            self._page_description()
        elif self.path == f"/api/now/sp/widget/{WIDGET_ID}":
            self._widget(body)
        elif self.path.startswith("/api/"):
            self._send(404, b"{}", {})
        else:
            self._page()

    def _page(self) -> None:
        shown = {"login": _LOGIN, "maintenance": _MAINTENANCE}.get(self.behaviour.page, _SHELL)
        cookies = {"Set-Cookie": "JSESSIONID=visitor; Path=/; HttpOnly", "Content-Type": "text/html; charset=utf-8"}
        self._send(200, shown.encode(), cookies)

    def _is_visitor(self) -> bool:
        return self.headers.get("X-UserToken") == TOKEN and "JSESSIONID=visitor" in self.headers.get("Cookie", "")

    def _page_description(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if not self._is_visitor() or query.get("id") != [PAGE_ID] or query.get("portal_id") != [PORTAL_ID]:
            self._send(401, b'{"error": {"message": "User Not Authenticated"}}', {})
        elif self.behaviour.page == "login":
            self._send_json({"result": {"page": {"title": "login"}, "containers": []}})
        elif self.behaviour.page_size:
            self._send_json(self._described({"p": 1, "table": "u_cloud_service"}))
        else:
            self._send_rows(self._described(self._data(self.rows)))

    def _widget(self, body: Mapping[str, Any]) -> None:
        if not self._is_visitor():
            self._send(401, b"{}", {})
            return
        size, page = self.behaviour.page_size, int(body.get("p", 1))
        rows = list(self.rows[(page - 1) * size : page * size])
        if self.behaviour.answer == "endless_pages":
            rows = [{**row, "登録番号": f"C21-{page:04}-{index}"} for index, row in enumerate(self.rows[:size])]
        self._send_rows({"result": {"data": {**self._data(rows), "p": page}}})

    def _data(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        claims = self.behaviour.claims or len(self.rows)
        if self.behaviour.answer == "endless_pages":
            claims = 10**9
        if not self.behaviour.with_labels:
            return {"list": list(rows), "row_count": claims}
        names = {
            header: f"u_field_{index}" for index, header in enumerate(dict.fromkeys(key for row in rows for key in row))
        }
        listed = [
            {
                "sys_id": f"{number:032x}",
                **{names[key]: {"value": f"v{number}", "display_value": text} for key, text in row.items()},
            }
            for number, row in enumerate(rows)
        ]
        return {"list": listed, "row_count": claims, "column_labels": {name: header for header, name in names.items()}}

    @staticmethod
    def _described(data: Mapping[str, Any]) -> dict[str, Any]:
        menu = {"widget": {"sys_id": "0" * 32, "name": "menu", "data": {"items": [{"label": "トップ", "href": "/"}]}}}
        listing = {"widget": {"sys_id": WIDGET_ID, "name": "Data Table", "options": {"title": "一覧"}, "data": data}}
        rows = [{"columns": [{"widgets": [menu]}]}, {"columns": [{"widgets": [listing]}]}]
        return {"result": {"page": {"title": "クラウドサービスリスト"}, "containers": [{"name": "main", "rows": rows}]}}

    def _send_rows(self, document: Mapping[str, Any]) -> None:
        answer = self.behaviour.answer
        whole = json.dumps(document, ensure_ascii=False).encode()
        if answer == "endless":
            self._send_without_end()
        elif answer == "login":
            self._send(200, _LOGIN.encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif answer == "truncated":
            self._send(200, whole[: len(whole) * 2 // 3], {"Content-Type": "application/json"})
        elif answer == "empty":
            self._send_json(self._described({"list": [], "row_count": 0}))
        else:
            self._send_if_modified(whole, "application/json;charset=UTF-8")

    def _send_without_end(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            while True:
                self.wfile.write(_ENDLESS_CHUNK)

    def _send_if_modified(self, body: bytes, content_type: str) -> None:
        behaviour = self.behaviour
        is_same = (behaviour.etag and self.headers.get("If-None-Match") == behaviour.etag) or (
            behaviour.last_modified and self.headers.get("If-Modified-Since") == behaviour.last_modified
        )
        marks = {"ETag": behaviour.etag, "Last-Modified": behaviour.last_modified, "Content-Type": content_type}
        headers = {name: value for name, value in marks.items() if value}
        self._send(304 if is_same else 200, b"" if is_same else body, headers)

    def _send_json(self, document: Mapping[str, Any]) -> None:
        self._send(200, json.dumps(document, ensure_ascii=False).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


@contextmanager
def serve_portal(rows: Sequence[Mapping[str, Any]] = (), **behaviour: object) -> Iterator[PortalAddress]:
    """Serve ``rows`` on loopback until the block ends; ``behaviour`` are the fields of ``Behaviour``."""
    asked: list[Asked] = []
    facts = {"rows": list(rows), "behaviour": Behaviour(**cast("dict[str, Any]", behaviour)), "requests": asked}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), facts))
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        address = PortalAddress(f"http://127.0.0.1:{server.server_address[1]}")
        address.list_url = f"{address}/csm?id={PAGE_ID}"
        address.requests = asked
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
