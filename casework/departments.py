"""Sections with their history: one that is renamed or merged ends, and another succeeds it on the next day."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, or_, select

from casework import audit, holdings
from casework.actor import counts_on
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.holdings import DAY
from casework.tenancy import visible_to
from models.department import Department
from models.post import Post
from models.post_holder import PostHolder
from models.post_role import PostRole
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

KEEPERS = (Role.ADMIN,)


def list_departments(call: Call, *, with_past: bool = False) -> Sequence[Department]:
    """Return the sections that exist today, or all that ever did, by code."""
    query = visible_to(call.actor, Department)
    if not with_past:
        query = query.where(or_(col(Department.ends_on).is_(None), col(Department.ends_on) >= call.today))
    return call.session.exec(query.order_by(col(Department.code))).all()


def find_department(call: Call, code: str) -> Department:
    """Return a section by its code; raises ``NotFound``."""
    found = call.session.exec(visible_to(call.actor, Department).where(Department.code == code)).first()
    if found is None:
        raise NotFound(f"課「{code}」はありません。組織の一覧から選び直してください。")
    return found


def named(call: Call, name: str) -> Department | None:
    """Return the section of a name that exists today, or the one that succeeded the section of that name."""
    query = visible_to(call.actor, Department).where(Department.name == name)
    rows = call.session.exec(query.order_by(col(Department.id).desc())).all()
    standing = next((row for row in rows if row.ends_on is None or row.ends_on >= call.today), None)
    return standing or (standing_now(call, rows[0]) if rows else None)


def standing_now(call: Call, department: Department) -> Department | None:
    """Return the section itself while it exists, or the one that stands in its place today; None where none does."""
    while department.ends_on is not None and department.ends_on < call.today:
        query = visible_to(call.actor, Department).where(Department.id == department.succeeded_by_id)
        found = call.session.exec(query).first()
        if found is None:
            return None
        department = found
    return department


def enter_department(call: Call, code: str, name: str, starts_on: date | None = None) -> Department:
    """Enter a section. Raises ``BadInput`` for a code that is taken or a name that another bears."""
    call.need(*KEEPERS, to="課を登録する")
    call.line_up()
    code, name = code.strip(), name.strip()
    _need_new(call, code, name, starts_on or call.today)
    row = Department(
        organisation_id=call.actor.organisation_id, code=code, name=name, starts_on=starts_on or call.today
    )
    call.session.add(row)
    call.session.flush()
    told = {"name": name, "from": (row.starts_on or call.today).isoformat()}
    audit.record(call, "department_entered", "department", code, after=told)
    return row


def _need_new(call: Call, code: str, name: str, day: date) -> None:
    found: list[FieldError] = []
    everything = list_departments(call, with_past=True)
    if not code:
        found.append(FieldError("/code", "missing", "課の符号を入力してください(例 joho)。"))
    elif any(row.code == code for row in everything):
        sentence = f"符号「{code}」は使われています。別の符号にしてください。前の課の記録を残すためです。"
        found.append(FieldError("/code", "taken", sentence))
    if not name:
        found.append(FieldError("/name", "missing", "課の名前を入力してください。"))
    elif any(row.name == name and (row.ends_on is None or row.ends_on >= day) for row in everything):
        found.append(FieldError("/name", "taken", f"「{name}」という課は、その日にもあります。"))
    if found:
        raise BadInput(found[0].message, found)


def succeed(call: Call, code: str, *, successor: str, name: str, day: date) -> Department:
    """End a section on the day before and let another succeed it from the day: a new one, or one that exists.

    ``name`` empty means that ``successor`` is the code of a section that exists (a merger). What is due is carried
    over at once, the rest by ``carry_over`` on the day. Raises ``BadInput``, ``NotFound`` and ``WrongState``.
    """
    call.need(*KEEPERS, to="課を改める")
    call.line_up()
    old = find_department(call, code)
    if old.ends_on is not None:
        raise WrongState(f"「{old.name}」は{old.ends_on.isoformat()}までの課です。後の課を選んでください。")
    if day <= (old.starts_on or date.min):
        sentence = "課ができた日より後の日にしてください。"
        raise BadInput(sentence, [FieldError("/day", "too_early", sentence)])
    old.ends_on = day - DAY
    call.session.add(old)
    call.session.flush()
    new = enter_department(call, successor, name, day) if name.strip() else find_department(call, successor.strip())
    if new.key == old.key or (new.ends_on is not None and new.ends_on < day):
        sentence = "引き継ぐ課は、その日にある別の課にしてください。"
        raise BadInput(sentence, [FieldError("/successor", "not_standing", sentence)])
    old.succeeded_by_id = new.key
    call.session.add(old)
    call.session.flush()
    after = {"until": old.ends_on.isoformat(), "successor": new.code, "name": new.name}
    audit.record(call, "department_succeeded", "department", old.code, before={"name": old.name}, after=after)
    carry_over(call)
    return new


def carry_over(call: Call, *, batch: str = "") -> int:
    """Move people, posts and roles of every section that has ended to the one that succeeded it; return how many.

    Cases stay where they were begun, under the name of their time; who sits in the new section acts on them.
    """
    query = visible_to(call.actor, Department).where(
        col(Department.ends_on) < call.today, col(Department.succeeded_by_id).is_not(None)
    )
    return sum(_carry(call, old, batch) for old in call.session.exec(query.order_by(col(Department.ends_on))).all())


def organisations_to_carry(session: Session, today: date) -> list[int]:
    """Return the organisations in which a section has ended that people or posts still belong to."""
    has_ended = (col(Department.ends_on) < today) & col(Department.succeeded_by_id).is_not(None)
    posts = select(Post.organisation_id).join(Department, col(Department.id) == col(Post.department_id))
    people = select(User.organisation_id).join(Department, col(Department.id) == col(User.department_id))
    found = [*session.exec(posts.where(has_ended)).all(), *session.exec(people.where(has_ended)).all()]
    return sorted(set(found))


def _carry(call: Call, old: Department, batch: str) -> int:
    new = call.session.exec(visible_to(call.actor, Department).where(Department.id == old.succeeded_by_id)).one()
    posts = call.session.exec(visible_to(call.actor, Post).where(Post.department_id == old.key)).all()
    people = call.session.exec(visible_to(call.actor, User).where(User.department_id == old.key)).all()
    if not posts and not people:
        return 0
    first_day = (old.ends_on or call.today) + DAY
    roles = call.session.exec(visible_to(call.actor, PostRole).where(PostRole.department_id == old.key)).all()
    for person in people:
        person.department_id = new.key
        person.version += 1
    for role in roles:
        role.department_id = new.key
    call.session.add_all([*people, *roles])
    _copy_direct_roles(call, old, new, first_day)
    for post in posts:
        post.department_id = new.key
        call.session.add(post)
    call.session.flush()
    touched = {post.key for post in posts} | {role.post_id for role in roles}
    for post in call.session.exec(visible_to(call.actor, Post).where(col(Post.id).in_(touched))).all():
        _hold_anew(call, post, first_day, batch)
    told = {"successor": new.code, "people": len(people), "posts": len(posts)} | ({"batch": batch} if batch else {})
    audit.record(call, "department_carried_over", "department", old.code, before={"name": old.name}, after=told)
    return len(people) + len(posts)


def _hold_anew(call: Call, post: Post, day: date, batch: str) -> None:
    query = visible_to(call.actor, PostHolder).where(PostHolder.post_id == post.key, holdings.held_on(day))
    for holder in call.session.exec(query).all():
        user = call.session.exec(visible_to(call.actor, User).where(User.id == holder.user_id)).one()
        ends_on, is_concurrent = holder.ends_on, holder.is_concurrent
        if holder.starts_on >= day:
            holdings.end_roles(call, holder, holder.starts_on - DAY)
            holdings.give_roles(call, holder, post, holder.starts_on)
            continue
        holdings.release(call, holder, day - DAY, batch=batch)
        holdings.hold(call, user, post, starts_on=day, ends_on=ends_on, is_concurrent=is_concurrent, batch=batch)


def _copy_direct_roles(call: Call, old: Department, new: Department, day: date) -> None:
    query = select(RoleGrant).where(
        RoleGrant.organisation_id == call.actor.organisation_id,
        RoleGrant.department_id == old.key,
        col(RoleGrant.post_holder_id).is_(None),
        col(RoleGrant.delegation_id).is_(None),
        counts_on(day),
    )
    for grant in call.session.exec(query).all():
        kept = grant.model_dump(exclude={"id", "created_at", "department_id", "starts_on"})
        call.session.add(RoleGrant(**kept, department_id=new.key, starts_on=day))
    call.session.flush()
