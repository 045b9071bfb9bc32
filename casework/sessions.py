"""Server-side sessions: opened, read at every call, renewed when a person becomes more, listed and ended."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, and_, bindparam, update
from sqlmodel import Session, col, select

from casework import audit
from casework.actor import Actor, actor_of, counts_on
from casework.call import Call
from casework.clock import day_in_japan
from casework.errors import NotAuthenticated, NotFound, NotPermitted
from casework.sign_in_rules import Knock, SignInRules
from models.api_token import ApiToken
from models.login_session import LoginSession
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import SignInWay

SEEN_EVERY = timedelta(minutes=1)
CODE_WITHIN = timedelta(minutes=10)
STEP_CODE, STEP_PASSWORD, STEP_ENROLMENT = "code", "password", "enrolment"


@dataclass(frozen=True)
class SignedIn:
    """Who calls: the person, the person as an actor, and the session (or the token) that holds.

    ``step`` is what is still owed before anything else opens: ``code``, ``password``, ``enrolment``, or "" for nothing.
    """

    login: LoginSession | None
    user: User
    actor: Actor
    organisation: Organisation
    step: str = ""
    token: ApiToken | None = None

    @property
    def session(self) -> LoginSession:
        """Return the session; raises ``NotPermitted`` for a program with a token."""
        if self.login is None:
            raise NotPermitted("この操作はトークンではできません。画面からログインして行ってください。")
        return self.login


@dataclass(frozen=True)
class NewSession:
    """A session just opened. ``secret`` is told once and never stored. ``step`` is what is still owed."""

    secret: str
    csrf_token: str
    login: LoginSession
    user: User
    step: str = ""

    @property
    def expires_at(self) -> datetime:
        """Return when it ends however busy."""
        return self.login.expires_at

    @property
    def previous_login_at(self) -> datetime | None:
        """Return when the person signed in before, or None the first time."""
        return self.login.previous_at


def hash_secret(secret: str) -> str:
    """Return what is stored of a session's or a token's secret, which is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_one(
    session: Session, user: User, knock: Knock, *, way: SignInWay, is_privileged: bool, waits_for_code: bool = False
) -> NewSession:
    """Open a session with a secret of its own; one that waits for a code holds for ten minutes only."""
    longest = CODE_WITHIN if waits_for_code else knock.rules.longest(is_privileged=is_privileged)
    login = LoginSession(
        organisation_id=user.organisation_id,
        secret_hash="",
        user_id=user.key,
        csrf_token="",
        last_seen_at=knock.now,
        signed_in_at=knock.now,
        expires_at=knock.now + longest,
        signed_in_with=way,
        waits_for_code=waits_for_code,
        is_privileged=is_privileged,
        address=knock.address,
        device=knock.device[:200],
        previous_at=user.last_login_at,
        previous_address=user.last_login_address,
        failures_before=user.failed_since_login,
    )
    return _with_new_secret(session, login, user)


def renew(session: Session, login: LoginSession, user: User, now: datetime, **changed: Any) -> NewSession:  # noqa: ANN401 (values of columns)
    """Put a session with a new secret in the place of one that has become more; the old secret opens nothing.

    So whoever planted or read the old secret gains nothing by the person's code or new password.
    """
    kept = login.model_dump(exclude={"id", "created_at", "revoked_at"})
    login.revoked_at = now
    session.add(login)
    return _with_new_secret(session, LoginSession(**(kept | {"last_seen_at": now} | changed)), user)


def _with_new_secret(session: Session, login: LoginSession, user: User) -> NewSession:
    secret, login.csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    login.secret_hash = hash_secret(secret)
    session.add(login)
    session.flush()
    return NewSession(secret, login.csrf_token, login, user, _own_step(login, user))


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


