"""Rows kept out of a list: a person corrects them or leaves them out, with a reason; nothing of it goes silently."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from casework import registry, registry_quarantine
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from casework.paging import PageWish
from casework.registry_quarantine import Corrected
from ismap.diff import Diff
from models.quarantined_row import QuarantinedRow
from tests.casework.bringing import counts, imports, sync
from tests.casework.test_at_once import race, refused
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import Office

ROWS = make_rows(20)
NAMELESS = make_row(21, サービス名="")
CONFLICTING = make_row(3, サービス名="星見クラウド33号")
DIRTY = as_csv([*ROWS, NAMELESS, CONFLICTING])
RIGHT = {"service_name": "星見クラウド21号"}


def rows(office: Office, login_name: str = "staff", **cut: Any) -> list[QuarantinedRow]:
    return list(office.look(login_name, registry_quarantine.list_rows, wish=PageWish(200), **cut).items)


def row_of(office: Office, reason: str) -> QuarantinedRow:
    (found,) = [row for row in rows(office, state="open") if row.reason == reason]
    return found


def correct(
    office: Office, row: QuarantinedRow, fields: dict[str, str], login_name: str = "admin", **said: Any
) -> Corrected:
    facts: dict[str, Any] = {"version": row.version, "reason": "公表元の一覧で確かめた"} | said
    return office.look(login_name, registry_quarantine.correct, office.installation, row.key, fields=fields, **facts)


def leave_out(office: Office, row: QuarantinedRow, login_name: str = "admin", **said: Any) -> QuarantinedRow:
    facts: dict[str, Any] = {"version": row.version, "reason": "公表元の誤記"} | said
    return office.do(login_name, registry_quarantine.leave_out, row.key, **facts)


def names(office: Office) -> list[str]:
    with office.session() as session:
        snapshot = registry.latest_snapshot(session)
        assert snapshot is not None
        return [entry.service_name for entry in registry.lists_of(session, snapshot).entries]


def changes(office: Office, before: str, after: str) -> Diff:
    with office.session() as session:
        return registry.diff_snapshots(session, before, after)


# -- seen --


def test_rows_kept_out_are_seen_with_why_by_every_town(office: Office) -> None:
    snapshot = sync(office, DIRTY)["snapshot"]

    found = rows(office, "next_staff", state="open")

    assert [(row.source_row, row.reason, row.state) for row in found] == [
        (23, "conflicting_number", "open"),
        (22, "empty_name", "open"),
    ]
    assert found[0].raw["サービス名"] == "星見クラウド33号"
    assert rows(office, snapshot=snapshot) == found
    assert office.look("staff", registry_quarantine.find_row, found[0].key) == found[0]
    with office.session() as session:
        assert registry_quarantine.count_open(session) == 2
    with pytest.raises(NotFound):
        rows(office, snapshot="ない番号")
    with pytest.raises(NotFound):
        office.look("staff", registry_quarantine.find_row, 99)


def test_only_rows_of_the_lists_as_they_stand_wait_for_a_person(office: Office) -> None:
    first = sync(office, DIRTY)["snapshot"]
    sync(office, as_csv([make_row(1), make_row(2, サービス名=""), make_row(3)]), scheme="LGWAN-ASP")
    assert {(row.scheme, row.source_row) for row in rows(office)} == {("ISMAP", 23), ("ISMAP", 22), ("LGWAN-ASP", 3)}

    sync(office, as_csv(ROWS[:19]))

    assert [(row.scheme, row.source_row) for row in rows(office)] == [("LGWAN-ASP", 3)]
    assert len(rows(office, snapshot=first)) == 2


# -- corrected --


def test_a_corrected_row_enters_the_list_and_says_who_and_why(office: Office) -> None:
    first = sync(office, DIRTY)["snapshot"]

    done = correct(office, row_of(office, "empty_name"), RIGHT, "security_officer")

    assert names(office)[-1] == "星見クラウド21号"
    assert [entry.service_name for entry in changes(office, first, done.snapshot.code).added] == ["星見クラウド21号"]
    assert (done.snapshot.source, done.snapshot.carried_by) == ("list.csv" + "の訂正", "加藤 りく")
    settled = office.look("staff", registry_quarantine.find_row, done.row.key)
    assert (settled.state, settled.note) == ("corrected", "公表元の一覧で確かめた")
    assert settled.settled_by_id == office.user_id("security_officer")
    told = office.sql("SELECT reason, corrected_by_id FROM registry_correction")
    assert [tuple(row) for row in told] == [("公表元の一覧で確かめた", office.user_id("security_officer"))]
    assert office.one("SELECT actor_name FROM audit_event WHERE action = 'registry_row_corrected'") == "加藤 りく"
    assert imports(office, "state", "source")[1] == ("taken_in", "list.csvの訂正")
    assert office.one("SELECT count(*) FROM registry_change") == 1


def test_the_other_rows_still_wait_after_a_correction(office: Office) -> None:
    sync(office, DIRTY)

    correct(office, row_of(office, "empty_name"), RIGHT)
    assert [row.source_row for row in rows(office, state="open")] == [23]
    done = correct(office, row_of(office, "conflicting_number"), {"registration_number": "C24-0033-2"})

    assert rows(office) == []
    assert (len(names(office)), done.snapshot.source) == (22, "list.csvの訂正")


def test_the_same_list_again_is_unchanged_and_a_later_one_is_corrected_again(office: Office) -> None:
    sync(office, DIRTY)
    done = correct(office, row_of(office, "empty_name"), RIGHT)

    again = sync(office, DIRTY)
    later = sync(office, as_csv([make_row(1, 備考="改称予定"), *ROWS[1:], NAMELESS, CONFLICTING]))

    assert (again["snapshot"], again["refused"]) == (done.snapshot.code, None)
    assert (later["added"], later["changed"], later["removed"], later["quarantined"]) == (0, 1, 0, 1)
    assert [(lint["kind"], lint["row"]) for lint in later["lints"] if lint["kind"] == "corrected_by_person"] == [
        ("corrected_by_person", 22)
    ]
    assert "星見クラウド21号" in names(office)


def test_a_correction_leaves_the_other_lists_of_its_file_as_they_are_now(office: Office) -> None:
    both = [{**row, "制度": "ISMAP"} for row in [*ROWS, NAMELESS]] + [{**make_row(1), "制度": "LGWAN-ASP"}]
    sync(office, as_csv(both))
    sync(office, as_csv([{**make_row(1), "制度": "LGWAN-ASP"}, {**make_row(2), "制度": "LGWAN-ASP"}]))
    before = sync(office, as_csv([{**make_row(number), "制度": "LGWAN-ASP"} for number in (1, 2, 5)]))["snapshot"]

    done = correct(office, row_of(office, "empty_name"), RIGHT)

    told = changes(office, before, done.snapshot.code)
    assert ([entry.scheme for entry in told.added], told.removed, told.changed) == (["ISMAP"], (), ())


@pytest.mark.parametrize(
    ("reason", "fields", "code"),
    [
        ("empty_name", {}, "missing"),
        ("empty_name", {"scheme": "ISMAP-LIU"}, "unknown_field"),
        ("empty_name", {"service_name": "あ" * 10_001}, "too_long"),
        ("empty_name", {**RIGHT, "expires_on": "来年"}, "unreadable_date"),
        ("empty_name", {"remarks": "名前はないまま"}, "still_kept_out"),
        ("empty_name", {**RIGHT, "registration_number": "C24-0001-2"}, "still_kept_out"),
        ("conflicting_number", {"service_name": "別の名"}, "still_kept_out"),
    ],
)
def test_what_would_not_bring_the_row_in_is_refused_and_nothing_is_written(
    sqlite_office: Office, reason: str, fields: dict[str, str], code: str
) -> None:
    sync(sqlite_office, DIRTY)
    before = counts(sqlite_office)

    with pytest.raises(BadInput) as caught:
        correct(sqlite_office, row_of(sqlite_office, reason), fields)

    assert caught.value.errors[0].code == code
    assert counts(sqlite_office) == before
    assert sqlite_office.one("SELECT count(*) FROM registry_correction") == 0
    assert {row.state for row in rows(sqlite_office)} == {"open"}


def test_a_correction_never_keeps_another_row_out_in_its_place(sqlite_office: Office) -> None:
    sync(sqlite_office, as_csv([*ROWS[:5], make_row(5, サービス名="星見クラウド55号"), *ROWS[5:]]))

    with pytest.raises(BadInput) as caught:
        correct(sqlite_office, row_of(sqlite_office, "conflicting_number"), {"registration_number": "C24-0020-2"})

    assert caught.value.errors[0].code == "keeps_another_out"
    assert len(names(sqlite_office)) == 20


def test_a_row_that_says_the_same_as_another_can_only_be_left_out(sqlite_office: Office) -> None:
    sync(sqlite_office, as_csv([*ROWS, make_row(4)]))

    with pytest.raises(BadInput):
        correct(sqlite_office, row_of(sqlite_office, "duplicate_number"), {"registration_number": "C24-0044-2"})

    leave_out(sqlite_office, row_of(sqlite_office, "duplicate_number"))
    assert rows(sqlite_office, state="open") == []


def test_only_rows_of_the_newest_list_are_corrected(office: Office) -> None:
    sync(office, DIRTY)
    old = row_of(office, "empty_name")
    sync(office, as_csv([*ROWS[:19], NAMELESS]))

    with pytest.raises(WrongState, match="新しい一覧"):
        correct(office, old, RIGHT)
    with pytest.raises(WrongState, match="新しい一覧"):
        leave_out(office, old)


def test_a_reason_a_role_and_the_version_are_needed(office: Office) -> None:
    sync(office, DIRTY)
    row = row_of(office, "empty_name")

    def set_right(office: Office, row: QuarantinedRow, login_name: str = "admin", **said: Any) -> Corrected:
        return correct(office, row, RIGHT, login_name, **said)

    for deed in (leave_out, set_right):
        with pytest.raises(BadInput):
            deed(office, row, reason=" ")
        with pytest.raises(NotPermitted):
            deed(office, row, "staff")
        with pytest.raises(StaleVersion):
            deed(office, row, version=7)


def test_two_people_at_once_settle_a_row_once(office: Office) -> None:
    sync(office, DIRTY)
    row = row_of(office, "empty_name")

    outcomes = race(
        lambda: correct(office, row, RIGHT),
        lambda: correct(office, row, {"service_name": "別の名"}, "security_officer"),
        lambda: leave_out(office, row, "supervising_officer"),
    )

    assert len(refused(outcomes)) == 2
    assert set(refused(outcomes)) == {WrongState}
    assert office.one("SELECT count(*) FROM registry_snapshot") <= 2


# -- left out --


def test_a_row_left_out_stays_so_when_it_comes_again_as_it_was(office: Office) -> None:
    sync(office, DIRTY)
    leave_out(office, row_of(office, "empty_name"), "supervising_officer")

    sync(office, as_csv([*ROWS[:19], NAMELESS, CONFLICTING]))
    sync(office, as_csv([make_row(1)]), scheme="LGWAN-ASP")
    sync(office, as_csv([*ROWS[:18], NAMELESS, make_row(3, サービス名="さらに別")]))

    states = {(row.reason, row.state, row.note) for row in rows(office)}
    assert states == {("empty_name", "left_out", "公表元の誤記"), ("conflicting_number", "open", "")}
    assert office.one("SELECT actor_name FROM audit_event WHERE action = 'registry_row_left_out'") == "木村 そら"


def test_rows_kept_out_go_into_a_book_as_text(office: Office) -> None:
    snapshot = sync(office, as_csv([*ROWS, make_row(21, サービス名="", 備考="=HYPERLINK(1)")]))["snapshot"]

    book = openpyxl.load_workbook(BytesIO(office.look("staff", registry_quarantine.quarantine_book, snapshot)))

    sheet, conditions = book.worksheets
    titles, line = (list(row) for row in sheet.iter_rows())
    told = {title.value: (cell.value, cell.data_type) for title, cell in zip(titles, line, strict=True)}
    assert told["備考"] == ("=HYPERLINK(1)", "s")
    assert (told["行"][0], told["対応"][0]) == ("22", "未対応")
    assert conditions.cell(2, 2).value == snapshot
