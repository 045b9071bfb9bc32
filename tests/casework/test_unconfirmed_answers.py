"""A copied answer counts for nothing until its applicant has taken it (A21)."""

from __future__ import annotations

import json

import pytest

from casework import requests, unconfirmed_answers
from casework.errors import NotFound, NotPermitted, UnconfirmedAnswers
from models.request import Request
from models.vocabulary import AnswerOrigin
from tests.casework.dossier_desk import LISTED
from tests.office import Office, document


def copied(office: Office, source: Request, **changes: object) -> Request:
    return office.do("staff", requests.create_request, document(**changes), copied_from=source.number)


def waiting(office: Office, request: Request) -> dict[str, str]:
    found = office.look("staff", unconfirmed_answers.of_request, request)
    return {key: row.origin for key, row in found.items()}


def test_copied_answers_wait_beside_the_draft_and_count_for_nothing(office: Office) -> None:
    source = office.approved()

    draft = copied(office, source)

    assert set(waiting(office, draft)) == set(json.loads(source.document_json)["answers"])
    assert set(waiting(office, draft).values()) == {AnswerOrigin.COPIED}
    assert (json.loads(draft.document_json)["answers"], draft.overall) == ({}, "needs_information")


def test_a_copy_cannot_be_submitted_while_one_answer_is_unconfirmed(office: Office) -> None:
    draft = copied(office, office.approved())
    taken = office.look("staff", unconfirmed_answers.taken, draft)
    last = max(taken)
    office.do(
        "staff", requests.save_answers, draft.number, version=1, answers={k: v for k, v in taken.items() if k != last}
    )

    with pytest.raises(UnconfirmedAnswers, match="未確認の答えが1件あります") as refused:
        office.do("staff", requests.submit_request, draft.number, version=2)
    office.do("staff", requests.save_answers, draft.number, version=2, answers={last: taken[last]})
    sent = office.do("staff", requests.submit_request, draft.number, version=3)

    assert refused.value.facts["provisions"] == [last]
    assert sent.state == "in_review"


def test_answers_sent_word_for_word_with_a_copy_are_copied_and_others_are_own(office: Office) -> None:
    source = office.approved()
    answers = json.loads(source.document_json)["answers"] | {LISTED: {"answer": "no"}}

    draft = copied(office, source, answers=answers)

    assert json.loads(draft.document_json)["answers"] == {LISTED: {"answer": "no"}}
    assert LISTED not in waiting(office, draft)


def test_saving_the_rest_of_a_draft_confirms_nothing(office: Office) -> None:
    draft = copied(office, office.approved())
    before = waiting(office, draft)

    stated = json.loads(draft.document_json) | {"title": "別の件名"}
    office.do("staff", requests.update_request, draft.number, version=1, document=stated)

    assert waiting(office, draft) == before


def test_what_waits_for_a_question_that_is_not_asked_stops_nobody(office: Office) -> None:
    source = office.approved()
    draft = office.draft()
    office.do(
        "staff", unconfirmed_answers.put, draft, {"8-4(3)①": {"answer": "yes"}}, AnswerOrigin.COPIED, source.number
    )

    office.do("staff", requests.submit_request, draft.number, version=1)

    assert waiting(office, draft) == {}


def test_dropping_an_answer_is_touching_it_too(sqlite_office: Office) -> None:
    draft = copied(sqlite_office, sqlite_office.approved())

    sqlite_office.do("staff", requests.save_answers, draft.number, version=1, answers={LISTED: {}})

    assert LISTED not in waiting(sqlite_office, draft)


def test_nobody_but_the_applicant_confirms(sqlite_office: Office) -> None:
    draft = copied(sqlite_office, sqlite_office.approved())
    answers = {LISTED: {"answer": "yes"}}

    with pytest.raises(NotPermitted):
        sqlite_office.do("colleague", requests.save_answers, draft.number, version=1, answers=answers)
    with pytest.raises(NotFound):
        sqlite_office.do("next_officer", requests.save_answers, draft.number, version=1, answers=answers)

    assert LISTED in waiting(sqlite_office, draft)
