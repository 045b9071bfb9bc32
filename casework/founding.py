"""How an organisation begins, and how it comes back when no administrator can get in: by whoever runs the server.

Both are deeds of the command line alone, done with the rights of the machine; the record says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework import audit, departments, posts, user_accounts
from casework.actor import Actor, Grant
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound
from casework.installation import SHARED, Installation
from casework.posts import PostIn, RoleOfPost
from casework.user_accounts import UserIn
from models.organisation import Organisation
from models.second_factor import SecondFactor
from models.vocabulary import Role
from policy.library import list_pack_ids

RUNNER = "サーバーの管理(コマンド)"
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True)
class Founding:
    """What is stated of a new organisation: its first section, and the administrators who enter everybody else."""

    code: str
    name: str
    pack: str
    section_code: str
    section_name: str
    administrators: tuple[UserIn, ...]
    contact: str = ""


@dataclass(frozen=True)
class FirstLogin:
    """How somebody gets in for the first time; the password is told once and must be changed at once."""

    login_name: str
    name: str
    temporary_password: str


def list_organisations(session: Session) -> Sequence[Organisation]:
    """Return the organisations of the installation by code, without the shared one that owns public lists."""
    query = select(Organisation).where(Organisation.code != SHARED)
    return session.exec(query.order_by(col(Organisation.code))).all()


def found(session: Session, installation: Installation, stated: Founding) -> list[FirstLogin]:
    """Enter an organisation with its first section and administrators; return how they get in. Raises ``BadInput``."""
    _check(session, stated)
    organisation = Organisation(
        code=stated.code, name=stated.name.strip(), pack=stated.pack, contact=stated.contact.strip()
    )
    session.add(organisation)
    session.flush()
    call = _call(session, installation, organisation)
    audit.record(call, "organisation_entered", "organisation", organisation.code, after={"pack": stated.pack})
    departments.enter_department(call, stated.section_code, stated.section_name)
    admin = RoleOfPost(Role.ADMIN, is_everywhere=True)
    posts.enter_post(call, PostIn("system-admin", "システム管理", stated.section_code, (admin,)))
    return [_let_in(call, person) for person in stated.administrators]


def _check(session: Session, stated: Founding) -> None:
    errors = []
    if not _CODE.fullmatch(stated.code) or stated.code == SHARED:
        errors.append(FieldError("CODE", "unusable", "団体の符号は英小文字で始まる英小文字・数字・- の2〜40字です。"))
    elif session.exec(select(Organisation).where(Organisation.code == stated.code)).first() is not None:
        errors.append(FieldError("CODE", "taken", f"団体「{stated.code}」はもうあります。別の符号にしてください。"))
    if not stated.name.strip():
        errors.append(FieldError("--name", "missing", "団体の名前を書いてください(例 星見ヶ丘市)。"))
    if stated.pack not in list_pack_ids():
        known = "、".join(list_pack_ids())
        errors.append(
            FieldError(
                "--pack", "no_such_pack", f"ポリシーのパック「{stated.pack}」はありません。あるのは {known} です。"
            )
        )
    if not stated.administrators:
        errors.append(
            FieldError("--admin", "missing", "システム管理になる人を1人以上書いてください(2人以上を勧めます)。")
        )
    if errors:
        raise BadInput(errors[0].message, errors)


def _let_in(call: Call, person: UserIn) -> FirstLogin:
    user, temporary = user_accounts.create_user(call, person)
    posts.appoint(call, "system-admin", user.login_name, starts_on=call.today)
    return FirstLogin(user.login_name, user.name, temporary)


def rescue(
    session: Session, installation: Installation, *, organisation: str, login_name: str, reason: str
) -> FirstLogin:
    """Let somebody in again whom no administrator can help: a new temporary password, and the authenticator taken off.

    Raises ``NotFound`` and ``BadInput`` (no reason). The person and every administrator are told.
    """
    row = session.exec(select(Organisation).where(Organisation.code == organisation)).first()
    if row is None or row.code == SHARED:
        raise NotFound(f"団体「{organisation}」はありません。sekisho organisation list で符号を確かめてください。")
    call = _call(session, installation, row)
    user = user_accounts.find_user(call, login_name).user
    if session.exec(select(SecondFactor).where(SecondFactor.user_id == user.key)).first() is not None:
        user_accounts.reset_second_factor(call, login_name, reason)
    if user.blocked_at is not None:
        user_accounts.unblock(call, login_name, reason)
    return FirstLogin(user.login_name, user.name, user_accounts.give_temporary_password(call, login_name, reason))


def _call(session: Session, installation: Installation, organisation: Organisation) -> Call:
    """Return a call by nobody of the organisation, with the rights of an administrator."""
    actor = Actor(organisation.key, 0, RUNNER, 0, (Grant(Role.ADMIN, None),))
    return Call(session, actor, installation.now(), installation.store, "cli")
