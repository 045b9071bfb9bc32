"""How a clause file says where its elements are found. Patterns are data; who must or may is the engine's."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]


class How(StrEnum):
    """How binding the deed must be."""

    DUTY = "duty"
    BAN = "ban"
    RIGHT = "right"
    FACT = "fact"
    DENIED = "denied"
    SOFT = "soft"


class Doer(StrEnum):
    """On whom the deed must lie. ``contractor`` takes a sentence that names nobody, ``client`` does not."""

    CONTRACTOR = "contractor"
    CLIENT = "client"
    ANYONE = "anyone"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """One way a sentence can say it. All patterns are regular expressions with ``{names}`` of word groups.

    ``deed``   the predicate; who owes it and how binding it is are read from the phrase it stands in
    ``beside`` all of these stand in the same sentence (an item counts with the sentence that opens its list)
    ``unless`` none of these does
    ``under``  one of these stands in a heading above it, or in its article
    ``elsewhere`` all of these stand somewhere in the draft, as a duty or a ban
    ``titled`` one of these stands in a heading above it
    ``refers`` one of these stands in a passage that the sentence refers to
    ``not_before`` the date beside the deed is not before one beside these words
    ``allows`` softening words that do not soften this deed
    ``in_hand`` what the sentence refers to (an annex) must be in the draft
    ``conditional`` the deed may stand in a condition (甲の承諾を得た場合は)
    ``here`` (what takes away) only in an article that binds an element, not wherever it stands
    ``partly`` the rule shows only a part: the element is not there, but the clause is not missing either
    """

    deed: Text
    beside: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    under: tuple[Text, ...] = ()
    titled: tuple[Text, ...] = ()
    elsewhere: tuple[Text, ...] = ()
    refers: tuple[Text, ...] = ()
    by: Doer = Doer.CONTRACTOR
    how: Annotated[tuple[How, ...], Field(min_length=1)] = (How.DUTY,)
    not_before: Text | None = None
    allows: tuple[Name, ...] = ()
    in_hand: bool = False
    conditional: bool = False
    here: bool = False
    partly: bool = False
    because: Text | None = None


def _rule(value: Any) -> Any:  # noqa: ANN401 (what YAML holds, before pydantic looks at it)
    return {"deed": value} if isinstance(value, str) else value


AnyRule = Annotated[Rule, BeforeValidator(_rule)]


class ElementFinding(_Part):
    """How one element is found. ``near`` names an element in whose article (or in reference to it) this must stand."""

    rules: Annotated[tuple[AnyRule, ...], Field(min_length=1)]
    near: Name | None = None
    alone: bool = True  # whether it makes the clause weak when it stands alone


class Figure(_Part):
    """A number that a pack may ask for: the element must state a time of at most so many hours (or days)."""

    element: Name
    parameter: Name
    unit: Literal["hours", "days"]


class Finding(_Part):
    """How a clause is found in a draft: its elements, and what takes away from them wherever it stands."""

    elements: Annotated[dict[Name, ElementFinding], Field(min_length=1)]
    hints: tuple[AnyRule, ...] = ()  # enough for weak, bind no element
    weakened_by: tuple[AnyRule, ...] = ()  # present becomes weak
    voided_by: tuple[AnyRule, ...] = ()  # anything becomes missing
    figures: tuple[Figure, ...] = ()

    @model_validator(mode="after")
    def _neighbours_exist(self) -> Self:
        for name, element in self.elements.items():
            if element.near and element.near not in self.elements:
                raise ValueError(f"finding.elements.{name}.near の {element.near} は要素にありません。")
        for figure in self.figures:
            if figure.element not in self.elements:
                raise ValueError(f"finding.figures の {figure.element} は要素にありません。")
        return self
