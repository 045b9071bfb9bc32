"""Duties belong to posts: whoever holds the post on the day answers for them, however the post changed hands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import update
from sqlmodel import col, select

from casework import audit
from casework.call import Call
from casework.database import open_session
from casework.holdings import held_on
from casework.installation import SHARED, Installation
from casework.job_calls import job_call
from casework.tenancy import names_of, visible_to
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.post_holder import PostHolder
from models.post_role import PostRole
from models.user import User
from models.vocabulary import OccurrenceState


def post_for(call: Call, owner_id: int, role: str) -> int | None:
    """Return the post through which somebody has a duty: the one that gives its role, else the person's own.

    None where the person holds no post: then the duty is the person's.
    """
    return posts_for(call, {(owner_id, role)}).get((owner_id, role))


def posts_for(call: Call, wanted: Collection[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
    """Return the posts of many people in their roles, as ``post_for``, in two queries; who holds none is left out."""
    held = visible_to(call.actor, PostHolder).where(
        col(PostHolder.user_id).in_({owner_id for owner_id, _ in wanted}), held_on(call.today)
    )
    posts: dict[int, list[int]] = {}
    for row in call.session.exec(held.order_by(col(PostHolder.is_concurrent), col(PostHolder.id))).all():
        posts.setdefault(row.user_id, []).append(row.post_id)
    of_them = {post_id for each in posts.values() for post_id in each}
    giving = visible_to(call.actor, PostRole).where(col(PostRole.post_id).in_(of_them))
    given = {(row.post_id, row.role) for row in call.session.exec(giving).all()} if of_them else set()
    found: dict[tuple[int, str], int] = {}
    for owner_id, role in wanted:
        theirs = posts.get(owner_id, [])
        giving_it = {post_id for post_id in theirs if (post_id, role) in given}
        if theirs:
            found[owner_id, role] = giving_it.pop() if len(giving_it) == 1 else theirs[0]
    return found


def follow_posts(installation: Installation, as_of: date) -> int:
    """Give every open duty whose owner holds its post no more to who does; returns how many changed hands.

    A post that nobody holds keeps its duties: alerts then go to whoever answers for the section.
    """
    with open_session(installation.engine, writes=False, operator=True) as session:
        towns = list(session.exec(select(Organisation.id).where(Organisation.code != SHARED)).all())
    moved = 0
    for organisation_id in towns:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = job_call(installation, session, organisation_id or 0)
            moved += _follow(call, as_of)
    return moved


def _follow(call: Call, as_of: date) -> int:
    left = _left_behind(call, as_of)
    if not left:
        return 0
    call.line_up()
    heirs = _holders(call, {duty.post_id for duty in left if duty.post_id is not None}, as_of)
    taken = [(duty, heirs[duty.post_id]) for duty in left if duty.post_id is not None and duty.post_id in heirs]
    names = names_of(call.session, call.actor, {key for duty, heir in taken for key in (duty.owner_id, heir)})
    for duty, heir in taken:
        _hand(call, duty, heir, names)
    return len(taken)


def _left_behind(call: Call, as_of: date) -> Sequence[Duty]:
    """Return the duties with open due dates whose owner does not hold their post on a day."""
    holds = (
        select(PostHolder.id)
        .join(User, col(User.id) == col(PostHolder.user_id))
        .where(PostHolder.post_id == Duty.post_id, PostHolder.user_id == Duty.owner_id)
        .where(held_on(as_of), col(User.is_active))
    )
    is_open = select(DutyOccurrence.id).where(
        DutyOccurrence.duty_id == Duty.id, DutyOccurrence.state == OccurrenceState.SCHEDULED
    )
    query = visible_to(call.actor, Duty).where(col(Duty.post_id).is_not(None), ~holds.exists(), is_open.exists())
    return call.session.exec(query.order_by(col(Duty.id))).all()


def _holders(call: Call, post_ids: set[int], as_of: date) -> Mapping[int, int]:
    query = (
        visible_to(call.actor, PostHolder)
        .join(User, col(User.id) == col(PostHolder.user_id))
        .where(col(PostHolder.post_id).in_(post_ids), held_on(as_of), col(User.is_active))
        .order_by(col(PostHolder.is_concurrent), col(PostHolder.id))
    )
    found: dict[int, int] = {}
    for row in call.session.exec(query).all():
        found.setdefault(row.post_id, row.user_id)
    return found


def _hand(call: Call, duty: Duty, heir: int, names: Mapping[int, str]) -> None:
    before, duty.owner_id = duty.owner_id, heir
    call.session.add(duty)
    call.session.flush()
    moving = update(DutyOccurrence).where(
        col(DutyOccurrence.organisation_id) == call.actor.organisation_id,
        col(DutyOccurrence.duty_id) == duty.key,
        col(DutyOccurrence.owner_id) == before,
        col(DutyOccurrence.state) == OccurrenceState.SCHEDULED,
    )
    call.session.exec(moving.values(owner_id=heir, version=col(DutyOccurrence.version) + 1))
    after = {"owner": names.get(heir, ""), "title": duty.title}
    audit.record(call, "duty_handed_over", "duty", str(duty.key), before={"owner": names.get(before, "")}, after=after)
