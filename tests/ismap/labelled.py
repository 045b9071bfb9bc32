"""The labelled names of ``labelled_names.yaml``, and what the matcher makes of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ismap.entry import Entry
from ismap.match import MatchIndex, MatchResult, match
from models.vocabulary import EntryStatus

LABELS_FILE = Path(__file__).parent / "labelled_names.yaml"


@dataclass(frozen=True)
class LabelledName:
    """A name as written; ``row`` is the one meant, or where it must not be linked the one a person would pick."""

    name: str
    provider: str | None
    row: str | None
    category: str
    links: bool


def load_rows() -> list[Entry]:
    return [_row(*cells) for cells in _content()["rows"]]


def load_names() -> list[LabelledName]:
    content = _content()
    return [
        LabelledName(name, provider, row, category, links=kind == "link")
        for kind in ("link", "never")
        for category, pairs in content[kind].items()
        for name, provider, row in pairs
    ]


def label_of(entry: Entry) -> str:
    return entry.registration_number or entry.service_name


@dataclass(frozen=True)
class Judged:
    """One label with what the matcher said."""

    label: LabelledName
    result: MatchResult

    @property
    def is_linked(self) -> bool:
        return self.result.outcome == "registered"

    @property
    def is_right(self) -> bool:
        """The row meant was linked, or no row was where none may be."""
        return self.is_linked == self.label.links and (not self.is_linked or self._rows[0] == self.label.row)

    @property
    def is_offered(self) -> bool:
        """The row that is meant or would be picked is among what was shown."""
        return self.label.row in self._rows

    @property
    def _rows(self) -> list[str]:
        return [label_of(candidate.entry) for candidate in self.result.candidates]


def judge_all() -> list[Judged]:
    index = MatchIndex(load_rows())
    return [Judged(label, match(label.name, label.provider, index)) for label in load_names()]


def shares(judged: list[Judged]) -> dict[str, float]:
    """Precision of links, and recall among the first and the first five, each of what it is asked of."""
    linked = [one for one in judged if one.is_linked]
    to_link = [one for one in judged if one.label.links]
    to_offer = [one for one in judged if one.label.row]
    return {
        "precision": sum(one.is_right for one in linked) / len(linked),
        "recall_at_1": sum(one.is_right for one in to_link) / len(to_link),
        "recall_at_5": sum(one.is_offered for one in to_offer) / len(to_offer),
    }


def _content() -> Any:
    return yaml.safe_load(LABELS_FILE.read_text(encoding="utf-8"))


def _row(
    number: str | None, name: str, provider: str, scheme: str = "ISMAP", status: str = EntryStatus.REGISTERED
) -> Entry:
    return Entry(scheme, number or name, number, name, provider, status=EntryStatus(status))
