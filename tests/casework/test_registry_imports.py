"""Imports by hand: begun at once, tried before they count, and never carried out twice."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from casework import registry_imports, registry_intake, registry_sync, registry_turns
from casework.errors import FileRejected, NotFound, NotPermitted, WrongState
from casework.paging import PageWish
from casework.registry_imports import ListFile
from tests.casework.bringing import HALF, ROWS, begin, carry_out, counts, found, imports, queue, sync
from tests.casework.test_at_once import race
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office

# -- every run leaves its import --


def test_every_run_leaves_an_import_with_what_came_of_it(office: Office) -> None:
    taken_in = sync(office, as_csv(ROWS), carried_by="木村 そら")
    sync(office, as_csv(ROWS[::-1]))
    sync(office, HALF)

    assert imports(office, "state", "refused_code", "snapshot_code", "carried_by") == [
        ("taken_in", "", taken_in["snapshot"], "木村 そら"),
        ("unchanged", "", taken_in["snapshot"], ""),
        ("refused", "rows_gone", "", ""),
    ]
    assert [office.store.get(sha) for (sha,) in imports(office, "raw_sha256")] == [
        as_csv(ROWS),
        as_csv(ROWS[::-1]),
        HALF,
    ]
    assert {len(code) for (code,) in imports(office, "code")} == {9}


def test_a_file_over_the_limit_is_refused_and_not_kept(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_sync, "FILE_BYTES", 100)
    monkeypatch.setattr("ismap.reading.FILE_BYTES", 100)

    report = sync(sqlite_office, as_csv(ROWS))

    assert report["refused"]
    assert imports(sqlite_office, "state", "refused_code", "raw_sha256") == [("refused", "file_too_large", "")]
    assert not (sqlite_office.folder / "files").exists()


def test_the_report_of_an_import_tells_more_than_that_of_the_command(office: Office) -> None:
    first = sync(office, as_csv(ROWS))
    sync(office, as_csv([*ROWS, make_row(21, サービス名="")]))

    report = found(office, imports(office, "code")[1][0]).report

    assert report["before"] == first["snapshot"]
    assert [(row["row"], row["reason"]) for row in report["quarantine"]] == [(22, "empty_name")]
    assert office.sql("SELECT source_row, reason, state, raw, row_hash FROM quarantined_row")[0][:3] == (
        22,
        "empty_name",
        "open",
    )
    assert len(str(office.one("SELECT row_hash FROM quarantined_row"))) == 64


def test_the_same_file_again_is_recognised(office: Office) -> None:
    first = begin(office, as_csv(ROWS))

    second = found(office, begin(office, as_csv(ROWS), "security_officer"))

    assert (second.state, second.refused) == ("unchanged", "")
    assert first in second.report["notes"][0]


def test_a_list_is_compared_with_the_one_it_replaces(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a list is read somebody else's is stored: the loss is measured against that one."""
    sync(office, as_csv(ROWS[:10]))
    standing, others = registry_intake.read_standing, [as_csv(ROWS)]

    def overtaken(session: Any, **said: Any) -> registry_intake.Standing:
        read = standing(session, **said)
        if others:
            sync(office, others.pop())
        return read

    monkeypatch.setattr(registry_intake, "read_standing", overtaken)
    report = sync(office, as_csv([*ROWS[:10], make_row(30)]))

    assert report["refused"]
    assert imports(office, "state", "refused_code")[1:] == [("taken_in", ""), ("refused", "rows_gone")]


# -- begun at once --


def test_an_import_begins_at_once_and_is_carried_out_beside(office: Office) -> None:
    raw = as_csv(make_rows(1200))
    began = time.monotonic()

    row = office.look("admin", registry_imports.begin, office.installation, ListFile("list.csv", raw))

    assert time.monotonic() - began < 1
    assert row.state == "queued"
    registry_imports.wait_for(row.code, 60)
    done = found(office, row.code)
    assert (done.state, done.rows_done, done.rows_total, done.report["kept"]) == ("taken_in", 1200, 1200, 1200)
    assert (done.carried_by, done.brought_by_id) == ("関 のぞみ", office.user_id("admin"))
    assert office.one("SELECT count(*) FROM registry_entry") == 1200


def test_progress_is_told_while_it_runs(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_turns, "BEAT_SECONDS", 0.0)
    code, told = queue(office, as_csv(make_rows(600))), []
    beat = registry_turns.Beat.__call__

    def beat_and_look(self: registry_turns.Beat, done: int | None = None, total: int | None = None) -> None:
        beat(self, done, total)
        told.append(imports(office, "state", "rows_done", "rows_total")[0])

    monkeypatch.setattr(registry_turns.Beat, "__call__", beat_and_look)
    registry_imports.run(office.installation, code)

    assert told == [("running", 250, 600), ("running", 500, 600), ("running", 600, 600)]


@pytest.mark.parametrize("login_name", ["staff", "security_manager", "ciso", "auditor"])
def test_only_three_roles_bring_lists_in(sqlite_office: Office, login_name: str) -> None:
    with pytest.raises(NotPermitted):
        begin(sqlite_office, as_csv(ROWS), login_name)

    assert imports(sqlite_office, "id") == []


def test_a_file_too_large_to_begin_with_is_refused(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_imports, "FILE_BYTES", 100)

    with pytest.raises(FileRejected, match=r"list\.csv"):
        begin(sqlite_office, as_csv(ROWS))


def test_imports_are_listed_newest_first_for_every_town(office: Office) -> None:
    codes = [begin(office, as_csv(ROWS)), begin(office, HALF), begin(office, as_csv(ROWS[:19]), "security_officer")]

    page = office.look("next_staff", registry_imports.list_imports, wish=PageWish(2))
    rest = office.look("next_staff", registry_imports.list_imports, wish=PageWish(2, page.next_cursor))

    assert [row.code for row in [*page.items, *rest.items]] == codes[::-1]
    with pytest.raises(NotFound, match="Iない"):
        found(office, "Iない")


