"""Which of many short texts a pattern may match in: those that hold the strings it cannot match without.

A draft is looked through for a few hundred patterns; each is tried only in the sentences that hold its strings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(
    r"(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:[:=!]|<[=!]|P<\w+>))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<many>[?*+]\??|\{\d*(?:,\d*)?\}\??)|(?P<escape>\\.)|(?P<other>.)",
    re.DOTALL,
)
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_LARGEST_SET = 10


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """Each of these must be there; a string by itself is one that must be."""

    parts: "tuple[str | AnyOf, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """At least one of these must be there."""

    branches: tuple[AllOf, ...]


# The same needs are the same object: word groups stand in many patterns, and their hash is asked for often.
_all_of = cache(AllOf)
_any_of = cache(AnyOf)


@cache
def needs_of(pattern: str) -> AnyOf:
    """Return the strings that stand wherever the pattern matches. A branch without parts needs nothing."""
    return _branches(_tokens(pattern))


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    for token in _TOKEN.finditer(pattern):
        yield token.lastgroup or "other", token.group()


def _branches(tokens: Iterator[tuple[str, str]]) -> AnyOf:
    """Return what the branches up to the closing bracket or the end need."""
    branches: list[AllOf] = []
    branch = _Branch()
    for kind, said in tokens:
        if kind == "close":
            break
        if kind == "bar":
            branches.append(branch.needs())
            branch = _Branch()
        elif kind == "open":
            inner = _branches(tokens)
            branch.add(None if said in _LOOKS or not all(one.parts for one in inner.branches) else inner)
        else:
            branch.take(kind, said)
    return _any_of((*branches, branch.needs()))


class _Branch:
    """What stands one after another in a branch: letters side by side are one string."""

    def __init__(self) -> None:
        self._parts: list[str | AnyOf | None] = []
        self._letters: list[str] = []
        self._is_letter_last = False

    def take(self, kind: str, said: str) -> None:
        """Add a letter, a set of letters, or how often the last part may stand."""
        if kind == "many":
            self._repeat(may_be_none=said[0] in "?*" or said.startswith(("{0", "{,")))
        elif kind == "other" and said not in ".^$":
            self._letters.append(said)
            self._is_letter_last = True
        elif kind == "set" and not said.startswith("[^") and len(said) <= _LARGEST_SET + 2 and "-" not in said:
            self.add(_any_of(tuple(_all_of((letter,)) for letter in said[1:-1].replace("\\", ""))))
        else:
            self.add(None)

    def add(self, part: AnyOf | None) -> None:
        """Add a part that is no plain letter; None where it needs nothing."""
        self._end_letters()
        self._parts.append(part)
        self._is_letter_last = False

    def _repeat(self, *, may_be_none: bool) -> None:
        if not self._is_letter_last:
            if may_be_none and self._parts:
                self._parts[-1] = None
            return
        letter = self._letters.pop()
        self._end_letters()
        self._parts.append(None if may_be_none else letter)
        self._is_letter_last = False

    def _end_letters(self) -> None:
        if self._letters:
            self._parts.append("".join(self._letters))
            self._letters = []

    def needs(self) -> AllOf:
        """Return what the branch needs."""
        self._end_letters()
        return _all_of(tuple(dict.fromkeys(part for part in self._parts if part)))


class Finder:
    """Looks up in which of many texts a pattern may match.

    An answer is one whole number whose bit ``no`` stands for text ``no``: a draft asks for some fifty thousand
    intersections and unions, and these cost next to nothing on bits.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._with_pair: dict[str, int] = {}
        self._with_letter: dict[str, int] = {}
        self._known: dict[str | AllOf | AnyOf, int] = {}
        self._all = 0
        for no, text in enumerate(texts):
            bit = 1 << no
            self._all |= bit
            for pair in set(map(str.__add__, text, text[1:])):
                self._with_pair[pair] = self._with_pair.get(pair, 0) | bit
            for letter in set(text):
                self._with_letter[letter] = self._with_letter.get(letter, 0) | bit

    def holding(self, pattern: str) -> int:
        """Return the texts in which the pattern may match, as bits; it cannot in any other."""
        return self._holding(needs_of(pattern))

    def _holding(self, needed: str | AllOf | AnyOf) -> int:
        known = self._known.get(needed)
        if known is None:
            if isinstance(needed, str):
                known = self._with(needed)
            elif isinstance(needed, AnyOf):
                known = 0
                for branch in needed.branches:
                    known |= self._holding(branch)
            else:
                known = self._all
                for part in needed.parts:
                    known &= self._holding(part)
            self._known[needed] = known
        return known

    def _with(self, said: str) -> int:
        if len(said) == 1:
            return self._with_letter.get(said, 0)
        found = self._all
        for pair in map(str.__add__, said, said[1:]):
            found &= self._with_pair.get(pair, 0)
        return found


def numbers(bits: int) -> Iterator[int]:
    """Yield the numbers whose bits are set, the lowest first.

    >>> list(numbers(0b1011))
    [0, 1, 3]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
