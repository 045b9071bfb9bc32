"""Whatever comes, a list is taken in or refused with a sentence; the rows add up, and a refusal changes nothing."""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from ismap.snapshot import Outcome, take_in
from tests.ismap.lists import FORMATS, as_csv, make_row, make_rows

GOOD = take_in(as_csv(make_rows(3)))
HEADINGS = (
    "登録番号",
    "サービス名",
    "事業者",
    "登録日",
    "有効期限",
    "備考",
    "言明の対象範囲",
    "制度",
    "状態",
    "監査対象期間",
    "番号",
    "No.",
    "",
    "生成AIに関する情報",
)
CELLS = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "　",
                "-",
                "C24-0001-2",
                "C24-0002-2",
                " Ｃ２４－０００１－２",
                "C24-0001-2\n",
                "0",
                "なし",
                "#N/A",
            ),
            *("9999-12-31", "令和9年7月31日", "46599", "2027-02-30", "2025-04-01～2026-03-31", "99999999999999999999"),
            *("=1+1", "@x", "一時停止", "登録取消し", "更新申請中", "※ 注", "合計", "以上", "全143件", "ISMAP-LIU"),
            *(
                "星見クラウド",
                "㈱星見",
                "<table>",
                '"',
                "'",
                "\t",
                "\x00",
                "\ud800",
                "\u200b",
                "😀",
                "&#xD800;",
                "_x0000_",
            ),
        ]
    ),
    st.text(max_size=8),
)
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=50)


def lists_with(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    """Tables whose first row holds headings, often those of a list, above rows of any length."""
    usual = st.just(list(HEADINGS[:7]))
    headings = st.one_of(usual, st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=9))
    rows = st.lists(st.lists(cells, max_size=9), max_size=8)
    titles = st.lists(st.lists(cells, max_size=3), max_size=2)
    return st.tuples(titles, headings, rows).map(lambda parts: [*parts[0], parts[1], *parts[2]])


def assert_taken_in_or_refused(raw: bytes) -> Outcome:
    """What holds for every answer whatsoever."""
    outcome = take_in(
        raw, previous=GOOD.entries, previous_columns=GOOD.columns, previous_raw_rows=GOOD.raw_rows, confirm_loss="x"
    )
    report = outcome.report
    assert report["rows"] == report["kept"] + report["quarantined"]
    json.dumps(report, ensure_ascii=False).encode()
    if outcome.refused is not None:
        assert outcome.refused.endswith("。")
        assert outcome.refused_code
        assert (outcome.entries, outcome.columns, outcome.raw_rows) == (GOOD.entries, GOOD.columns, GOOD.raw_rows)
        return outcome
    assert_whole(outcome)
    again = take_in(raw, previous=outcome.entries, previous_columns=outcome.columns, previous_raw_rows=outcome.raw_rows)
    assert (again.refused, again.unchanged) == (None, True)
    return outcome


def assert_whole(outcome: Outcome) -> None:
    for scheme, entries in outcome.entries.items():
        assert len({entry.key for entry in entries}) == len(entries)
        assert all(entry.service_name and entry.scheme == scheme and len(entry.row_hash) == 64 for entry in entries)
        for entry in entries:
            said = [entry.service_name, entry.provider, entry.remarks, entry.scope, *entry.raw, *entry.raw.values()]
            assert "\x00" not in "".join(said)
            "".join(said).encode()
    assert all(row.message.endswith("。") and len(row.row_hash) == 64 for row in outcome.quarantine)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"[{", b"<html>", "登録番号,サービス名\n".encode()]
    ),
)
@QUICK
def test_bytes_of_any_kind(raw: bytes, start: bytes) -> None:
    assert_taken_in_or_refused(start + raw)


@given(
    st.lists(st.one_of(CELLS, st.sampled_from([*HEADINGS, ",", "\t", ";", "\n", "\r\n", '"', ",,,"])), max_size=60),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
)
@QUICK
def test_texts_of_any_kind(parts: list[str], encoding: str) -> None:
    text = "登録番号,サービス名,備考\n" + "".join(parts)

    assert_taken_in_or_refused(text.encode(encoding, errors="replace"))


