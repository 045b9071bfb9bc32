"""A list leaves as a file, is edited, and comes back: what changed is shown first, then done, or nothing is."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from casework import contract_adoption
from casework.errors import NotFound, NotPermitted
from casework.ledgers import exporting, importing, operations
from casework.ledgers.exporting import ExportWish
from casework.ledgers.importing import Brought
from casework.ledgers.reading import GLANCE_ROWS, glance_at_table, read_table
from casework.ledgers.shelf import SHELF
from models.vocabulary import OperationState
from tests.casework.ledgers.tables_brought import book, bring, counts, done, edited, export, messy_ledger, take_in
from tests.office import Office


def test_a43_an_excel_file_is_a_table_a_machine_can_read(office: Office) -> None:
    office.concluded(title="=1+1 の契約", amount_yen=1_200_000)

    opened = openpyxl.load_workbook(BytesIO(export(office, "procurement", "contracts", with_wareki=True)))

    data, facts = opened.worksheets[0], {row[0].value: row[1].value for row in opened["抽出条件"].iter_rows(min_row=2)}
    first = {heading.value: cell.value for heading, cell in zip(data[1], data[2], strict=True)}
    assert data.merged_cells.ranges == set()
    assert data.max_row == 2
    assert facts["件数"] == 1
    assert first["金額(円)"] == 1_200_000
    assert isinstance(first["満了"], datetime)
    assert first["満了(和暦)"] == "令和10年3月31日"
    assert first["件名"] == "=1+1 の契約"
    assert data[2][1].data_type == "s"
    assert first["既存契約"] is None


def test_a43_a_csv_file_opens_in_excel_and_runs_nothing(office: Office) -> None:
    office.concluded(title="=1+1 の契約")

    raw = export(office, "procurement", "contracts", kind="csv")

    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == len(rows) == raw.count(b"\n")
    assert rows[1][1] == "'=1+1 の契約"
    assert rows[1][0] == "K8-0001"


@pytest.mark.parametrize("key", SHELF)
def test_every_list_can_leave_and_says_so_in_the_record(office: Office, key: str) -> None:
    office.concluded()
    reader = "admin"

    made = office.do(reader, exporting.export, key, ExportWish())

    said = office.one("SELECT after FROM audit_event WHERE action = 'exported' AND object_number = :key", key=key)
    assert openpyxl.load_workbook(BytesIO(made.content)).sheetnames == ["データ", "抽出条件", "項目の説明"]
    assert '"rows"' in str(said).replace("'", '"')


def test_whoever_may_not_see_a_list_gets_no_file_of_it(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.do("staff", exporting.export, "users", ExportWish())
    with pytest.raises(NotFound):
        office.do("admin", exporting.export, "passwords", ExportWish())


def test_the_next_town_finds_nothing_of_ours_in_its_file(office: Office) -> None:
    office.concluded()

    rows = openpyxl.load_workbook(BytesIO(export(office, "next_procurement", "contracts"))).worksheets[0].max_row

    assert rows == 1


def test_a44_one_edited_cell_is_one_change_and_nothing_is_written_before_it_is_taken_in(office: Office) -> None:
    contract = office.concluded()
    office.contract(title="別の契約")
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "件名"): "予約システムの利用契約"})

    tried = bring(office, "procurement", "contracts", sent)
    before = office.one("SELECT title FROM contract WHERE number = :number", number=contract.number)
    taken = take_in(office, "procurement", tried)

    assert counts(tried) == {"change": 1, "same": 1}
    assert tried.report["rows"][0]["changes"] == {"件名": [contract.title, "予約システムの利用契約"]}
    assert before == contract.title
    assert taken.state == OperationState.SUCCEEDED
    assert office.one("SELECT title FROM contract WHERE number = :number", number=contract.number) == (
        "予約システムの利用契約"
    )
    batches = office.sql("SELECT after FROM audit_event WHERE action = 'contract_changed'")
    assert len(batches) == 1
    assert taken.number in str(batches[0])


def test_a44_a_stale_version_is_a_conflict_and_lets_nothing_in(office: Office) -> None:
    stale, other = office.concluded(), office.contract(title="別の契約")
    sent = edited(
        export(office, "procurement", "contracts"),
        {(stale.number, "件名"): "私の題", (other.number, "件名"): "新しい題"},
    )
    office.do("procurement", contract_adoption.change_facts, stale.number, version=stale.version, title="先に変えた題")

    tried = bring(office, "procurement", "contracts", sent)
    refused = take_in(office, "procurement", tried)
    partly = take_in(office, "procurement", tried, partial=True)

    titles = dict(tuple(row) for row in office.sql("SELECT number, title FROM contract"))
    assert counts(tried) == {"conflict": 1, "change": 1}
    assert refused.state == OperationState.FAILED
    assert partly.state == OperationState.PARTLY_FAILED
    assert titles == {stale.number: "先に変えた題", other.number: "新しい題"}


def test_a44_the_same_file_is_recognised_when_it_comes_again(office: Office) -> None:
    contract = office.concluded()
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "件名"): "新しい題"})
    first = take_in(office, "procurement", bring(office, "procurement", "contracts", sent))

    again = bring(office, "procurement", "contracts", sent)

    known = office.look("procurement", operations.same_file, again)
    assert known is not None
    assert known.number == first.number
    assert counts(again) == {"same": 1}


def test_what_is_changed_between_the_trial_and_the_import_is_seen(office: Office) -> None:
    contract = office.concluded()
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "件名"): "私の題"})
    tried = bring(office, "procurement", "contracts", sent)
    office.do(
        "procurement", contract_adoption.change_facts, contract.number, version=contract.version, title="先に変えた題"
    )

    refused = take_in(office, "procurement", tried)

    assert refused.state == OperationState.FAILED
    assert counts(refused) == {"conflict": 1}


def test_a_file_gives_nobody_a_right_that_the_page_does_not_give(office: Office) -> None:
    contract = office.concluded()
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "件名"): "私の題"})

    tried = bring(office, "other_manager", "contracts", sent)

    assert counts(tried) == {"error": 1}
    assert "所管" in tried.report["rows"][0]["why"][0]
    with office.call("staff", writes=False) as call, pytest.raises(NotPermitted):
        importing.begin(call, office.installation, "contracts", Brought("a.xlsx", sent))


def test_what_a_file_may_not_change_is_refused_and_not_passed_over(office: Office) -> None:
    contract = office.concluded()
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "満了"): date(2029, 3, 31)})

    tried = bring(office, "procurement", "contracts", sent)

    assert counts(tried) == {"error": 1}
    assert "「満了」は取込では変えられません" in tried.report["rows"][0]["why"][0]


def test_due_dates_change_hands_and_days_but_never_later_than_the_rule(office: Office) -> None:
    office.concluded()
    lines = openpyxl.load_workbook(BytesIO(export(office, "service_manager", "obligations", asked={"fy": "2027"})))
    headings = [cell.value for cell in lines.worksheets[0][1]]
    rows = [
        dict(zip(headings, [c.value for c in row], strict=True)) for row in lines.worksheets[0].iter_rows(min_row=2)
    ]
    mine = [row for row in rows if str(row["番号"]).isdigit() and row["担当"] == "清水 ゆき"]
    first, second = str(mine[0]["番号"]), str(mine[1]["番号"])
    sent = edited(
        export(office, "service_manager", "obligations", asked={"fy": "2027"}),
        {(first, "担当"): "大野 みお", (second, "期限(開庁日)"): date(2030, 4, 1)},
    )

    tried = bring(office, "service_manager", "obligations", sent)
    take_in(office, "service_manager", tried, partial=True)

    assert counts(tried)["change"] == 1
    assert counts(tried)["error"] == 1
    assert office.one("SELECT owner_id FROM duty_occurrence WHERE id = :id", id=int(first)) == office.user_id(
        "system_manager"
    )


def test_accounts_come_in_without_a_password_that_anybody_knows(office: Office) -> None:
    sent = book(
        [
            ("ログイン名", "氏名", "所属", "メール", "版"),
            ("m_sakura", "桜井 もも", "契約管財課", "", ""),
            ("staff", "青木 春", "子育て支援課", "staff@hoshimigaoka.example", 1),
            ("next_staff", "隣 の人", "契約管財課", "", ""),
        ]
    )

    tried = bring(office, "admin", "users", sent)
    taken = take_in(office, "admin", tried, partial=True)

    assert counts(tried) == {"add": 1, "change": 1, "error": 1}
    assert "使われています" in tried.report["rows"][2]["why"][0]
    assert taken.state == OperationState.PARTLY_FAILED
    assert office.one("SELECT name FROM user_account WHERE login_name = 'staff'") == "青木 春"
    assert office.one("SELECT temporary_until_at IS NOT NULL FROM user_account WHERE login_name = 'm_sakura'")


def test_a_long_list_is_written_beside_and_fetched_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.concluded()
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 0)
    with office.call("procurement", writes=False) as call:
        assert exporting.is_long(call, SHELF["contracts"], ExportWish())
        row = exporting.begin(call, office.installation, "contracts", ExportWish(kind="csv"))

    made = done(office, "procurement", row)

    assert (made.state, made.done, made.total) == (OperationState.SUCCEEDED, 1, 1)
    assert b"K8-0001" in office.store.get(made.result_sha256)
    with pytest.raises(NotFound):
        office.look("admin", operations.find_operation, row.number)


def test_a_stopped_operation_writes_nothing_more(office: Office) -> None:
    contract = office.concluded()
    sent = edited(export(office, "procurement", "contracts"), {(contract.number, "件名"): "新しい題"})
    tried = bring(office, "procurement", "contracts", sent)
    with office.call("procurement", writes=False) as call:
        row = operations.enter(
            call,
            office.installation,
            kind="import",
            ledger="contracts",
            asked={"mapping": tried.asked["mapping"]},
            source_sha256=tried.source_sha256,
        )
    office.do("procurement", operations.cancel, row.number)

    operations.run(office.installation, row.key)

    assert office.look("procurement", operations.find_operation, row.number).state == OperationState.CANCELLED
    assert office.one("SELECT title FROM contract") == contract.title


def test_work_that_died_is_taken_up_again(office: Office) -> None:
    office.concluded()
    with office.call("procurement", writes=False) as call:
        wish = {"asked": {}, "kind": "csv", "columns": "all"}
        row = operations.enter(
            call, office.installation, kind="export", ledger="contracts", asked={"wish": wish}, total=1
        )
    office.sql("UPDATE operation SET state = 'running', updated_at = '2026-11-19 00:00:00'")

    taken = operations.take_up_stalled(office.installation)

    assert taken == 1
    assert office.look("procurement", operations.find_operation, row.number).state == OperationState.SUCCEEDED


def test_a_long_table_is_glanced_at_by_its_top_and_a_short_one_is_read_whole() -> None:
    end = ("契約管財課", "R8.4.1", "R9.3.31", "120", "", "", "", "")
    long, short = ([(no, f"業務{no}", "㈱会社", *end) for no in range(size)] for size in (200, 3))

    glances = [glance_at_table("台帳.xlsx", messy_ledger(rows), SHELF["contracts"]) for rows in (long, short)]

    assert [glance.is_whole for glance in glances] == [False, True]
    assert [glance.count for glance in glances] == [0, 3]
    assert len(glances[0].rows) < GLANCE_ROWS
    assert glances[0].headings == read_table("台帳.xlsx", messy_ledger(long), SHELF["contracts"]).headings
