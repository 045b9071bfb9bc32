"""One line of 今日やること and a block of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Work:
    """One line of work: what kind, which case, where it is done, until when."""

    kind: str
    number: str
    title: str
    url: str
    due_on: date | None = None
    note: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Block:
    """Work of one kind, under its heading."""

    id: str
    title: str
    items: Sequence[Work]


@dataclass(frozen=True)
class Waiting:
    """What a person waits for: the work, who is reminded by 催促する, whether today, and whether anybody is there."""

    work: Work
    holder: str
    was_urged: bool
    is_held: bool = True