@given(lists_with(CELLS), st.sampled_from([",", "\t", ";"]), st.booleans())
@QUICK
def test_tables_of_junk(rows: list[list[str]], delimiter: str, is_quoted: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
    lines = [
        delimiter.join('"' + cell.replace('"', '""') + '"' if is_quoted else cell for cell in cells) for cells in rows
    ]

    assert_taken_in_or_refused("\n".join(lines).encode(errors="replace"))


@given(st.data())
@QUICK
def test_no_row_of_a_list_is_lost_in_any_format(data: st.DataObject) -> None:
    junk = st.text("あア亜Aa1 ,\"・ー()=－<>&;'\n", max_size=8)
    rows = [
        make_row(
            data.draw(st.integers(1, 5)),
            サービス名=data.draw(st.sampled_from(["", "-", "星見クラウド", "みどり"])),
            **{name: data.draw(junk) for name in ("事業者", "備考", "有効期限", "登録日", "監査対象期間")},
        )
        for _ in range(data.draw(st.integers(1, 8)))
    ]
    kind = data.draw(st.sampled_from(sorted(FORMATS)))

    outcome = assert_taken_in_or_refused(FORMATS[kind](rows))

    assert outcome.refused_code in {None, "mostly_unusable"}
    assert outcome.report["rows"] == len(rows)
    assert outcome.kept <= sum(row["サービス名"] not in {"", "-"} for row in rows)


@given(
    lists_with(
        st.one_of(
            CELLS,
            st.none(),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.dates(date(1900, 3, 1)),
            st.datetimes(datetime(1900, 3, 1)),  # noqa: DTZ001  a cell knows no zone
        )
    ),
    st.lists(st.sampled_from(["A1:C1", "A2:A9", "B3:D5", "C1:C300"]), max_size=2, unique=True),
)
@QUICK
def test_workbooks_of_junk(rows: list[list[Any]], merged: Sequence[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            try:
                sheet.cell(number, column, cell)
            except (IllegalCharacterError, ValueError):
                sheet.cell(number, column, "x")
    for place in merged[:1]:
        sheet.merge_cells(place)
    stream = io.BytesIO()
    try:
        book.save(stream)
    except (UnicodeEncodeError, OverflowError):
        return

    assert_taken_in_or_refused(stream.getvalue())


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELLS)
KEYS = st.one_of(
    st.sampled_from([*HEADINGS, "list", "rows", "total", "row_count", "value", "display_value", "label", "sys_id"]),
    st.sampled_from(["column_labels", "u_registration_number", "service_name", "\ud800", "x\x00"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=25,
)


@given(TREES, st.lists(st.fixed_dictionaries({"登録番号": TREES, "サービス名": TREES, "備考": TREES}), max_size=4))
@QUICK
def test_json_trees_of_any_shape(tree: object, rows: list[dict[str, object]]) -> None:
    for document in (tree, [tree], {"result": tree, "data": {"list": rows}}, rows):
        assert_taken_in_or_refused(json.dumps(document).encode())


@given(st.text(max_size=200), st.integers(0, 400))
@QUICK
def test_json_cut_or_mended_anywhere(junk: str, place: int) -> None:
    whole = json.dumps({"list": [make_row(1), make_row(2)]}, ensure_ascii=False)

    assert_taken_in_or_refused((whole[:place] + junk).encode(errors="replace"))
    assert_taken_in_or_refused((whole[:place] + junk + whole[place:]).encode(errors="replace"))


TAGS = st.sampled_from(
    [
        *(
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<th>",
            "<td colspan=3>",
            "<td rowspan=9 colspan=0>",
        ),
        *(
            "<div role=table>",
            "<div role=row>",
            "<div role=cell>",
            "<div role='columnheader'>",
            "</div>",
            "<span>",
            "</span>",
        ),
        *("<br>", "<p>", "<!--", "-->", "<![CDATA[", "<![if x]>", "<!x", "<?xml", "<script>", "</script>", "<title>"),
        *(
            "<td colspan='99999999999999999999'>",
            "<a x='>",
            '"',
            "'",
            "<",
            ">",
            "&#99999999999999999999;",
            "&amp",
            "&#0;",
        ),
        *("<input type=password>", "<template>", "</html>", "<textarea>", "<td role=cell>", "\x00"),
    ]
)
HEAD = "<html><table><tr><th>登録番号<th>サービス名<th>備考<tr><td>C24-0001-2<td>星見<td>一時停止<tr>"


@given(st.lists(st.one_of(TAGS, CELLS), max_size=40), st.booleans())
@QUICK
def test_soup_of_tags(parts: list[str], has_list: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
    soup = "".join(parts)
    page = f"{HEAD}{soup}</table></html>" if has_list else f"<html>{soup}"

    assert_taken_in_or_refused(page.encode(errors="replace"))


@given(st.lists(TAGS, min_size=1, max_size=3))
@settings(QUICK, max_examples=15)
def test_a_page_takes_no_more_than_its_length_in_time(parts: list[str]) -> None:
    assert_taken_in_or_refused(f"<html>{''.join(parts) * 5_000}".encode())
