"""The list that comes in by itself: once for all workers, never more than once an hour, late but said so."""

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework import (
    registry_imports,
    registry_quarantine,
    registry_schedule,
    registry_sync,
    registry_turns,
    registry_watch,
)
from casework.installation import Installation
from casework.jobs.in_process import InProcessJobs
from casework.jobs.works import WORKS
from casework.paging import PageWish
from casework.registry_sync import SyncWish
from casework.registry_turns import Beat
from casework.settings import Settings
from tests.casework.bringing import ROWS, confirm, imports, queue, sync
from tests.casework.test_at_once import race
from tests.ismap.lists import as_csv, make_row
from tests.ismap.portal_stub import PortalAddress, serve_portal
from tests.office import Office


def scheduled(office: Office, portal: str, hours: int = 24) -> Installation:
    settings = Settings(data_dir=office.folder, portal_url=portal, sync_every_hours=hours)
    return replace(office.installation, settings=settings)


def pass_hours(office: Office, hours: float) -> None:
    office.clock.instant += timedelta(hours=hours)


def good_day() -> AbstractContextManager[PortalAddress]:
    return serve_portal(ROWS)


def notices(office: Office) -> int:
    return int(str(office.one("SELECT count(*) FROM alert")))


def test_it_is_off_unless_the_office_turns_it_on(office: Office) -> None:
    with good_day() as portal:
        assert Settings().sync_every_hours == 0
        assert registry_schedule.run_if_due(scheduled(office, portal.list_url, 0)) is None
        assert registry_schedule.run_if_due(scheduled(office, "")) is None
        assert portal.requests == []

    assert imports(office, "id") == []


def test_it_brings_the_list_in_when_it_is_due_and_not_before(office: Office) -> None:
    with good_day() as portal:
        installation = scheduled(office, portal.list_url, 6)
        first = registry_schedule.run_if_due(installation)
        pass_hours(office, 5.9)
        too_early = registry_schedule.run_if_due(installation)
        pass_hours(office, 0.2)
        second = registry_schedule.run_if_due(installation)

    assert first is not None
    assert (first["added"], too_early, second and second["refused"]) == (20, None, None)
    assert imports(office, "state", "carried_by", "brought_by_id") == [
        ("taken_in", "定期の取込", None),
        ("unchanged", "定期の取込", None),
    ]


def test_a_run_by_a_person_counts_too(office: Office) -> None:
    with good_day() as portal:
        registry_sync.sync(office.installation, SyncWish(source=portal.list_url))

        assert registry_schedule.run_if_due(scheduled(office, portal.list_url)) is None


def test_workers_and_machines_that_wake_together_ask_once(office: Office) -> None:
    with good_day() as portal:
        installation = scheduled(office, portal.list_url)

        def wake() -> object:
            return registry_schedule.run_if_due(installation)

        outcomes = race(wake, wake, wake, wake)
        asked = sum(request.path.startswith("/csm") for request in portal.requests)

    assert ([outcome is not None for outcome in outcomes].count(True), asked) == (1, 1)
    assert len(imports(office, "id")) == 1


def test_after_a_pause_it_comes_late_and_says_so(office: Office) -> None:
    with good_day() as portal:
        installation = scheduled(office, portal.list_url)
        registry_schedule.run_if_due(installation)
        pass_hours(office, 24 + 30)
        registry_schedule.run_if_due(installation)

    ((before,), (after,)) = imports(office, "report")
    assert before["notes"] == []
    assert after["notes"][0].startswith("予定(2026-11-21 10:00)から30時間遅れて")


@pytest.mark.usefixtures("hurried")
def test_a_run_that_keeps_failing_is_tried_later_each_time_and_tells_once_a_day(office: Office) -> None:
    with serve_portal(ROWS, status=404) as portal:
        installation = scheduled(office, portal.list_url, 24)
        tried = []
        for quarter in range(4 * 13):
            if registry_schedule.run_if_due(installation) is not None:
                tried.append(quarter / 4)
            pass_hours(office, 0.25)

    assert tried == [0, 1, 3, 7]
    assert notices(office) == 5
    pass_hours(office, 24)
    assert registry_schedule.run_if_due(installation)
    assert notices(office) == 10


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beat, "sleep", lambda *_: None)


def test_nothing_set_makes_it_ask_more_than_once_an_hour(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_schedule, "SHORTEST_WAIT", timedelta(hours=2))
    with good_day() as portal:
        installation = scheduled(office, portal.list_url, 1)
        registry_schedule.run_if_due(installation)
        pass_hours(office, 1.5)

        assert registry_schedule.run_if_due(installation) is None


