"""A ``Draft`` as JSON and back: how the process that reads hands over what it read."""

import json
from types import MappingProxyType
from typing import Any

from contract_clauses.draft import Draft, Party, Passage, PassageKind

_FIELDS = ("no", "parent", "kind", "number", "label", "heading", "start", "end", "body_start", "block")


def to_json(draft: Draft) -> str:
    """Return a draft as JSON; the words of passages are told by their places in the text."""
    return json.dumps(
        {
            "readable": draft.readable,
            "text": draft.text,
            "passages": [
                [*(getattr(each, name) for name in _FIELDS), each.is_deleted, each.refers_to, each.is_reference_open]
                for each in draft.passages
            ],
            "parties": dict(draft.parties),
            "definitions": dict(draft.definitions),
            "problem": draft.problem,
            "cautions": draft.cautions,
        },
        ensure_ascii=False,
    )


def from_json(said: str) -> Draft:
    """Return the draft that ``to_json`` wrote; raises ``ValueError`` for anything else."""
    try:
        told = json.loads(said)
        text = _text(told["text"])
        passages = tuple(_passage(each, text, at) for at, each in enumerate(told["passages"]))
        return Draft(
            readable=bool(told["readable"]),
            text=text,
            passages=passages,
            parties=MappingProxyType({_text(word): Party(who) for word, who in told["parties"].items()}),
            definitions=MappingProxyType({_text(word): _text(says) for word, says in told["definitions"].items()}),
            problem=_text(told["problem"]),
            cautions=tuple(_text(each) for each in told["cautions"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no draft") from error


def _passage(told: list[Any], text: str, at: int) -> Passage:
    no, parent, kind, number, label, heading, start, end, body_start, block, is_deleted, refers_to, is_open = told
    if no != at or not 0 <= start <= body_start <= end <= len(text) or not (parent is None or 0 <= parent < at):
        raise ValueError(f"passage {at} does not fit its text")
    return Passage(
        no=no,
        parent=parent,
        kind=PassageKind(kind),
        number=_text(number),
        label=_text(label),
        heading=_text(heading),
        text=text[start:end],
        start=start,
        end=end,
        is_deleted=bool(is_deleted),
        block=None if block is None else int(block),
        refers_to=tuple(int(each) for each in refers_to),
        is_reference_open=bool(is_open),
        body_start=body_start,
    )


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError("no text")
    return said
