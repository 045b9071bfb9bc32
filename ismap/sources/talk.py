"""A polite conversation with a web server: one request at a time, patient, and with an end."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from ismap.errors import RegistryRefused
from ismap.limits import FILE_BYTES, PORTAL_PAUSE_SECONDS, PORTAL_REQUESTS, PORTAL_SECONDS
from ismap.sources.deadline import Deadline

USER_AGENT = "Sekisho/0.1 (municipal cloud vetting; registry sync)"
_COME_BACK = frozenset({429, 500, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_LONGEST_SILENCE = 30.0
_PACKED = frozenset({"gzip", "x-gzip"})
_GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read to its end."""

    status: int
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_not_modified(self) -> bool:
        """Whether what was asked for is unchanged."""
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def is_success(self) -> bool:
        """Whether the status says so, which proves nothing about the body."""
        return httpx.codes.is_success(self.status)

    def header(self, name: str) -> str:
        """A header by its lower case name, or empty."""
        return self.headers.get(name, "")


@dataclass(slots=True)
class Talk:
    """Asks, waits and asks again within the limits on time, requests and size (interfaces.md section 4)."""

    client: httpx.Client
    sleep: Callable[[float], object]
    monotonic: Callable[[], float]
    jitter: Callable[[], float]
    started: float = field(init=False)
    asked: float | None = None
    refusals: int = 0
    received: int = 0
    deadline: Deadline = field(default_factory=Deadline)

    def __post_init__(self) -> None:
        self.started = self.monotonic()

    @property
    def seconds_left(self) -> float:
        """What is left of the time for the whole conversation."""
        return PORTAL_SECONDS - (self.monotonic() - self.started)

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        may_fail: bool = False,
    ) -> Answer:
        """The answer to one question; ``may_fail`` also gives back answers that say no for good (4xx)."""
        target = httpx.URL(url, params=query) if query is not None else httpx.URL(url)
        request_headers = {"User-Agent": USER_AGENT, "Accept-Language": "ja", "Accept-Encoding": "gzip", **headers}
        while True:
            wait: float | None = None
            self._pause()
            try:
                answer = self._ask_once(method, target, request_headers, body)
            except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                message = (
                    "アドレスが別のアドレスへ転送され続けるか、開けないアドレスへ転送されます。"
                    "アドレスを確かめるか、一覧をファイルで取り込んでください。"
                )
                raise RegistryRefused(message, "redirect_loop") from error
            except httpx.RequestError as error:
                self._refuse_if_over()
                reason = f"つながらないか、途中で切れました（{type(error).__name__}）"
            else:
                if answer.status not in _COME_BACK:
                    return self._accepted(answer, may_fail=may_fail)
                reason = f"状態 {answer.status} を返し続けています"
                wait = _retry_after(answer)
            self._wait(reason, wait)

    def _pause(self) -> None:
        """One request at a time, and never one right behind the other."""
        if self.asked is not None:
            rest = PORTAL_PAUSE_SECONDS - (self.monotonic() - self.asked)
            if rest > 0:
                self.sleep(rest)
        self._refuse_if_over()

    def _ask_once(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        left = self.seconds_left
        try:
            with (
                self.deadline.after(left) as watched,
                self.client.stream(
                    method,
                    url,
                    headers=dict(headers),
                    json=body,
                    follow_redirects=True,
                    timeout=min(_LONGEST_SILENCE, left),
                    extensions=watched,
                ) as response,
            ):
                whole = b"".join(self._decoded(response))
                self._refuse_if_over()
                return Answer(response.status_code, response.url, dict(response.headers), whole)
        finally:
            self.asked = self.monotonic()

    def _decoded(self, response: httpx.Response) -> Iterator[bytes]:
        """The body in pieces, never more than the limit lets through, however small it was packed."""
        packing = response.headers.get("content-encoding", "").strip().casefold()
        if packing not in _PACKED | {"", "identity"}:
            message = "ポータルの応答が、求めていない方法で圧縮されています。一覧をファイルで取り込んでください。"
            raise RegistryRefused(message, "unknown_encoding")
        chunks = _unpacked(response.iter_raw()) if packing in _PACKED else response.iter_raw()
        try:
            for chunk in chunks:
                self.received += len(chunk)
                self._refuse_if_over()
                yield chunk
        except (zlib.error, EOFError) as error:
            message = "応答の圧縮が壊れているか、途中で切れています"
            raise httpx.DecodingError(message, request=response.request) from error

    def _refuse_if_over(self) -> None:
        if self.received > FILE_BYTES:
            message = f"ポータルの応答が上限（{FILE_BYTES // 1024 // 1024}MB）を超えたため、取り込みをやめました。"
            raise RegistryRefused(message, "file_too_large")
        if self.seconds_left <= 0 or self.deadline.has_passed:
            message = (
                f"{PORTAL_SECONDS:.0f}秒以内に一覧を取得できませんでした。時間をおくか、ファイルで取り込んでください。"
            )
            raise RegistryRefused(message, "time_limit")

    def _wait(self, reason: str, asked_for: float | None) -> None:
        """Sleep before the next try, or give up: after so many requests, or when the wait would pass the limit."""
        self.refusals += 1
        backoff = min(_FIRST_WAIT * 2 ** (self.refusals - 1), _LONGEST_WAIT) * (0.5 + self.jitter() / 2)
        wait = max(asked_for or 0.0, backoff)
        if self.refusals >= PORTAL_REQUESTS or wait > self.seconds_left:
            message = (
                f"ポータルが{reason}。{self.refusals}回試して取得できませんでした。前回の一覧をそのまま使います。"
                "時間をおくか、一覧をファイルで取り込んでください。"
            )
            raise RegistryRefused(message, "portal_refuses")
        self.sleep(wait)

    @staticmethod
    def _accepted(answer: Answer, *, may_fail: bool) -> Answer:
        if answer.is_not_modified or answer.is_success or may_fail:
            return answer
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            message = f"ポータルが閲覧を認めません（状態 {answer.status}）。一覧をファイルで取り込んでください。"
            raise RegistryRefused(message, "not_allowed")
        message = (
            f"アドレスに一覧がありません（状態 {answer.status}）。アドレスを確かめるか、ファイルで取り込んでください。"
        )
        raise RegistryRefused(message, "not_found")


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip packed, in pieces of bounded size; raises ``EOFError`` when it ends too early."""
    unpack = zlib.decompressobj(_GZIP)
    has_begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpack.eof:
                unpack = zlib.decompressobj(_GZIP)
            has_begun = True
            yield unpack.decompress(rest, _CHUNK)
            rest = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    yield unpack.flush()
    if has_begun and not unpack.eof:
        raise EOFError


def _retry_after(answer: Answer) -> float | None:
    """Seconds the server asks to wait; a day and time counts from the server's own clock, never from ours."""
    asked = answer.header("retry-after").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    until, now = _moment(asked), _moment(answer.header("date"))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
