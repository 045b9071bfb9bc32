"""An organisation's own wording of each provision, cut out of the document it loaded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policy.outline import BASIC, CIRCLED, KANA, Node, Outline, Slip, read_outline

_ID = re.compile(
    rf"(?P<chapter>{BASIC})?(?P<section>序|\d+(?:-[1-9]\d?(?!\d))?)"
    rf"(?P<steps>(?:\(\d+\)|[{CIRCLED}]|\([{KANA}]\)|[{KANA}])*)(?P<twin>[b-h])?(?:-(?P<atom>\d\d))?"
)
_STEP = re.compile(rf"\(\d+\)|[{CIRCLED}]|\([{KANA}]\)|[{KANA}]")
_OPENING = "00"
_OWN_LINES_ONLY = "(0)"


@dataclass(frozen=True, slots=True)
class Placed:
    """What a document says of the provisions it was looked through for.

    ``unplaced`` are the ids for which nothing was found, ``slips`` the labels that were read as others.
    """

    texts: Mapping[str, str]
    unplaced: tuple[str, ...]
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    chapter: str
    steps: tuple[str, ...]
    atom: str
    own_only: bool


def place_text(text: str, ids: Iterable[str]) -> Placed:
    """The wording of each provision in a document.

    Where one item holds several duties (``-01``, ``-02``), each bullet is one duty if there are as many; otherwise
    every one of them gets the whole item, because cutting sentences apart would be guessing.
    """
    outline = read_outline(text)
    wanted = tuple(ids)
    places = {provision: _place(provision) for provision in wanted}
    owned = {(place.chapter, place.steps) for place in places.values() if place is not None}
    texts: dict[str, str] = {}
    for provision, place in places.items():
        found = _text_of(place, outline, owned, places) if place is not None else ""
        if found:
            texts[provision] = found
    unplaced = tuple(provision for provision in wanted if provision not in texts)
    return Placed(texts, unplaced, tuple(outline.slips))


def _place(provision: str) -> _Place | None:
    found = _ID.fullmatch(provision)
    if found is None:
        return None
    steps = _STEP.findall(found["steps"])
    own_only = steps == [_OWN_LINES_ONLY]
    if own_only:
        steps = []
    if found["twin"] and steps:
        steps[-1] += found["twin"]
    path = (found["section"], *steps)
    return _Place(found["chapter"] or "", path, found["atom"] or "", own_only)


def _text_of(
    place: _Place,
    outline: Outline,
    owned: set[tuple[str, tuple[str, ...]]],
    places: Mapping[str, _Place | None],
) -> str:
    node = outline.find(place.chapter, place.steps)
    if node is None:
        return _several_sections(place, outline)
    if place.atom == _OPENING or place.own_only:
        return _joined(text for is_bullet, text in node.lines if not is_bullet)
    bullet = _bullet_of(place, node, places)
    return bullet or _joined(_lines(node, place.chapter, place.steps, owned))


def _several_sections(place: _Place, outline: Outline) -> str:
    """``9-10`` where there is no such section names the sections 9 to 10."""
    first, _, last = place.steps[0].partition("-")
    if len(place.steps) > 1 or not last:
        return ""
    nodes = [outline.find(place.chapter, (str(number),)) for number in range(int(first), int(last) + 1)]
    return _joined(line for node in nodes if node for line in _lines(node, "", (), set()))


def _bullet_of(place: _Place, node: Node, places: Mapping[str, _Place | None]) -> str:
    atoms = [
        other.atom
        for other in places.values()
        if other and (other.chapter, other.steps) == (place.chapter, place.steps) and other.atom not in {"", _OPENING}
    ]
    if place.atom not in atoms or len(atoms) != len(node.bullets):
        return ""
    return node.bullets[atoms.index(place.atom)]


def _lines(node: Node, chapter: str, steps: tuple[str, ...], owned: set[tuple[str, tuple[str, ...]]]) -> Iterable[str]:
    """The node's own lines, and those of the parts below it that are no provisions of their own."""
    yield from (f"・{text}" if is_bullet else text for is_bullet, text in node.lines)
    for label, child in node.children.items():
        if (chapter, (*steps, label)) not in owned:
            yield from _lines(child, chapter, (*steps, label), owned)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
