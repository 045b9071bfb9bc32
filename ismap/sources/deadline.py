"""An end to a request that no server can put off by sending a byte now and then."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_NEW_CONNECTION = ("connect_tcp.complete", "start_tls.complete")


@dataclass(slots=True)
class Deadline:
    """Cuts the connections of one client when the time is over.

    The time limits of httpx hold for one reading of the socket each; a head that trickles in meets none of them.
    """

    has_passed: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def after(self, seconds: float) -> Iterator[Mapping[str, Any]]:
        """Cut every connection when the block is not done after ``seconds``; gives a request's ``extensions``."""
        timer = threading.Timer(max(seconds, 0.0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield {"trace": self._remember}
        finally:
            timer.cancel()

    def _remember(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_NEW_CONNECTION):
            opened = info["return_value"].get_extra_info("socket")
            if isinstance(opened, socket.socket):
                self._sockets.append(opened)

    def _cut(self) -> None:
        self.has_passed = True
        for known in self._sockets:
            # A socket under TLS would first say good-bye and wait for an answer: only the plain one is shut.
            with suppress(OSError):
                socket.socket.shutdown(known, socket.SHUT_RDWR)
