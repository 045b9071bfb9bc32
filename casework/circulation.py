"""回覧: a request goes round beside its route and stops nothing; 確認済み can be taken back for half a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_
from sqlmodel import col, select

from casework import audit
from casework.call import Call
from casework.errors import NotFound, NotPermitted, WrongState
from casework.tenancy import visible_to
from models.circulation import Circulation
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import StepKind

UNDO_WITHIN = timedelta(seconds=30)
MOST = 50


@dataclass(frozen=True)
class CirculationRow:
    """One round slip with the request it shows."""

    slip: Circulation
    request: Request


def send(call: Call, request: Request, version: RequestVersion, stage: str) -> None:
    """Send a version round to the posts its route names for this stage; a post that has it already gets no second."""
    known = {(row.role, row.department_id, row.stage) for row in slips_of(call, request.key)}
    for entry in version.extra_steps:
        if entry["kind"] != StepKind.CIRCULATE or entry["stage"] != stage:
            continue
        for role in entry["roles"]:
            place = (role, entry["department_id"], stage)
            if place not in known:
                known.add(place)
                call.session.add(
                    Circulation(
                        organisation_id=request.organisation_id,
                        request_id=request.key,
                        label=entry["label"],
                        role=role,
                        department_id=entry["department_id"],
                        stage=stage,
                        sent_at=call.now,
                    )
                )
    call.session.flush()


def slips_of(call: Call, request_id: int) -> Sequence[Circulation]:
    """Return the round slips of a request, in the order they went out."""
    query = visible_to(call.actor, Circulation).where(Circulation.request_id == request_id)
    return call.session.exec(query.order_by(col(Circulation.id))).all()


def unread(call: Call) -> list[CirculationRow]:
    """Return what lies before the actor and nobody of the post has read, oldest first; drafts are never round."""
    mine = [
        and_(
            col(Circulation.role) == grant.role,
            *([col(Circulation.department_id) == grant.department_id] if grant.department_id is not None else []),
        )
        for grant in call.actor.grants
    ]
    query = (
        select(Circulation, Request)
        .join(Request, col(Request.id) == col(Circulation.request_id))
        .where(Circulation.organisation_id == call.actor.organisation_id, col(Circulation.seen_at).is_(None))
        .where(or_(*mine))
        .order_by(col(Circulation.id))
        .limit(MOST)
    )
    return [CirculationRow(slip, request) for slip, request in call.session.exec(query).all()]


def just_read(call: Call) -> list[CirculationRow]:
    """Return what the actor has said 確認済み to within the time in which it can be taken back."""
    query = (
        select(Circulation, Request)
        .join(Request, col(Request.id) == col(Circulation.request_id))
        .where(
            Circulation.organisation_id == call.actor.organisation_id,
            Circulation.seen_by_id == call.actor.user_id,
            col(Circulation.seen_at) > call.now - UNDO_WITHIN,
        )
        .order_by(col(Circulation.id))
    )
    return [CirculationRow(slip, request) for slip, request in call.session.exec(query).all()]


def mark_read(call: Call, slip_ids: Sequence[int]) -> list[Circulation]:
    """Say 確認済み to several slips at once; one that somebody of the post has read already stays as it is."""
    call.line_up()
    done = []
    for slip_id in dict.fromkeys(slip_ids):
        slip = _find(call, slip_id)
        if call.actor.grant_for([slip.role], slip.department_id) is None:
            raise NotPermitted("この回覧は、ほかの職に宛てたものです。自分に届いた回覧から選び直してください。")
        if slip.seen_at is None:
            slip.seen_at, slip.seen_by_id = call.now, call.actor.user_id
            slip.version += 1
            call.session.add(slip)
            done.append(slip)
    call.session.flush()
    for slip in done:
        call.actor.rights.tell()
        call.actor.grant_for([slip.role], slip.department_id)  # each slip by its own right
        audit.record(call, "circulation_read", "circulation", str(slip.key), after=_said(slip))
    return done


def take_back(call: Call, slip_id: int) -> Circulation:
    """Take one's own 確認済み back within half a minute. Raises ``WrongState`` afterwards."""
    call.line_up()
    slip = _find(call, slip_id)
    if slip.seen_by_id != call.actor.user_id:
        raise NotPermitted("取り消せるのは、自分が付けた確認済みです。付けた人に依頼してください。")
    if slip.seen_at is None or call.now - slip.seen_at > UNDO_WITHIN:
        raise WrongState("確認済みにしてから30秒を過ぎたので、取り消せません。記録はそのまま残ります。", state="read")
    slip.seen_at, slip.seen_by_id = None, None
    slip.version += 1
    call.session.add(slip)
    call.session.flush()
    audit.record(call, "circulation_unread", "circulation", str(slip.key), after=_said(slip))
    return slip


def _said(slip: Circulation) -> dict[str, str]:
    return {"label": slip.label, "seen_at": slip.seen_at.isoformat() if slip.seen_at else ""}


def _find(call: Call, slip_id: int) -> Circulation:
    slip = call.session.exec(visible_to(call.actor, Circulation).where(Circulation.id == slip_id)).first()
    if slip is None:
        raise NotFound("その回覧は見つかりません。今日やることから選び直してください。")
    return slip
