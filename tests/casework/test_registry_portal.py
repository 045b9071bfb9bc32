"""The portal in good days and bad ones, over real HTTP: every mode ends as documented, none harms a good list."""

from typing import Any

import pytest

from casework import registry_sync
from casework.registry_sync import SyncWish
from casework.registry_turns import Beat
from tests.casework.bringing import imports, sync
from tests.ismap.lists import as_csv, make_row
from tests.ismap.portal_stub import serve_portal
from tests.office import Office

ROWS = [make_row(number, 備考="登録中") for number in range(1, 21)]  # no cell is blank: the stub gives it a value
NEWS = [make_row(1, 備考="2026年12月に登録抹消予定"), *ROWS[1:], make_row(21, 備考="登録中")]
GOOD_DAYS: dict[str, dict[str, Any]] = {
    "normal": {},
    "paged": {"page_size": 7},
    "shown values under labels": {"with_labels": True},
    "503, then fine": {"refusals": (503, 503)},
    "429, then fine": {"refusals": (0, 429), "retry_after": "2"},
    "a plain file": {"file": as_csv(NEWS)},
}
BAD_DAYS: dict[str, tuple[dict[str, Any], str]] = {
    "429 for ever": ({"status": 429}, "portal_refuses"),
    "503 for ever": ({"status": 503}, "portal_refuses"),
    "comes back in an hour": ({"status": 503, "retry_after": "3600"}, "portal_refuses"),
    "not allowed": ({"status": 403}, "not_allowed"),
    "not there": ({"status": 404}, "not_found"),
    "login page with 200": ({"page": "login"}, ""),
    "maintenance page with 200": ({"page": "maintenance"}, ""),
    "login page for the rows": ({"answer": "login"}, ""),
    "truncated": ({"answer": "truncated"}, ""),
    "empty": ({"answer": "empty"}, ""),
    "without end": ({"answer": "endless"}, "file_too_large"),
    "pages without end": ({"answer": "endless_pages", "page_size": 5}, "endless_list"),
    "fewer rows than it says": ({"claims": 400}, "fewer_rows_than_declared"),
    "a file of words": ({"file": "これは一覧ではありません".encode()}, ""),
}


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


@pytest.mark.parametrize("behaviour", GOOD_DAYS.values(), ids=GOOD_DAYS)
def test_on_a_good_day_the_list_is_taken_in(sqlite_office: Office, behaviour: dict[str, Any]) -> None:
    sync(sqlite_office, as_csv(ROWS))

    with serve_portal(NEWS, **behaviour) as portal:
        report = ask(sqlite_office, portal.list_url)

    assert (report["refused"], report["added"], report["changed"], report["removed"]) == (None, 1, 1, 0)
    assert imports(sqlite_office, "state", "refused_code")[1] == ("taken_in", "")
    ((_,), (raw,)) = imports(sqlite_office, "raw_sha256")
    assert sqlite_office.store.get(raw)


@pytest.mark.parametrize(("behaviour", "code"), BAD_DAYS.values(), ids=BAD_DAYS)
def test_on_a_bad_day_the_list_is_refused_and_the_good_one_stays(
    sqlite_office: Office, behaviour: dict[str, Any], code: str
) -> None:
    good = sync(sqlite_office, as_csv(ROWS))

    with serve_portal(NEWS, **behaviour) as portal:
        report = ask(sqlite_office, portal.list_url)

    assert report["refused"].endswith("。")
    assert (report["snapshot"], report["added"], report["removed"]) == (good["snapshot"], 0, 0)
    ((_, _), (state, told)) = imports(sqlite_office, "state", "refused_code")
    assert state == "refused"
    assert told == code or (told and not code)
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


def test_a_column_that_the_portal_renamed_beyond_knowing_is_a_loss(sqlite_office: Office) -> None:
    sync(sqlite_office, as_csv(ROWS))
    renamed = [{("ひみつ" if name == "有効期限" else name): cell for name, cell in row.items()} for row in ROWS]

    with serve_portal(renamed) as portal:
        report = ask(sqlite_office, portal.list_url)

    assert "有効期限" in report["refused"]
    assert imports(sqlite_office, "refused_code")[1] == ("column_gone",)
