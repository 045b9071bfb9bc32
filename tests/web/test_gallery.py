"""The gallery shows every part: what is not on it is looked at by nobody before it is on a page."""

from __future__ import annotations

import re

from web.view import TEMPLATES, environment

CALLED = re.compile(r"ui\.(\w+)\(")


def parts_in(text: str) -> set[str]:
    return set(CALLED.findall(text))


def bodies() -> dict[str, str]:
    """Return the source of each part by its name."""
    found: dict[str, str] = {}
    for path in (TEMPLATES / "parts").glob("*.html"):
        pieces = re.split(r"{%-? macro (\w+)\(", path.read_text(encoding="utf-8"))
        found |= dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return found


def test_every_part_of_every_file_is_on_the_gallery() -> None:
    known = bodies()
    assert known.keys() == vars(environment().globals["ui"]).keys()

    shown = parts_in((TEMPLATES / "pages" / "patterns.html").read_text(encoding="utf-8"))
    shown |= parts_in((TEMPLATES / "layout" / "shell.html").read_text(encoding="utf-8"))
    while within := {each for name in shown for each in parts_of(known[name], known)} - shown:
        shown |= within

    assert sorted(known.keys() - shown) == []


def parts_of(body: str, known: dict[str, str]) -> set[str]:
    """Return the parts that a part is made of, called through ``ui`` or, in its own file, by name."""
    return parts_in(body) | (set(re.findall(r"\b(\w+)\(", body)) & known.keys())
