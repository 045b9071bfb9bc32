"""Keyed calls: the first answer is given again, a key of another deed is refused, a failed deed frees its key."""

from datetime import timedelta

import pytest

from casework import requests
from casework.call import Call
from casework.errors import BadInput, IdempotencyKeyInProgress, IdempotencyKeyReused
from casework.idempotency import KEPT, FirstAnswer, begin, finish
from tests.office import Office, document

ANSWER = FirstAnswer(201, '{"number": "R8-0001"}', {"ETag": '"1"'})


def first(office: Office, key: str = "k", login_name: str = "staff") -> None:
    with office.call(login_name) as call:
        row = begin(call, key, "a")
        assert not isinstance(row, FirstAnswer)
        finish(call, row, ANSWER)


def again(office: Office, fingerprint: str = "a", login_name: str = "staff") -> object:
    with office.call(login_name) as call:
        return begin(call, "k", fingerprint)


def test_the_first_answer_is_given_again(office: Office) -> None:
    first(office)

    assert again(office) == ANSWER


def test_a_key_of_another_deed_is_refused(office: Office) -> None:
    first(office)

    with pytest.raises(IdempotencyKeyReused):
        again(office, "b")


def test_two_people_may_choose_the_same_key(office: Office) -> None:
    first(office)
    first(office, login_name="colleague")

    assert again(office, login_name="colleague") == ANSWER


def test_a_deed_that_was_refused_may_be_tried_again_with_its_key(office: Office) -> None:
    def fail(call: Call) -> None:
        begin(call, "k", "a")
        requests.create_request(call, document(zone="moon"))

    with pytest.raises(BadInput):
        office.do("staff", fail)

    first(office)

    assert office.one("SELECT count(*) FROM idempotency_key") == 1


def test_a_key_is_kept_for_a_week(office: Office) -> None:
    first(office)
    office.clock.instant += KEPT - timedelta(seconds=1)
    assert again(office) == ANSWER

    office.clock.instant += timedelta(seconds=1)

    assert not isinstance(again(office, "b"), FirstAnswer)


def test_while_the_first_runs_the_second_is_told_so(office: Office) -> None:
    with office.call("staff") as call:
        begin(call, "k", "a")  # and never finished: a program that stopped half-way

    with pytest.raises(IdempotencyKeyInProgress) as refused:
        again(office)

    assert refused.value.facts == {"retry_after": 2}
