"""One call as the table of calls tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Example:
    """One call: things of the scene for the address, a query, and a body; ``version`` names the thing it is made on.

    A text ``"$name"`` in a body is the thing of that name.
    """

    things: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    json: object = None
    form: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)
    version: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def on(thing: str, json: object = None, version: str = "", **form: object) -> Example:
    """Return a call about a thing with a number."""
    return Example({"number": thing}, json=json, form=form, version=version or thing)


def day(name: str, year: str = "2026", month: str = "11", number: str = "20") -> dict[str, str]:
    """Return the boxes of a date field."""
    return {f"{name}_era": "西暦", f"{name}_year": year, f"{name}_month": month, f"{name}_day": number}
