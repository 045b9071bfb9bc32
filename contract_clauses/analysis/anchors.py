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
    """Looks up in which of many texts a pattern may match."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._with_pair: dict[str, set[int]] = {}
        self._with_letter: dict[str, set[int]] = {}
        self._known: dict[str | AllOf | AnyOf, frozenset[int] | set[int]] = {}
        self._all: set[int] = set()
        for no, text in enumerate(texts):
            self._all.add(no)
            for pair in set(map(str.__add__, text, text[1:])):
                self._with_pair.setdefault(pair, set()).add(no)
            for letter in set(text):
                self._with_letter.setdefault(letter, set()).add(no)

    def holding(self, pattern: str) -> frozenset[int] | set[int]:
        """Return the numbers of the texts in which the pattern may match; it cannot in any other."""
        return self._holding(needs_of(pattern))

    def _holding(self, needed: str | AllOf | AnyOf) -> frozenset[int] | set[int]:
        known = self._known.get(needed)
        if known is None:
            if isinstance(needed, str):
                known = self._with(needed)
            elif isinstance(needed, AnyOf):
                known = frozenset[int]().union(*map(self._holding, needed.branches))
            else:
                known = self._all.intersection(*map(self._holding, needed.parts)) if needed.parts else self._all
            self._known[needed] = known
        return known

    def _with(self, said: str) -> frozenset[int] | set[int]:
        if len(said) == 1:
            return self._with_letter.get(said, frozenset())
        found = [self._with_pair.get(pair, frozenset[int]()) for pair in map(str.__add__, said, said[1:])]
        return min(found, key=len)
