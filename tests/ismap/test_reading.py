import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest

from ismap.columns import Field
from ismap.errors import RegistryRefused
from ismap.limits import FILE_BYTES
from ismap.reading import read_list
from ismap.rows import read_entry
from ismap.snapshot import take_in
from tests.ismap.lists import FORMATS, as_csv, as_html, as_json, as_xlsx, make_row, make_rows


def names(raw: bytes) -> list[str]:
    return [read_entry(row).entry.service_name for row in read_list(raw).rows]


def refusal_of(raw: bytes) -> RegistryRefused:
    with pytest.raises(RegistryRefused) as refusal:
        read_list(raw)
    return refusal.value


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_entries(kind: str) -> None:
    rows = [make_row(1, 備考="注記あり", 事業者='星見, 観測 "台" 株式会社'), make_row(2, 有効期限=""), make_row(3)]

    read = read_list(FORMATS[kind](rows))
    entries = [read_entry(row).entry for row in read.rows]

    assert [entry.registration_number for entry in entries] == ["C24-0001-2", "C24-0002-2", "C24-0003-2"]
    assert entries[0].provider == '星見, 観測 "台" 株式会社'
    assert (entries[0].remarks, entries[0].scope) == ("注記あり", "東京リージョン")
    assert [entry.expires_on for entry in entries] == [date(2027, 7, 31), None, date(2027, 7, 31)]
    assert {"registration_number", "service_name", "provider", "expires_on", "remarks", "scope"} <= read.columns


def test_columns_are_found_by_heading_and_content_wherever_they_stand() -> None:
    raw = as_csv(
        [
            {
                "No.": "1",
                "クラウドサービス事業者の名称": "㈱星見",
                "備 考": "",
                "番号": "C24-0001-2",
                "クラウドサービスの名称": "星見クラウド",
            }
        ]
    )

    entry = read_entry(read_list(raw).rows[0]).entry

    assert (entry.registration_number, entry.service_name, entry.provider) == ("C24-0001-2", "星見クラウド", "㈱星見")


def test_a_counter_column_is_not_taken_for_the_registration_number() -> None:
    refusal = refusal_of(as_csv([{"番号": "1", "サービス名": "星見クラウド"}, {"番号": "2", "サービス名": "他"}]))

    assert refusal.code == "column_not_found"
    assert "登録番号の列が見つかりません" in refusal.message


def test_titles_notes_empty_rows_and_repeated_headings_are_no_rows() -> None:
    text = (
        "クラウドサービスリスト,,\n令和8年11月20日現在,,\n\n登録番号,サービス名,備考\nC24-0001-2,星見クラウド,\n,,\n"
        "登録番号,サービス名,備考\nC24-0002-2,みどりクラウド,\n※一時停止のものを含む,,\n合計,2,\n以上,,\n"
    )

    read = read_list(text.encode("cp932"))

    assert [row.row.row for row in read.rows] == [5, 8]
    assert read.declared is None


def test_a_row_with_only_a_name_or_only_a_number_is_still_a_row() -> None:
    read = read_list("登録番号,サービス名,備考\n,星見クラウド,\nC24-0002-2,,\n".encode())

    assert len(read.rows) == 2


def test_rows_of_several_lists_keep_the_list_they_name() -> None:
    rows = [
        make_row(1, 制度="ISMAP"),
        make_row(2, 制度="ＩＳＭＡＰ－ＬＩＵ"),
        make_row(3, 制度="特別措置"),
        make_row(4, 制度=""),
    ]

    assert [row.scheme for row in read_list(as_csv(rows), default_scheme="LGWAN-ASP").rows] == [
        "ISMAP",
        "ISMAP-LIU",
        "ISMAP-SPECIAL",
        "LGWAN-ASP",
    ]


