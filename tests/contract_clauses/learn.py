"""Teaches the second reader (contract_clauses/analysis/doubts.py) what passages that hold an element look like.

``pip install --group learn`` and ``python -m tests.contract_clauses.learn`` write ``lexicon/doubts.tsv`` anew from
``learning/``, ``passages/``, ``unseen/`` (the two thirds that may be read), the clauses' examples and model wordings,
and the drafts of ``corpus/`` that may be read; about ten minutes of one core. With ``--only A`` or ``--only B`` it
learns from that half of ``learning/`` alone (by the digest of the text): so the bar below which it doubts was chosen,
on what it had not seen.
"""

import argparse
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path

from contract_clauses.analysis.doubts import groups_of, stretches, words_of
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.words import LEXICON
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from tests.contract_clauses.corpus_files import squeezed
from tests.contract_clauses.measure import read_half
from tests.contract_clauses.test_passages import in_a_contract, passages
from tests.contract_clauses.test_unseen import is_unread, pieces

LEARNING = Path(__file__).parent / "learning"
CLAUSES = load_clauses()
READABLE = ("dev", "fresh", "second", "third")
IDLE = "代金の端数は"  # the articles that in_a_contract puts before a piece
AT_LEAST = 4  # times that a group of characters occurs
SLACK = 1.0  # liblinear's C
OTHERS_WEIGHT = 0.5  # for labels that were written beside the passage's own

Element = tuple[str, str]  # a clause and one of its elements


@dataclass(frozen=True)
class Lesson:
    """A piece of text: which elements it holds, which it lacks, and how sure that is."""

    text: str
    holds: Mapping[Element, bool]
    sure: float = 1.0
    beside: Mapping[Element, bool] = field(default_factory=dict)  # said in passing: half as sure
    silent: frozenset[str] = frozenset()  # clauses of which it says nothing either way
    others: float = 0.0  # of all other elements: it holds none of them, as sure as this

    def of(self, element: Element) -> tuple[bool, float]:
        """Return whether it holds an element, and how sure that is (0: it teaches nothing of it)."""
        if element in self.holds:
            return self.holds[element], self.sure
        if element in self.beside:
            return self.beside[element], self.sure * OTHERS_WEIGHT
        return False, 0.0 if element[0] in self.silent else self.others


def held(clause_id: str, state: str, lacks: Collection[str] = ()) -> dict[Element, bool]:
    """Return which elements of a clause a piece holds by its label; a weak one that names no lack says nothing."""
    names = [element.id for element in CLAUSES[clause_id].elements]
    if state != "weak":
        return {(clause_id, name): state == "present" for name in names}
    if lacks or len(names) == 1:
        return {(clause_id, name): bool(lacks) and name not in lacks for name in names}
    return {}


def half_of(text: str) -> str:
    """Return A or B: the half a passage of ``learning/`` belongs to."""
    return "AB"[md5(f"x{text}".encode(), usedforsecurity=False).digest()[0] & 1]


def plain(text: str) -> str:
    """Return a piece of a contract as the second reader sees it."""
    statements = Statements(read_texts([("案.txt", in_a_contract(text))]))
    return words_of(statement for statement in statements.all if IDLE not in statement.own.text)


