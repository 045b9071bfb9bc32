"""Learns what the word of the rules and that of the second reader are worth, from drafts neither was made with."""

from collections.abc import Iterator

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.judging import Matcher
from contract_clauses.analysis.ruling import rule
from contract_clauses.analysis.second_reader import SecondReader
from contract_clauses.analysis.statements import Statements
from contract_clauses.analysis.weighing import ANSWERS, signs
from contract_clauses.analysis.words import LEXICON
from contract_clauses.library import load_clauses
from tests.contract_clauses.measure import read_half

WEIGHED = "weighed"
SLACK = 1.0
CLAUSES = load_clauses()


def examples() -> Iterator[tuple[dict[str, float], str]]:
    """Yield what both say of each clause in each draft, and the label."""
    for labelled in read_half(WEIGHED):
        statements = Statements(labelled.read())
        effects = Effects(statements)
        matcher, second = Matcher(statements, effects), SecondReader(statements, effects)
        rulings = [rule(clause, matcher, {}) for clause in CLAUSES.values()]
        second.point_at(statement for ruling in rulings for statement in ruling.statements())
        for ruling in rulings:
            impression = second.impression(ruling.clause.id)
            if impression is not None:
                yield signs(ruling.word, impression), labelled.state(ruling.clause.id)
        second.end()


def weigh() -> None:
    """Write ``lexicon/weighing.tsv``."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (the group "learn")

    said, answers = zip(*examples(), strict=True)
    names = [name for name in said[0] if name != "begins_with"]
    model = LogisticRegression(C=SLACK, max_iter=5000)
    model.fit([[each[name] for name in names] for each in said], answers)
    order = [list(model.classes_).index(answer.value) for answer in ANSWERS]
    rows = {"begins_with": model.intercept_, **{name: model.coef_[:, no] for no, name in enumerate(names)}}
    lines = ["\t".join(["sign", *(answer.value for answer in ANSWERS)])]
    lines += ["\t".join([name, *(str(round(1000 * row[no])) for no in order)]) for name, row in rows.items()]
    (LEXICON / "weighing.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
