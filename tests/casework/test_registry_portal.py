"""The portal in good days and bad ones, over real HTTP: every mode ends as documented, none harms a good list."""

import time
from typing import Any

import pytest

from casework import registry_sync
from casework.registry_sync import SyncWish
from casework.registry_turns import Beat
from tests.casework.bringing import imports, sync
from tests.ismap.lists import as_csv, make_rows
from tests.ismap.portal_stub import MODES, serve_portal
from tests.office import Office

ROWS = make_rows(45)
OLDER = as_csv(ROWS[:42])
GOOD_DAYS = [name for name, mode in MODES.items() if not mode.code]
BAD_DAYS = [name for name, mode in MODES.items() if mode.code]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits pass at once, on a clock that only the waits move."""
    seconds = [0.0]

    def sleep(_: Beat, wait: float) -> None:
        seconds[0] += wait

    monkeypatch.setattr(Beat, "sleep", sleep)
    monkeypatch.setattr(Beat, "monotonic", lambda _: seconds[0])


def ask(office: Office, portal: str) -> dict[str, Any]:
    return registry_sync.sync(office.installation, SyncWish(source=portal))


@pytest.mark.parametrize("name", GOOD_DAYS)
def test_on_a_good_day_the_list_is_taken_in(sqlite_office: Office, name: str) -> None:
    sync(sqlite_office, OLDER)

    with serve_portal(ROWS, **MODES[name].behaviour) as portal:
        report = ask(sqlite_office, portal.list_url)

    assert (report["refused"], report["kept"], report["added"], report["removed"]) == (None, 45, 3, 0)
    assert imports(sqlite_office, "state", "refused_code")[1] == ("taken_in", "")
    ((_,), (raw,)) = imports(sqlite_office, "raw_sha256")
    assert sqlite_office.store.get(raw)


@pytest.mark.parametrize("name", BAD_DAYS)
def test_on_a_bad_day_the_list_is_refused_and_the_good_one_stays(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mode = MODES[name]
    good = sync(sqlite_office, as_csv(ROWS))
    if mode.is_slow:
        monkeypatch.setattr("ismap.sources.talk.PORTAL_SECONDS", 0.4)
        monkeypatch.setattr(Beat, "monotonic", lambda _: time.monotonic())

    with serve_portal(ROWS, **mode.behaviour) as portal:
        report = ask(sqlite_office, portal.list_url)

    assert report["refused"].endswith("。")
    assert (report["snapshot"], report["added"], report["removed"]) == (good["snapshot"], 0, 0)
    ((_, _, _), (state, code, raw)) = imports(sqlite_office, "state", "refused_code", "raw_sha256")
    assert (state, code, bool(raw)) == ("refused", mode.code, mode.limits_late)
    assert sqlite_office.one("SELECT count(*) FROM registry_snapshot") == 1
    assert sqlite_office.one("SELECT count(DISTINCT user_id) FROM alert WHERE kind = 'registry_refused'") == 5


def test_a_portal_that_is_not_there_is_a_bad_day_too(sqlite_office: Office) -> None:
    with serve_portal(ROWS) as portal:
        address = portal.list_url

    assert ask(sqlite_office, address)["refused"]
    assert imports(sqlite_office, "state", "refused_code") == [("refused", "portal_refuses")]


def test_what_is_not_modified_is_unchanged_and_says_what_stands(office: Office) -> None:
    with serve_portal(ROWS, etag='"v1"') as portal:
        first = ask(office, portal.list_url)
        second = ask(office, portal.list_url)
        assert portal.requests[-1].headers["If-None-Match"] == '"v1"'

    assert second == {**first, "added": 0, "lints": []}
    assert imports(office, "state", "snapshot_code") == [
        ("taken_in", first["snapshot"]),
        ("unchanged", first["snapshot"]),
    ]