# -- tried first --


def test_a_trial_says_everything_and_changes_nothing(office: Office) -> None:
    sync(office, as_csv(ROWS))
    before = counts(office)
    changed = as_csv(
        [make_row(1, 備考="2026年12月に登録抹消予定"), *ROWS[1:19], make_row(21), make_row(22, サービス名="")]
    )

    tried = found(office, begin(office, changed, is_trial=True))

    assert counts(office) == before
    assert (tried.state, tried.snapshot_code) == ("tried", "")
    told = {name: tried.report[name] for name in ("rows", "kept", "quarantined", "added", "changed", "removed")}
    assert told == {"rows": 21, "kept": 20, "quarantined": 1, "added": 1, "changed": 1, "removed": 1}


def test_a_trial_of_a_bad_list_is_refused_and_nobody_is_troubled(office: Office) -> None:
    sync(office, as_csv(ROWS))
    before = counts(office)

    tried = found(office, begin(office, b"", is_trial=True))

    assert (tried.state, tried.refused_code) == ("refused", "empty")
    assert counts(office) == before


def test_what_was_tried_is_taken_in_from_the_same_bytes(office: Office) -> None:
    tried = begin(office, as_csv(ROWS), is_trial=True)

    done = found(office, carry_out(office, tried, "security_officer"))

    assert (done.state, done.is_trial, done.report["added"]) == ("taken_in", False, 20)
    assert done.brought_by_id == office.user_id("security_officer")
    assert done.raw_sha256 == found(office, tried).raw_sha256
    assert found(office, tried).state == "tried"


def test_only_a_finished_trial_is_carried_out(office: Office) -> None:
    done = begin(office, as_csv(ROWS))
    tried = begin(office, as_csv(ROWS), is_trial=True)

    with pytest.raises(WrongState):
        carry_out(office, done)
    with pytest.raises(NotPermitted):
        carry_out(office, tried, "staff")


# -- one at a time, and again after a crash --


def test_several_at_once_carry_an_import_out_once(office: Office) -> None:
    code = queue(office, as_csv(ROWS))

    def carry() -> None:
        registry_imports.run(office.installation, code)

    race(carry, carry, carry)

    assert found(office, code).state == "taken_in"
    assert office.one("SELECT count(*) FROM registry_snapshot") == 1


def test_two_lists_at_once_are_taken_in_one_after_the_other(office: Office) -> None:
    sync(office, as_csv(ROWS))
    codes = [queue(office, as_csv([*ROWS, make_row(21)])), queue(office, as_csv([*ROWS, make_row(22)]))]

    def carry(code: str) -> Callable[[], object]:
        return lambda: registry_imports.run(office.installation, code)

    race(*map(carry, codes))

    befores = [found(office, code).report["before"] for code in codes]
    assert [found(office, code).state for code in codes] == ["taken_in", "taken_in"]
    assert len(set(befores)) == 2
    assert office.one("SELECT count(*) FROM registry_snapshot") == 3


def test_an_import_that_gave_no_sign_for_a_minute_is_stalled_and_started_again(office: Office) -> None:
    code = queue(office, as_csv(ROWS))
    dead = registry_turns.claim(office.installation, code)
    assert dead is not None
    assert not registry_turns.is_stalled(found(office, code), office.clock())
    with pytest.raises(WrongState):
        office.look("admin", registry_imports.run_again, office.installation, code)

    office.clock.instant += timedelta(seconds=61)
    assert registry_turns.is_stalled(found(office, code), office.clock())
    office.look("admin", registry_imports.run_again, office.installation, code)
    registry_imports.wait_for(code, 30)

    assert found(office, code).state == "taken_in"
    assert registry_turns.claim(office.installation, code) is None


def test_a_turn_is_one_persons_and_is_lost_when_the_import_is_taken_over(office: Office) -> None:
    code = queue(office, as_csv(ROWS))
    dead = registry_turns.claim(office.installation, code)
    assert dead is not None
    assert registry_turns.claim(office.installation, code) is None

    office.clock.instant += timedelta(seconds=61)
    alive = registry_turns.claim(office.installation, code)

    assert alive is not None
    with office.session() as session:
        assert registry_turns.row_of(session, alive).code == code
        with pytest.raises(registry_turns.TurnLost):
            registry_turns.row_of(session, dead)
    registry_turns.Beat(office.installation, alive)(1, 2)
    with pytest.raises(registry_turns.TurnLost):
        registry_turns.Beat(office.installation, dead)(1, 2)
    assert imports(office, "rows_done", "rows_total") == [(1, 2)]


def test_what_stopped_half_way_is_taken_up(office: Office) -> None:
    code = queue(office, as_csv(ROWS))

    assert registry_imports.take_up_stalled(office.installation) == []
    office.clock.instant += timedelta(seconds=61)
    assert registry_imports.take_up_stalled(office.installation) == [code]

    assert found(office, code).state == "taken_in"


def test_what_goes_wrong_unforeseen_is_a_failure_that_may_be_started_again(office: Office) -> None:
    code = queue(office, as_csv(ROWS))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry_intake, "keep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            registry_imports.run(office.installation, code)

    failed = found(office, code)
    assert (failed.state, failed.refused_code, "ZeroDivisionError" in failed.refused) == ("failed", "failed", True)
    assert counts(office)[:3] == [0, 0, 0]
    office.look("security_officer", registry_imports.run_again, office.installation, code)
    registry_imports.wait_for(code, 30)
    assert found(office, code).state == "taken_in"
