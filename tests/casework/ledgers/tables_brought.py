"""Books as offices keep them, and the steps of bringing one in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import openpyxl

from casework.ledgers import exporting, importing, operations
from casework.ledgers.exporting import ALL, ExportWish
from casework.ledgers.importing import Brought
from models.operation import Operation
from tests.office import Office

HEADINGS = (
    "No.",
    "契約件名",
    "業者名",
    "担当課",
    "契約期間",
    "",
    "契約金額\n(千円)",
    "更新",
    "更新期間",
    "解約予告",
    "備考",
)


def book(lines: Sequence[Sequence[Any]], *, merged: Sequence[str] = ()) -> bytes:
    """Return a workbook with these lines on its one sheet."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for line in lines:
        sheet.append(list(line))
    for place in merged:
        sheet.merge_cells(place)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def messy_ledger(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a contract ledger as people keep it: titles merged over the table, two lines of headings, a total."""
    below = ("", "", "", "", "自", "至", "", "", "", "", "")
    total = ("", "", "", "", "", "", "=SUM(G5:G6)", "", "", "", "")
    lines = [
        ("令和８年度　委託契約台帳", *[""] * 10),
        ("", *[""] * 9, "作成：総務部"),
        HEADINGS,
        below,
        *rows,
        ("", *[""] * 10),
        ("合　計", *total[1:]),
        ("※ 金額は税込み", *[""] * 10),
    ]
    return book(
        lines, merged=("A1:K1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4", "H3:H4", "I3:I4", "J3:J4")
    )


ROWS = (
    (
        1,
        "健診データ入力業務",
        "㈱ほしぞらデータ",
        "子育て支援課",
        "Ｒ８.４.１",
        "令和９年３月３１日",
        "１，２００",
        "あり",
        "1年",
        "３ヶ月前",
        "",
    ),
    (
        2,
        "庁舎警備業務委託",
        "株式会社 みなと警備",
        "契約管財課",
        "2026/4/1",
        "R11.3.31",
        36000,
        "なし",
        "",
        "",
        "債務負担",
    ),
)


def bring(office: Office, login: str, ledger: str, content: bytes, name: str = "台帳.xlsx") -> Operation:
    """Bring a file and return its trial once it is done (or waits for its headings)."""
    with office.call(login, writes=False) as call:
        row = importing.begin(call, office.installation, ledger, Brought(name, content))
    return done(office, login, row)


def explain(office: Office, login: str, row: Operation, mapping: Mapping[str, str] | None = None) -> Operation:
    """Explain the headings as they are proposed, with these said otherwise; return the trial."""
    with office.call(login, writes=False) as call:
        view = importing.view_mapping(call, row.number)
        tried = importing.explain(call, office.installation, row.number, {**view.mapping, **(mapping or {})})
    return done(office, login, tried)


def take_in(office: Office, login: str, row: Operation, *, partial: bool = False) -> Operation:
    """Carry a trial out and return the import once it is done."""
    with office.call(login, writes=False) as call:
        taken = importing.carry_out(call, office.installation, row.number, partial=partial)
    return done(office, login, taken)


def done(office: Office, login: str, row: Operation) -> Operation:
    """Wait for an operation and return it as it stands."""
    operations.wait_for(row, 30)
    return office.look(login, operations.find_operation, row.number)


def export(office: Office, login: str, ledger: str, **wish: Any) -> bytes:
    """Return a ledger's file with every column."""
    return office.do(login, exporting.export, ledger, ExportWish(columns=ALL, **wish)).content


def counts(row: Operation) -> dict[str, int]:
    """Return the counts of an import that are not nought."""
    return {name: count for name, count in row.report["counts"].items() if count}


def edited(content: bytes, cells: Mapping[tuple[str, str], Any]) -> bytes:
    """Return an exported book in which somebody wrote into cells named by number and heading."""
    opened = openpyxl.load_workbook(BytesIO(content))
    sheet = opened.worksheets[0]
    places = {cell.value: no for no, cell in enumerate(sheet[1], start=1)}
    rows = {str(sheet.cell(no, 1).value): no for no in range(2, sheet.max_row + 1)}
    for (number, heading), value in cells.items():
        sheet.cell(rows[number], places[heading]).value = value
    stream = BytesIO()
    opened.save(stream)
    return stream.getvalue()
