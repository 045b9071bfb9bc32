from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from casework import handover
from casework.commands.terminal import AsJson, AsUser, call_as, installed, show, warn
from casework.errors import BadInput, FieldError
from casework.handover import Preview

app = typer.Typer(no_args_is_help=True, help="人事異動(年度切替)。")
Source = Annotated[Path, typer.Argument(help="人事異動のファイル(CSV か .xlsx)。")]


def _read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        message = f"ファイル「{source}」を開けません。場所を確かめてください。"
        raise BadInput(message, [FieldError("FILE", "no_such_file", message)]) from error


def _answer(seen: Preview) -> dict[str, Any]:
    return {
        "day": seen.day.isoformat() if seen.day else None,
        "moves": [move.as_json() for move in seen.moves],
        "problems": [
            {"row": int(error.pointer.rpartition("/")[2]), "message": error.message} for error in seen.problems
        ],
        "leaving": seen.leaving,
        "orphaned": list(seen.orphaned),
        "doubled": [{"post": post, "people": people} for post, people in seen.doubled],
        "concurrent": [asdict(row) for row in seen.concurrent],
        "cases": [asdict(case) for case in seen.cases],
    }


@app.command()
def preview(source: Source, user: AsUser, as_json: AsJson = False) -> None:
    """人事異動を試します。何も書き込みません。取り込めない行があれば終了コード1です。"""
    with call_as(user, writes=False) as call:
        seen = handover.preview(call, source.name, _read(source))
    lines = [f"異動日 {seen.day or '-'}: 異動 {len(seen.moves)}件 / 取り込めない行 {len(seen.problems)}件"]
    lines += [f"  {error.pointer.rpartition('/')[2]}行目 {error.message}" for error in seen.problems]
    lines += [f"  職に就く人がいなくなる: {name}" for name in seen.orphaned]
    lines += [f"  2人以上になる: {post}({people})" for post, people in seen.doubled]
    lines += [
        f"  引き継ぎ: {case.number} {case.title}: {case.before} → {case.after or '(いない)'}" for case in seen.cases
    ]
    show(_answer(seen), as_json=as_json, lines=lines)
    if seen.problems:
        raise typer.Exit(1)


@app.command()
def plan(source: Source, user: AsUser, as_json: AsJson = False) -> None:
    """人事異動を予定に入れます。異動日の0時に適用されます。"""
    with call_as(user) as call:
        row = handover.plan(call, source.name, _read(source))
    answer = {"number": row.number, "day": row.day.isoformat(), "rows": len(row.rows)}
    show(answer, as_json=as_json, lines=[f"{row.number}: {row.day.isoformat()} に {len(row.rows)}件を適用します。"])


@app.command("apply")
def apply_due(as_json: AsJson = False) -> None:
    """異動日が来た人事異動を適用します。何度動かしても二重には適用しません。"""
    with installed() as installation:
        done = handover.apply_due(installation)
    lines = [f"{row.number}: 異動 {row.moves}件、引き継ぎ {row.cases}件" for row in done] or [
        "適用するものはありません。"
    ]
    for row in done:
        if row.days_late:
            warn(f"{row.number} は {row.day.isoformat()} の予定でした。{row.days_late}日遅れて、きょうから効きます。")
    answer = [{**asdict(row), "day": row.day.isoformat()} for row in done]
    show({"applied": answer}, as_json=as_json, lines=lines)
