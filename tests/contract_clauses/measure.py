"""Measures the gap analysis over a half of the corpus of drafts: precision, recall and F1 per clause and label.

``python -m tests.contract_clauses.measure dev`` prints the table; ``make bench`` and the tests use the same figures.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts

CORPUS = Path(__file__).parent / "corpus"
LABELS = ("present", "weak", "missing")
CORE = (
    "contractor_keeps_client_policy",
    "personal_data_safeguards_agreed",
    "responsible_people_and_places_named",
    "service_level_guaranteed",
    "information_lifecycle_managed",
    "contractor_staff_trained",
    "no_other_use_no_third_party",
    "secrecy_survives_the_end",
    "resubcontracting_restricted",
    "information_returned_or_destroyed",
    "regular_and_emergency_reports",
    "client_may_audit",
    "client_may_publish_incidents",
    "breach_has_consequences",
    "separate_secrecy_agreement_signed",
)


@dataclass(frozen=True)
class Labelled:
    """A draft of the corpus with what a person found in it; a clause without a label is missing."""

    name: str
    files: Sequence[tuple[str, str]]
    clauses: Mapping[str, Mapping[str, Any]]

    def read(self) -> Draft:
        """Return the draft as the house reads it."""
        return read_texts(self.files)

    def state(self, clause_id: str) -> str:
        """Return the label of a clause."""
        return str(self.clauses.get(clause_id, {}).get("state", "missing"))


@dataclass(frozen=True)
class Miss:
    """An answer that differs from the label."""

    draft: str
    clause: str
    wanted: str
    gap: ClauseGap


@dataclass
class Measurement:
    """How often what was answered for what was labelled, per clause."""

    counts: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def add(self, draft: str, wanted: str, gap: ClauseGap) -> None:
        """Count one answer."""
        self.counts.setdefault(gap.clause_id, Counter())[wanted, gap.result.value] += 1
        if wanted != gap.result.value:
            self.misses.append(Miss(draft, gap.clause_id, wanted, gap))

    def of(self, clause_ids: Sequence[str]) -> Counter[tuple[str, str]]:
        """Return the counts of several clauses together."""
        return sum((self.counts[clause_id] for clause_id in clause_ids), Counter())

    @property
    def total(self) -> Counter[tuple[str, str]]:
        return self.of(list(self.counts))


def read_half(half: str) -> Iterator[Labelled]:
    """Yield the labelled drafts of a half (``dev`` or ``held``) in the order of their names."""
    for folder in sorted(path.parent for path in (CORPUS / half).glob("*/labels.yaml")):
        files = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]
        labels = yaml.load((folder / "labels.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        yield Labelled(folder.name, files, labels["clauses"])


def measure(half: str) -> Measurement:
    """Return how the analysis does on a half of the corpus, over every clause of the library."""
    found = Measurement()
    clauses = list(load_clauses().values())
    for labelled in read_half(half):
        for gap in find_gaps(labelled.read(), clauses):
            found.add(labelled.name, labelled.state(gap.clause_id), gap)
    return found


def precision(counts: Counter[tuple[str, str]], label: str) -> float | None:
    """Return how much of what was answered ``label`` was labelled so, or None where nothing was."""
    answered = sum(number for (_, got), number in counts.items() if got == label)
    return counts[label, label] / answered if answered else None


def recall(counts: Counter[tuple[str, str]], label: str) -> float | None:
    """Return how much of what was labelled ``label`` was answered so, or None where nothing was."""
    labelled = sum(number for (wanted, _), number in counts.items() if wanted == label)
    return counts[label, label] / labelled if labelled else None


def f1(counts: Counter[tuple[str, str]], label: str) -> float | None:
    """Return the harmonic mean of precision and recall, or None where the label occurs nowhere."""
    off = sum(number for (wanted, got), number in counts.items() if (wanted == label) != (got == label))
    right = 2 * counts[label, label]
    return right / (right + off) if right + off else None


def macro_f1(counts: Counter[tuple[str, str]]) -> float:
    """Return the mean F1 over the labels that occur."""
    figures = [figure for figure in (f1(counts, label) for label in LABELS) if figure is not None]
    return sum(figures) / len(figures) if figures else 1.0


def table(found: Measurement) -> list[str]:
    """Return the lines of the printed table: a clause a line, then the core and the whole."""
    lines = [f"{'clause':48s} {'macro F1':>8s}" + "".join(f"  {label:>7s} P/R/F1      " for label in LABELS)]
    lines += [_row(clause_id, found.counts[clause_id]) for clause_id in sorted(found.counts)]
    core = [clause_id for clause_id in CORE if clause_id in found.counts]
    return [*lines, _row("the 15 core clauses", found.of(core)), _row("all clauses", found.total)]


def _row(name: str, counts: Counter[tuple[str, str]]) -> str:
    cells = [
        "/".join("  - " if figure is None else f"{figure:.2f}" for figure in figures)
        for figures in ((precision(counts, label), recall(counts, label), f1(counts, label)) for label in LABELS)
    ]
    return f"{name:48s} {macro_f1(counts):8.3f}  " + "  ".join(f"{cell:>19s}" for cell in cells)


if __name__ == "__main__":
    for named in sys.argv[1:] or ["dev"]:
        sys.stdout.write("\n".join([f"== {named}", *table(measure(named))]) + "\n")