def test_a_workbook_with_dates_numbers_titles_and_a_second_sheet() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["クラウドサービスリスト"])
    sheet.append([])
    sheet.append(["登録番号", "サービス名", "登録日", "有効期限"])
    sheet.append(["C24-0001-2", "星見クラウド", date(2026, 4, 1), 46599])
    sheet.append(["C24-0002-2", "=HYPERLINK(1)", date(2026, 4, 2), "令和9年7月31日"])
    history = book.create_sheet("変更履歴")
    history.append(["登録番号", "サービス名"])
    history.append(["C24-0001-2", "旧星見クラウド"])
    stream = io.BytesIO()
    book.save(stream)

    read = read_list(stream.getvalue())
    entries = [read_entry(row).entry for row in read.rows]

    assert [(entry.row, entry.registered_on) for entry in entries] == [(4, date(2026, 4, 1)), (5, date(2026, 4, 2))]
    assert [entry.expires_on for entry in entries] == [date(2027, 7, 31), date(2027, 7, 31)]
    assert entries[1].service_name == "=HYPERLINK(1)"
    assert [lint.kind for lint in read.lints] == ["sheet_not_read"]


def test_a_second_list_in_one_answer_is_not_passed_over_in_silence() -> None:
    listed = [{"登録番号": row["登録番号"], "サービス名": row["サービス名"]} for row in make_rows(3)]
    raw = json.dumps({"current": listed, "former": listed[:1], "menu": [{"label": "トップ"}]}).encode()

    read = read_list(raw)

    assert len(read.rows) == 3
    assert [(lint.kind, lint.value) for lint in read.lints] == [("sheet_not_read", "former")]


def test_a_table_with_cells_that_span_rows_and_columns() -> None:
    page = (
        "<html><table><tr><th>登録番号<th>サービス名<th colspan=2>備考</tr>"
        "<tr><td>C24-0001-2<td>星見<b>クラウド</b><td rowspan=2>共通<td>甲</tr>"
        "<tr><td>C24-0002-2<td>みどり<br>クラウド<script>x</script><td>乙</tr></table></html>"
    )

    entries = [read_entry(row).entry for row in read_list(page.encode()).rows]

    assert [(entry.service_name, entry.remarks) for entry in entries] == [
        ("星見クラウド", "共通"),
        ("みどり\nクラウド", "共通"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n  \r\n", "empty"),
        ("登録番号,サービス名\n".encode(), "empty"),
        (b"[]", "unknown_shape"),
        (b'{"result": {"data": {"list": []}}}', "unknown_shape"),
        ("氏名,住所\n星見太郎,星見ヶ丘市\n".encode(), "unknown_shape"),
        ("ただの文章です。".encode(), "unknown_shape"),
        ("登録番号,備考\nC24-0001-2,\n".encode(), "column_not_found"),
        ("サービス名,備考\n星見,\n".encode(), "column_not_found"),
        (b"%PDF-1.7 ...", "unknown_kind"),
        (b"\xd0\xcf\x11\xe0old excel", "unknown_kind"),
        (b"\x81\x00\xff\xfe\x00", "unknown_encoding"),
        (b"PK\x03\x04 broken", "broken_workbook"),
        (b'{"list": [{"registration_number": "C24-00', "broken_json"),
        ("<html><title>ログイン</title><input type=password></html>".encode(), "login_page"),
        ("<html><title>メンテナンス中</title></html>".encode(), "maintenance"),
        (b"<html><body>hello</body></html>", "unknown_shape"),
        ('登録番号,サービス名\nC24-0001-2,"星見クラ'.encode(), "truncated"),
        ("<html><table><tr><th>登録番号<th>サービス名<tr><td>C24-0001-2<td>星".encode(), "truncated"),
        (as_csv(make_rows(3))[:-30], "truncated"),
        (as_csv(make_rows(3))[:-25], "truncated"),
        (as_xlsx(make_rows(3))[:-200], "broken_workbook"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_a_sentence(raw: bytes, code: str) -> None:
    refusal = refusal_of(raw)

    assert refusal.code == code
    assert refusal.message.endswith("。")


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({"total": 143, "rows": [{"registration_number": "C24-0001-2", "service_name": "星見"}]}).encode(),
        json.dumps(
            {"result": {"row_count": "143", "data": {"list": [{"登録番号": "C24-0001-2", "サービス名": "星見"}]}}}
        ).encode(),
        "全143件,\n登録番号,サービス名\nC24-0001-2,星見\n".encode(),
        "登録番号,サービス名\nC24-0001-2,星見\n件数,143\n".encode(),
        as_html(make_rows(3)).replace("全3件".encode(), "1〜3件 / 全143件".encode()),
    ],
)
def test_an_answer_that_says_more_than_it_holds_is_refused(raw: bytes) -> None:
    refusal = refusal_of(raw)

    assert refusal.code == "fewer_rows_than_declared"
    assert "143件" in refusal.message


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    assert refusal_of(b"a" * (FILE_BYTES + 1)).code == "file_too_large"


def test_a_workbook_that_unpacks_to_far_more_is_refused_unopened() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)

    assert refusal_of(stream.getvalue()).code == "decompression_limit"


