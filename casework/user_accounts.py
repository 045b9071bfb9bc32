"""People's accounts as an administrator keeps them: made, stopped, opened again. Never one's own, never a role.

Roles are held through posts (``casework`` of the organisation); whoever makes accounts gives none here, so that nobody
makes himself a decider (1(8)).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from casework import audit, notices, passwords, sessions, totp
from casework.call import Call
from casework.database import as_operator
from casework.errors import BadInput, FieldError, NotFound, NotPermitted
from casework.request_rules import need_version
from casework.sign_in import lock_person
from casework.sign_in_rules import TEMPORARY_DAYS
from casework.tenancy import visible_to
from models.department import Department
from models.second_factor import SecondFactor
from models.user import User
from models.vocabulary import Role

KEEPERS = (Role.ADMIN,)
_LOGIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,79}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class UserRow:
    """One account in the list: ``standing`` is ``closed``, ``blocked``, ``locked``, ``temporary`` or ``open``."""

    user: User
    department_name: str
    has_second_factor: bool
    standing: str


@dataclass(frozen=True)
class UserIn:
    """What is needed to let somebody in."""

    login_name: str
    name: str
    department: str
    email: str = ""


def list_users(call: Call, *, words: str = "") -> Sequence[UserRow]:
    """Return every account of the organisation with where it stands; raises ``NotPermitted``."""
    call.need(*KEEPERS, to="職員のアカウントを見る")
    query = (
        select(User, Department.name, SecondFactor.confirmed_at)
        .join(Department, col(Department.id) == col(User.department_id))
        .outerjoin(SecondFactor, col(SecondFactor.user_id) == col(User.id))
        .where(User.organisation_id == call.actor.organisation_id)
        .order_by(col(Department.code), col(User.login_name))
    )
    if words.strip():
        part = f"%{words.strip()}%"
        query = query.where(col(User.login_name).like(part) | col(User.name).like(part))
    rows = call.session.exec(query).all()
    return [UserRow(user, name, bool(since), standing_of(user, call.now)) for user, name, since in rows]


def standing_of(user: User, now: datetime) -> str:
    """Return where an account stands."""
    if not user.is_active:
        return "closed"
    if user.blocked_at:
        return "blocked"
    if user.locked_until_at and user.locked_until_at > now:
        return "locked"
    return "temporary" if user.temporary_until_at else "open"


def find_user(call: Call, login_name: str) -> UserRow:
    """Return one account; raises ``NotPermitted`` and ``NotFound`` (also for another organisation's)."""
    found = [row for row in list_users(call) if row.user.login_name == login_name]
    if not found:
        raise NotFound(f"「{login_name}」というアカウントはありません。一覧から選び直してください。")
    return found[0]


def list_departments(call: Call) -> Sequence[Department]:
    """Return the sections a person may belong to."""
    return call.session.exec(visible_to(call.actor, Department).order_by(col(Department.code))).all()


def create_user(call: Call, stated: UserIn, *, batch: str = "") -> tuple[User, str]:
    """Make an account and return it with its temporary password, which is told once and works for seven days.

    Raises ``BadInput`` with a sentence for each field.
    """
    call.need(*KEEPERS, to="職員のアカウントを作る")
    call.line_up()
    department = call.session.exec(
        visible_to(call.actor, Department).where(Department.code == stated.department)
    ).first()
    name = stated.login_name.strip()
    errors = faults(stated, department, is_taken=name in taken_names(call, [name]))
    if department is None or errors:
        raise BadInput(errors[0].message, errors)
    temporary = passwords.new_temporary()
    user = User(
        organisation_id=call.actor.organisation_id,
        login_name=stated.login_name.strip(),
        name=stated.name.strip(),
        email=stated.email.strip(),
        password_hash=passwords.hash_password(temporary),
        department_id=department.key,
        temporary_until_at=call.now + timedelta(days=TEMPORARY_DAYS),
    )
    call.session.add(user)
    call.session.flush()
    told = {"name": user.name, "department": department.name, **_batch(batch)}
    audit.record(call, "user_entered", "user", user.login_name, after=told)
    return user, temporary


def change_user(call: Call, stated: UserIn, *, version: int, batch: str = "") -> User:
    """Correct a person's name, section or mail address; never one's own account.

    Raises ``NotPermitted``, ``NotFound``, ``BadInput`` and ``StaleVersion``.
    """
    call.need(*KEEPERS, to="職員のアカウントを変える")
    query = visible_to(call.actor, User).where(User.login_name == stated.login_name)
    user = call.session.exec(query).first()
    if user is None:
        raise NotFound(f"「{stated.login_name}」というアカウントはありません。一覧から選び直してください。")
    if user.key == call.actor.user_id:
        raise NotPermitted("自分のアカウントは変えられません。ほかのシステム管理に頼んでください。")
    need_version(user.version, version)
    query_section = visible_to(call.actor, Department).where(Department.code == stated.department)
    department = call.session.exec(query_section).first()
    errors = faults(stated, department, is_taken=False)
    if department is None or errors:
        raise BadInput(errors[0].message, errors)
    before = {"name": user.name, "department": user.department_id, "email": user.email}
    user.name, user.email, user.department_id = stated.name.strip(), stated.email.strip(), department.key
    user.version += 1
    call.session.add(user)
    call.session.flush()
    after = {"name": user.name, "department": user.department_id, "email": user.email}
    audit.record(call, "user_changed", "user", user.login_name, before=before, after={**after, **_batch(batch)})
    return user


def _batch(batch: str) -> dict[str, str]:
    return {"batch": batch} if batch else {}


def faults(stated: UserIn, department: Department | None, *, is_taken: bool) -> list[FieldError]:
    """Return what is to be mended before an account can be made or changed; asks no database."""
    found = []
    if not _LOGIN_NAME.fullmatch(stated.login_name.strip()):
        sentence = "ログイン名は、英数字と . _ - @ の2文字以上80文字までで、英数字から始めてください。"
        found.append(FieldError("/login_name", "unreadable", sentence))
    elif is_taken:
        sentence = f"「{stated.login_name.strip()}」は使われています。別のログイン名にしてください。"
        found.append(FieldError("/login_name", "taken", sentence))
    if not stated.name.strip():
        found.append(FieldError("/name", "missing", "氏名を入力してください。"))
    if department is None:
        found.append(FieldError("/department", "missing", "所属を一覧から選んでください。"))
    if stated.email.strip() and not _ADDRESS.fullmatch(stated.email.strip()):
        sentence = "メールアドレスを name@example.lg.jp の形で入力してください。"
        found.append(FieldError("/email", "unreadable", sentence))
    return found


def taken_names(call: Call, login_names: Iterable[str]) -> frozenset[str]:
    """Return which login names somebody of the whole installation has: one name is one person."""
    with as_operator(call.session):
        query = select(User.login_name).where(col(User.login_name).in_(list(login_names)))
        return frozenset(call.session.exec(query).all())


def give_temporary_password(call: Call, login_name: str, reason: str) -> str:
    """Put a temporary password in the place of a forgotten one, end the person's sessions, and return it once."""
    user = _take(call, login_name, reason, "仮のパスワードを出す")
    temporary = passwords.new_temporary()
    user.password_hash = passwords.hash_password(temporary)
    user.temporary_until_at = call.now + timedelta(days=TEMPORARY_DAYS)
    user.failed_logins, user.locked_until_at = 0, None
    sessions.end_all(call, user)
    _finish(call, user, "password_reset", reason, "システム管理が、あなたに仮のパスワードを出しました")
    return temporary


def block(call: Call, login_name: str, reason: str) -> None:
    """Let nobody in under this name from now on; sessions and tokens open nothing either."""
    user = _take(call, login_name, reason, "アカウントを止める")
    user.blocked_at = user.blocked_at or call.now
    sessions.end_all(call, user)
    _finish(call, user, "user_blocked", reason, "システム管理が、あなたのアカウントを止めました")


def end_sessions(call: Call, login_name: str, reason: str) -> None:
    """End every session of a person, who may sign in again at once; tokens go on."""
    user = _take(call, login_name, reason, "ログインをすべて終わらせる")
    sessions.end_all(call, user)
    _finish(call, user, "sessions_ended", reason, "システム管理が、あなたのログインをすべて終わらせました")


def unblock(call: Call, login_name: str, reason: str) -> None:
    """Let the person in again, after a block or after too many failures."""
    user = _take(call, login_name, reason, "アカウントをまた使えるようにする")
    user.blocked_at, user.locked_until_at, user.failed_logins = None, None, 0
    _finish(call, user, "user_unblocked", reason, "システム管理が、あなたのアカウントをまた使えるようにしました")


def reset_second_factor(call: Call, login_name: str, reason: str) -> None:
    """Take a lost authenticator away, with its recovery codes and every session; the next sign-in enrols anew."""
    user = _take(call, login_name, reason, "認証アプリの登録を外す")
    if not totp.remove(call.session, user):
        sentence = "認証アプリは登録されていません。"
        raise BadInput(sentence, [FieldError("/reason", "nothing_there", sentence)])
    sessions.end_all(call, user)
    _finish(call, user, "second_factor_reset", reason, "システム管理が、あなたの認証アプリの登録を外しました")


def _take(call: Call, login_name: str, reason: str, deed: str) -> User:
    """Return the person's locked row. Raises ``NotPermitted`` for one's own account, ``BadInput`` without a reason."""
    call.need(*KEEPERS, to=deed)
    found = find_user(call, login_name).user
    if found.key == call.actor.user_id:
        raise NotPermitted(f"自分のアカウントについて{deed}ことはできません。ほかのシステム管理に頼んでください。")
    if not reason.strip():
        sentence = "理由を入力してください。記録に残り、本人にも知らせます。"
        raise BadInput(sentence, [FieldError("/reason", "missing", sentence)])
    return lock_person(call.session, found)


def _finish(call: Call, user: User, action: str, reason: str, title: str) -> None:
    user.version += 1
    call.session.add(user)
    after = {"reason": reason.strip(), "blocked_at": user.blocked_at.isoformat() if user.blocked_at else ""}
    audit.record(call, action, "user", user.login_name, after=after)
    notices.tell(call.session, user, action, f"{title}。心当たりがないときは、すぐに連絡してください", call.now)
    for keeper in notices.administrators(call.session, user.organisation_id, call.today):
        if keeper.id not in {user.id, call.actor.user_id}:
            told = f"{call.actor.name}さんが{user.name}さんのアカウントを変えました({reason.strip()})"
            notices.tell(call.session, keeper, action, told, call.now, about=user)
