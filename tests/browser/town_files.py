"""Tables that were brought and lists that were written, so that the pages of long work have something to show."""

from __future__ import annotations

from sqlmodel import select

from casework.actor import load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.installation import Installation
from casework.ledgers import importing, operations
from casework.ledgers.importing import Brought
from models.user import User

WHO = "nakamura"
OURS = "番号,件名,版\r\nK9-9999,ない契約,1\r\nK9-9998,もう一つ,1\r\n"
THEIRS = "業務,業者,課,はじめ,おわり\r\n警備,みなと警備,総務課,R8.4.1,R9.3.31\r\n"


def bring_tables(town: Installation) -> None:
    """Try a table of ours that has a row nobody knows, and bring one whose headings wait to be explained."""
    for name, text in (("契約台帳.csv", OURS), ("前からの台帳.csv", THEIRS)):
        with open_session(town.engine, writes=False, operator=True) as session:
            user = session.exec(select(User).where(User.login_name == WHO)).one()
            actor = load_actor(session, user, day_in_japan(town.now()))
            call = Call(session=session, actor=actor, now=town.now(), store=town.store, source="test")
            row = importing.begin(call, town, "contracts", Brought(name, text.encode()))
        operations.wait_for(row, 30)