def read_session(session: Session, secret: str, *, now: datetime, rules: SignInRules) -> SignedIn:
    """Return who a session secret belongs to, in one statement; raises ``NotAuthenticated`` when it holds no longer."""
    given = {"secret_hash": hash_secret(secret), "today": day_in_japan(now)}
    rows = session.exec(_who_is_signed_in(), params=given).all()
    if not rows:
        raise NotAuthenticated("ログインしていません。ログインしてから続けてください。")
    login, user, organisation, _ = rows[0]
    idle = rules.idle(is_privileged=login.is_privileged)
    if login.revoked_at or login.expires_at <= now or login.last_seen_at + idle <= now:
        raise NotAuthenticated("ログインの時間が過ぎました。もう一度ログインしてください。", is_expired=True)
    need_usable(user)
    grants: Iterable[RoleGrant | None] = (row[3] for row in rows)
    actor = actor_of(user, (grant for grant in grants if grant is not None))
    step = _own_step(login, user)
    if not step and rules.is_privileged(actor, organisation):
        step = _step_of_privileged(login)
    return SignedIn(login, user, replace(actor, signed_in_with=login.signed_in_with), organisation, step)


def need_usable(user: User) -> None:
    """Refuse a person whose account was closed or blocked. Raises ``NotAuthenticated``."""
    if not user.is_active or user.blocked_at:
        raise NotAuthenticated("このアカウントは使えなくなっています。システム管理に連絡してください。")


def _own_step(login: LoginSession, user: User) -> str:
    if login.waits_for_code:
        return STEP_CODE
    is_temporary = user.temporary_until_at is not None and login.signed_in_with != SignInWay.OIDC
    return STEP_PASSWORD if is_temporary else ""


def _step_of_privileged(login: LoginSession) -> str:
    if not login.has_second_factor:
        return STEP_ENROLMENT
    if not login.is_privileged:
        # The role came while the session was open: it was opened under the longer limits.
        raise NotAuthenticated("役割が変わりました。もう一度ログインしてください。", is_expired=True)
    return ""


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
    if login is not None and login.user_id == call.actor.user_id and login.revoked_at is None:
        login.revoked_at = call.now
        call.session.add(login)
        after = {"revoked_at": call.now.isoformat()}
        audit.record(call, "signed_out", "user", str(call.actor.user_id), after=after)


def list_own(call: Call, rules: SignInRules) -> Sequence[LoginSession]:
    """Return the actor's sessions that hold, the last used first."""
    mine = select(LoginSession).where(
        LoginSession.organisation_id == call.actor.organisation_id,
        LoginSession.user_id == call.actor.user_id,
        col(LoginSession.revoked_at).is_(None),
        col(LoginSession.expires_at) > call.now,
        col(LoginSession.waits_for_code).is_(False),
    )
    rows = call.session.exec(mine.order_by(col(LoginSession.last_seen_at).desc(), col(LoginSession.id).desc())).all()
    return [row for row in rows if row.last_seen_at + rules.idle(is_privileged=row.is_privileged) > call.now]


def end_own(call: Call, login_id: int) -> None:
    """End one of the actor's sessions by its key; raises ``NotFound`` for anybody else's."""
    login = call.session.get(LoginSession, login_id)
    if login is None or login.user_id != call.actor.user_id or login.revoked_at is not None:
        raise NotFound("そのログインはありません。一覧から選び直してください。")
    login.revoked_at = call.now
    call.session.add(login)
    after = {"device": login.device, "count": 1, "revoked_at": call.now.isoformat()}
    audit.record(call, "session_ended", "user", str(login.user_id), after=after)


def end_all(call: Call, user: User, *, but: int | None = None) -> int:
    """End every session of a person, except one, and return how many; what called for it records itself besides."""
    held = update(LoginSession).where(
        col(LoginSession.organisation_id) == call.actor.organisation_id,
        col(LoginSession.user_id) == user.key,
        col(LoginSession.revoked_at).is_(None),
        col(LoginSession.id) != (but or 0),
    )
    ended = call.session.exec(held.values(revoked_at=call.now)).rowcount
    if ended:
        audit.record(call, "session_ended", "user", user.login_name, after={"count": ended})
    return ended
