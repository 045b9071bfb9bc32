"""The ways in which a notice leaves for a person or a program, behind one Protocol.

A channel takes a parcel whose ``key`` is the same at every try (a Message-ID, a webhook-id), so that whoever gets it
twice can tell. It says what became of it: a receipt, or ``NotDelivered``.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Parcel:
    """What is sent: to whom, under which key, and the text as it was fixed."""

    key: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Receipt:
    """What the other side said when it took a parcel."""

    said: str


class NotDelivered(Exception):
    """A parcel did not arrive, as far as is known.

    ``may_have_arrived``: the other side's word is missing, so it may only go again under the same key. ``is_final``:
    the other side wants no more. ``wait``: how long it asked to be left alone.
    """

    def __init__(
        self, said: str, *, may_have_arrived: bool, is_final: bool = False, wait: timedelta | None = None
    ) -> None:
        super().__init__(said)
        self.said = said
        self.may_have_arrived = may_have_arrived
        self.is_final = is_final
        self.wait = wait


class Channel(Protocol):
    """Hands a parcel on and returns the receipt; raises ``NotDelivered``."""

    @property
    def name(self) -> str:
        """Return the word under which the ledger knows the channel."""
        ...

    def send(self, parcel: Parcel) -> Receipt:
        """Hand one parcel on."""
        ...
