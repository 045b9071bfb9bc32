from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from casework import (
    registry,
    registry_impact,
    registry_imports,
    registry_quarantine,
    registry_schedule,
    registry_sync,
)
from casework.actor import Actor
from casework.call import Call
from casework.clock import JAPAN
from casework.commands.terminal import AsJson, installed, show, warn
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.installation import shared_organisation
from casework.paging import PageWish
from casework.registry_turns import is_stalled
from casework.result_books import QUARANTINE_STATES, STATES
from casework.settings import Settings
from models.vocabulary import QuarantineState

app = typer.Typer(no_args_is_help=True, help="公的な一覧(ISMAPなど)の取込・照合・差分。")
Limit = Annotated[int, typer.Option(min=1, max=200, help="示す件数。")]


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
    if_due: Annotated[bool, typer.Option("--if-due", help="定期の取込の時刻が来ているときだけ取り込みます。")] = False,
    as_json: AsJson = False,
) -> None:
    """一覧を取り込みます。壊れた一覧は取り込まず、前回の一覧をそのまま使います。"""
    if if_due:
        _sync_if_due(source, as_json=as_json)
        return
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
    _tell(report, as_json=as_json)


def _sync_if_due(source: str | None, *, as_json: bool) -> None:
    if source is not None:
        message = "--if-due は SEKISHO_PORTAL_URL の一覧だけに使います。--from を外してください。"
        raise BadInput(message, [FieldError("--from", "not_together", message)])
    with installed() as installation:
        if not registry_schedule.is_on(installation):
            message = "環境変数 SEKISHO_PORTAL_URL と SEKISHO_SYNC_EVERY_HOURS(1以上)の両方を指定してください。"
            raise BadInput(message, [FieldError("--if-due", "not_scheduled", message)])
        report = registry_schedule.run_if_due(installation)
        with open_session(installation.engine, writes=False, operator=True) as session:
            due = registry_schedule.next_due(session, installation)
    if report is not None:
        _tell(report, as_json=as_json)
        return
    at = due.due_at.astimezone(JAPAN).isoformat(timespec="minutes") if due.due_at else None
    now = "ほかで取り込んでいます" if due.is_at_work else f"次は {at} です"
    show({"due": False, "next_due_at": at}, as_json=as_json, lines=[f"まだ取り込む時刻ではありません。{now}。"])


def _tell(report: Mapping[str, Any], *, as_json: bool) -> None:
    if report["refused"]:
        show(report, as_json=True) if as_json else None
        warn(report["refused"])
        raise typer.Exit(2)
    counts = f"追加 {report['added']} / 変更 {report['changed']} / 削除 {report['removed']}"
    kept = f"{report['rows']}行のうち{report['kept']}行を取込、{report['quarantined']}行を保留"
    lines = [f"取込番号 {report['snapshot']}  {kept}  {counts}"]
    lines += [f"  {lint['row'] or '-'}行目 {lint['message']}" for lint in report["lints"]]
    show(report, as_json=as_json, lines=lines)


@contextmanager
def _public_call() -> Iterator[Call]:
    """Yield a call that reads public facts; it is nobody's."""
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        nobody = Actor(shared_organisation(session).key, 0, "", 0, ())
        yield Call(session=session, actor=nobody, now=installation.now(), store=installation.store, source="cli")


@app.command()
def imports(limit: Limit = 20, as_json: AsJson = False) -> None:
    """取込の履歴を新しい順に示します。拒否した取込と失敗した取込も出ます。"""
    with _public_call() as call:
        rows = registry_imports.list_imports(call, wish=PageWish(limit)).items
        now = call.now
    answer = [
        {
            "code": row.code,
            "state": row.state,
            "is_stalled": is_stalled(row, now),
            "is_trial": row.is_trial,
            "source": row.source,
            "scheme": row.scheme,
            "acquired_on": row.acquired_on.isoformat(),
            "carried_by": row.carried_by,
            "sha256": row.raw_sha256 or None,
            "snapshot": row.snapshot_code or None,
            "refused_code": row.refused_code or None,
            "refused": row.refused or None,
            "notes": row.report.get("notes", []),
            "started_at": row.created_at.isoformat(),
            "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        }
        for row in rows
    ]
    lines = [
        f"{row.code}  {row.created_at.astimezone(JAPAN):%Y-%m-%d %H:%M}  {STATES[row.state]}  {row.source}"
        + (f"  {row.refused}" if row.refused else "")
        for row in rows
    ]
    show({"imports": answer}, as_json=as_json, lines=lines or ["まだ取込はありません。"])


@app.command()
def quarantine(
    snapshot: Annotated[str | None, typer.Option(help="取込番号。省くと、いまの一覧で保留中の行です。")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """一覧に入れず保留した行を、理由とともに示します。"""
    with _public_call() as call:
        state = "" if snapshot else QuarantineState.OPEN
        found = registry_quarantine.list_rows(call, snapshot=snapshot, state=state, wish=PageWish(limit)).items
    answer = [
        {
            "id": row.id,
            "scheme": row.scheme,
            "row": row.source_row,
            "reason": row.reason,
            "message": row.message,
            "state": row.state,
            "note": row.note or None,
            "raw": row.raw,
        }
        for row in found
    ]
    lines = [f"{row.id}  {row.scheme} {QUARANTINE_STATES[row.state]}  {row.message}" for row in found]
    show({"rows": answer}, as_json=as_json, lines=lines or ["保留した行はありません。"])


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
