"""Tables that were brought, labels and what was put aside, so that their pages have something to show."""

from __future__ import annotations

from sqlmodel import col, select

from casework import kept_forms, labels
from casework.actor import load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.installation import Installation
from casework.kept_forms import Typed
from casework.ledgers import importing, operations
from casework.ledgers.importing import Brought
from models.request import Request
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


def put_labels(town: Installation) -> None:
    """Put labels on the first request in review, and let its applicant keep what was typed on a stale page."""
    with open_session(town.engine, operator=True) as session:
        request = session.exec(select(Request).where(Request.state == "in_review").order_by(col(Request.id))).first()
        if request is None:
            raise RuntimeError("the demo town has no request in review")
        user = session.exec(select(User).where(User.id == request.applicant_id)).one()
        actor = load_actor(session, user, day_in_japan(town.now()))
        call = Call(session=session, actor=actor, now=town.now(), store=town.store, source="test")
        for name in ("重点", "年度末", "来年度に見直す", "調査中"):
            labels.put(call, "requests", request.number, name=name)
        typed = Typed(
            f"/requests/{request.number}/amend",
            f"{request.number} 基本",
            [("title", "後から直した件名")],
            [("件名", "後から直した件名")],
        )
        kept_forms.keep(call, typed)
