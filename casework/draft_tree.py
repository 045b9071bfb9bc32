"""A read draft as it is stored, and back: the text once, the tree as numbers over it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from contract_clauses.draft import Draft, Party, Passage, PassageKind

# A passage's text is a stretch of the draft's; everything else is stored under its name, so that a field that comes
# later finds its default in what was stored before.
STORED = tuple(each.name for each in fields(Passage) if each.name != "text")


def to_tree(draft: Draft) -> dict[str, Any]:
    """Return all but the text of a draft; ``from_tree`` gives it back."""
    return {
        "fields": list(STORED),
        "passages": [[_plain(getattr(each, name)) for name in STORED] for each in draft.passages],
        "parties": {word: party.value for word, party in draft.parties.items()},
        "definitions": dict(draft.definitions),
    }


def _plain(value: object) -> object:
    if isinstance(value, PassageKind):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def from_tree(text: str, tree: Mapping[str, Any], *, problem: str = "", cautions: tuple[str, ...] = ()) -> Draft:
    """Return the draft that was stored; ``problem`` is why an unreadable one has no passages."""
    names = [str(name) for name in tree.get("fields", ())]
    return Draft(
        readable=not problem,
        text=text,
        passages=tuple(_passage(text, names, each) for each in tree.get("passages", ())),
        parties=MappingProxyType({word: Party(party) for word, party in tree.get("parties", {}).items()}),
        definitions=MappingProxyType(dict(tree.get("definitions", {}))),
        problem=problem,
        cautions=cautions,
    )


def _passage(text: str, names: Sequence[str], stored: Sequence[Any]) -> Passage:
    said = {name: value for name, value in zip(names, stored, strict=True) if name in STORED}
    said["kind"] = PassageKind(said["kind"])
    said["refers_to"] = tuple(said["refers_to"])
    return Passage(text=text[said["start"] : said["end"]], **said)
