"""Clauses that a law or an official guideline asks of a contract, whatever the body's own policy says."""

from functools import cache
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from models.vocabulary import Strength
from policy.criterion import Condition, Facts, LibraryItem
from policy.errors import BadLibrary
from policy.library import HOME
from policy.library_errors import first_fault
from policy.pack import Day
from policy.pack_checks import unknown_facts
from policy.strict_yaml import read_text

FILE = HOME / "law_clauses.yaml"


class LawCase(Condition):
    """When the source asks, how firmly, and why in a Japanese sentence."""

    strength: Strength
    reason: str = Field(min_length=1)


class LawClause(LibraryItem):
    """One item of the source and the clause that meets it; ``note`` says more of what the source asks."""

    item: str = Field(min_length=1)
    clause: str = Field(min_length=1)
    note: str = ""


class LawClauses(LibraryItem):
    """One source with its items: what they are called, where they stand, and when they are asked for.

    ``short`` begins the name an item is shown and stored by; ``otherwise`` is the reason where no case holds.
    """

    id: str
    source: str
    short: str
    place: str
    url: str = Field(pattern=r"^https://")
    checked_on: Day
    note: str = ""
    cases: tuple[LawCase, ...] = Field(min_length=1)
    otherwise: str = Field(min_length=1)
    clauses: tuple[LawClause, ...] = Field(min_length=1)

    def case_for(self, facts: Facts) -> LawCase | None:
        """The first case that the facts of a subject meet."""
        return next((case for case in self.cases if case.holds(facts)), None)

    def name_of(self, item: LawClause) -> str:
        """What an item is shown and stored by: never a number of the body's own."""
        return f"{self.short}「{item.item}」"


_SOURCES = TypeAdapter(tuple[LawClauses, ...])


@cache
def load_law_clauses() -> tuple[LawClauses, ...]:
    """Every shipped source, in the order of the file. Raises ``BadLibrary`` where it is broken."""
    return read_law_clauses(FILE)


def read_law_clauses(path: Path) -> tuple[LawClauses, ...]:
    """The sources in a file.

    Raises:
        BadLibrary: unknown keys, a condition over a fact no request has, or an item named twice; with file and line.
    """
    read = read_text(path.read_bytes())
    try:
        sources = _SOURCES.validate_python(read.value)
    except ValidationError as error:
        pointer, sentence = first_fault(error)
        raise _broken(path, read.place(pointer), sentence) from error
    for at, source in enumerate(sources):
        for number, case in enumerate(source.cases):
            for pointer, sentence in unknown_facts(case, f"/{at}/cases/{number}"):
                raise _broken(path, read.place(pointer), sentence)
    names = [source.name_of(item) for source in sources for item in source.clauses]
    for name in names:
        if names.count(name) > 1:
            raise _broken(path, read.place(""), f"項目「{name}」が2回あります。1つにまとめてください")
    return sources


def _broken(path: Path, place: str, sentence: str) -> BadLibrary:
    where = f"policy/{path.name}: {place}"
    return BadLibrary("broken_library", f"{where}: {sentence}。", where)
