"""Whoever holds a link sees the questions and answers once; nobody else learns anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework import provider_links, questionnaire_replies, questionnaires, requests, unconfirmed_answers
from casework.errors import BadInput, NotFound, NotPermitted, TooManyRequests, WrongState
from models.questionnaire import Questionnaire
from tests.casework.dossier_desk import asked
from tests.doors import knock
from tests.office import Office, document

TYPED = {"Q001": ("はい", "規約 第3条", "2027-03-31", "")}


def opened(office: Office) -> tuple[Questionnaire, str]:
    draft = office.do("staff", requests.create_request, document())
    made = asked(office, draft.number)
    return office.do("staff", questionnaires.open_link, made.key, is_on=True)


def send(
    office: Office, token: str, typed: dict[str, tuple[str, str, str, str]] | None = None, **facts: object
) -> None:
    said = {"is_on": True, "knock": knock(office)} | facts
    provider_links.submit(office.engine, token, typed or TYPED, **said)  # type: ignore[arg-type]  # facts of any kind


def look(office: Office, token: str, *, is_on: bool = True, address: str = "192.0.2.7") -> provider_links.OpenQuestions:
    return provider_links.read_questions(office.engine, token, is_on=is_on, knock=knock(office, address))


def test_a_link_shows_the_questions_and_nothing_else(office: Office) -> None:
    made, token = opened(office)

    seen = look(office, token)

    assert len(token) == 43
    assert (seen.organisation, seen.about) == ("星見ヶ丘市", "○○予約(△△株式会社)")
    assert seen.rows == tuple((each["row_id"], each["question"]) for each in made.questions)
    assert token not in str(office.sql("SELECT * FROM questionnaire"))


def test_a_reply_through_the_link_is_the_same_import_and_closes_it(office: Office) -> None:
    made, token = opened(office)

    send(office, token, answered_by="営業部 担当")

    with pytest.raises(NotFound):
        send(office, token)
    with pytest.raises(WrongState):
        office.do("staff", questionnaires.open_link, made.key, is_on=True)
    row = office.look("staff", questionnaires.find_questionnaire, made.key)
    (reply,) = row.replies
    assert (reply.came_by, reply.answered_by, reply.state) == ("link", "営業部 担当", "proposed")
    office.do("staff", questionnaire_replies.accept, reply.key)
    assert set(office.look("staff", unconfirmed_answers.of_request, row.request)) == {made.questions[0]["provision"]}
    assert office.one("SELECT title FROM alert WHERE kind = 'questionnaire_reply'").startswith("R8-0001: 事業者の回答")


def test_wrong_late_used_and_switched_off_links_get_the_same_answer(sqlite_office: Office) -> None:
    _, token = opened(sqlite_office)
    told = set()

    for wrong, is_on in ((token[:-1] + ("A" if token[-1] != "A" else "B"), True), ("x", True), (token, False)):
        with pytest.raises(NotFound) as refused:
            look(sqlite_office, wrong, is_on=is_on)
        told.add(refused.value.message)
    with pytest.raises(NotFound):
        send(sqlite_office, token, is_on=False)
    sqlite_office.clock.instant += timedelta(days=15)
    with pytest.raises(NotFound) as refused:
        look(sqlite_office, token)

    assert told | {refused.value.message} == {provider_links.NO_SUCH_LINK}


def test_guessing_is_stopped_for_the_address_and_only_for_it(sqlite_office: Office) -> None:
    _, token = opened(sqlite_office)

    for _ in range(provider_links.MISSES_ALLOWED):
        with pytest.raises(NotFound):
            look(sqlite_office, "A" * 43)
    with pytest.raises(TooManyRequests):
        look(sqlite_office, token)

    assert look(sqlite_office, token, address="192.0.2.8").rows
    sqlite_office.clock.instant += timedelta(minutes=16)
    assert look(sqlite_office, token).rows


def test_answers_to_mend_are_told_and_the_link_stays_open(sqlite_office: Office) -> None:
    _, token = opened(sqlite_office)

    with pytest.raises(BadInput) as refused:
        send(sqlite_office, token, {"Q001": ("条件を付ければできる", "", "", ""), "Q002": ("はい", "", "いつか", "")})
    with pytest.raises(BadInput, match="1件もありません"):
        send(sqlite_office, token, {"Q999": ("はい", "", "", "")})

    assert [error.pointer for error in refused.value.errors] == ["Q001", "Q002"]
    assert look(sqlite_office, token).rows


def test_a_submitted_request_takes_no_more_answers(sqlite_office: Office) -> None:
    made, token = opened(sqlite_office)
    number = sqlite_office.look("staff", questionnaires.find_questionnaire, made.key).request.number

    sqlite_office.do("staff", requests.submit_request, number, version=1)

    with pytest.raises(NotFound):
        look(sqlite_office, token)


def test_links_are_opened_only_where_they_are_on_and_by_the_applicant(sqlite_office: Office) -> None:
    made, token = opened(sqlite_office)

    with pytest.raises(NotPermitted, match="使わない設定"):
        sqlite_office.do("staff", questionnaires.open_link, made.key, is_on=False)
    with pytest.raises(NotPermitted):
        sqlite_office.do("colleague", questionnaires.open_link, made.key, is_on=True)
    with pytest.raises(BadInput):
        sqlite_office.do("staff", questionnaires.open_link, made.key, is_on=True, days=61)
    sqlite_office.do("staff", questionnaires.open_link, made.key, is_on=True)

    with pytest.raises(NotFound):
        look(sqlite_office, token)
