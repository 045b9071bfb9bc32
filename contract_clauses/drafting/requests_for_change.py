"""What is told the other side about a change we ask for: provision, demand, place and wording. Nothing else fits in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from contract_clauses.drafting.closing import Amendment, AmendmentKind

_ENDS_IN_VERB = re.compile(r"(?:[うくすつぬむるぐぶ]|ない)$")
_LONGEST_QUOTE = 600  # characters of an article as it was; more of it is left out


@dataclass(frozen=True, slots=True)
class ChangeWanted:
    """One change we ask for. It has no room for notes, scores or names of ours."""

    number: int
    provisions: tuple[str, ...]
    demand: str
    lacks: tuple[str, ...]
    place: str
    wording: tuple[str, ...]

    @property
    def basis(self) -> str:
        """Return the provisions in one line."""
        return "、".join(self.provisions)

    @property
    def why(self) -> str:
        """Return what the policy demands and what of it the draft does not have."""
        demand = self.demand + ("こと" if _ENDS_IN_VERB.search(self.demand) else "")
        return demand + (f"(案にないもの: {'、'.join(self.lacks)})" if self.lacks else "")


def changes_wanted(amendments: Iterable[Amendment]) -> tuple[ChangeWanted, ...]:
    """Return the changes in the order of the draft."""
    return tuple(
        ChangeWanted(at, each.provisions, each.title, each.lacks, place_of_change(each), each.added)
        for at, each in enumerate(amendments, start=1)
    )


def place_of_change(amendment: Amendment) -> str:
    """Return where a change goes, as a sentence to somebody who has the draft before him."""
    if amendment.kind is AmendmentKind.ADDED_PARAGRAPH:
        inner = amendment.label.removeprefix(amendment.place)
        return f"{amendment.place}に{'' if inner == 'の次' else f'{_whole(amendment, inner)}を'}加える"
    if not amendment.place:
        return f"末尾に「{amendment.heading}」を加える"
    if amendment.label == f"{amendment.place}の次":
        return f"{amendment.place}の次に加える"
    return f"{amendment.place}の次に{amendment.label}を加える"


def _whole(amendment: Amendment, inner: str) -> str:
    """Return 第2項 of 第9条第2項, but 2.3 of 2.3: a number that an article's leads is told whole."""
    return amendment.label if inner.startswith((".", "-")) else inner


def quoted(text: str) -> str:
    """Return an article's words, the rest of a long one left out and said so."""
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip() + "(以下略)"
