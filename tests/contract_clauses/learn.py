"""Teaches the second reader (contract_clauses/analysis/doubts.py) what passages that are enough look like.

``pip install --group learn`` and ``python -m tests.contract_clauses.learn`` write ``lexicon/doubts.tsv`` anew from
``learning/``, ``passages/``, ``unseen/`` (the two thirds that may be read), the clauses' examples and model wordings,
and the drafts of ``corpus/`` that may be read; about ten minutes of one core. With ``--only A`` or ``--only B`` it learns from that half of
``learning/`` alone (by the digest of the text): so the bar below which it doubts was chosen, on what it had not seen.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
IDLE = "代金の端数は"  # the articles that in_a_contract puts before a piece
AT_LEAST = 4  # times that a group of characters occurs
SLACK = 1.0  # liblinear's C
OTHERS_WEIGHT = 0.5  # for labels that were written beside the passage's own


@dataclass(frozen=True)
class Lesson:
    """A piece of text: which clauses it holds enough of, and how sure that is (0: it says nothing of that clause)."""

    text: str
    enough: Mapping[str, bool]
    weight: Mapping[str, float] = field(default_factory=dict)
    others: float = 0.0  # of the clauses that it does not name: it holds nothing of them, as sure as this

    def of(self, clause_id: str) -> tuple[bool, float]:
        """Return whether it is enough for a clause, and how sure that is."""
        return self.enough.get(clause_id, False), self.weight.get(clause_id, self.others)


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
            state, _lacks, also, text = line.split("｜")
            text = text.replace("⏎", "\n")
            if only and half_of(text) != only:
                continue
            beside = dict(each.strip().split("=", 1) for each in also.split(";") if "=" in each)
            said = beside | {path.stem: state}
            weight = dict.fromkeys(beside, OTHERS_WEIGHT) | {path.stem: 1.0}
            is_foreign = md5(text.encode(), usedforsecurity=False).digest()[1] % 4 == 0
            enough = {name: answer == "present" for name, answer in said.items()}
            yield Lesson(plain(text), enough, weight, others=1.0 if is_foreign else 0.0)


def own_lessons() -> Iterator[Lesson]:
    """Yield the clauses' own examples and wordings, ``passages/``, and the pieces of ``unseen/`` that may be read."""
    for clause_id, clause in CLAUSES.items():
        known = [(example.text, example.state == "present", 1.0) for example in clause.examples]
        known += [(wording, True, 3.0) for wording in clause.wording.model_dump().values()]
        read = [*passages(clause_id), *(piece for piece in pieces(clause_id) if not is_unread(piece["text"]))]
        known += [(piece["text"], piece["state"] == "present", 1.0) for piece in read]
        for text, is_enough, weight in known:
            yield Lesson(plain(text), {clause_id: is_enough}, {clause_id: weight})


def draft_lessons() -> Iterator[Lesson]:
    """Yield the stretches of the drafts that may be read: what a whole contract says that is of no clause."""
    for labelled in (one for half in ("dev", "fresh", "second") for one in read_half(half)):
        draft = labelled.read()
        read = list(stretches(Statements(draft)))
        where = {name: _stretches_of(said.get("quotes", ()), draft, read) for name, said in labelled.clauses.items()}
        for no, stretch in enumerate(read):
            enough: dict[str, bool] = {}
            weight: dict[str, float] = {}
            for name in labelled.clauses:
                if labelled.state(name) == "missing":
                    continue
                is_present = labelled.state(name) == "present"
                if no not in where[name]:
                    weight[name] = 0.5
                elif not is_present or len(where[name]) == 1:
                    weight[name], enough[name] = 1.0, is_present
                else:
                    weight[name] = 0.0  # a part of what is enough together
            yield Lesson(words_of(stretch), enough, weight, others=1.0)


def _stretches_of(quotes: Iterable[str], draft: Draft, read: Sequence[list[Statement]]) -> set[int]:
    texts = [squeezed(draft.text[stretch[0].own.start : stretch[-1].own.end]) for stretch in read]
    wanted = [squeezed(quote) for quote in quotes]
    return {no for no, text in enumerate(texts) for quote in wanted if quote in text or quote[:14] in text}


def learn(lessons: Sequence[Lesson]) -> str:
    """Return the second reader's file: one sparse logistic regression a clause, its weights in thousandths."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 (the group "learn")
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (the same)

    counter = CountVectorizer(analyzer=groups_of, min_df=AT_LEAST, binary=True)
    table = counter.fit_transform([lesson.text for lesson in lessons])
    groups = counter.get_feature_names_out()
    begins: list[str] = []
    adds: dict[int, list[str]] = {}
    for no, clause_id in enumerate(CLAUSES):
        answers = [lesson.of(clause_id) for lesson in lessons]
        rows = [row for row, (_, weight) in enumerate(answers) if weight]
        model = LogisticRegression(C=SLACK, l1_ratio=1.0, solver="liblinear", random_state=0)
        model.fit(table[rows], [answers[row][0] for row in rows], sample_weight=[answers[row][1] for row in rows])
        begins.append(f"{clause_id}\t{round(1000 * model.intercept_[0])}")
        for group in model.coef_[0].nonzero()[0]:
            weight = round(1000 * model.coef_[0][group])
            if weight:
                adds.setdefault(group, []).append(f"{no}:{weight}")
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
