"""One list in every format a town may get it in, for tests."""

import io
import json
from collections.abc import Mapping, Sequence
from html import escape

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Row = Mapping[str, str]
HEADERS = ("登録番号", "サービス名", "事業者", "登録日", "有効期限", "備考", "言明の対象範囲")
ENGLISH = {
    "登録番号": "registration_number",
    "サービス名": "service_name",
    "事業者": "provider",
    "登録日": "registered_on",
    "有効期限": "expires_on",
    "備考": "remarks",
    "言明の対象範囲": "scope",
    "制度": "scheme",
}


def make_row(number: int, **cells: str) -> dict[str, str]:
    """A sound row; ``cells`` replace some of its cells."""
    return {
        "登録番号": f"C24-{number:04}-2",
        "サービス名": f"星見クラウド{number}号",
        "事業者": f"星見ヶ丘システム{number % 7}株式会社",
        "登録日": "2026-04-01",
        "有効期限": "2027-07-31",
        "備考": "",
        "言明の対象範囲": "東京リージョン",
    } | cells


def make_rows(count: int) -> list[dict[str, str]]:
    return [make_row(number) for number in range(1, count + 1)]


def _headers(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(header for row in rows for header in row))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n\r\t') else cell


def as_csv(rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",", headers: Sequence[str] = ()) -> bytes:
    names = list(headers) or _headers(rows)
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(delimiter.join(map(_quoted, line)) + "\r\n" for line in lines).encode(encoding)


def as_json(rows: Sequence[Row]) -> bytes:
    listed = [{ENGLISH.get(name, name): cell or None for name, cell in row.items()} for row in rows]
    return json.dumps({"result": {"data": {"list": listed, "total": len(listed)}}}, ensure_ascii=False).encode()


def as_pairs(rows: Sequence[Row]) -> bytes:
    listed = [
        {name: {"value": f"sys{index}", "display_value": cell} if cell else {"value": ""} for name, cell in row.items()}
        for index, row in enumerate(rows)
    ]
    return json.dumps([{"page": {"widgets": [{"name": "menu"}]}}, {"deep": [[{"rows": listed}]]}]).encode()


def as_xlsx(rows: Sequence[Row], *, title_rows: int = 0, sheet: str = "一覧") -> bytes:
    names = _headers(rows)
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    if title_rows:
        page.cell(1, 1).value = "クラウドサービスリスト"
    for line, cells in enumerate(
        [names, *([row.get(name, "") for name in names] for row in rows)], start=title_rows + 1
    ):
        for column, cell in enumerate(cells, start=1):
            if cell:
                place = page.cell(line, column, cell)
                place.data_type = "s"  # text even where it begins like a formula
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_html(rows: Sequence[Row]) -> bytes:
    names = _headers(rows)
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_broken(row.get(name, ''))}</td>" for name in names) + "</tr>" for row in rows
    )
    page = f"<!doctype html><html><head><meta charset=utf-8><title>リスト</title></head><body><p>全{len(rows)}件</p>"
    return f"{page}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>".encode()


def _broken(cell: str) -> str:
    return escape(cell).replace("\n", "<br>")


FORMATS = {
    "csv": as_csv,
    "csv with mark": lambda rows: as_csv(rows, encoding="utf-8-sig"),
    "csv of Windows": lambda rows: as_csv(rows, encoding="cp932"),
    "pasted rows": lambda rows: as_csv(rows, delimiter="\t"),
    "unicode text of Excel": lambda rows: as_csv(rows, delimiter="\t", encoding="utf-16"),
    "xlsx": as_xlsx,
    "json": as_json,
    "json of pairs": as_pairs,
    "html": as_html,
}
