"""What is told at once: it is somebody's turn, or a request came back. Entered with the deed that makes it so."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select

from casework.actor import counts_on
from casework.alert_settings import settings_of
from casework.alert_standing import RETURNED, TURN, URGED
from casework.calendar import open_days_later
from casework.call import ROLE_LABELS, Call
from casework.closed_days import closed_for
from casework.tenancy import visible_to
from models.alert import Alert
from models.request import Request
from models.role_grant import RoleGrant
from models.user import User


def tell_turn(call: Call, request: Request, places: str, since: datetime) -> int:
    """Enter a notice for everybody whose turn a request has become; never for its applicant (1(8)①)."""
    told = _at_turn(call, request, places)
    title = f"{request.number} {request.title}: あなたの番です"
    for person, post in told.items():
        _enter(call, request, person, TURN, title, since.isoformat(), post)
    return len(told)


def tell_urged(call: Call, request: Request, since: datetime) -> int:
    """Enter a notice of today for everybody whose turn a request is, and return how many they are."""
    told = _at_turn(call, request, request.waits_at)
    title = f"{request.number} {request.title}: 催促が来ています(あなたの番 {(call.now - since).days + 1}日目)"
    for person, post in told.items():
        _enter(call, request, person, URGED, title, since.isoformat(), post)
    return len(told)


def nobody_at(call: Call, requests: Collection[Request]) -> set[int]:
    """Return those of some requests whose turn nobody has today, the applicant aside; one statement."""
    grants = _standing(call, {place.rpartition("@")[0] for row in requests for place in row.waits_at.split()})
    return {row.key for row in requests if not _among(grants, row, row.waits_at)}


def _at_turn(call: Call, request: Request, places: str) -> dict[int, str]:
    """Return who stands at some places today and as what, without the applicant."""
    grants = _standing(call, {place.rpartition("@")[0] for place in places.split()})
    return _among(grants, request, places)


def _among(grants: Sequence[RoleGrant], request: Request, places: str) -> dict[int, str]:
    told: dict[int, str] = {}
    for place in places.split():
        role, _, department_id = place.rpartition("@")
        for grant in grants:
            is_here = grant.role == role and grant.department_id in {None, int(department_id)}
            if is_here and request.applicant_id not in {grant.user_id, grant.on_behalf_of_id}:
                told.setdefault(grant.user_id, grant.post_name or ROLE_LABELS[role])
    return told


def _standing(call: Call, roles: Collection[str]) -> Sequence[RoleGrant]:
    query = (
        visible_to(call.actor, RoleGrant)
        .join(User, col(User.id) == col(RoleGrant.user_id))
        .where(col(RoleGrant.role).in_(roles), col(User.is_active), counts_on(call.today))
        .order_by(col(RoleGrant.id))
    )
    return call.session.exec(query).all() if roles else ()


def tell_returned(call: Call, request: Request, remarks: int) -> None:
    """Enter a notice for the applicant that a request came back, with how many remarks."""
    title = f"{request.number} {request.title}: 差し戻されました(指摘 {remarks}件)"
    _enter(call, request, request.applicant_id, RETURNED, title, call.now.isoformat(), "")


def _enter(call: Call, request: Request, person: int, kind: str, title: str, mark: str, post: str) -> None:
    day = f":{call.today.isoformat()}" if kind == URGED else ""
    key = f"{kind}:request:{request.key}:{mark}{day}:{person}:mail"
    if call.session.exec(select(Alert.id).where(Alert.unique_key == key)).first() is not None:
        return
    rules = settings_of(call.session, request.organisation_id)
    last = None
    if kind == TURN and rules.ladder:
        last = open_days_later(call.today, rules.escalate_after_open_days, closed_for(call))
    call.session.add(
        Alert(
            organisation_id=request.organisation_id,
            unique_key=key,
            user_id=person,
            kind=kind,
            object_kind="request",
            object_id=request.key,
            title=title,
            due_on=call.today,
            send_on=call.today,
            is_urgent=True,
            mark=mark,
            post_name=post,
            escalate_on=last,
        )
    )
