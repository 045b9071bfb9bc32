from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select

from casework import audit, audit_bundle, audit_views, refusals, retention
from casework.audit_views import EventFilter
from casework.commands.terminal import AsJson, AsUser, call_as, installed, show
from casework.database import open_session
from casework.errors import BadInput, FieldError
from models.organisation import Organisation

app = typer.Typer(no_args_is_help=True, help="記録の検証・先頭・書出し・保存期間。")
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="日(日本の暦)。")]


@app.command("verify")
def verify(as_json: AsJson = False) -> None:
    """すべての記録の連鎖を検証します。切れていれば終了コード1です。"""
    events, first_bad = 0, None
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        for organisation in session.exec(select(Organisation).order_by(Organisation.code)).all():
            check = audit.verify(session, organisation)
            events += check.events
            if not check.ok and first_bad is None:
                first_bad = {"organisation": organisation.code, "seq": check.first_bad}
    answer = {"events": events, "ok": first_bad is None, "first_bad": first_bad}
    words = (
        "すべて一致しました"
        if first_bad is None
        else f"{first_bad['organisation']} の {first_bad['seq']} 番で切れています"
    )
    show(answer, as_json=as_json, lines=[f"記録 {events}件: {words}。"])
    if first_bad is not None:
        raise typer.Exit(1)


@app.command()
def head(user: AsUser, day: Day = None, as_json: AsJson = False) -> None:
    """ある日の記録の先頭(最後の番号とハッシュ)を示します。決裁シートや毎朝の知らせと比べるためのものです。"""
    with call_as(user, writes=False) as call:
        found = audit_views.head_of(call, day.date() if day else None)
    show({"day": found.day.isoformat(), "seq": found.seq, "hash": found.hash}, as_json=as_json, lines=[found.line])


@app.command()
def export(
    file: Path,
    user: AsUser,
    since: Day = None,
    until: Day = None,
    actor: str = "",
    target: Annotated[str, typer.Option(help="対象の番号。例: R8-0123")] = "",
    text: Annotated[str, typer.Option(help="記録のどこかにある語句。")] = "",
    as_json: AsJson = False,
) -> None:
    """記録を書き出します(.zip は検証つきの一式、.csv は表)。書き出したことも記録されます。"""
    exports = {".zip": audit_bundle.export_bundle, ".csv": audit_bundle.export_table}
    if file.suffix not in exports or not file.parent.is_dir():
        message = f"「{file}」には書き出せません。あるフォルダの、.zip か .csv で終わる名前にしてください。"
        raise BadInput(message, [FieldError("file", "cannot_write", message)])
    wanted = EventFilter(
        since.date() if since else None, until.date() if until else None, actor, object_number=target, text=text
    )
    with installed() as installation:
        refusals.settle_all(installation)
    with call_as(user) as call:
        made = exports[file.suffix](call, wanted)
        file.write_bytes(made.content)
    show({"file": str(file), "bytes": len(made.content)}, as_json=as_json, lines=[f"{file} に書き出しました。"])


@app.command()
def purge(user: AsUser, as_json: AsJson = False) -> None:
    """保存期間の過ぎた記録を削除します。残りの連鎖は、そのまま検証できます。"""
    with call_as(user) as call:
        anchor = retention.purge(call)
    said = {"from": anchor.from_seq, "upto": anchor.upto_seq, "digest": anchor.digest}
    show(said, as_json=as_json, lines=[f"{anchor.from_seq}番から{anchor.upto_seq}番までを削除しました。"])


@app.command()
def keep(
    years: int,
    user: AsUser,
    reason: Annotated[str, typer.Option(help="変える理由。記録に残ります。")],
    as_json: AsJson = False,
) -> None:
    """記録の保存期間(年)を決めます。短くできるのはCISOだけです。"""
    with call_as(user) as call:
        retention.set_keep_years(call, years, reason=reason)
    show({"years": years}, as_json=as_json, lines=[f"これからの記録を{years}年保存します。"])
