from datetime import date
from typing import Annotated

import typer

from casework import registry, registry_impact, registry_sync
from casework.commands.terminal import AsJson, installed, show, warn
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.settings import Settings

app = typer.Typer(no_args_is_help=True, help="公的な一覧(ISMAPなど)の取込・照合・差分。")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"取得した日「{text}」を 2026-11-20 の形の日付で書いてください。"
        raise BadInput(message, [FieldError("--acquired-on", "unreadable_date", message)]) from error


@app.command()
def sync(
    source: Annotated[str | None, typer.Option("--from", help="一覧の場所(アドレス・ファイル・sample)。")] = None,
    scheme: Annotated[str, typer.Option(help="制度の列がないファイルの一覧の名。")] = "ISMAP",
    acquired_on: Annotated[str | None, typer.Option(help="一覧を取得した日。")] = None,
    carried_by: Annotated[str, typer.Option(help="ファイルを持ち込んだ人。")] = "",
    confirm_loss: Annotated[str | None, typer.Option(help="1割を超える減少を別の担当者が確かめた理由。")] = None,
    as_json: AsJson = False,
) -> None:
    """一覧を取り込みます。壊れた一覧は取り込まず、前回の一覧をそのまま使います。"""
    place = source or Settings().portal_url
    if not place:
        message = "一覧の場所を --from か環境変数 SEKISHO_PORTAL_URL で指定してください。"
        raise BadInput(message, [FieldError("--from", "missing", message)])
    wish = registry_sync.SyncWish(
        source=place,
        scheme=scheme,
        acquired_on=_day(acquired_on),
        carried_by=carried_by,
        confirm_loss=confirm_loss,
    )
    with installed() as installation:
        report = registry_sync.sync(installation, wish)
    if report["refused"]:
        show(report, as_json=True) if as_json else None
        warn(report["refused"])
        raise typer.Exit(2)
    counts = f"追加 {report['added']} / 変更 {report['changed']} / 削除 {report['removed']}"
    kept = f"{report['rows']}行のうち{report['kept']}行を取込、{report['quarantined']}行を保留"
    lines = [f"取込番号 {report['snapshot']}  {kept}  {counts}"]
    lines += [f"  {lint['row'] or '-'}行目 {lint['message']}" for lint in report["lints"]]
    show(report, as_json=as_json, lines=lines)


@app.command()
def match(
    name: Annotated[str, typer.Argument(help="サービスの名前。")],
    provider: Annotated[str | None, typer.Option(help="提供者の名前。")] = None,
    as_json: AsJson = False,
) -> None:
    """名前を一覧と照らします。似ているだけの名前は候補として示し、結び付けません。"""
    if not name.strip():
        message = "サービスの名前を書いてください。"
        raise BadInput(message, [FieldError("NAME", "missing", message)])
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        found, snapshot = registry.match_name(session, name, provider)
    answer = found.as_json()
    sample = "  ※見本(未確認)の一覧です" if snapshot and snapshot.is_sample else ""
    words = {"registered": "登録あり", "candidates": "似た名前あり(人が決めます)", "none": "見当たりません"}
    lines = [f"{words[found.outcome]}  一覧 {snapshot.code if snapshot else '-'}{sample}"]
    lines += [
        f"  {row['registration_number'] or '番号なし'} {row['service_name']} {row['provider'] or ''} {row['why']}"
        for row in answer["candidates"]
    ]
    show(answer, as_json=as_json, lines=lines)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="前の取込番号。")],
    after: Annotated[str, typer.Argument(help="後の取込番号。")],
    as_json: AsJson = False,
) -> None:
    """2つの取込の違いを示します。"""
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        answer = {**registry.diff_snapshots(session, before, after).as_json()}
        answer["affected"] = registry_impact.affected_numbers(session, answer)
    lines = [f"追加 {len(answer['added'])} / 変更 {len(answer['changed'])} / 削除 {len(answer['removed'])}"]
    lines += [f"  追加 {row['service_name']}" for row in answer["added"]]
    lines += [f"  削除 {row['service_name']}" for row in answer["removed"]]
    lines += [f"  変更 {row['key']} {row['field']}: {row['before']} → {row['after']}" for row in answer["changed"]]
    show(answer, as_json=as_json, lines=lines)
