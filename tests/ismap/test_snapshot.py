from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ismap.lints import is_formula_like, neutralised
from ismap.sample import load_sample
from ismap.snapshot import Outcome, take_in
from models.vocabulary import EntryStatus
from tests.ismap.lists import FORMATS, as_csv, as_json, as_xlsx, make_row, make_rows

BAD_LIST = Path(__file__).parent / "data" / "bad_list.csv"


def then(before: Outcome, raw: bytes, *, scheme: str = "ISMAP", confirm_loss: str | None = None) -> Outcome:
    return take_in(
        raw,
        previous=before.entries,
        previous_columns={scheme: sorted(names) for scheme, names in before.columns.items()},
        previous_raw_rows=before.raw_rows,
        scheme=scheme,
        confirm_loss=confirm_loss,
    )


def state_of(before: Outcome) -> dict[str, Any]:
    return {
        "previous": before.entries,
        "previous_columns": before.columns,
        "previous_raw_rows": before.raw_rows,
    }


def counts(outcome: Outcome) -> tuple[int, int, int]:
    report = outcome.report
    return report["added"], report["changed"], report["removed"]


def without(rows: Sequence[Mapping[str, str]], header: str) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != header} for row in rows]


def test_a_bad_list_is_taken_in_with_every_oddity_named() -> None:
    outcome = take_in(BAD_LIST.read_bytes())

    report = outcome.report
    assert [(lint["kind"], lint["row"]) for lint in report["lints"]] == [
        ("padded_id", 5),
        ("sentinel_date", 5),
        ("fullwidth_id", 6),
        ("duplicate_number", 7),
        ("conflicting_number", 8),
        ("missing_number", 9),
        ("empty_name", 10),
        ("odd_number", 11),
        ("unreadable_date", 11),
        ("unreadable_date", 11),
        ("remark_needs_reading", 11),
        ("formula_like", 12),
        ("formula_like", 13),
        ("unreadable_date", 13),
        ("formula_like", 14),
    ]
    assert (report["rows"], report["kept"], report["quarantined"]) == (11, 8, 3)
    assert [(row.row, row.reason) for row in outcome.quarantine] == [
        (7, "duplicate_number"),
        (8, "conflicting_number"),
        (10, "empty_name"),
    ]
    assert (report["refused"], report["snapshot"], counts(outcome)) == (None, None, (8, 0, 0))
    assert all(lint["message"].endswith("。") for lint in report["lints"])


def test_what_a_bad_list_says_is_read_with_care() -> None:
    entries = {entry.row: entry for entry in take_in(BAD_LIST.read_bytes()).entries["ISMAP"]}

    assert [entries[row].registration_number for row in (5, 6, 9, 11)] == ["C24-0002-2", "C24-0003-2", None, "ISMAP5"]
    assert entries[9].key.startswith("ISMAP|きいろフォム|")
    assert (entries[5].registered_on, entries[5].expires_on) == (date(2026, 4, 1), None)
    assert entries[6].expires_on == date(2027, 7, 31)
    assert entries[12].service_name == '=HYPERLINK("x")'
    assert [entries[row].status for row in (11, 12, 13, 14)] == [
        EntryStatus.REGISTERED,
        EntryStatus.SUSPENDED,
        EntryStatus.REMOVED,
        EntryStatus.REGISTERED,
    ]
    assert entries[5].raw["登録番号"] == " C24-0002-2 "


