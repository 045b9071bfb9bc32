"""What a clause file may say. The text is ours; how strong a clause is follows the state rules in each file."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from contract_clauses.finding import Finding, Name, Text
from models.vocabulary import ClauseState

READABLE_STATES = frozenset({ClauseState.PRESENT, ClauseState.WEAK, ClauseState.MISSING})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Element(_Part):
    """One thing a clause must contain to count as present."""

    id: Name
    label: Text


class Wording(_Part):
    """Our own model text: two contract registers and the form a specification takes."""

    kou_otsu: Text
    client_contractor: Text
    specification: Text


class Example(_Part):
    """A sentence from an imagined contract, what it amounts to and why. ``lacks`` names missing elements."""

    state: ClauseState
    text: Text
    why: Text
    lacks: tuple[Name, ...] = ()


class Citation(_Part):
    """A place in a law that itself asks for the clause; a municipality's policy is never cited here."""

    law: Text
    provision: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://")]
    note: Text
    checked_on: date


class Clause(_Part):
    """One thing a contract should say, phrased as a claim that is true of a contract or not.

    No municipality's provision number stands here: packs point to clauses by ``id``.
    """

    id: Name
    title: Text
    needed_when: Text
    strength_note: Text
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    wording: Wording
    softenings: Annotated[tuple[Text, ...], Field(min_length=1)]
    weak_when: Annotated[tuple[Text, ...], Field(min_length=1)]
    missing_when: Annotated[tuple[Text, ...], Field(min_length=1)]
    examples: Annotated[tuple[Example, ...], Field(min_length=3)]
    citations: tuple[Citation, ...] = ()
    finding: Finding | None = None

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        known = [element.id for element in self.elements]
        if len(set(known)) != len(known):
            raise ValueError("elements に同じ id が2つあります。id を分けてください。")
        shown = {example.state for example in self.examples}
        if shown != READABLE_STATES:
            raise ValueError("examples には present・weak・missing の例を1つ以上ずつ書いてください。")
        for example in self.examples:
            strange = sorted(set(example.lacks) - set(known))
            if strange:
                raise ValueError(f"lacks の {'、'.join(strange)} は elements にありません。綴りを確かめてください。")
            if example.lacks and example.state is ClauseState.PRESENT:
                raise ValueError("present の例に lacks は書けません。要素がそろった例にしてください。")
        if self.finding is not None and list(self.finding.elements) != known:
            raise ValueError("finding.elements は elements と同じ id を同じ順に書いてください。")
        return self
