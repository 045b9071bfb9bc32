"""A polite conversation with a web server: one request at a time, patient, and with an end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from ismap.errors import RegistryRefused
from ismap.limits import FILE_BYTES, PORTAL_REQUESTS, PORTAL_SECONDS

USER_AGENT = "Sekisho/0.1 (municipal cloud vetting; registry sync)"
_COME_BACK = frozenset({429, 500, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0


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
    refusals: int = 0
    received: int = 0

    def __post_init__(self) -> None:
        self.started = self.monotonic()

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
        request_headers = {"User-Agent": USER_AGENT, "Accept-Language": "ja", **headers}
        while True:
            wait: float | None = None
            try:
                answer = self._ask_once(method, target, request_headers, body)
            except httpx.RequestError as error:
                reason = f"つながらないか、途中で切れました（{type(error).__name__}）"
            else:
                if answer.status not in _COME_BACK:
                    return self._accepted(answer, may_fail=may_fail)
                reason = f"状態 {answer.status} を返し続けています"
                wait = _retry_after(answer)
            self._wait(reason, wait)

    def _ask_once(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        chunks: list[bytes] = []
        with self.client.stream(method, url, headers=dict(headers), json=body, follow_redirects=True) as response:
            for chunk in response.iter_bytes():
                self.received += len(chunk)
                self._refuse_if_over()
                chunks.append(chunk)
            return Answer(response.status_code, response.url, dict(response.headers), b"".join(chunks))

    def _refuse_if_over(self) -> None:
        if self.received > FILE_BYTES:
            message = f"ポータルの応答が上限（{FILE_BYTES // 1024 // 1024}MB）を超えたため、取り込みをやめました。"
            raise RegistryRefused(message, "file_too_large")
        if self.monotonic() - self.started > PORTAL_SECONDS:
            message = (
                f"{PORTAL_SECONDS:.0f}秒以内に一覧を取得できませんでした。時間をおくか、ファイルで取り込んでください。"
            )
            raise RegistryRefused(message, "time_limit")

    def _wait(self, reason: str, asked_for: float | None) -> None:
        """Sleep before the next try, or give up: after so many requests, or when the wait would pass the limit."""
        self.refusals += 1
        backoff = min(_FIRST_WAIT * 2 ** (self.refusals - 1), _LONGEST_WAIT) * (0.5 + self.jitter() / 2)
        wait = max(asked_for or 0.0, backoff)
        left = PORTAL_SECONDS - (self.monotonic() - self.started)
        if self.refusals >= PORTAL_REQUESTS or wait > left:
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