def test_a_report_has_exactly_the_documented_keys() -> None:
    report = take_in(as_csv(make_rows(3))).report

    assert report == {
        "snapshot": None,
        "rows": 3,
        "kept": 3,
        "quarantined": 0,
        "added": 3,
        "changed": 0,
        "removed": 0,
        "refused": None,
        "lints": [],
    }


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_list_in_any_order_and_format_is_the_same_list(data: st.DataObject) -> None:
    text = st.text('あア亜Aa1 ,"・ー()=－', max_size=6)
    numbers = data.draw(st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
    rows = [
        make_row(
            number,
            サービス名=f"星見{number}{data.draw(text)}".strip(),
            備考=data.draw(text).strip(),
            有効期限=data.draw(st.sampled_from(["2027-07-31", "9999-12-31", "近日", ""])),
            生成AIに関する情報=data.draw(text).strip(),
        )
        for number in numbers
    ]
    if data.draw(st.booleans()):
        rows.append(dict(rows[0]))
    headers = data.draw(st.permutations(list(rows[0])))
    shuffled = [{header: row[header] for header in headers} for row in data.draw(st.permutations(rows))]
    first, second = (FORMATS[data.draw(st.sampled_from(sorted(FORMATS)))] for _ in range(2))

    before = take_in(first(rows))
    again = then(before, second(shuffled))

    assert (before.refused, again.refused) == (None, None)
    assert again.unchanged
    assert counts(again) == (0, 0, 0)
    assert again.entries == before.entries


@pytest.mark.parametrize(
    "written", ["2027/7/31", "2027年7月31日", "令和9年7月31日", "R9.7.31", "20270731", "46599", "2027-07-31 00:00:00"]
)
def test_another_way_of_writing_a_day_is_no_change(written: str) -> None:
    before = take_in(as_csv(make_rows(3)))

    assert then(before, as_csv([{**row, "有効期限": written} for row in make_rows(3)])).unchanged


def test_an_import_that_changes_something_counts_rows_and_keeps_the_new_state() -> None:
    before = take_in(as_csv(make_rows(20)))
    rows = make_rows(21)[1:]
    rows[3] |= {"備考": "一時停止", "有効期限": "2028-07-31"}

    outcome = then(before, as_xlsx(rows, title_rows=2))

    assert (outcome.refused, outcome.unchanged, counts(outcome)) == (None, False, (1, 1, 1))
    assert len(outcome.entries["ISMAP"]) == 20


def test_a_change_in_a_column_nobody_tracks_is_still_a_new_state() -> None:
    rows = [make_row(1, 生成AIに関する情報="なし")]
    before = take_in(as_csv(rows))

    outcome = then(before, as_csv([{**rows[0], "生成AIに関する情報": "あり"}]))

    assert (outcome.unchanged, counts(outcome)) == (False, (0, 0, 0))


def test_lists_a_file_does_not_bring_stay_as_they_were() -> None:
    both = take_in(as_csv([*(make_row(n, 制度="ISMAP") for n in (1, 2)), make_row(3, 制度="ISMAP-LIU")]))

    outcome = then(both, as_csv([make_row(3), make_row(4)]), scheme="ISMAP-LIU")

    assert (outcome.refused, counts(outcome)) == (None, (1, 0, 0))
    assert outcome.entries["ISMAP"] == both.entries["ISMAP"]
    assert [entry.key for entry in outcome.entries["ISMAP-LIU"]] == ["C24-0003-2", "C24-0004-2"]


def test_a_file_that_lost_its_list_column_cannot_lift_rows_into_another_list() -> None:
    rows = [*(make_row(n, 制度="ISMAP") for n in range(1, 9)), make_row(9, 制度="ISMAP-LIU")]
    both = take_in(as_csv(rows))

    outcome = then(both, as_csv(without(rows, "制度")))

    assert outcome.refused_code == "mixed_lists"
    assert outcome.entries == both.entries


@pytest.mark.parametrize(("gone", "is_refused"), [(0, False), (1, False), (2, False), (3, True), (20, True)])
def test_up_to_a_tenth_of_the_rows_may_vanish_and_not_one_more(gone: int, *, is_refused: bool) -> None:
    rows = make_rows(20)
    before = take_in(as_csv(rows))
    raw = as_csv(rows[gone:] if gone < 20 else [make_row(500)])

    outcome = then(before, raw)

    assert (outcome.refused_code == "rows_gone") is is_refused
    if is_refused:
        assert outcome.entries == before.entries
        assert outcome.raw_rows == before.raw_rows
        assert counts(outcome) == (0, 0, 0)
    else:
        assert outcome.report["removed"] == gone


def test_the_loss_of_one_list_is_not_hidden_by_the_size_of_another() -> None:
    large = [make_row(n, 制度="ISMAP") for n in range(1, 101)]
    small = [make_row(n, 制度="ISMAP-LIU") for n in range(101, 106)]
    before = take_in(as_csv(large + small))

    outcome = then(before, as_csv(large + small[1:]))

    assert outcome.refused_code == "rows_gone"
    assert "ISMAP-LIU" in (outcome.refused or "")


def test_a_loss_that_a_second_person_confirmed_is_taken_in() -> None:
    before = take_in(as_csv(make_rows(20)))

    assert then(before, as_csv(make_rows(5)), confirm_loss=" ").refused_code == "rows_gone"
    outcome = then(
        before, as_csv(make_rows(5)), confirm_loss="制度の見直しで15件が登録を終えた（確認者: 情報政策課長）"
    )
    assert (outcome.refused, counts(outcome)) == (None, (0, 0, 15))


@pytest.mark.parametrize("header", ["有効期限", "備考", "事業者", "言明の対象範囲", "登録日", "生成AIに関する情報"])
def test_a_column_that_was_there_before_must_not_go(header: str) -> None:
    rows = [{**row, "生成AIに関する情報": "なし"} for row in make_rows(6)]
    before = take_in(as_csv(rows))

    outcome = then(before, as_csv(without(rows, header)))

    assert outcome.refused_code == "column_gone"
    assert header.removeprefix("言明の").replace("AI", "ai") in (outcome.refused or "")
    assert outcome.columns == before.columns
    assert then(before, as_csv(without(rows, header)), confirm_loss="様式の変更を確認").refused is None


def test_a_column_whose_cells_all_went_blank_is_gone_too() -> None:
    before = take_in(as_csv(make_rows(6)))

    outcome = then(before, as_csv([{**row, "有効期限": ""} for row in make_rows(6)]))

    assert outcome.refused_code == "column_gone"


def test_a_file_with_mostly_unusable_rows_is_refused() -> None:
    rows = [make_row(1), make_row(2, サービス名=""), make_row(3, サービス名="")]

    assert take_in(as_csv(rows)).refused_code == "mostly_unusable"
    assert take_in(as_csv([*rows, make_row(4)])).refused is None


@pytest.mark.parametrize("raw", [b"", b"[]", b"<html></html>", b"hello", as_csv([]), as_csv(make_rows(9))[:-25]])
def test_a_refusal_leaves_everything_as_it_was(raw: bytes) -> None:
    before = take_in(as_csv(make_rows(9)))

    first, later = take_in(raw), then(before, raw)

    assert first.refused
    assert later.refused
    assert first.entries == {}
    assert (later.entries, later.columns, later.raw_rows) == (before.entries, before.columns, before.raw_rows)
    assert later.report["snapshot"] is None


def test_a_number_that_changed_is_the_same_entry_when_name_and_company_leave_no_choice() -> None:
    before = take_in(as_csv(make_rows(3)))
    rows = make_rows(3)
    rows[0]["登録番号"] = "C24-0900-2"

    outcome = then(before, as_json(rows))

    assert (outcome.refused, counts(outcome)) == (None, (0, 1, 0))


def test_the_reference_sample_is_taken_in_as_its_file_says() -> None:
    outcome = take_in(load_sample())

    entries = outcome.entries["ISMAP"]
    assert (outcome.refused, len(entries), outcome.quarantine) == (None, 21, ())
    assert sum(entry.registration_number is not None for entry in entries) == 10
    assert all(entry.raw["source"] for entry in entries)
    assert [entry.registration_number for entry in entries if entry.service_name == "さくらのクラウド"] == [
        "C21-0030-2",
        None,
    ]
    assert {lint.kind for lint in outcome.lints} == {"missing_number", "unreadable_date"}


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-cmd|calc", "@星見", "＝1+1", " =1", "\t=1", "+81星見"])
def test_what_a_sheet_might_run_is_known_and_made_harmless(cell: str) -> None:
    assert is_formula_like(cell)
    assert neutralised(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-", "―", "－－", "-5", "+1,000", "3%", "星見=クラウド", "C24-0001-2"])
def test_dashes_and_signed_numbers_are_no_formulas(cell: str) -> None:
    assert not is_formula_like(cell)
    assert neutralised(cell) == cell


def test_a_corrected_row_enters_its_list_and_keeps_the_cells_that_came() -> None:
    raw = as_csv([make_row(1), make_row(2), make_row(3, サービス名="")])
    before = take_in(raw)
    (kept_out,) = before.quarantine
    corrections = {(kept_out.scheme, kept_out.row_hash): {"service_name": "星見クラウド3号"}}

    after = take_in(raw, **state_of(before), corrections=corrections)
    again = take_in(raw, **state_of(after), corrections=corrections)

    entry = after.entries["ISMAP"][2]
    assert (after.unchanged, counts(after), after.quarantine) == (False, (1, 0, 0), ())
    assert [(lint.kind, lint.row) for lint in after.lints] == [("corrected_by_person", entry.row)]
    assert (entry.service_name, entry.raw["サービス名"]) == ("星見クラウド3号", "")
    assert again.unchanged


def test_a_correction_that_does_not_settle_a_row_leaves_it_out_under_the_hash_it_came_with() -> None:
    raw = as_csv([make_row(1), make_row(2), make_row(3, サービス名="")])
    (kept_out,) = take_in(raw).quarantine
    place = (kept_out.scheme, kept_out.row_hash)

    outcome = take_in(raw, corrections={place: {"service_name": "別のもの", "registration_number": "C24-0001-2"}})

    assert [(row.reason, row.row_hash) for row in outcome.quarantine] == [("conflicting_number", kept_out.row_hash)]


def test_a_correction_touches_no_other_row_and_moves_none_to_another_list() -> None:
    raw = as_csv([make_row(1), make_row(2)])
    first = take_in(raw).entries["ISMAP"][0]

    outcome = take_in(
        raw,
        corrections={
            ("ISMAP", "0" * 64): {"service_name": "他人の行"},
            ("ISMAP", first.row_hash): {"scheme": "LGWAN-ASP", "unheard_of": "x", "remarks": "一時停止"},
        },
    )

    assert [(entry.service_name, entry.status) for entry in outcome.entries["ISMAP"]] == [
        ("星見クラウド1号", "suspended"),
        ("星見クラウド2号", "registered"),
    ]


def test_progress_is_told_every_few_hundred_rows_and_at_the_end() -> None:
    told: list[tuple[int, int]] = []

    take_in(as_csv(make_rows(620)), progress=lambda done, total: told.append((done, total)))

    assert told == [(250, 620), (500, 620), (620, 620)]


def test_an_entry_tells_when_its_remarks_want_a_reader() -> None:
    rows = [make_row(1, 備考="名称を変更"), make_row(2), make_row(3, 備考="一時停止"), make_row(4, 状態="区分3")]

    entries = take_in(as_csv(rows)).entries["ISMAP"]

    assert [entry.needs_reading for entry in entries] == [True, False, False, True]
