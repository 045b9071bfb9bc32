"""Public lists for the demo town, so that every page of them has something to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from casework import registry_aliases, registry_sync
from casework.actor import load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.installation import Installation
from casework.registry_aliases import AliasIn
from casework.registry_sync import SyncWish
from models.user import User
from models.vocabulary import AliasKind
from tests.ismap.lists import Row, as_csv, make_row, make_rows

ADMIN = "kato"
KNOWN = make_row(900, 登録番号="C00-0001-2", サービス名="かすみ文書棚", 事業者="かわせみ橋ソフト株式会社")


def bring_lists(town: Installation) -> None:
    """Take two lists in, the second with a suspended service of the town and rows kept out; propose an alias."""
    _take_in(town, [*make_rows(30), KNOWN], date(2026, 10, 1))
    rows = [
        make_row(1, 有効期限="2026-12-20"),
        make_row(2, 有効期限="2026-10-31", 備考="言明の対象範囲に関する確認事項あり"),
        make_row(3, サービス名="星見クラウド三号プラス"),
        *make_rows(30)[3:29],
        make_row(31, 有効期限=""),
        KNOWN | {"備考": "登録の一時停止(令和8年11月1日から)"},
        make_row(1),
        make_row(32) | {"サービス名": ""},
    ]
    _take_in(town, rows, date(2026, 11, 19))
    with open_session(town.engine, operator=True) as session:
        user = session.exec(select(User).where(User.login_name == ADMIN)).one()
        actor = load_actor(session, user, day_in_japan(town.now()))
        call = Call(session=session, actor=actor, now=town.now(), store=town.store, source="test")
        registry_aliases.propose(call, AliasIn(AliasKind.SERVICE, "かすみ棚", "かすみ文書棚", "提供者の公表資料"))


def _take_in(town: Installation, rows: Sequence[Row], day: date) -> None:
    wish = SyncWish(source="一覧.csv", raw=as_csv(rows), acquired_on=day, carried_by="加藤 ゆうき")
    report = registry_sync.sync(town, wish)
    assert report["refused"] is None, report["refused"]
