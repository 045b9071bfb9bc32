"""A portal that speaks real HTTP on loopback, in good days and bad ones.

``with serve_portal(rows, status=503) as portal:`` gives its base address as text; ``portal.list_url`` is the page of
the list, ``portal.requests`` what was asked, in order. ``MODES`` names the days worth testing, with what must come
of each of them.
"""

import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
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
_COOKIES = ("JSESSIONID=visitor", "BIGipServerpool=node7.1")  # a session, and the machine behind the balancer
_MUCH = 30_000_000


@dataclass(frozen=True)
class Mode:
    """A portal's day: how it behaves, and the code of the refusal that must come of it, or empty when rows must.

    ``is_slow``: it takes real time until the limit, so a test shortens the limit (``ismap.sources.talk``).
    ``limits_late``: the portal's answer is fetched, and refused when it is taken in.
    """

    behaviour: Mapping[str, Any]
    code: str = ""
    is_slow: bool = False
    limits_late: bool = False


MODES: Mapping[str, Mode] = {
    "normal": Mode({}),
    "packed": Mode({"packed": "gzip"}),
    "labels": Mode({"with_labels": True}),
    "paged": Mode({"page_size": 20}),
    "pages overlap": Mode({"page_size": 20, "overlap": 3}),
    "widget-loaded": Mode({"page_size": 10_000}),
    "cookie set on the way": Mode({"redirect": "cookie"}),
    "429": Mode({"refusals": [429], "retry_after": "2"}),
    "429 until a time of day": Mode({"refusals": [429], "retry_after": "date"}),
    "503 then fine": Mode({"refusals": [503, 503]}),
    "cut off once": Mode({"cut_off": 1}),
    "503": Mode({"status": 503}, "portal_refuses"),
    "cut off": Mode({"cut_off": 10**6}, "portal_refuses"),
    "silent": Mode({"slow": "silent"}, "time_limit", is_slow=True),
    "trickling head": Mode({"slow": "head"}, "time_limit", is_slow=True),
    "trickling body": Mode({"slow": "body"}, "time_limit", is_slow=True),
    "truncated JSON": Mode({"answer": "truncated"}, "truncated"),
    "JSON truncated between letters": Mode({"answer": "truncated_clean"}, "broken_json"),
    "login page with 200": Mode({"page": "login"}, "login_page"),
    "login page for the rows": Mode({"answer": "login"}, "login_page"),
    "redirect to login": Mode({"redirect": "login"}, "login_page"),
    "maintenance page with 200": Mode({"page": "maintenance"}, "maintenance"),
    "maintenance page for the rows": Mode({"answer": "maintenance"}, "maintenance"),
    "changed column": Mode({"renamed": {"有効期限": "効力の終わり"}}, "column_gone", limits_late=True),
    "changed name column": Mode({"renamed": {"サービス名": "呼び名"}}, "column_not_found", limits_late=True),
    "changed name column, paged": Mode(
        {"renamed": {"サービス名": "呼び名"}, "page_size": 20}, "column_not_found", limits_late=True
    ),
    "rows gone": Mode({"only": 30}, "rows_gone", limits_late=True),
    "fewer rows than it says": Mode({"claims": 60}, "fewer_rows_than_declared", limits_late=True),
    "no rows": Mode({"answer": "empty"}, "no_rows"),
    "cookies refused": Mode({"forgets_cookies": True}, "not_allowed"),
    "403": Mode({"status": 403}, "not_allowed"),
    "404": Mode({"status": 404}, "not_found"),
    "endless answer": Mode({"answer": "endless"}, "file_too_large"),
    "endless pages": Mode({"answer": "endless_pages", "page_size": 2}, "endless_list"),
    "bomb": Mode({"answer": "bomb"}, "file_too_large"),
    "packed twice": Mode({"packed": "gzip, gzip"}, "unknown_encoding"),
    "broken packing": Mode({"packed": "broken"}, "portal_refuses"),
    "redirect loop": Mode({"redirect": "loop"}, "redirect_loop"),
    "redirect elsewhere": Mode({"redirect": "ftp://127.0.0.1/list"}, "redirect_loop"),
}


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
    answer: str = ""  # what is answered instead of the rows: login | maintenance | truncated | truncated_clean |
    # endless | endless_pages | empty | bomb
    slow: str = ""  # silent | head | body: nothing, or a byte now and then, and never to the end
    cut_off: int = 0  # how many answers with rows break off before the length they promised
    packed: str = ""  # gzip | gzip, gzip | broken: how the answer with the rows is packed
    redirect: str = ""  # loop | cookie | login, or an address
    forgets_cookies: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)  # columns under another heading
    only: int = 0  # how many of the rows are left; 0: all
    overlap: int = 0  # rows of a page that the page before had too
    with_labels: bool = False  # values as {value, display_value} under column names only a label explains
    claims: int = 0  # rows the answer says it has; 0: the truth
    file: bytes = b""  # the address answers this file instead of a page
    content_type: str = "text/csv; charset=utf-8"
    certificate: Path | None = None  # speaks TLS with this certificate and key


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
    server_is_done: threading.Event

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        # A proxy is asked for the whole address.
        self.path = urlsplit(self.path)._replace(scheme="", netloc="").geturl()
        self.requests.append(Asked(self.command, self.path, dict(self.headers), body))
        behaviour = self.behaviour
        number = len(self.requests) - 1
        status = behaviour.status or (behaviour.refusals[number] if number < len(behaviour.refusals) else 0)
        if status:
            asked = behaviour.retry_after
            until = formatdate(time.time() + 2, usegmt=True) if asked == "date" else asked
            self._send(status, b"", {"Retry-After": until} if until else {})
        elif behaviour.slow:
            self._dawdle()
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
        redirect = self.behaviour.redirect
        if redirect == "login" and self.path != "/login":
            self._send(302, b"", {"Location": "/login"})
            return
        if redirect not in {"", "login"} and not (redirect == "cookie" and self._has_cookies()):
            place = self.path if redirect in {"loop", "cookie"} else redirect
            self._send(302, b"", {"Location": place}, cookies=redirect == "cookie")
            return
        page = "login" if redirect == "login" else self.behaviour.page
        shown = {"login": _LOGIN, "maintenance": _MAINTENANCE}.get(page, _SHELL)
        self._send(200, shown.encode(), {"Content-Type": "text/html; charset=utf-8"}, cookies=redirect != "cookie")

    def _has_cookies(self) -> bool:
        return all(cookie in self.headers.get("Cookie", "") for cookie in _COOKIES)

    def _is_visitor(self) -> bool:
        return self.headers.get("X-UserToken") == TOKEN and self._has_cookies()

    def _dawdle(self) -> None:
        """Keep the other side waiting, as long as it waits."""
        with suppress(OSError):
            if self.behaviour.slow == "body":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999999\r\n\r\n")
            while not self.server_is_done.wait(0.02):
                if self.behaviour.slow != "silent":
                    self.wfile.write(b"x")
                    self.wfile.flush()

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
        first = (page - 1) * size
        rows = list(self.rows[max(0, first - self.behaviour.overlap) : first + size])
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
                **{
                    names[key]: {"value": f"v{number}" if text else "", "display_value": text}
                    for key, text in row.items()
                },
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
        cut = sum(asked.path.startswith("/api/") for asked in self.requests) <= self.behaviour.cut_off
        whole = json.dumps(document, ensure_ascii=False).encode()
        if answer == "endless":
            self._send_without_end()
        elif answer in {"login", "maintenance"}:
            page = _LOGIN if answer == "login" else _MAINTENANCE
            self._send(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif answer.startswith("truncated"):
            end = whole.rindex("星".encode()) + (0 if answer == "truncated_clean" else 2)
            self._send(200, whole[:end], {"Content-Type": "application/json"})
        elif answer == "bomb":
            self._send(200, gzip.compress(b" " * _MUCH), {"Content-Encoding": "gzip"})
        elif cut:
            self._send(200, whole[:99], {"Content-Length": str(len(whole)), "Connection": "close"})
            self.close_connection = True
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
        if behaviour.packed and not is_same:
            body = b"no gzip" if behaviour.packed == "broken" else gzip.compress(body)
            headers["Content-Encoding"] = behaviour.packed.replace("broken", "gzip")
        self._send(304 if is_same else 200, b"" if is_same else body, headers)

    def _send_json(self, document: Mapping[str, Any]) -> None:
        self._send(200, json.dumps(document, ensure_ascii=False).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], *, cookies: bool = False) -> None:
        self.send_response(status)
        for cookie in _COOKIES if cookies and not self.behaviour.forgets_cookies else ():
            self.send_header("Set-Cookie", f"{cookie}; Path=/; HttpOnly")
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


@contextmanager
def serve_portal(rows: Sequence[Mapping[str, Any]] = (), **behaviour: object) -> Iterator[PortalAddress]:
    """Serve ``rows`` on loopback until the block ends; ``behaviour`` are the fields of ``Behaviour``."""
    asked: list[Asked] = []
    done = threading.Event()
    wanted = Behaviour(**cast("dict[str, Any]", behaviour))
    served = [{wanted.renamed.get(name, name): cell for name, cell in row.items()} for row in rows]
    served = served[: wanted.only or None]
    facts = {"rows": served, "behaviour": wanted, "requests": asked, "server_is_done": done}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), facts))
    server.daemon_threads = True
    server.block_on_close = False
    if wanted.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(wanted.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        address = PortalAddress(f"http{'s' if wanted.certificate else ''}://127.0.0.1:{server.server_address[1]}")
        address.list_url = f"{address}/csm?id={PAGE_ID}"
        address.requests = asked
        yield address
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()
