"""A read draft as it is stored, and back: the text once, the tree as numbers over it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contract_clauses.draft import Draft, Party, Passage, PassageKind


def to_tree(draft: Draft) -> dict[str, Any]:
    """Return all but the text of a draft; ``from_tree`` gives it back."""
    return {
        "passages": [
            [
                each.no,
                each.parent,
                each.kind.value,
                each.number,
                each.label,
                each.heading,
                each.start,
                each.end,
                each.is_deleted,
                list(each.refers_to),
                each.is_reference_open,
            ]
            for each in draft.passages
        ],
        "parties": {word: party.value for word, party in draft.parties.items()},
        "definitions": dict(draft.definitions),
    }


def from_tree(text: str, tree: Mapping[str, Any], *, problem: str = "", cautions: tuple[str, ...] = ()) -> Draft:
    """Return the draft that was stored; ``problem`` is why an unreadable one has no passages."""
    return Draft(
        readable=not problem,
        text=text,
        passages=tuple(_passage(text, each) for each in tree.get("passages", ())),
        parties=MappingProxyType({word: Party(party) for word, party in tree.get("parties", {}).items()}),
        definitions=MappingProxyType(dict(tree.get("definitions", {}))),
        problem=problem,
        cautions=cautions,
    )


def _passage(text: str, stored: list[Any]) -> Passage:
    no, parent, kind, number, label, heading, start, end, is_deleted, refers_to, is_open = stored
    return Passage(
        no=no,
        parent=parent,
        kind=PassageKind(kind),
        number=number,
        label=label,
        heading=heading,
        text=text[start:end],
        start=start,
        end=end,
        is_deleted=is_deleted,
        refers_to=tuple(refers_to),
        is_reference_open=is_open,
    )
