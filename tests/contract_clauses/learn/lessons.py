"""What the second reader is taught: pieces of text, and what each holds of every clause."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from random import Random

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.second_reader import Stretch, stretches
from contract_clauses.analysis.statements import Statements
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from tests.contract_clauses.analysis.mutators import negate, shift, soften
from tests.contract_clauses.corpus_files import squeezed
from tests.contract_clauses.measure import Labelled, read_half
from tests.contract_clauses.test_passages import in_a_contract, passages
from tests.contract_clauses.test_unseen import is_unread, pieces

LEARNING = Path(__file__).parents[1] / "learning"
CLAUSES = load_clauses()
READABLE = ("dev", "fresh", "second", "third", "taught")
IDLE = "代金の端数は"  # the articles that in_a_contract puts before a piece
BESIDE = 0.5  # for labels that were written beside the passage's own, and for what a draft does not hold
UNTOUCHED = 0.25  # for clauses that a passage was not written about
LONGEST_CHANGE = 3  # stretches that a change may touch: else it changed more than was meant
HEADING_ONLY = 25  # characters


@dataclass(frozen=True)
class Said:
    """What a piece says of one clause; ``None`` where that is not known."""

    touched: bool | None
    whole: bool | None
    elements: Mapping[str, bool] = field(default_factory=dict)
    sure: float = 1.0


@dataclass(frozen=True)
class Lesson:
    """A piece of text with what it says of the clauses; of those not named it teaches nothing."""

    text: str
    of: Mapping[str, Said]


def said(clause_id: str, state: str, lacks: Collection[str] = (), sure: float = 1.0) -> Said:
    """Return what a label says; a weak one that names no lack says nothing of single elements."""
    names = [element.id for element in CLAUSES[clause_id].elements]
    if state != "weak":
        return Said(state != "missing", state == "present", dict.fromkeys(names, state == "present"), sure)
    if lacks or len(names) == 1:
        return Said(True, False, {name: bool(lacks) and name not in lacks for name in names}, sure)
    return Said(True, False, {}, sure)


def plain(text: str) -> str:
    """Return a piece of a contract as the second reader sees it."""
    statements = Statements(read_texts([("案.txt", in_a_contract(text))]))
    return "\n".join(statement.own.text for statement in statements.all if IDLE not in statement.own.text)


def seen(stretch: Stretch) -> str:
    """Return a stretch of a draft as the second reader sees it."""
    return "\n".join(stretch.texts())


def written_lessons() -> Iterator[Lesson]:
    """Yield the passages of ``learning/``: each was written about one clause, and judged on the others."""
    for path in sorted(LEARNING.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            state, lacks, also, text = line.split("｜")
            beside = dict(each.strip().split("=", 1) for each in also.split(";") if "=" in each)
            of = {name: said(name, "missing", sure=UNTOUCHED) for name in CLAUSES}
            of |= {name: said(name, other, sure=BESIDE) for name, other in beside.items()}
            of[path.stem] = said(path.stem, state, () if lacks == "-" else lacks.split(","))
            yield Lesson(plain(text.replace("⏎", "\n")), of)


def own_lessons() -> Iterator[Lesson]:
    """Yield the clauses' own examples and wordings, ``passages/``, and the pieces of ``unseen/`` that may be read."""
    for name, clause in CLAUSES.items():
        for wording in clause.wording.model_dump().values():
            yield Lesson(plain(wording), {name: said(name, "present")})
        for example in clause.examples:
            yield Lesson(plain(example.text), {name: said(name, example.state, example.lacks)})
        for piece in [*passages(name), *(piece for piece in pieces(name) if not is_unread(piece["text"]))]:
            yield Lesson(plain(piece["text"]), {name: said(name, piece["state"], piece.get("lacks", ()))})


def drafts() -> list[Labelled]:
    """Return the drafts that may be read."""
    return [labelled for half in READABLE for labelled in read_half(half)]


def draft_lessons() -> Iterator[Lesson]:
    """Yield the stretches of the drafts that may be read: what a whole contract says that is of no clause, too."""
    for labelled in drafts():
        draft = labelled.read()
        read = read_in_stretches(draft)
        texts = [squeezed(draft.text[each.statements[0].own.start : each.statements[-1].own.end]) for each in read]
        where = {name: places(of.get("quotes", ()), texts) for name, of in labelled.clauses.items()}
        for no, stretch in enumerate(read):
            of: dict[str, Said] = {}
            for name in CLAUSES:
                lacks = labelled.clauses.get(name, {}).get("lacks", ())
                if no not in where.get(name, set()):
                    of[name] = said(name, "missing", sure=BESIDE)
                elif len(where[name]) == 1:
                    of[name] = said(name, labelled.state(name), lacks)
                else:  # what several stretches hold together is not told apart, but what none of them holds is
                    is_weak = labelled.state(name) == "weak"
                    of[name] = Said(True, False if is_weak else None, dict.fromkeys(lacks, False))
            yield Lesson(seen(stretch), of)


def changed_lessons(seed: int = 1) -> Iterator[Lesson]:
    """Yield the changed stretches of drafts in which one clause was negated, softened or given to the other party."""
    chance = Random(seed)  # noqa: S311 (only chooses)
    for labelled in drafts():
        draft = labelled.read()
        before = {seen(stretch) for stretch in read_in_stretches(draft)}
        for name in (name for name in labelled.clauses if labelled.state(name) == "present"):
            spans = quoted(draft, labelled.clauses[name].get("quotes", ()))
            changed = chance.choice((negate, soften, shift))(draft, spans) if spans else None
            fresh = [seen(each) for each in read_in_stretches(changed)] if changed else []
            fresh = [text for text in fresh if text not in before and len(text) >= HEADING_ONLY]
            if len(fresh) <= LONGEST_CHANGE:
                elements = {element.id: False for element in CLAUSES[name].elements}
                yield from (Lesson(text, {name: Said(None, False, elements)}) for text in fresh)


def read_in_stretches(draft: Draft) -> Sequence[Stretch]:
    """Return a draft's stretches in their order."""
    statements = Statements(draft)
    return list(stretches(statements, Effects(statements)))


def quoted(draft: Draft, quotes: Iterable[str]) -> list[tuple[int, int]]:
    """Return the sentences of a draft that stand in these quotes, from where to where."""
    wanted = [squeezed(quote) for quote in quotes]
    found = []
    for statement in Statements(draft).all:
        own = squeezed(draft.text[statement.own.start : statement.own.end]).rstrip("。")
        if len(own) > 1 and any(own in quote or quote in own for quote in wanted):
            found.append((statement.own.start, statement.own.end))
    return found


def places(quotes: Iterable[str], texts: Sequence[str]) -> set[int]:
    """Return which of these texts hold one of the quotes, or its beginning where it goes on in the next."""
    wanted = [squeezed(quote) for quote in quotes]
    return {no for no, text in enumerate(texts) for quote in wanted if quote in text or quote[:14] in text}


def is_for_checking(text: str) -> bool:
    """Whether a piece is kept back to see how far the teaching has come: one in fifty, by its digest."""
    return md5(text.encode(), usedforsecurity=False).digest()[0] < 5
