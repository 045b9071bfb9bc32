"""A client that costs next to nothing, so that it is the server that is measured: bytes out, bytes in, keep-alive."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """One HTTP call, ready to send."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def content(self) -> bytes:
        """Return the JSON body, or nothing."""
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()

    def as_bytes(self) -> bytes:
        """Return the call as it goes over the wire."""
        content = self.content()
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content: bytes

    def json(self) -> Any:
        """Return the body as a value."""
        return json.loads(self.content)


# Whoever puts a call to a server, over the wire or in process.
Asker = Callable[[Question], Answer]


class Line:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def put(self, question: Question) -> Answer:
        """Return the answer to one question."""
        return self.ask(question.as_bytes())

    def ask(self, sent: bytes) -> Answer:
        """Send one call and return its whole answer. Raises ``ConnectionError`` when the server hangs up."""
        self.socket.sendall(sent)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head, content = received[:end].lower(), received[end + 4 :]
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(content) < length:
            content += self._more()
        return Answer(int(head[9:12]), content)

    def _more(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        return received