def test_a_cell_a_row_count_and_a_depth_over_the_limits_are_refused() -> None:
    long = as_csv([make_row(1, 備考="あ" * 10_001)])
    many = b"\xe7\x99\xbb\xe9\x8c\xb2\xe7\x95\xaa\xe5\x8f\xb7,service\n" + b"C24-0001-2,x\n" * 200_001
    deep = b'{"a":' * 65 + b"[]" + b"}" * 65
    deepest = b"[" * 200_000

    assert [refusal_of(raw).code for raw in (long, many, deep, deepest)] == [
        "cell_too_long",
        "too_many_rows",
        "too_deep",
        "too_deep",
    ]


def test_a_list_just_within_the_limits_is_taken() -> None:
    inside = json.loads(as_json(make_rows(2)))
    for _ in range(58):
        inside = {"in": inside}

    assert names(json.dumps(inside).encode()) == ["星見クラウド1号", "星見クラウド2号"]
    assert len(read_list(as_csv([make_row(1, 備考="あ" * 10_000)])).rows) == 1


def test_the_kind_is_told_by_content_even_when_a_cell_looks_like_markup() -> None:
    raw = as_csv([make_row(1, 備考="<table>を含む表")])

    assert read_list(raw).kind == "csv"


def role_page(rows: str, *, attributes: str = "") -> bytes:
    head = "".join(f'<div role="columnheader">{name}</div>' for name in ("登録番号", "サービス名", "備考"))
    page = f'<!doctype html><html><body><div role="table"{attributes}><div role="rowgroup"><div role="row">{head}</div>'
    return f"{page}</div><div role='rowgroup'>{rows}</div></div><footer>終わり</footer></body></html>".encode()


def role_row(*cells: str) -> str:
    return '<div role="row">' + "".join(f'<div role="cell"><span>{cell}</span></div>' for cell in cells) + "</div>"


def test_a_table_built_of_plain_elements_is_read_by_their_roles() -> None:
    page = role_page(
        role_row("C24-0001-2", "星見<b>クラウド</b>", "<p>一時停止<p>2026年10月から")
        + role_row("C24-0002-2", "みどり &amp; クラウド", "")
    )

    entries = [read_entry(row).entry for row in read_list(page).rows]

    assert [(entry.registration_number, entry.service_name, entry.remarks) for entry in entries] == [
        ("C24-0001-2", "星見クラウド", "一時停止\n2026年10月から"),
        ("C24-0002-2", "みどり & クラウド", ""),
    ]


def test_a_table_that_says_it_has_more_rows_than_the_page_holds_is_refused() -> None:
    rows = role_row("C24-0001-2", "星見クラウド", "")

    assert len(read_list(role_page(rows, attributes=' aria-rowcount="2"')).rows) == 1
    assert len(read_list(role_page(rows, attributes=' aria-rowcount="-1"')).rows) == 1
    refusal = refusal_of(role_page(rows, attributes=' aria-rowcount="144"'))
    assert refusal.code == "fewer_rows_than_declared"
    assert "143件" in refusal.message


def test_a_page_of_plain_elements_that_breaks_off_is_refused() -> None:
    page = role_page(role_row("C24-0001-2", "星見クラウド", "") * 3)

    assert refusal_of(page[: page.rindex(b'<div role="cell"')]).code == "truncated"


def test_rows_copied_from_a_page_are_put_together_where_a_cell_had_a_line_break() -> None:
    text = (
        "クラウドサービスリスト\n登録番号\tサービス名\t備考\t事業者\nC24-0001-2\t星見クラウド\t一時停止\n2026年10月から\n続く\t㈱星見\n"
        "C24-0002-2\tみどりクラウド\t\t㈱みどり\nC24-0003-2\tあおばクラウド\n※以上"
    )

    entries = [read_entry(row).entry for row in read_list(text.encode()).rows]

    assert [(entry.service_name, entry.remarks, entry.provider) for entry in entries] == [
        ("星見クラウド", "一時停止\n2026年10月から\n続く", "㈱星見"),
        ("みどりクラウド", "", "㈱みどり"),
        ("あおばクラウド", "", ""),
    ]
    assert [entry.row for entry in entries] == [3, 6, 7]


