"""What stood before: an event says it of its own row, without being told."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from casework import audit, changes, requests
from models.request import Request
from tests.office import Office, document


def test_an_event_says_what_stood_before_in_place_of_what_it_says_is_there_now(office: Office) -> None:
    number = office.draft("staff").number

    with office.call("staff") as call:
        row = call.session.exec(select(Request).where(Request.number == number)).one()
        row.title, row.drafted_on = "名を改めた業務", date(2026, 11, 1)
        call.session.add(row)
        after = {"title": "名を改めた業務", "drafted_on": "2026-11-01", "reason": "誤字"}
        event = audit.record(call, "request_changed", "request", number, after=after)

    assert event.before == {"title": "住民向け予約サービス", "drafted_on": "2026-11-20"}


def test_of_two_rows_changed_alike_each_event_says_its_own(office: Office) -> None:
    first, second = (office.draft("staff", title=title).number for title in ("一つ目", "二つ目"))

    with office.call("staff") as call:
        for number in (first, second):
            row = call.session.exec(select(Request).where(Request.number == number)).one()
            row.title = "同じ名"
            call.session.add(row)
        said = [changes.before_of(call.session, number, {"title": "同じ名"}) for number in (first, second)]

    assert said == [{"title": "一つ目"}, {"title": "二つ目"}]


def test_what_is_new_and_what_stayed_has_nothing_before(office: Office) -> None:
    with office.call("staff") as call:
        made = requests.create_request(call, document())
        said = changes.before_of(call.session, made.number, {"title": made.title, "state": made.state})

    assert said == {}


def test_where_two_other_rows_changed_nobody_says_what_stood_before_in_a_third(office: Office) -> None:
    names = ("一つ目", "二つ目", "三つ目")
    first, second, third = (office.draft("staff", title=title).number for title in names)

    with office.call("staff") as call:
        for number in (first, second):
            row = call.session.exec(select(Request).where(Request.number == number)).one()
            row.title = "同じ名"
            call.session.add(row)
        said = changes.before_of(call.session, third, {"title": "同じ名"})

    assert said == {}
