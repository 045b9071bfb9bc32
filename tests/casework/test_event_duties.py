"""出来事があったとき: what waits for an event can be found, and a recorded event says what it was."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col

from casework import duties, event_duties
from casework.call import Call
from casework.errors import NotFound
from casework.event_duties import EventRow
from casework.paging import Page, PageWish
from casework.tenancy import visible_to
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from policy.library import load_pack
from tests.casework.test_duty_homes import EVENT, HOMES, IT_WORK
from tests.office import Office

HAPPENED: dict[str, Any] = {"happened_on": date(2026, 11, 20), "due_on": date(2026, 11, 27), "note": "設定の変更"}


def waiting(office: Office, who: str = "staff", **narrowed: Any) -> list[EventRow]:
    wish = PageWish(200)
    found: Page[EventRow] = office.look(who, event_duties.list_waiting, wish=wish, **narrowed)
    assert not found.has_more
    return list(found.items)


def undated(call: Call) -> set[str]:
    """Return the provisions of every duty that has no due date at all."""
    dated = {row.duty_id for row in call.session.exec(visible_to(call.actor, DutyOccurrence)).all()}
    query = visible_to(call.actor, Duty).where(col(Duty.kind).in_(["event", "record"]))
    return {duty.provision for duty in call.session.exec(query).all() if duty.key not in dated}


def test_every_duty_without_a_day_waits_in_the_list(office: Office) -> None:
    office.approved("security_manager", subjects=[IT_WORK])
    contract = office.concluded()

    listed = waiting(office)

    assert office.look("auditor", undated) <= {row.duty.provision for row in listed}
    of_event = [each for each, home in HOMES.items() if home == EVENT and load_pack("mutsu").by_id[each].duty]
    assert {row.duty.provision for row in listed} & set(of_event)
    assert {row.duty.key for row in waiting(office, contract=contract.number)} < {row.duty.key for row in listed}
    assert office.look("staff", event_duties.count_of_contract, contract) == len(
        waiting(office, contract=contract.number)
    )


def test_what_is_dated_at_once_waits_for_nothing(sqlite_office: Office) -> None:
    sqlite_office.concluded()
    gates = sqlite_office.sql("SELECT id FROM duty WHERE trigger = '運用を始める前'")
    assert gates

    listed = {row.duty.key for row in waiting(sqlite_office)}

    assert not listed & {row[0] for row in gates}
    assert not listed & {row[0] for row in sqlite_office.sql("SELECT id FROM duty WHERE plan IS NOT NULL")}
    with pytest.raises(NotFound):
        sqlite_office.look("staff", event_duties.find_waiting, gates[0][0])


def test_an_event_is_counted_and_stands_behind_its_due_date(office: Office) -> None:
    request = office.approved()
    first = waiting(office, request=request.number)[0].duty

    made = office.do("staff", duties.report_event, first.key, **HAPPENED)
    told = office.look("staff", event_duties.event_behind, made.key)
    row = office.look("staff", event_duties.find_waiting, first.key)

    assert told is not None
    assert (told.happened_on, told.note) == (date(2026, 11, 20), "設定の変更")
    assert (row.recorded, row.is_open) == (1, 1)
    other = office.one("SELECT min(id) FROM duty_occurrence WHERE id <> :made", made=made.key)
    assert office.look("staff", event_duties.event_behind, other) is None


def test_the_own_are_the_own_and_the_next_town_has_none(sqlite_office: Office) -> None:
    sqlite_office.approved()

    mine = waiting(sqlite_office, "service_manager", is_mine=True)

    assert {row.duty.owner_id for row in mine} == {sqlite_office.user_id("service_manager")}
    assert waiting(sqlite_office, "next_officer") == []


def test_what_belongs_to_a_closed_use_waits_no_more(sqlite_office: Office) -> None:
    request = sqlite_office.approved()
    assert waiting(sqlite_office, request=request.number)
    sqlite_office.sql("UPDATE approved_service SET state = 'closed'")

    assert waiting(sqlite_office, request=request.number) == []
