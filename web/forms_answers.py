"""Answers to the pack's questions ↔ the ``answers`` of the request document, one field group per provision."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.vocabulary import Answer
from policy.catalogue import Question
from policy.pack import Pack
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels import PHASES

CLAUSES = "clauses"
OTHER = "other"
MOST_ON_A_PAGE = 10


@dataclass(frozen=True)
class Topic:
    """Questions that are answered on one page, in the policy's order."""

    slug: str
    title: str
    questions: Sequence[Question]

    def answered(self, answers: Mapping[str, Any]) -> int:
        """Return how many of the questions have an answer; まだ分からない is one, and says so in the verdict."""
        return sum(question.provision in answers for question in self.questions)


def topics_of(asked: Sequence[Question], pack: Pack, governed_by: Sequence[str]) -> list[Topic]:
    """Return the questions grouped by the section of the policy they come from; contract clauses stand apart.

    A section with many questions is cut by phase, and what is still long into even pages: nobody answers thirty
    questions on one page.
    """
    present = {section.id for section in pack.file.sections if section.id in governed_by or not section.governs}
    groups: dict[str, list[Question]] = {}
    for question in asked:
        section = next((name for name in question.sections if name in present), OTHER)
        groups.setdefault(CLAUSES if question.is_clause else section, []).append(question)
    titles = {section.id: section.label for section in pack.file.sections}
    titles |= {CLAUSES: "契約に入れる条項", OTHER: "そのほか"}
    order = [*(section.id for section in pack.file.sections), OTHER, CLAUSES]
    return [topic for name in order if name in groups for topic in _cut(name, _title(name, titles), groups[name])]


def _cut(name: str, title: str, asked: list[Question]) -> list[Topic]:
    slug = slug_of(name)
    if len(asked) <= MOST_ON_A_PAGE:
        return [Topic(slug, title, asked)]
    phases = list(dict.fromkeys(question.phase for question in asked))
    if len(phases) == 1:
        return _pages(slug, title, asked)
    return [
        topic
        for phase in phases
        for topic in _pages(
            f"{slug}-{slug_of(phase)}",
            f"{title} {PHASES[phase]}",
            [question for question in asked if question.phase == phase],
        )
    ]


def _pages(slug: str, title: str, asked: list[Question]) -> list[Topic]:
    pages = -(-len(asked) // MOST_ON_A_PAGE)
    size = -(-len(asked) // pages)
    if pages == 1:
        return [Topic(slug, title, asked)]
    return [
        Topic(f"{slug}-{no + 1}", f"{title} その{no + 1}", asked[no * size : (no + 1) * size]) for no in range(pages)
    ]


def _title(name: str, titles: Mapping[str, str]) -> str:
    is_numbered = bool(name) and name[0].isdigit()
    return f"{name} {titles[name]}" if is_numbered else titles[name]


def slug_of(section: str) -> str:
    """Return a section's id as a part of an address.

    >>> slug_of("3(2)②"), slug_of("8-1"), slug_of("clauses")
    ('3-2-2', '8-1', 'clauses')
    """
    return "-".join(re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", section).lower().replace("②", "-2")))


def field_of(provision: str) -> str:
    """Return the stem of a provision's field names; plain ASCII, so that it can stand in an id.

    >>> field_of("8-3(3)②")
    'a-382d33283329e291a1'
    """
    return f"a-{provision.encode().hex()}"


def form_of(questions: Sequence[Question], answers: Mapping[str, Any]) -> Form:
    """Return the fields that show the answers given so far."""
    values: dict[str, list[str]] = {}
    for question in questions:
        stem, given = field_of(question.provision), answers.get(question.provision)
        if not given:
            continue
        values[stem] = [str(given["answer"])]
        for key in ("evidence", "reason", "condition"):
            values[f"{stem}-{key}"] = [str(given.get(key) or "")]
        for key in ("valid_until", "due"):
            if given.get(key):
                values |= _days(f"{stem}-{key}", str(given[key]))
    return Form(values)


def _days(name: str, iso: str) -> dict[str, list[str]]:
    boxes = DateInput.from_date(date.fromisoformat(iso))
    parts = (("era", boxes.era), ("year", boxes.year), ("month", boxes.month), ("day", boxes.day))
    return {f"{name}_{part}": [value] for part, value in parts}


def read_answers(reading: Reading, questions: Sequence[Question]) -> dict[str, dict[str, Any]]:
    """Return the answers typed, by provision; a question left open gives an empty answer, which takes an old one away.

    What is missing beside an answer (evidence, a reason) is no error: the verdict says that information is missing.
    """
    return {question.provision: _answer(reading, question) for question in questions}


def _answer(reading: Reading, question: Question) -> dict[str, Any]:
    stem = field_of(question.provision)
    chosen = reading.form.text(stem)
    if chosen not in set(Answer):
        return {}
    given: dict[str, Any] = {"answer": chosen}
    for key in ("evidence", "reason", "condition"):
        if text := reading.form.text(f"{stem}-{key}"):
            given[key] = text
    for key, label in (("valid_until", "根拠の有効期限"), ("due", "条件の期限")):
        day = reading.day(f"{stem}-{key}", label)
        if day is not None:
            given[key] = day.isoformat()
    if chosen == Answer.CONDITIONAL and "condition" not in given:
        reading.refuse(f"{stem}-condition", f"{question.provision} の条件を入力してください。")
    return given
