"""A loss that is true is confirmed by a second person; what was not taken in is told to those who have to know."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy.exc import IntegrityError

from casework import registry_imports
from casework.errors import BadInput, NotPermitted, WrongState
from tests.casework.bringing import HALF, ROWS, begin, confirm, found, sync
from tests.casework.mailing import Post, run
from tests.ismap.lists import as_csv, make_row
from tests.office import Office

# -- a second person --


@pytest.mark.parametrize(
    ("lost", "code"),
    [(HALF, "rows_gone"), (as_csv([{k: v for k, v in row.items() if k != "備考"} for row in ROWS]), "column_gone")],
    ids=["rows", "column"],
)
def test_a_true_loss_is_confirmed_by_a_second_person(office: Office, lost: bytes, code: str) -> None:
    begin(office, as_csv(ROWS))
    refused = begin(office, lost)
    assert found(office, refused).refused_code == code

    done = found(office, confirm(office, refused, "supervising_officer"))

    assert (done.code, done.state, done.refused) == (refused, "taken_in", "")
    people = (done.brought_by_id, done.confirmed_by_id)
    assert people == (office.user_id("admin"), office.user_id("supervising_officer"))
    assert done.confirm_reason == "制度の改正で半数が抹消された"
    (told,) = office.sql("SELECT actor_name FROM audit_event WHERE action = 'registry_loss_confirmed'")
    assert told[0] == "木村 そら"


def test_whoever_brought_it_cannot_confirm_it(office: Office) -> None:
    begin(office, as_csv(ROWS))
    refused = begin(office, HALF)

    with pytest.raises(NotPermitted, match="別の人"):
        confirm(office, refused, "admin")
    with pytest.raises(NotPermitted):
        confirm(office, refused, "staff")

    assert found(office, refused).state == "refused"


def test_the_database_refuses_it_too(office: Office) -> None:
    begin(office, as_csv(ROWS))
    begin(office, HALF)

    with pytest.raises(IntegrityError, match="a_loss_has_two_people"):
        office.sql("UPDATE registry_import SET confirmed_by_id = brought_by_id, confirm_reason = 'x' WHERE id = 2")
    with pytest.raises(IntegrityError, match="a_confirmation_has_a_reason"):
        office.sql(
            "UPDATE registry_import SET confirmed_by_id = :other WHERE id = 2", other=office.user_id("security_officer")
        )


def test_a_confirmation_needs_a_reason_and_something_to_confirm(office: Office) -> None:
    taken_in = begin(office, as_csv(ROWS))
    refused, unreadable = begin(office, HALF), begin(office, b"")

    with pytest.raises(BadInput):
        confirm(office, refused, "supervising_officer", reason=" ")
    for code in (taken_in, unreadable):
        with pytest.raises(WrongState):
            confirm(office, code, "supervising_officer")


def test_a_loss_is_not_confirmed_once_a_newer_list_has_come(office: Office) -> None:
    begin(office, as_csv(ROWS))
    refused = begin(office, HALF)
    sync(office, as_csv(ROWS[:19]))

    with pytest.raises(WrongState, match="新しい一覧"):
        confirm(office, refused, "supervising_officer")


def test_a_reason_sent_with_the_list_counts_only_from_a_second_person(office: Office) -> None:
    begin(office, as_csv(ROWS))
    alone = found(office, begin(office, HALF, confirm_loss="本当に減った"))
    again = found(office, begin(office, HALF, confirm_loss="本当に減った"))
    other = found(office, begin(office, as_csv(ROWS[:9]), "security_officer", confirm_loss="別の一覧"))

    second = found(office, begin(office, HALF, "security_officer", confirm_loss="公表元で確かめた"))

    assert [row.state for row in (alone, again, other, second)] == ["refused", "refused", "refused", "taken_in"]
    people = (second.brought_by_id, second.confirmed_by_id, second.confirm_reason)
    assert people == (office.user_id("admin"), office.user_id("security_officer"), "公表元で確かめた")


def test_a_refused_trial_is_confirmed_into_an_import_of_its_own(office: Office) -> None:
    begin(office, as_csv(ROWS))
    tried = begin(office, HALF, is_trial=True)

    done = found(office, confirm(office, tried, "security_officer"))

    assert (done.state, done.is_trial, done.code != tried) == ("taken_in", False, True)
    assert (done.brought_by_id, done.confirmed_by_id) == (office.user_id("admin"), office.user_id("security_officer"))
    assert found(office, tried).state == "refused"


# -- who is told --


def test_a_refusal_is_told_to_the_supervising_officers_and_admins_of_every_town(office: Office) -> None:
    code = begin(office, b"")

    told = office.sql(
        "SELECT u.login_name FROM alert a JOIN user_account u ON u.id = a.user_id"
        " WHERE a.kind = 'registry_refused' ORDER BY u.login_name"
    )
    assert [row.login_name for row in told] == [
        "admin",
        "deputy_officer",
        "next_officer",
        "next_procurement",
        "supervising_officer",
    ]
    assert {
        row.title.startswith("公的な一覧を取り込めませんでした") for row in office.sql("SELECT title FROM alert")
    } == {True}
    assert str(found(office, code).id) == str(office.one("SELECT min(object_id) FROM alert"))


def test_what_is_told_is_sent_once(office: Office) -> None:
    post = Post()
    begin(office, b"")

    for _ in range(2):
        run(office, office.clock.today, post)

    assert len(post.letters) == 5
    assert post.letters[0].to.endswith(".example")
    assert "取り込めませんでした" in post.letters[0].body
    assert "期限" not in post.letters[0].body


def test_the_last_runs_are_known(office: Office) -> None:
    with office.session() as session:
        assert registry_imports.last_runs(session) == registry_imports.LastRuns(None, None)
    good = begin(office, as_csv(ROWS))
    begin(office, b"", is_trial=True)
    with office.session() as session:
        runs = registry_imports.last_runs(session)
        assert (runs.success and runs.success.code, runs.failure, runs.is_failing) == (good, None, False)

    bad = begin(office, HALF)

    with office.session() as session:
        runs = registry_imports.last_runs(session)
        assert (runs.success and runs.success.code, runs.failure and runs.failure.code) == (good, bad)
        assert runs.is_failing


# -- the book of results --


def test_every_row_is_in_the_book_with_what_came_of_it(office: Office) -> None:
    begin(office, as_csv(ROWS))
    rows = [make_row(1, 備考="=1+1"), *ROWS[1:19], make_row(21), make_row(22, サービス名="")]
    code = begin(office, as_csv(rows))

    book = openpyxl.load_workbook(BytesIO(office.look("staff", registry_imports.result_book, code)))

    sheet, conditions = book.worksheets
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0][-2:] == ["取込結果", "理由"]
    assert len(lines) == 1 + 21
    assert [line[-2] for line in (lines[1], lines[2], lines[20], lines[21])] == [
        "取込(変更)",
        "変更なし",
        "取込(追加)",
        "保留",
    ]
    formula = sheet.cell(2, lines[0].index("備考") + 1)
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    facts = {line[0].value: line[1].value for line in conditions.iter_rows()}
    assert (facts["SHA-256"], facts["操作した人"], facts["行(件)"]) == (
        found(office, code).raw_sha256,
        "関 のぞみ",
        "21",
    )


def test_the_book_of_a_refused_list_says_why(office: Office) -> None:
    begin(office, as_csv(ROWS))
    lost, unreadable = begin(office, HALF), begin(office, b"words")

    first, second = (
        [
            [cell.value for cell in line]
            for line in openpyxl.load_workbook(BytesIO(office.look("staff", registry_imports.result_book, code)))
            .worksheets[0]
            .iter_rows()
        ]
        for code in (lost, unreadable)
    )

    assert {line[-2] for line in first[1:]} == {"取込なし"}
    assert len(first) == 11
    assert second[1][0] == "取込なし"
    assert str(second[1][1]).endswith("。")
