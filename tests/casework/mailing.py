"""Post offices for the tests of alerts: one in memory, and a real SMTP server with bad days."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from casework import alerts
from casework.channels import NotDelivered, Parcel, Receipt
from tests.office import Office


@dataclass
class Post:
    """A post office that keeps what it is given, and may have bad days."""

    letters: list[Parcel] = field(default_factory=list)
    is_down: bool = False
    hangs_up_after_data: bool = False
    name: str = "mail"

    def send(self, parcel: Parcel) -> Receipt:
        if self.is_down:
            raise NotDelivered("SMTPServerDisconnected: down", may_have_arrived=False)
        self.letters.append(parcel)
        if self.hangs_up_after_data:
            raise NotDelivered("SMTPServerDisconnected: after DATA", may_have_arrived=True)
        return Receipt("250")

    @property
    def text(self) -> str:
        """Everything that was sent, subjects and bodies."""
        return "\n".join(f"{letter.subject}\n{letter.body}" for letter in self.letters)


def run(office: Office, day: date, post: Post | None, *, hurry: bool = True) -> alerts.AlertRun:
    """Run the ledger on a day at the clock's hour."""
    office.clock.set_day(day)
    return alerts.run(
        office.engine, as_of=day, now_is=office.clock, channel=post, settings=office.settings, hurry=hurry
    )


def ledger(office: Office) -> list[tuple[Any, ...]]:
    """Return the rows of the ledger: when each goes, its state, whether late, tries."""
    query = "SELECT send_on, state, is_late, attempts FROM alert ORDER BY send_on, id"
    return [(str(row[0])[:10], *row[1:]) for row in office.sql(query)]


class Mailbox:
    """Takes mail in as a real server does; ``mood`` says what goes wrong with the next one."""

    def __init__(self, seed: int | None = None) -> None:
        self.letters: list[tuple[list[str], Any]] = []
        self.moods: Counter[str] = Counter()
        self._random = random.Random(seed) if seed is not None else None  # noqa: S311 (which mail goes wrong)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._mood() == "refuses":
            return "451 4.7.1 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 (as above)
        mood = self._mood()
        if mood == "refuses":
            return "452 4.3.1 full"
        self.letters.append((envelope.rcpt_tos, message_from_bytes(bytes(envelope.original_content or b""))))
        if mood == "drops":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def _mood(self) -> str:
        mood = self._random.choices(["well", "refuses", "drops"], [8, 1, 1])[0] if self._random else "well"
        self.moods[mood] += 1
        return mood


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """Yield the port of a real SMTP server with this mailbox."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def subject_of(letter: Any) -> str:
    """Return the subject of a mail that came in."""
    return str(make_header(decode_header(letter["Subject"])))


def body_of(letter: Any) -> str:
    """Return the text of a mail that came in."""
    return str(letter.get_payload(decode=True).decode())
