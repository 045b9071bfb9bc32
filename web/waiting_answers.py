"""Answers that wait beside a draft, and evidence offered to it, as the question and check pages deal with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework import dossier_uses, unconfirmed_answers
from casework.dossier_standing import ItemRow
from casework.errors import UnconfirmedAnswers
from models.unconfirmed_answer import UnconfirmedAnswer
from policy.catalogue import Question
from web import forms_answers
from web.forms import Form, Reading
from web.forms_answers import Topic
from web.view import FieldError, FormErrors
from web.visit import Visit

CONFIRM, TAKE = "confirm", "take"
ORIGINS: Mapping[str, str] = unconfirmed_answers.ORIGIN_WORDS


@dataclass(frozen=True)
class Waiting:
    """One unconfirmed answer on the check page: which, where it came from, and where to confirm it."""

    provision: str
    title: str
    origin: str
    source: str
    address: str

    @property
    def anchor(self) -> str:
        """Return its id on the page."""
        return f"waiting-{forms_answers.field_of(self.provision)}"


def shown(answers: Mapping[str, Any], waiting: Mapping[str, UnconfirmedAnswer]) -> dict[str, Any]:
    """Return the answers as a question page shows them: what waits stands in front of what is saved."""
    return {**answers, **{provision: row.answer for provision, row in waiting.items()}}


def offers_for(visit: Visit, document: Mapping[str, Any], topic: Topic) -> dict[str, list[ItemRow]]:
    """Return the evidence offered to the questions of a topic."""
    provisions = [question.provision for question in topic.questions]
    return dossier_uses.offers(visit.call, document["subjects"], provisions)


def settled(
    visit: Visit,
    form: Form,
    questions: Sequence[Question],
    typed: Mapping[str, dict[str, Any]],
    waiting: Mapping[str, UnconfirmedAnswer],
) -> dict[str, dict[str, Any]]:
    """Return what of a typed topic is to be saved.

    An answer that waits and was left as it is stays unconfirmed, but for 「この答えのままでよい」. The button beside
    offered evidence adds its citation to the answer.
    """
    deed, _, rest = form.text("then").partition(":")
    kept = dict(typed)
    if deed != CONFIRM:
        for question in questions:
            row = waiting.get(question.provision)
            if row is not None and typed.get(question.provision) == _as_typed(question, row):
                kept.pop(question.provision)
    if deed == TAKE:
        number, _, provision = rest.partition(":")
        if number.isascii() and number.isdigit() and provision in typed:
            kept[provision] = dossier_uses.with_evidence(visit.call, typed[provision], int(number[:9]))
    return kept


def _as_typed(question: Question, row: UnconfirmedAnswer) -> dict[str, Any]:
    """Return a waiting answer as it comes back from a form in which nobody touched it."""
    form = forms_answers.form_of([question], {question.provision: row.answer})
    return forms_answers.read_answers(Reading(form), [question])[question.provision]


def stays_on_topic(form: Form) -> bool:
    """Return whether a button keeps the person on the topic: confirming and taking evidence over do."""
    return form.text("then").partition(":")[0] in {CONFIRM, TAKE}


def listed(waiting: Mapping[str, UnconfirmedAnswer], topics: Sequence[Topic], number: str) -> list[Waiting]:
    """Return the unconfirmed answers to what is asked, in the order of the pages."""
    rows = []
    for topic in topics:
        for question in topic.questions:
            row = waiting.get(question.provision)
            if row is not None:
                address = f"/requests/{number}/q/{topic.slug}#{forms_answers.field_of(question.provision)}-title"
                rows.append(Waiting(question.provision, question.title, ORIGINS[row.origin], row.source, address))
    return rows


def refusal(error: UnconfirmedAnswers) -> FormErrors:
    """Return a refused submission as errors of the check page, each leading to its place in the list."""
    return FormErrors(
        tuple(
            FieldError(
                "form", f"{provision} の答えを確かめてください。", f"waiting-{forms_answers.field_of(provision)}"
            )
            for provision in error.facts["provisions"]
        )
    )