def test_rows_copied_with_a_line_break_inside_quotes_and_a_heading_too_few() -> None:
    text = (
        '登録番号\tサービス名\t備考\nC24-0001-2\t"星見\nクラウド"\t一時停止\t東京\nC24-0002-2\tみどりクラウド\t\t大阪\n'
    )

    read = read_list(text.encode())

    assert [row.row.fields[Field.NAME] for row in read.rows] == ["星見\nクラウド", "みどりクラウド"]
    assert [row.row.others for row in read.rows] == [{"列4": "東京"}, {"列4": "大阪"}]


def test_pasted_rows_may_lose_the_empty_cells_at_their_end() -> None:
    rows = [{**row, "言明の対象範囲": ""} for row in make_rows(3)]
    pasted = as_csv(rows, delimiter="\t").rstrip()

    assert len(read_list(pasted).rows) == 3
    assert refusal_of(as_csv(rows).rstrip(b"\r\n,")).code == "truncated"
    assert refusal_of(as_csv(make_rows(3), delimiter="\t").rstrip()[:-30]).code == "truncated"


def test_cells_merged_over_several_rows_of_a_workbook_hold_for_each_of_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["クラウドサービスリスト", "", ""])
    sheet.append(["登録番号", "サービス名", "事業者"])
    for number, name in enumerate(["星見", "みどり", "あおば"], start=1):
        sheet.append([f"C24-000{number}-2", name, "㈱星見" if number == 1 else None])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("C3:C5")
    stream = io.BytesIO()
    book.save(stream)

    entries = [read_entry(row).entry for row in read_list(stream.getvalue()).rows]

    assert [entry.provider for entry in entries] == ["㈱星見"] * 3


def test_a_workbook_keeps_no_empty_columns_and_refuses_too_many() -> None:
    raw = as_xlsx(make_rows(2))
    wide = as_xlsx([{**make_row(1), **{f"列の{index}": "x" for index in range(260)}}])

    assert list(read_list(raw).rows[0].row.cells) == list(make_row(1))
    assert refusal_of(wide).code == "too_many_columns"


def test_a_lone_cell_belongs_to_an_entry_unless_it_stands_where_notes_stand() -> None:
    text = (
        "登録番号,サービス名,事業者,有効期限,備考\nC24-0001-2,星見クラウド,㈱星見,2027-07-31,\n"
        ",,,2027-07-31,\n,,㈱星見,,\n,,,,一時停止\n本表は架空のものです。,,,,\n,,,,以上\n"
    )

    read = read_list(text.encode())

    assert [row.row.row for row in read.rows] == [2, 3, 4, 5]
    assert [(lint.kind, lint.row, lint.value) for lint in read.lints] == [
        ("text_not_read", 6, "本表は架空のものです。"),
    ]


def test_a_note_that_spans_the_table_is_no_row() -> None:
    page = (
        "<html><table><tr><th>登録番号<th>サービス名<th>備考</tr><tr><td>C24-0001-2<td>星見<td></tr>"
        "<tr><td colspan=3>このリストは毎月更新します</td></tr></table></html>"
    )

    assert [row.row.row for row in read_list(page.encode()).rows] == [2]


def test_a_list_whose_entries_carry_no_number_needs_names_alone() -> None:
    raw = as_csv([{"サービス名": "星見クラウド", "事業者": "星見システム株式会社"}])

    taken = take_in(raw, scheme="GOVERNMENT-CLOUD")
    refused = take_in(raw, scheme="ISMAP")

    assert (taken.refused, taken.kept, [lint.kind for lint in taken.lints]) == (None, 1, [])
    assert refused.refused_code == "column_not_found"


def test_the_rule_of_validity_is_ismaps_alone() -> None:
    row = make_row(1, 監査対象期間="2025-04-01〜2026-03-31", 有効期限="2028-01-31")

    kinds = {scheme: {lint.kind for lint in take_in(as_csv([row]), scheme=scheme).lints} for scheme in ("ISMAP", "X")}

    assert kinds == {"ISMAP": {"odd_validity"}, "X": set()}
