"""Local accounts and server-side sessions: who signs in, how often it may fail, how long it holds."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import Date, and_, bindparam
from sqlmodel import Session, col, select

from casework import audit
from casework.actor import Actor, actor_of, counts_on, load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.errors import NotAuthenticated, NotFound, TooManyRequests
from casework.files import FileStore
from models.department import Department
from models.login_session import LoginSession
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.user import User

FAILURES_ALLOWED = 5
LOCK_MINUTES = 15
SEEN_EVERY = timedelta(minutes=1)
WRONG = "ログイン名かパスワードが違います。もう一度入力してください。"


@dataclass(frozen=True)
class SignedIn:
    """A session that holds: its row, its person, and the person as an actor."""

    session: LoginSession
    user: User
    actor: Actor
    organisation: Organisation


@dataclass(frozen=True)
class NewSession:
    """A session just opened. ``secret`` is told once and never stored."""

    secret: str
    csrf_token: str
    expires_at: datetime
    user: User
    previous_login_at: datetime | None


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _decoy() -> str:
    # Verified when the login name is unknown, so that the time taken does not tell whether it exists.
    return _hasher().hash("no such account")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher().hash(password)


def hash_secret(secret: str) -> str:
    """Return what is stored of a session secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(
    session: Session, login_name: str, password: str, *, now: datetime, hours: int, store: FileStore, source: str
) -> NewSession | None:
    """Open a session, or return None when name or password is wrong (the failure is counted and stays counted).

    Raises ``TooManyRequests`` while the account is locked: 5 failures lock it for 15 minutes.
    """
    user = session.exec(select(User).where(User.login_name == login_name.strip()).with_for_update()).first()
    if user is None or not user.is_active:
        _hasher().verify(password, _decoy())
        return None
    if user.locked_until_at and user.locked_until_at > now:
        wait = ceil((user.locked_until_at - now).total_seconds())
        raise TooManyRequests(
            f"続けて間違えたため、{ceil(wait / 60)}分ほどログインを止めています。"
            "時間をおいて試すか、システム管理に連絡してください。",
            retry_after=wait,
        )
    fits, better_hash = _hasher().verify_and_update(password, user.password_hash)
    if not fits:
        user.failed_logins += 1
        if user.failed_logins >= FAILURES_ALLOWED:
            user.failed_logins, user.locked_until_at = 0, now + timedelta(minutes=LOCK_MINUTES)
        session.add(user)
        return None
    if better_hash:
        user.password_hash = better_hash
    previous, user.last_login_at, user.failed_logins = user.last_login_at, now, 0
    session.add(user)
    opened = _open(session, user, now=now, hours=hours, previous=previous)
    actor = load_actor(session, user, day_in_japan(now))
    call = Call(session=session, actor=actor, now=now, store=store, source=source)
    audit.record(call, "signed_in", "user", user.login_name)
    return opened


def _open(session: Session, user: User, *, now: datetime, hours: int, previous: datetime | None) -> NewSession:
    secret, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=hours)
    session.add(
        LoginSession(
            organisation_id=user.organisation_id,
            secret_hash=hash_secret(secret),
            user_id=user.key,
            csrf_token=csrf_token,
            last_seen_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return NewSession(secret, csrf_token, expires_at, user, previous)


@lru_cache(maxsize=1)
def _who_is_signed_in() -> Any:  # noqa: ANN401 (a select of four tables)
    # Every call begins with this one; putting it together costs more than running it, so it is put together once.
    grants_of_today = and_(
        col(RoleGrant.user_id) == col(User.id),
        col(RoleGrant.organisation_id) == col(User.organisation_id),
        counts_on(bindparam("today", type_=Date)),
    )
    return (
        select(LoginSession, User, Organisation, RoleGrant)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .outerjoin(RoleGrant, grants_of_today)
        .where(LoginSession.secret_hash == bindparam("secret_hash"))
        .order_by(col(RoleGrant.id))
    )


def read_session(session: Session, secret: str, *, now: datetime, idle_minutes: int) -> SignedIn:
    """Return who a session secret belongs to, in one statement; raises ``NotAuthenticated`` when it holds no longer."""
    given = {"secret_hash": hash_secret(secret), "today": day_in_japan(now)}
    rows = session.exec(_who_is_signed_in(), params=given).all()
    if not rows:
        raise NotAuthenticated("ログインしていません。ログインしてから続けてください。")
    login, user, organisation, _ = rows[0]
    if login.revoked_at or login.expires_at <= now or login.last_seen_at + timedelta(minutes=idle_minutes) <= now:
        raise NotAuthenticated("ログインの時間が過ぎました。もう一度ログインしてください。", is_expired=True)
    if not user.is_active:
        raise NotAuthenticated("このアカウントは使えなくなっています。システム管理に連絡してください。")
    grants: Iterable[RoleGrant | None] = (row[3] for row in rows)
    return SignedIn(login, user, actor_of(user, (grant for grant in grants if grant is not None)), organisation)


def is_worth_touching(login: LoginSession, now: datetime) -> bool:
    """Return whether the last-seen instant is old enough to be written again: not on every read."""
    return now - login.last_seen_at >= SEEN_EVERY


def touch(session: Session, login_id: int, now: datetime) -> None:
    """Note that a session was used."""
    login = session.get(LoginSession, login_id)
    if login is not None:
        login.last_seen_at = now
        session.add(login)


def sign_out(call: Call, login_id: int) -> None:
    """End a session of the actor's own."""
    login = call.session.get(LoginSession, login_id)
    if login is not None and login.user_id == call.actor.user_id:
        login.revoked_at = call.now
        call.session.add(login)
        audit.record(call, "signed_out", "user", str(call.actor.user_id))


def list_people(call: Call) -> list[tuple[User, Department]]:
    """Return the active people of the organisation with their sections, for naming a manager or an owner."""
    found = call.session.exec(
        select(User, Department)
        .join(Department, col(Department.id) == col(User.department_id))
        .where(User.organisation_id == call.actor.organisation_id, col(User.is_active))
        .order_by(col(Department.code), col(User.id))
    )
    return list(found.all())


def look_up_person(call: Call, login_name: str) -> User | None:
    """Return an active person of the organisation by login name, or None."""
    return call.session.exec(
        select(User).where(
            User.organisation_id == call.actor.organisation_id, User.login_name == login_name, col(User.is_active)
        )
    ).first()


def find_person(call: Call, login_name: str) -> User:
    """Return an active person of the organisation by login name; raises ``NotFound``."""
    user = look_up_person(call, login_name)
    if user is None:
        raise NotFound(f"「{login_name}」という職員はいません。ログイン名を確かめてください。")
    return user