def written_lessons(only: str | None) -> Iterator[Lesson]:
    """Yield the passages of ``learning/``; a quarter of them also teaches what has nothing to do with a clause."""
    for path in sorted(LEARNING.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            state, lacks, also, text = line.split("｜")
            text = text.replace("⏎", "\n")
            if only and half_of(text) != only:
                continue
            beside = dict(each.strip().split("=", 1) for each in also.split(";") if "=" in each)
            beside.pop(path.stem, None)
            touched = {element: holds for name, said in beside.items() for element, holds in held(name, said).items()}
            is_foreign = md5(text.encode(), usedforsecurity=False).digest()[1] % 4 == 0
            yield Lesson(
                plain(text),
                held(path.stem, state, () if lacks == "-" else lacks.split(",")),
                beside=touched,
                silent=frozenset({path.stem, *beside}),
                others=1.0 if is_foreign else 0.0,
            )


def own_lessons() -> Iterator[Lesson]:
    """Yield the clauses' own examples and wordings, ``passages/``, and the pieces of ``unseen/`` that may be read."""
    for clause_id, clause in CLAUSES.items():
        for wording in clause.wording.model_dump().values():
            yield Lesson(plain(wording), held(clause_id, "present"), sure=3.0)
        for example in clause.examples:
            yield Lesson(plain(example.text), held(clause_id, example.state, example.lacks))
        for piece in [*passages(clause_id), *(piece for piece in pieces(clause_id) if not is_unread(piece["text"]))]:
            yield Lesson(plain(piece["text"]), held(clause_id, piece["state"], piece.get("lacks", ())))


def draft_lessons() -> Iterator[Lesson]:
    """Yield the stretches of the drafts that may be read: what a whole contract says that is of no clause."""
    for labelled in (one for half in READABLE for one in read_half(half)):
        draft = labelled.read()
        read = list(stretches(Statements(draft)))
        where = {name: _stretches_of(said.get("quotes", ()), draft, read) for name, said in labelled.clauses.items()}
        for no, stretch in enumerate(read):
            holds: dict[Element, bool] = {}
            for name in labelled.clauses:
                if where[name] == {no}:  # what several stretches hold together is not told apart
                    holds |= held(name, labelled.state(name), labelled.clauses[name].get("lacks", ()))
            silent = frozenset(name for name, places in where.items() if no in places)
            yield Lesson(words_of(stretch), holds, silent=silent, others=1.0)


def _stretches_of(quotes: Iterable[str], draft: Draft, read: Sequence[list[Statement]]) -> set[int]:
    texts = [squeezed(draft.text[stretch[0].own.start : stretch[-1].own.end]) for stretch in read]
    wanted = [squeezed(quote) for quote in quotes]
    return {no for no, text in enumerate(texts) for quote in wanted if quote in text or quote[:14] in text}


def learn(lessons: Sequence[Lesson]) -> str:
    """Return the second reader's file: one sparse logistic regression an element, its weights in thousandths."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 (the group "learn")
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (the same)
    from sklearn.utils.parallel import Parallel, delayed  # noqa: PLC0415 (the same)

    counter = CountVectorizer(analyzer=groups_of, min_df=AT_LEAST, binary=True)
    table = counter.fit_transform([lesson.text for lesson in lessons])
    groups = counter.get_feature_names_out()

    def fit(element: Element) -> tuple[int, dict[int, int]]:
        answers = [lesson.of(element) for lesson in lessons]
        rows = [row for row, (_, weight) in enumerate(answers) if weight]
        model = LogisticRegression(C=SLACK, l1_ratio=1.0, solver="liblinear", random_state=0)
        model.fit(table[rows], [answers[row][0] for row in rows], sample_weight=[answers[row][1] for row in rows])
        weights = {int(group): round(1000 * model.coef_[0][group]) for group in model.coef_[0].nonzero()[0]}
        return round(1000 * model.intercept_[0]), {group: weight for group, weight in weights.items() if weight}

    elements = [(clause_id, element.id) for clause_id, clause in CLAUSES.items() for element in clause.elements]
    learnt = Parallel(n_jobs=-1)(delayed(fit)(element) for element in elements)
    adds: dict[int, list[str]] = {}
    for no, (_, weights) in enumerate(learnt):
        for group, weight in weights.items():
            adds.setdefault(group, []).append(f"{no}:{weight}")
    begins = [f"{clause_id}\t{name}\t{start}" for (clause_id, name), (start, _) in zip(elements, learnt, strict=True)]
    lines = sorted("\t".join([groups[group], *said]) for group, said in adds.items())
    return "\n".join([*begins, "", *lines, ""])


def main() -> None:
    """Learn anew and write the file."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=["A", "B"])
    asked.add_argument("--out", type=Path, default=LEXICON / "doubts.tsv")
    wish = asked.parse_args()
    lessons = [*written_lessons(wish.only), *own_lessons(), *draft_lessons()]
    wish.out.write_text(learn(lessons), encoding="utf-8")


if __name__ == "__main__":
    main()