def test_a_run_that_died_before_its_list_came_is_given_up_and_told_of(office: Office) -> None:
    with good_day() as portal:
        installation = scheduled(office, portal.list_url)
        assert registry_schedule._claim(installation) is not None
        assert registry_schedule.run_if_due(installation) is None

        pass_hours(office, 1)
        report = registry_schedule.run_if_due(installation)

    assert report is not None
    assert imports(office, "state", "refused_code") == [("failed", "stopped"), ("taken_in", "")]
    assert notices(office) == 5


def test_a_place_that_cannot_be_read_is_a_failure_with_its_sentence(office: Office) -> None:
    installation = scheduled(office, str(office.folder / "ない.csv"))

    with pytest.raises(Exception, match=r"ない\.csv"):
        registry_schedule.run_if_due(installation)

    ((state, refused),) = imports(office, "state", "refused")
    assert (state, "ない.csv" in refused, notices(office)) == ("failed", True, 5)


def test_a_loss_the_machine_brought_is_confirmed_by_one_person(office: Office) -> None:
    sync(office, as_csv(ROWS))
    with serve_portal(ROWS[:10]) as portal:
        registry_schedule.run_if_due(scheduled(office, portal.list_url))
    (_, (code, told)) = imports(office, "code", "refused_code")
    assert told == "rows_gone"

    confirm(office, code, "security_officer")

    assert imports(office, "state", "confirmed_by_id")[1] == ("taken_in", office.user_id("security_officer"))


def test_a_portal_run_gives_signs_of_life_while_it_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with good_day() as portal:
        claimed = registry_schedule._claim(scheduled(office, portal.list_url))
    assert claimed is not None
    monkeypatch.setattr(registry_turns, "LONGEST_SLEEP", 0.0001)
    monkeypatch.setattr(registry_turns, "BEAT_SECONDS", 0.0)
    beat = Beat(office.installation, claimed[0])

    pass_hours(office, 1)
    beat.sleep(0.0003, nap=lambda _: time.sleep(0.0002))

    assert imports(office, "updated_at") == [(office.clock(),)]


def test_the_service_takes_up_what_stopped_and_follows_what_came(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[Any] = []
    monkeypatch.setattr(registry_watch, "follow", followed.append)
    code = queue(office, as_csv(ROWS))
    pass_hours(office, 1)

    with InProcessJobs(office.installation, WORKS, wake_seconds=0.05).working():
        deadline = time.monotonic() + 20
        while not (followed and imports(office, "state") == [("taken_in",)]) and time.monotonic() < deadline:
            time.sleep(0.05)

    assert imports(office, "code", "state") == [(code, "taken_in")]
    assert followed


def test_the_service_goes_on_after_a_failure_and_stops_when_told(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    followed: list[Any] = []

    def fail(_: Installation) -> None:
        raise OSError("disk")

    monkeypatch.setattr(registry_imports, "take_up_stalled", fail)
    monkeypatch.setattr(registry_watch, "follow", followed.append)
    began = time.monotonic()
    with InProcessJobs(sqlite_office.installation, WORKS, wake_seconds=0.02).working():
        while len(followed) < 3 and time.monotonic() - began < 10:
            pass_hours(sqlite_office, 1)
            time.sleep(0.05)
    time.sleep(0.1)
    told = len(followed)
    pass_hours(sqlite_office, 1)
    time.sleep(0.1)

    assert (len(followed), told >= 3) == (told, True)
    assert "disk" in caplog.text


def test_a_correction_does_not_make_the_portal_send_everything_again(office: Office) -> None:
    with serve_portal([*ROWS, make_row(21, サービス名="")], etag='"v1"') as portal:
        installation = scheduled(office, portal.list_url)
        registry_schedule.run_if_due(installation)
        (row,) = office.look("admin", registry_quarantine.list_rows, wish=PageWish()).items
        said: dict[str, Any] = {"fields": {"service_name": "星見クラウド21号"}, "reason": "公表元で確かめた"}
        office.look("admin", registry_quarantine.correct, office.installation, row.key, version=1, **said)
        pass_hours(office, 25)
        report = registry_schedule.run_if_due(installation)
        asked = portal.requests[-1].headers

    assert asked["If-None-Match"] == '"v1"'
    assert (report and report["kept"], imports(office, "state")[2]) == (21, ("unchanged",))
