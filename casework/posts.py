"""Posts (職): the roles they hold, who holds them when, and 兼務, which is shown wherever it matters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_

from casework import accounts, audit, departments, holdings
from casework.call import ROLE_LABELS, Call
from casework.decision_settings import DECIDERS
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.holdings import DAY
from casework.tenancy import visible_to
from models.department import Department
from models.post import Post
from models.post_holder import PostHolder
from models.post_role import PostRole
from models.user import User
from models.vocabulary import Role

KEEPERS = (Role.ADMIN,)
READERS = (Role.ADMIN, Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR)
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class RoleOfPost:
    """A role a post gives, for its own section or for the whole organisation."""

    role: str
    is_everywhere: bool = False

    @property
    def words(self) -> str:
        """Return the role in Japanese with where it counts."""
        return f"{ROLE_LABELS[self.role]}({'全庁' if self.is_everywhere else '自課'})"


@dataclass(frozen=True)
class PostIn:
    """What is stated of a new post; ``department`` is the code of its section."""

    code: str
    name: str
    department: str
    roles: tuple[RoleOfPost, ...] = ()


@dataclass(frozen=True)
class PostRow:
    """A post with its section, the roles it gives and who holds it on a day."""

    post: Post
    department: Department
    roles: Sequence[RoleOfPost]
    holders: Sequence[tuple[PostHolder, User]]

    @property
    def is_orphaned(self) -> bool:
        """Return whether the post gives a role and nobody holds it."""
        return bool(self.roles) and not self.holders


@dataclass(frozen=True)
class Concurrent:
    """A person with several posts, and the roles with which they could meet themselves in one route."""

    user: User
    posts: Sequence[tuple[PostHolder, Post]]
    meeting: Sequence[str]


def list_posts(call: Call, day: date | None = None) -> list[PostRow]:
    """Return every post that exists on a day (today), by section, with its roles and holders."""
    on = day or call.today
    found = visible_to(call.actor, Post).where(or_(col(Post.ends_on).is_(None), col(Post.ends_on) >= on))
    posts = call.session.exec(found.order_by(col(Post.department_id), col(Post.id))).all()
    return _rows(call, posts, on)


def _rows(call: Call, posts: Sequence[Post], day: date) -> list[PostRow]:
    sections = {row.key: row for row in departments.list_departments(call, with_past=True)}
    roles: dict[int, list[RoleOfPost]] = {}
    for row in call.session.exec(visible_to(call.actor, PostRole).order_by(col(PostRole.id))).all():
        roles.setdefault(row.post_id, []).append(RoleOfPost(row.role, row.department_id is None))
    holders: dict[int, list[tuple[PostHolder, User]]] = {}
    for holder, user, post in holdings.holdings_on(call, day):
        holders.setdefault(post.key, []).append((holder, user))
    return [
        PostRow(post, sections[post.department_id], roles.get(post.key, []), holders.get(post.key, []))
        for post in posts
    ]


def find_post(call: Call, code: str) -> PostRow:
    """Return a post by its code as it stands today; raises ``NotFound``."""
    post = call.session.exec(visible_to(call.actor, Post).where(Post.code == code)).first()
    if post is None:
        raise NotFound(f"職「{code}」はありません。組織の一覧から選び直してください。")
    return _rows(call, [post], call.today)[0]


def history_of(call: Call, post: Post) -> Sequence[PostHolder]:
    """Return everybody who ever held a post, the newest first, under the names of their time."""
    query = visible_to(call.actor, PostHolder).where(PostHolder.post_id == post.key)
    return call.session.exec(query.order_by(col(PostHolder.starts_on).desc(), col(PostHolder.id).desc())).all()


def enter_post(call: Call, stated: PostIn) -> Post:
    """Enter a post with the roles it gives. Raises ``BadInput``."""
    call.need(*KEEPERS, to="職を登録する")
    call.line_up()
    code, name = stated.code.strip(), stated.name.strip()
    section = departments.find_department(call, stated.department) if stated.department else None
    found: list[FieldError] = []
    if not code:
        found.append(FieldError("/code", "missing", "職の符号を入力してください(例 joho-kacho)。"))
    elif call.session.exec(visible_to(call.actor, Post).where(Post.code == code)).first() is not None:
        found.append(FieldError("/code", "taken", f"符号「{code}」は使われています。別の符号にしてください。"))
    if not name:
        found.append(FieldError("/name", "missing", "職の名前を入力してください(例 情報政策課長)。"))
    if section is None or departments.standing_now(call, section) is not section:
        found.append(FieldError("/department", "missing", "いまある課を選んでください。"))
    if section is None or found:
        raise BadInput(found[0].message, found)
    post = Post(
        organisation_id=call.actor.organisation_id,
        code=code,
        name=name,
        department_id=section.key,
        starts_on=call.today,
    )
    call.session.add(post)
    call.session.flush()
    _write_roles(call, post, stated.roles)
    after = {"name": name, "department": section.code, "roles": [role.words for role in stated.roles]}
    audit.record(call, "post_entered", "post", code, after=after)
    return post


def _write_roles(call: Call, post: Post, roles: Iterable[RoleOfPost]) -> None:
    listed = [role for role in dict.fromkeys(roles) if role.role != Role.STAFF]
    if unknown := [role.role for role in listed if role.role not in ROLE_LABELS]:
        sentence = f"役割「{'、'.join(unknown)}」はありません。一覧から選んでください。"
        raise BadInput(sentence, [FieldError("/roles", "unknown_role", sentence)])
    call.session.add_all(
        PostRole(
            organisation_id=post.organisation_id,
            post_id=post.key,
            role=role.role,
            department_id=None if role.is_everywhere else post.department_id,
        )
        for role in listed
    )
    call.session.flush()


def set_roles(call: Call, code: str, roles: Sequence[RoleOfPost]) -> PostRow:
    """Give a post other roles; whoever holds it has them from now on. Never for a post of one's own."""
    call.need(*KEEPERS, to="職の役割を変える")
    call.line_up()
    row = find_post(call, code)
    if any(user.key == call.actor.user_id for _, user in row.holders):
        raise NotPermitted("自分の職の役割は変えられません。ほかのシステム管理に頼んでください。")
    for held in call.session.exec(visible_to(call.actor, PostRole).where(PostRole.post_id == row.post.key)).all():
        call.session.delete(held)
    call.session.flush()
    _write_roles(call, row.post, roles)
    query = visible_to(call.actor, PostHolder).where(
        PostHolder.post_id == row.post.key,
        or_(col(PostHolder.ends_on).is_(None), col(PostHolder.ends_on) >= call.today),
    )
    for holder in call.session.exec(query).all():
        holdings.end_roles(call, holder, call.today - DAY)
        holdings.give_roles(call, holder, row.post, call.today)
        holdings.follow_giver(call, holder.user_id)
    before = {"roles": [role.words for role in row.roles]}
    audit.record(call, "post_changed", "post", code, before=before, after={"roles": [role.words for role in roles]})
    return find_post(call, code)


