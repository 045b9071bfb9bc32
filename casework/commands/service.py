import os
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
import uvicorn

from casework import alert_preview, alerts, due_work, pack_editions
from casework.channels.mail import mail_channel
from casework.clock import day_in_japan
from casework.commands.terminal import AsJson, installed, say, show, warn
from casework.database import learn_statistics, make_engine, migrate, missing_wall, open_session
from casework.jobs.chosen import jobs_of
from casework.settings import Settings

alerts_app = typer.Typer(no_args_is_help=True, help="期限の知らせ。")


def migrate_database(as_json: AsJson = False) -> None:
    """データベースを新しい形にします。"""
    engine = make_engine(Settings().database_address)
    migrate(engine)
    engine.dispose()
    show({"migrated": True}, as_json=as_json, lines=["データベースは最新の形です。"])


def serve() -> None:
    """サイトを動かします(既定は http://127.0.0.1:8000)。"""
    settings = Settings()
    # Many threads each get a heap of their own and keep it; two heaps are as quick here and save 25 MB a worker.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    with installed() as installation, open_session(installation.engine, writes=False, operator=True) as session:
        # The database is migrated or refused here, once, before any worker starts.
        for altered in pack_editions.altered_editions(session):
            warn(altered.sentence)
        if sql := missing_wall(installation.engine):
            warn(f"PostgreSQL の行レベルの守りが効いていません。データベースの管理者が一度だけ実行する SQL: {sql}")
        learn_statistics(installation.engine)
    say(f"関所を http://{settings.host}:{settings.port} で動かします。止めるには Ctrl+C を押します。")
    uvicorn.run(
        "web.app:create_site",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level="warning",
        server_header=False,
    )


def work() -> None:
    """定期の処理だけを行います。PostgreSQL では、何台の機械でいくつ動かしても、同じ処理は1回だけ行われます。"""
    with installed() as installation, suppress(KeyboardInterrupt):
        say("定期の処理を行っています。止めるには Ctrl+C を押します。")
        jobs_of(installation).work_for_good()


@alerts_app.command("preview")
def preview_alerts(
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="この日に送られるものを見ます。")],
    organisation: Annotated[str, typer.Option(help="団体の符号。なければすべて。")] = "",
    as_json: AsJson = False,
) -> None:
    """その日に何が送られるかを見ます。何も書かず、何も送りません。"""
    with installed() as installation:
        found = alert_preview.preview_all(installation, as_of.date(), organisation)
    lines = [f"{each.name} <{each.address}> {each.subject}" for each in found] or ["送られるものはありません。"]
    show({"letters": [asdict(each) for each in found]}, as_json=as_json, lines=lines)


@alerts_app.command("run")
def run_alerts(
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="この日までの知らせを出します。")] = None,
    as_json: AsJson = False,
) -> None:
    """期限の知らせを台帳に入れ、まだのものを送ります。何度動かしても二重には送りません。"""
    with installed() as installation:
        settings = installation.settings
        channel = mail_channel(settings)
        day = as_of.date() if as_of else day_in_japan(installation.now())
        settled = due_work.settle(installation, day)
        outcome = alerts.run(
            installation.engine, as_of=day, now_is=installation.now, channel=channel, settings=settings
        )
    if channel is None:
        warn("SMTP サーバーの設定(SEKISHO_SMTP_HOST)がないため、知らせは画面にだけ出ます。")
    lines = [f"新しい知らせ {outcome.due} / 送った {outcome.sent}(遅れ {outcome.late})/ 送れなかった {outcome.failed}"]
    if settled.suspended or settled.exceptions_told:
        lines.append(f"期限切れ: 利用の停止 {settled.suspended} / 例外措置の知らせ {settled.exceptions_told}")
    if settled.reopened:
        lines.append(f"根拠の期限・取下げ・不採用: 見直しの期限 {settled.reopened}")
    show(asdict(outcome), as_json=as_json, lines=lines)
