"""Pieces of a web page in one straight pass, so that no page, however broken, takes more than its length in time.

The standard library's parser reads the rest of the page again for every tag that is not closed, and stops at some
declarations; a registry's answer must do neither to us.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OPENING = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*)|[!?])")
_IN_TAG = re.compile(r">|=\s*([\"'])")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_LONGEST_ATTRIBUTES = 10_000
# What stands in these is no markup until their own end.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}
_CODE = frozenset({"script", "style", "iframe", "noembed", "noframes"})
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")


@dataclass(frozen=True, slots=True)
class Start:
    """A tag that opens something; what stands behind its name is read when asked for."""

    tag: str
    rest: str = ""

    @property
    def attributes(self) -> Mapping[str, str]:
        """Its attributes by lower case name; the first of a name counts."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.rest[:_LONGEST_ATTRIBUTES]):
            found.setdefault(name.casefold(), _spelled_out("".join(values)))
        return found


@dataclass(frozen=True, slots=True)
class End:
    """A tag that closes something."""

    tag: str


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, its references spelled out."""

    text: str


def pieces(page: str) -> Iterator[Start | End | Text]:
    """Tags and texts of a page in their order, without comments, declarations and code; never raises.

    >>> [piece for piece in pieces("<p class=a>1 &lt; 2<!-- x --></p>")]
    [Start(tag='p', rest=' class=a'), Text(text='1 < 2'), End(tag='p')]
    """
    place, length = 0, len(page)
    while place < length:
        found = _OPENING.search(page, place)
        if found is None:
            yield Text(_spelled_out(page[place:]))
            return
        if found.start() > place:
            yield Text(_spelled_out(page[place : found.start()]))
        is_comment, is_end, name = found.groups()
        end = _end_of_comment(page, found.end()) if is_comment else _end_of_tag(page, found.end())
        if end < 0:
            return
        place = end
        if not name:
            continue
        tag = name.casefold()
        if is_end:
            yield End(tag)
            continue
        yield Start(tag, page[found.end() : end - 1])
        if tag in _RAW:
            closing = _RAW[tag].search(page, place)
            if closing is None:
                return
            if tag not in _CODE:
                yield Text(_spelled_out(page[place : closing.start()]))
            place = closing.start()


def _end_of_comment(page: str, start: int) -> int:
    found = page.find("-->", start)
    return found + 3 if found >= 0 else -1


def _end_of_tag(page: str, place: int) -> int:
    """Behind the ``>`` that closes a tag, or -1 when the page ends within it."""
    while found := _IN_TAG.search(page, place):
        if found.group(1) is None:
            return found.end()
        place = page.find(found.group(1), found.end()) + 1
        if place == 0:
            return -1
    return -1


def _spelled_out(text: str) -> str:
    if "&" not in text:
        return text
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))
