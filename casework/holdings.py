"""Who holds which post, and the roles that follow: holding and leaving a post write the role grants it gives.

A post in a section makes its holder staff of that section too. A role for one section also counts for the sections
that it succeeded, so that what was begun before a reorganisation is finished by whoever sits there now.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, or_, select

from casework import audit
from casework.call import Call
from casework.tenancy import visible_to
from models.department import Department
from models.post import Post
from models.post_holder import PostHolder
from models.post_role import PostRole
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

DAY = timedelta(days=1)


def held_on(day: date) -> ColumnElement[bool]:
    """Return the condition for holdings that count on a day."""
    return and_(
        col(PostHolder.starts_on) <= day, or_(col(PostHolder.ends_on).is_(None), col(PostHolder.ends_on) >= day)
    )


def roles_of(session: Session, post: Post) -> Sequence[PostRole]:
    """Return the roles a post gives, in the order in which they were written."""
    query = select(PostRole).where(PostRole.organisation_id == post.organisation_id, PostRole.post_id == post.key)
    return session.exec(query.order_by(col(PostRole.id))).all()


def predecessors(call: Call, department_id: int) -> list[int]:
    """Return the sections that a section succeeded, theirs too."""
    found: list[int] = []
    asked = [department_id]
    while asked:
        query = visible_to(call.actor, Department).where(col(Department.succeeded_by_id).in_(asked))
        asked = [row.key for row in call.session.exec(query).all() if row.key not in found]
        found += asked
    return found


def hold(
    call: Call,
    user: User,
    post: Post,
    *,
    starts_on: date,
    ends_on: date | None = None,
    is_concurrent: bool = False,
    batch: str = "",
) -> PostHolder:
    """Let a person hold a post from a day, with the roles it gives; both names are kept as they are now."""
    department = call.session.exec(visible_to(call.actor, Department).where(Department.id == post.department_id)).one()
    holder = PostHolder(
        organisation_id=call.actor.organisation_id,
        user_id=user.key,
        post_id=post.key,
        starts_on=starts_on,
        ends_on=ends_on,
        is_concurrent=is_concurrent,
        user_name=user.name,
        post_name=post.name,
        department_name=department.name,
        given_by_id=call.actor.user_id or None,
        batch=batch,
    )
    call.session.add(holder)
    call.session.flush()
    give_roles(call, holder, post, starts_on)
    after = {"person": user.login_name, "name": user.name, "from": starts_on.isoformat(), "concurrent": is_concurrent}
    if ends_on:
        after["until"] = ends_on.isoformat()
    audit.record(call, "post_given", "post", post.code, after=after | _batch(batch))
    return holder


def _batch(batch: str) -> dict[str, str]:
    return {"batch": batch} if batch else {}


def give_roles(call: Call, holder: PostHolder, post: Post, since: date) -> None:
    """Write the roles that a holding gives from a day on."""
    places: list[tuple[str, int | None]] = [(Role.STAFF, post.department_id)]
    places += [(row.role, row.department_id) for row in roles_of(call.session, post)]
    wanted = [(role, place) for role, department_id in places for place in _with_predecessors(call, department_id)]
    call.session.add_all(
        RoleGrant(
            organisation_id=holder.organisation_id,
            user_id=holder.user_id,
            role=role,
            post_id=post.key,
            post_holder_id=holder.key,
            post_name=post.name,
            department_id=place,
            starts_on=max(since, holder.starts_on),
            ends_on=holder.ends_on,
            given_by_id=holder.given_by_id,
        )
        for role, place in dict.fromkeys(wanted)
    )
    call.session.flush()


def _with_predecessors(call: Call, department_id: int | None) -> list[int | None]:
    return [None] if department_id is None else [department_id, *predecessors(call, department_id)]


def release(call: Call, holder: PostHolder, last_day: date, *, batch: str = "") -> None:
    """Let a person hold a post no longer than to a day; its roles end with it."""
    before = {"until": holder.ends_on.isoformat() if holder.ends_on else None}
    holder.ends_on = max(holder.starts_on, last_day)
    call.session.add(holder)
    end_roles(call, holder, last_day)
    post = call.session.exec(visible_to(call.actor, Post).where(Post.id == holder.post_id)).one()
    user = call.session.exec(visible_to(call.actor, User).where(User.id == holder.user_id)).one()
    after = {"person": user.login_name, "name": holder.user_name, "until": last_day.isoformat()}
    audit.record(call, "post_left", "post", post.code, before=before, after=after | _batch(batch))


def end_roles(call: Call, holder: PostHolder, last_day: date) -> None:
    """End the roles of a holding with a day; what would have begun later is taken away."""
    query = visible_to(call.actor, RoleGrant).where(RoleGrant.post_holder_id == holder.key)
    for grant in call.session.exec(query).all():
        shorten(call, grant, last_day)
    call.session.flush()


def shorten(call: Call, grant: RoleGrant, last_day: date) -> None:
    """Let a role count no longer than to a day."""
    if grant.starts_on > last_day:
        grant.revoked_at = grant.revoked_at or call.now
    elif grant.ends_on is None or grant.ends_on > last_day:
        grant.ends_on = last_day
    call.session.add(grant)


def follow_giver(call: Call, giver_id: int) -> None:
    """Let what others may do in a person's place end where the person's own right ends."""
    query = visible_to(call.actor, RoleGrant).where(
        RoleGrant.on_behalf_of_id == giver_id, col(RoleGrant.revoked_at).is_(None), col(RoleGrant.ends_on) >= call.today
    )
    for grant in call.session.exec(query).all():
        until = _own_until(call, giver_id, grant)
        if until is not None:
            shorten(call, grant, until)
    call.session.flush()


def _own_until(call: Call, giver_id: int, grant: RoleGrant) -> date | None:
    """Return the last day of the giver's own right; None where it has no end, the day before today where it is gone."""
    query = visible_to(call.actor, RoleGrant).where(
        RoleGrant.user_id == giver_id,
        RoleGrant.role == grant.role,
        col(RoleGrant.on_behalf_of_id).is_(None),
        col(RoleGrant.revoked_at).is_(None),
        or_(col(RoleGrant.department_id).is_(None), RoleGrant.department_id == grant.department_id),
    )
    ends = [row.ends_on for row in call.session.exec(query).all()]
    if None in ends:
        return None
    return max([day for day in ends if day is not None], default=call.today - DAY)


def holdings_on(call: Call, day: date) -> list[tuple[PostHolder, User, Post]]:
    """Return who holds which post on a day: by section and post, one's own post before 兼務."""
    found = call.session.exec(
        select(PostHolder, User, Post)
        .join(User, col(User.id) == col(PostHolder.user_id))
        .join(Post, col(Post.id) == col(PostHolder.post_id))
        .where(PostHolder.organisation_id == call.actor.organisation_id, held_on(day))
        .order_by(col(Post.department_id), col(Post.id), col(PostHolder.is_concurrent), col(PostHolder.id))
    )
    return list(found.all())
