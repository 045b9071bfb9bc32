"""The table of who may do what, read: one line for each door, from the widest to the narrowest word."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.matrix.calls import API
from tests.matrix.cast import CAST, NEXT, NOBODY

PATH = Path(__file__).with_name("expected.yaml")


@cache
def read_table() -> Mapping[str, Mapping[str, int]]:
    """Return for each door the status that each of the cast is to get."""
    stated: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    groups = {name: words.split() for name, words in stated["groups"].items()}
    lines = {
        door: said for part in ("api", "pages") for door, said in _doors(stated[part], API if part == "api" else "")
    }
    return {door: read_line(door, said, groups) for door, said in lines.items()}


def _doors(lines: Mapping[str, str], prefix: str) -> list[tuple[str, str]]:
    return [
        (f"{method} {prefix}{path}", said)
        for (method, path), said in ((door.split(), said) for door, said in lines.items())
    ]


def read_line(door: str, said: str, groups: Mapping[str, list[str]]) -> dict[str, int]:
    """Return what one line says: a later word counts more, and who is not signed in is sent to the login.

    >>> read_line("GET /x", "everybody 200, next 404, ciso 403", {})["ciso@other"]
    403
    """
    is_page_read = door.startswith("GET ") and not door.startswith(f"GET {API}")
    found = {NOBODY: 303 if is_page_read else 401}
    for part in said.split(","):
        *names, status = part.split()
        for name in names:
            found |= dict.fromkeys(people_of(name, groups), int(status))
    missing = sorted({*CAST, NOBODY} - set(found))
    assert not missing, f"{door}: the line says nothing about {missing}"
    return found


def people_of(name: str, groups: Mapping[str, list[str]]) -> list[str]:
    """Return whom a word of the table means; raises for one that means nobody."""
    if name in groups:
        return [person for each in groups[name] for person in people_of(each, groups)]
    ours = [person for person in CAST if not person.endswith(f"@{NEXT}")]
    known = {
        "everybody": list(CAST),
        "ours": ours,
        "next": [person for person in CAST if person not in ours],
        NOBODY: [NOBODY],
        **{person: [person] for person in CAST},
        **{person.partition("@")[0]: [] for person in ours},
    }
    for person in ours:
        known[person.partition("@")[0]].append(person)
    assert name in known, f"the table names nobody of the cast: {name}"
    return known[name]
