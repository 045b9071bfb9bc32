"""止まっている案件: requests whose next step nobody can take today, with the reason and what frees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import col, select

from casework import decisions, route_progress
from casework.actor import Actor, actor_of, counts_on
from casework.call import ROLE_LABELS, Call
from casework.departments import list_departments
from casework.tenancy import visible_to
from models.request import Request
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import RequestState, Role

READERS = (Role.ADMIN, Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR)
NOBODY, BARRED = "nobody", "barred"


@dataclass(frozen=True)
class StuckRow:
    """A request that nobody can take further today; ``barred`` names who holds the post and may not (1(8))."""

    request: Request
    waits_for: Sequence[str]
    reason: str
    barred: Sequence[str]
    days: int


def list_stuck(call: Call) -> list[StuckRow]:
    """Return the requests in review whose next step nobody can take today, the longest waiting first."""
    call.need(*READERS, to="止まっている案件を見る")
    query = visible_to(call.actor, Request).where(Request.state == RequestState.IN_REVIEW)
    rows = call.session.exec(query.order_by(col(Request.waiting_since_at), col(Request.id))).all()
    people = _people(call)
    sections = {row.key: row.name for row in list_departments(call, with_past=True)}
    found = (_look_at(call, row, people, sections) for row in rows)
    return [row for row in found if row is not None]


def _people(call: Call) -> list[Actor]:
    query = (
        select(User, RoleGrant)
        .join(RoleGrant, col(RoleGrant.user_id) == col(User.id))
        .where(User.organisation_id == call.actor.organisation_id, col(User.is_active), counts_on(call.today))
        .where(col(User.blocked_at).is_(None))
        .order_by(col(User.id), col(RoleGrant.id))
    )
    held: dict[int, tuple[User, list[RoleGrant]]] = {}
    for user, grant in call.session.exec(query).all():
        held.setdefault(user.key, (user, []))[1].append(grant)
    return [actor_of(user, grants) for user, grants in held.values()]


def _look_at(call: Call, request: Request, people: Iterable[Actor], sections: Mapping[int, str]) -> StuckRow | None:
    places = [place.rpartition("@") for place in request.waits_at.split()]
    able = [
        person
        for person in people
        if any(person.grant_for([role], int(section or 0)) is not None for role, _, section in places)
    ]
    barred: list[str] = []
    if able:
        stored = decisions.current_version(call, request)
        progress = route_progress.progress_of(call, request, stored)
        for person in able:
            turn = decisions.turn_of(replace(call, actor=person), request, stored, progress)
            if turn is not None and turn.may_act:
                return None
            barred.append(person.name)
    since = request.waiting_since_at
    return StuckRow(
        request,
        [f"{ROLE_LABELS[role]}({sections.get(int(section or 0), '')})" for role, _, section in places],
        BARRED if barred else NOBODY,
        barred,
        (call.now - since).days if since else 0,
    )
