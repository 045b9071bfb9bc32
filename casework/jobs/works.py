"""Everything the service does by itself, and how often."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from casework import (
    alerts,
    due_work,
    registry_imports,
    registry_schedule,
    registry_watch,
    webhooks,
)
from casework.channels.mail import mail_channel
from casework.clock import day_in_japan
from casework.database import learn_statistics
from casework.installation import Installation
from casework.jobs import Work
from casework.ledgers import exporting, importing, operations

DEEDS = (exporting, importing)  # brought in, so that both kinds of operations can be carried out
Args = Mapping[str, Any]
SOON, OFTEN, SELDOM = timedelta(seconds=15), timedelta(minutes=5), timedelta(hours=1)


def _enter_alerts(installation: Installation, _args: Args) -> str:
    settings, now = installation.settings, installation.now()
    outcome = alerts.run(
        installation.engine,
        as_of=day_in_japan(now),
        now_is=installation.now,
        channel=mail_channel(settings),
        settings=settings,
        hurry=False,
    )
    return f"新しい知らせ {outcome.due} / 送った {outcome.sent} / 送れなかった {outcome.failed}"


def _send_alerts(installation: Installation, _args: Args) -> str:
    settings = installation.settings
    done = alerts.run_now(
        installation.engine, now_is=installation.now, channel=mail_channel(settings), settings=settings
    )
    return f"送った {done.sent} / 送れなかった {done.failed}"


def _send_webhooks(installation: Installation, _args: Args) -> str:
    done = webhooks.deliver(installation.engine, installation.store, installation.settings, installation.now)
    return f"届いた {done.delivered} / 届かなかった {done.failed}"


def _settle(installation: Installation, _args: Args) -> str:
    done = due_work.settle(installation)
    return f"停止 {done.suspended} / 例外の知らせ {done.exceptions_told} / 見直し {done.reopened}"


def _follow(installation: Installation, _args: Args) -> None:
    registry_watch.follow(installation)


def _take_up(installation: Installation, _args: Args) -> None:
    registry_imports.take_up_stalled(installation)


def _take_up_files(installation: Installation, _args: Args) -> None:
    operations.take_up_stalled(installation)


def _sync(installation: Installation, _args: Args) -> str:
    return "取り込みました" if registry_schedule.run_if_due(installation) is not None else ""


def _learn(installation: Installation, _args: Args) -> None:
    learn_statistics(installation.engine)


WORKS: tuple[Work, ...] = (
    Work("alerts_send", "知らせの送信", _send_alerts, SOON, "差戻しや自分の番の知らせが届きません。"),
    Work("webhooks_send", "Webhookの送信", _send_webhooks, SOON, "ほかのシステムへ知らせが届きません。"),
    Work("alerts_enter", "期限の確認", _enter_alerts, OFTEN, "期限の知らせが台帳に入らず、届きません。"),
    Work("due_work", "期日の処理", _settle, OFTEN, "異動・条件・例外の期日の処理が進みません。"),
    Work("registry_follow", "一覧の変化の確認", _follow, OFTEN, "一覧の変化が台帳に映りません。"),
    Work("registry_take_up", "止まった取込の再開", _take_up, OFTEN, "途中で止まった取込が進みません。",
         lease=timedelta(minutes=30)),
    Work("files_take_up", "止まった取込・書出しの再開", _take_up_files, OFTEN, "止まった取込・書出しが進みません。",
         lease=timedelta(minutes=30)),
    Work("registry_sync", "一覧の定期の取込", _sync, OFTEN, "公的な一覧が新しくなりません。",
         lease=timedelta(minutes=30)),
    Work("statistics", "データベースの統計の更新", _learn, SELDOM, "件数が増えたときに一覧が遅くなります。"),
)  # fmt: skip
BY_NAME: Mapping[str, Work] = {work.name: work for work in WORKS}
