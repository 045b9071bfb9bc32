"""A renewal with everything on it: clause duties, reminders, the pack's duties, planned days, alerts.

Nothing is doubled and nothing lost, what hung on the old end is let fall with its reason, and only the new dates are
told of; a contract that renews itself comes to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from casework import clause_duties, contracts, terms
from casework.contracts import TermIn
from casework.terms import RuleIn
from models.contract import Contract
from tests.casework.draft_desk import reader_at_hand
from tests.casework.mailing import Post, run
from tests.casework.test_clause_duties import agreed
from tests.office import Office

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")
OLD_END, NEW_END, FOLLOWING = date(2028, 3, 31), date(2029, 3, 31), date(2028, 4, 1)
RULE = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")


def full(office: Office) -> Contract:
    """Return a contract to 31 March 2028 with its clause duties, that goes on year by year unless notice is given."""
    contract = agreed(office)
    office.do("procurement", clause_duties.make_duties, contract.number)
    fresh = office.look("procurement", contracts.find_contract, contract.number)
    office.do("procurement", terms.set_rule, contract.number, RULE, version=fresh.version)
    return office.look("procurement", contracts.find_contract, contract.number)


def renewed(office: Office, contract: Contract) -> Contract:
    office.clock.set_day(date(2028, 1, 11))
    term = TermIn(FOLLOWING, NEW_END)
    return office.do("procurement", contracts.renew, contract.number, version=contract.version, term=term)


def confirmed(office: Office, contract: Contract) -> Contract:
    office.clock.set_day(date(2028, 1, 11))
    note = "双方から通知がないことを契約担当が確認"
    return office.do("procurement", terms.confirm_tacit, contract.number, version=contract.version, note=note)


WAYS = [pytest.param(renewed, id="by agreement"), pytest.param(confirmed, id="by itself")]


def dates(office: Office) -> list[tuple[Any, ...]]:
    """Return every due date with its duty, state and note."""
    return office.sql(
        "SELECT d.id, d.title, d.kind, d.every, o.nominal_on, o.state, o.note, o.dated_at FROM duty_occurrence o"
        " JOIN duty d ON d.id = o.duty_id WHERE d.organisation_id = 2 ORDER BY d.id, o.nominal_on"
    )


def day_of(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def open_after(rows: Sequence[Any], day: date) -> list[Any]:
    return [row for row in rows if row[5] == "scheduled" and day_of(row[4]) > day]


@pytest.mark.parametrize("go_on", WAYS)
def test_nothing_is_doubled_and_nothing_lost(office: Office, go_on: Any) -> None:
    contract = full(office)
    before = dates(office)

    go_on(office, contract)

    after = dates(office)
    assert len({(row[0], str(row[4])) for row in after}) == len(after)
    titles = [row[1] for row in after if row[5] == "scheduled" and row[2] == "end"]
    assert len(titles) == len({(row[1], str(row[4])) for row in after if row[5] == "scheduled" and row[2] == "end"})
    # Every due date that was there is there still: as it was, or let fall with a reason.
    now = {(row[0], str(row[4])): row for row in after}
    for row in before:
        kept = now[row[0], str(row[4])]
        assert kept[5] == "scheduled" or (kept[5] == "waived" and kept[6])
    # Every cycle goes on to the new end, the contract's own and the pack's alike.
    cycles = {row[0] for row in before if row[3] is not None}
    carried = {row[0] for row in open_after(after, OLD_END)}
    assert cycles
    assert cycles <= carried


@pytest.mark.parametrize("go_on", WAYS)
def test_what_hung_on_the_old_end_is_let_fall_with_its_reason_and_stands_at_the_new_one(
    office: Office, go_on: Any
) -> None:
    contract = full(office)
    at_the_end = {row[0] for row in dates(office) if row[2] == "end" and day_of(row[4]) >= OLD_END}

    go_on(office, contract)

    after = dates(office)
    fallen = [row for row in after if row[0] in at_the_end and day_of(row[4]) < FOLLOWING + timedelta(days=30)]
    assert {row[5] for row in fallen} == {"waived"}
    assert all("更新" in row[6] or "最終日" in row[6] for row in fallen)
    stands = {row[0] for row in after if row[0] in at_the_end and row[5] == "scheduled"}
    assert stands == at_the_end
    # Reminders, planned days: the old ones fallen, the new ones counted back from the new end.
    reminders = [row for row in after if "満了の前の準備" in row[1]]
    assert {str(row[4])[:10] for row in reminders if row[5] == "scheduled"} == {"2028-12-31", "2029-03-01"}
    budgets = [row for row in after if row[5] == "scheduled" and row[1].endswith("次の期間の予算要求")]
    assert [str(row[4])[:10] for row in budgets] == ["2028-10-31"]


@pytest.mark.parametrize("go_on", WAYS)
def test_only_the_new_dates_are_told_of(office: Office, go_on: Any) -> None:
    contract = full(office)
    office.sql("UPDATE contract SET dated_at = '2026-11-20 01:00:00+00:00'")
    run(office, date(2028, 1, 7), Post(is_down=True))  # what is told of the old dates is refused by the server

    go_on(office, contract)
    since = int(str(office.one("SELECT max(id) FROM alert")))
    for day in (date(2028, 1, 12), date(2028, 3, 31), date(2028, 4, 3)):
        run(office, day, Post())

    new = "SELECT kind, due_on, title FROM alert WHERE id > :since AND object_kind = 'contract'"
    assert office.sql(new, since=since) == []
    still = (
        "SELECT count(*) FROM alert WHERE object_kind = 'contract' AND due_on <= '2028-03-31' AND state <> 'withdrawn'"
    )
    assert office.one(still) == 0
    run(office, date(2028, 12, 28), Post())
    told = {(row[0], str(row[1])[:10]) for row in office.sql(new, since=since)}
    assert told == {("notice", "2028-12-31")}  # and nothing of the end: it goes on by itself
    of_old = (
        "SELECT a.title FROM alert a JOIN duty_occurrence o ON o.id = a.object_id"
        " WHERE a.object_kind = 'duty_occurrence' AND a.id > :since AND o.state = 'waived'"
    )
    assert office.sql(of_old, since=since) == []


@pytest.mark.parametrize("go_on", WAYS)
def test_the_new_dates_stand_since_the_renewal_and_are_not_called_late(office: Office, go_on: Any) -> None:
    contract = full(office)

    go_on(office, contract)

    stamp = "SELECT dated_at FROM contract"
    assert str(office.one(stamp))[:10] == "2028-01-11"
    fresh = [row for row in dates(office) if day_of(row[4]) > FOLLOWING and row[5] == "scheduled"]
    entered = {str(row[7])[:10] for row in fresh}
    assert "2028-01-11" in entered
    run(office, date(2028, 1, 12), Post())
    late = (
        "SELECT title FROM alert a JOIN duty_occurrence o ON o.id = a.object_id"
        " WHERE a.object_kind = 'duty_occurrence' AND a.is_late AND o.dated_at > '2028-01-10'"
    )
    assert office.sql(late) == []


@pytest.mark.parametrize("go_on", WAYS)
def test_a_second_renewal_carries_on_from_the_first(sqlite_office: Office, go_on: Any) -> None:
    office = sqlite_office
    first = go_on(office, full(office))
    office.clock.set_day(date(2029, 1, 9))
    term = TermIn(date(2029, 4, 1), date(2030, 3, 31))
    office.do("procurement", contracts.renew, first.number, version=first.version, term=term)

    rows = dates(office)
    assert len({(row[0], str(row[4])) for row in rows}) == len(rows)
    open_ends = [row for row in rows if row[2] == "end" and row[5] == "scheduled"]
    assert min(day_of(row[4]) for row in open_ends) > NEW_END
    assert len({row[1] for row in open_ends}) == len({row[0] for row in open_ends})
