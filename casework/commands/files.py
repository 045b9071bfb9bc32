from pathlib import Path
from typing import Annotated

import typer

from casework.commands.contracts import read_upload
from casework.commands.terminal import AsJson, AsUser, call_as, installed, show
from casework.errors import BadInput, FieldError
from casework.installation import Installation
from casework.ledgers import exporting, importing, operations
from casework.ledgers.exporting import ALL, SCREEN, ExportWish
from casework.ledgers.importing import Brought
from casework.ledgers.intake import RESULTS
from models.operation import Operation
from models.vocabulary import OperationState

REFUSED = 1


def export_list(
    ledger: str,
    to: Annotated[Path, typer.Argument(help="書き出すファイル(.xlsx か .csv)")],
    user: AsUser,
    where: Annotated[
        list[str] | None, typer.Option(help="条件(一覧の画面のアドレスと同じ)。例 state=concluded")
    ] = None,
    screen: Annotated[bool, typer.Option("--screen", help="画面の列だけにします。")] = False,
    wareki: Annotated[bool, typer.Option("--wareki", help="日付の右に和暦の列を付けます。")] = False,
    as_json: AsJson = False,
) -> None:
    """一覧を Excel か CSV に書き出します(requests、services、contracts、obligations、users、ismap、audit など)。"""
    asked = dict(_pair(each) for each in where or [])
    wish = ExportWish(asked, to.suffix.removeprefix("."), SCREEN if screen else ALL, with_wareki=wareki)
    with call_as(user) as call:
        made = exporting.export(call, ledger, wish)
    try:
        to.write_bytes(made.content)
    except OSError as error:
        message = f"「{to}」に書き込めません({error.strerror})。場所と名前を確かめてください。"
        raise BadInput(message, [FieldError("TO", "file_unwritable", message)]) from error
    show({"file": str(to), "bytes": len(made.content)}, as_json=as_json, lines=[f"{to} に書き出しました。"])


def import_table(
    ledger: str,
    file: Annotated[Path, typer.Argument(help="取り込む表(Excel か CSV)")],
    user: AsUser,
    column: Annotated[list[str] | None, typer.Option(help="見出しの対応。例 title=契約件名")] = None,
    take_in: Annotated[bool, typer.Option("--take-in", help="試した後、取り込みます。")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="取り込めない行を除き、正しい行だけを取り込みます。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """表を試し取込し、--take-in があれば取り込みます(services、contracts、obligations、users)。"""
    upload = read_upload(file)
    brought = Brought(file.name, upload.content if upload else b"")
    mapping = dict(_pair(each) for each in column or []) or None
    with installed() as installation:
        with call_as(user, writes=False) as call:
            row = importing.begin(call, installation, ledger, brought, mapping=mapping)
        row = _finish(user, installation, row)
        if take_in and not operations.waits_for_mapping(row):
            with call_as(user, writes=False) as call:
                row = importing.carry_out(call, installation, row.number, partial=partial)
            row = _finish(user, installation, row)
    show(_as_json(row), as_json=as_json, lines=list(_lines(row)))
    if row.state == OperationState.FAILED:
        raise typer.Exit(REFUSED)


def _finish(user: str, installation: Installation, row: Operation) -> Operation:
    """Carry an operation out here (it may be under way in a thread) and return it as it stands."""
    operations.wait_for(row, 3600)
    operations.run(installation, row.key)
    with call_as(user, writes=False) as call:
        return operations.find_operation(call, row.number)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        message = f"「{text}」は 名前=値 の形で書いてください。"
        raise BadInput(message, [FieldError("--where", "no_pair", message)])
    return name, value


def _as_json(row: Operation) -> dict[str, object]:
    return {
        "number": row.number,
        "status": row.state,
        "is_trial": row.is_trial,
        "needs_mapping": operations.waits_for_mapping(row),
        "counts": row.report.get("counts", {}),
        "rows": row.report.get("rows", []),
        "refused": row.refused,
    }


def _lines(row: Operation) -> list[str]:
    if operations.waits_for_mapping(row):
        return [
            f"{row.number} 見出しの対応が分かりません。--column title=契約件名 のように言うか、画面で決めてください。"
        ]
    counts = row.report.get("counts", {})
    told = " / ".join(f"{words} {counts.get(name, 0)}" for name, words in RESULTS.items())
    kind = "試し取込(何も変えていません)" if row.is_trial else "取込"
    bad = [f"{each['no']}行目 {RESULTS[each['result']]}: {' '.join(each['why'])}" for each in row.report.get("rows", [])
           if each["why"]]  # fmt: skip
    return [f"{row.number} {kind}: {told}", *([row.refused] if row.refused else []), *bad]