def appoint(
    call: Call,
    code: str,
    login_name: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    is_concurrent: bool = False,
) -> PostHolder:
    """Let a person hold a post from a day. Nobody appoints oneself (1(8)). Raises ``BadInput`` and ``WrongState``."""
    call.need(*KEEPERS, to="職に就ける")
    call.line_up()
    row = find_post(call, code)
    user = accounts.look_up_person(call, login_name)
    found = _faults(call, user, login_name, starts_on, ends_on)
    if user is None or found:
        raise BadInput(found[0].message, found)
    if user.key == call.actor.user_id:
        raise NotPermitted("1(8)により、自分を職に就けることはできません。ほかのシステム管理に頼んでください。")
    standing = _holdings_between(call, row.post, user, starts_on, ends_on)
    if standing:
        raise WrongState(f"{user.name}さんは、その期間にもう{row.post.name}です。先に前の任期を終えてください。")
    return holdings.hold(call, user, row.post, starts_on=starts_on, ends_on=ends_on, is_concurrent=is_concurrent)


def _faults(call: Call, user: User | None, login_name: str, starts_on: date, ends_on: date | None) -> list[FieldError]:
    found = []
    if user is None:
        sentence = f"「{login_name}」という職員はいません。ログイン名を確かめてください。"
        found.append(FieldError("/login_name", "unknown_user", sentence))
    if starts_on < call.today:
        sentence = "就く日は、きょうから後の日にしてください。過ぎた日の決裁の権限は変えられません。"
        found.append(FieldError("/starts_on", "past", sentence))
    if ends_on is not None and ends_on < starts_on:
        found.append(FieldError("/ends_on", "before_start", "終わる日は、就く日より後にしてください。"))
    return found


def _holdings_between(
    call: Call, post: Post, user: User, starts_on: date, ends_on: date | None
) -> Sequence[PostHolder]:
    query = visible_to(call.actor, PostHolder).where(
        PostHolder.post_id == post.key,
        PostHolder.user_id == user.key,
        or_(col(PostHolder.ends_on).is_(None), col(PostHolder.ends_on) >= starts_on),
    )
    if ends_on is not None:
        query = query.where(PostHolder.starts_on <= ends_on)
    return call.session.exec(query).all()


def dismiss(call: Call, code: str, holder_id: int, *, last_day: date) -> PostHolder:
    """Let a person hold a post no longer than to a day (yesterday at the earliest: then the roles end at once)."""
    call.need(*KEEPERS, to="任期を終える")
    call.line_up()
    row = find_post(call, code)
    query = visible_to(call.actor, PostHolder).where(PostHolder.post_id == row.post.key, PostHolder.id == holder_id)
    holder = call.session.exec(query).first()
    if holder is None:
        raise NotFound("その任期はありません。職の画面から選び直してください。")
    if last_day < call.today - DAY:
        sentence = "終わる日は、きのうから後の日にしてください。"
        raise BadInput(sentence, [FieldError("/last_day", "past", sentence)])
    if holder.ends_on is not None and holder.ends_on <= last_day:
        raise WrongState(f"この任期は{holder.ends_on.isoformat()}に終わります。")
    holdings.release(call, holder, last_day)
    holdings.follow_giver(call, holder.user_id)
    return holder


def list_concurrent(call: Call, day: date | None = None) -> list[Concurrent]:
    """Return who holds several posts on a day, with the deciding roles that meet in one person (1(8))."""
    on = day or call.today
    by_person: dict[int, list[tuple[PostHolder, Post]]] = {}
    users: dict[int, User] = {}
    for holder, user, post in holdings.holdings_on(call, on):
        by_person.setdefault(user.key, []).append((holder, post))
        users[user.key] = user
    return [
        Concurrent(users[key], held, meeting_roles(call, [post for _, post in held]))
        for key, held in by_person.items()
        if len(held) > 1
    ]


def meeting_roles(call: Call, held: Sequence[Post]) -> list[str]:
    """Return the deciding roles of several posts that could stand in one route, where they are two or more."""
    given = {
        (role.role, role.department_id)
        for post in held
        for role in holdings.roles_of(call.session, post)
        if role.role in DECIDERS
    }
    meeting = {
        role
        for role, place in given
        for other, elsewhere in given
        if role != other and (place is None or elsewhere is None or place == elsewhere)
    }
    return [ROLE_LABELS[role] for role in DECIDERS if role in meeting]
