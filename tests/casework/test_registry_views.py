"""A list as it stands on a day: what a filter finds is what the rows themselves say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework import registry_sync, registry_views
from casework.call import Call
from casework.errors import NotFound
from casework.paging import PageWish
from casework.registry_sync import SyncWish
from casework.registry_views import EntryWish, ListedEntry
from ismap.entry import EntryState
from models.registry_snapshot import RegistrySnapshot
from tests.ismap.lists import as_csv, make_row
from tests.office import Office

EDGES = (-400, -1, 0, 1, 89, 90, 91, 400)


def taken_in(office: Office) -> None:
    """Take in rows that run out on every edge of a state, and rows in every other state."""
    today = office.clock.today
    rows = [
        make_row(place, 有効期限=(today + timedelta(days=days)).isoformat())
        for place, days in enumerate(EDGES, start=1)
    ]
    rows += [
        make_row(20, 有効期限=""),
        make_row(21, 備考="登録の一時停止"),
        make_row(22, 備考="登録の削除"),
        make_row(23, 備考="確認事項あり"),
        make_row(24, 備考="登録の一時停止", 有効期限=""),
    ]
    wish = SyncWish(source="一覧.csv", raw=as_csv(rows), acquired_on=date(2026, 9, 1))
    assert registry_sync.sync(office.installation, wish)["refused"] is None


def listed(call: Call, as_of: date, wish: EntryWish | None = None) -> list[ListedEntry]:
    snapshot = registry_views.choose_snapshot(call)
    assert isinstance(snapshot, RegistrySnapshot)
    found = registry_views.list_listed(call, snapshot, wish or EntryWish(), as_of=as_of, wish=PageWish(200))
    return list(found.items)


@pytest.mark.parametrize("state", [*EntryState, "needs_reading"])
@pytest.mark.parametrize("days", [0, 90, -30])
def test_a_filter_by_state_finds_exactly_the_rows_in_that_state(office: Office, state: str, days: int) -> None:
    taken_in(office)
    as_of = office.clock.today + timedelta(days=days)

    with office.call("staff", writes=False) as call:
        everything = listed(call, as_of)
        found = listed(call, as_of, EntryWish(state=state))

    meant = [
        row.entry.entry_key
        for row in everything
        if (row.needs_reading if state == "needs_reading" else row.state == state)
    ]
    assert [row.entry.entry_key for row in found] == meant
    assert meant


@pytest.mark.parametrize(("due", "edges"), [("30", {0, 1}), ("90", {0, 1, 89, 90}), ("past", {-400, -1})])
def test_a_filter_by_date_counts_from_the_day(office: Office, due: str, edges: set[int]) -> None:
    taken_in(office)

    with office.call("staff", writes=False) as call:
        found = listed(call, office.clock.today, EntryWish(due=due))

    days = {(row.entry.expires_on - office.clock.today).days for row in found if row.entry.expires_on}
    assert days & set(EDGES) == edges


def test_a_day_has_the_list_that_was_the_newest_then(office: Office) -> None:
    taken_in(office)

    with office.call("next_staff", writes=False) as call:
        found = registry_views.choose_snapshot(call, day=date(2026, 9, 1))
        with pytest.raises(NotFound):
            registry_views.choose_snapshot(call, day=date(2026, 8, 31))

    assert found is not None
    assert found.acquired_on == date(2026, 9, 1)
