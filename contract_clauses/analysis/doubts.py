"""A second reader that only doubts: whether the words that bear out an element lie as those that are known to do so.

The rules find an element; this never does. It was shown some 25,000 labelled passages and the drafts that may be read
(tests/contract_clauses/learn.py) and keeps, for each element of a clause, which groups of one to six characters speak
for it and which against. Where the rules call a clause present, and around none of the sentences they rest an element
on the draft reads at all like a passage that holds it, the answer becomes weak and a person reads it. Sums of whole
numbers: the same on every machine.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from types import MappingProxyType

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.words import LEXICON

LONGEST_GROUP = 6
STRETCH = 350  # characters: about as long as the passages that were learnt from
LEAST = -2944  # in thousandths: one in twenty of such passages holds it
_REFERRED = 6  # statements: of a whole annex only the beginning
_FIGURES = re.compile(r"[0-9]+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt of one element: where it begins, and what each group of characters adds."""

    begins_with: int
    adds: Mapping[str, int]


@cache
def load_weights() -> Mapping[tuple[str, str], Weights]:
    """Return what was learnt by clause and element, from ``lexicon/doubts.tsv``.

    A line an element, an empty one, a line a group of characters.
    """
    beginnings, _, groups = (LEXICON / "doubts.tsv").read_text(encoding="utf-8").partition("\n\n")
    begins = {(clause, name): int(start) for clause, name, start in map(str.split, beginnings.splitlines())}
    names = list(begins)
    adds: dict[tuple[str, str], dict[str, int]] = {name: {} for name in names}
    for line in groups.splitlines():
        group, *said = line.split("\t")
        for no, _, weight in (each.partition(":") for each in said):
            adds[names[int(no)]][group] = int(weight)
    return MappingProxyType({name: Weights(begins[name], MappingProxyType(adds[name])) for name in names})


def stretches(statements: Statements) -> Iterator[list[Statement]]:
    """Yield the draft's statements, article by article, in stretches of about ``STRETCH`` characters."""
    for article in statements.of_article.values():
        stretch: list[Statement] = []
        length = 0
        for statement in article:
            own = len(statement.own.text)
            if stretch and length + own > STRETCH:
                yield stretch
                stretch, length = [], 0
            stretch.append(statement)
            length += own
        yield stretch


def words_of(stretch: Iterable[Statement]) -> str:
    """Return a stretch as it is read here: its own words in a row."""
    return "".join(statement.own.text for statement in stretch)


def groups_of(words: str) -> set[str]:
    """Return every group of one to six characters in a stretch; blanks are left out and every figure is a 0."""
    even = _FIGURES.sub("0", _BLANKS.sub("", words))
    return {even[at : at + size] for size in range(1, LONGEST_GROUP + 1) for at in range(len(even) - size + 1)}


class SecondReader:
    """Reads a draft for the second time, no further than a doubt needs."""

    def __init__(self, statements: Statements, effects: Effects) -> None:
        self._statements = statements
        self._effects = effects
        self._read: dict[int, AbstractSet[str]] = {}

    @cached_property
    def _stretches(self) -> list[list[Statement]]:
        return list(stretches(self._statements))

    @cached_property
    def _stretch_of(self) -> Mapping[int, int]:
        return {statement.no: no for no, stretch in enumerate(self._stretches) for statement in stretch}

    def _groups(self, no: int) -> AbstractSet[str]:
        """Return those groups of characters of a stretch that say something of an element."""
        known = self._read.get(no)
        if known is None:
            known = self._read[no] = groups_of(words_of(self._stretches[no])) & _telling()
        return known

    def doubts(self, clause_id: str, element: str, found: Iterable[Statement]) -> bool:
        """Whether no statement that an element rests on, and no stretch around one, reads like a passage that holds it.

        A statement is read by itself and with what it refers to (第1条の規定は、契約の終了後も効力を有する). An element
        it has learnt nothing of (of a municipality's own clause) is not doubted.
        """
        if (clause_id, element) not in load_weights():
            return False
        borne_out_by = list(found)
        places = dict.fromkeys(self._stretch_of[statement.no] for statement in borne_out_by)
        read = chain(map(self._groups, places), *map(self._own_groups, borne_out_by))
        return all(likeness(clause_id, element, groups) < LEAST for groups in read)

    def _own_groups(self, statement: Statement) -> Iterator[AbstractSet[str]]:
        yield groups_of(statement.own.text) & _telling()
        referred = self._effects.referred(statement)
        if referred:
            yield groups_of(words_of([*referred[:_REFERRED], statement])) & _telling()


@cache
def _telling() -> frozenset[str]:
    """Return every group of characters that says something of an element."""
    return frozenset[str]().union(*(weights.adds for weights in load_weights().values()))


def likeness(clause_id: str, element: str, groups: AbstractSet[str]) -> int:
    """Return how much a stretch with these groups reads like a passage that holds an element, in thousandths."""
    weights = load_weights()[clause_id, element]
    return weights.begins_with + sum(map(weights.adds.__getitem__, weights.adds.keys() & groups))
