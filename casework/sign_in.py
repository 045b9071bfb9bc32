"""Signing in, step by step: password, code of the authenticator, own password in place of a temporary one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from casework import audit, notices, passwords, sessions, throttle, totp
from casework.actor import Actor, load_actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session, widen
from casework.errors import BadInput, FieldError, NotPermitted
from casework.sessions import NewSession, SignedIn
from casework.sign_in_rules import Knock, SignInRules
from models.login_session import LoginSession
from models.organisation import Organisation
from models.user import User
from models.vocabulary import SignInWay

WRONG = "ログイン名かパスワードが違います。もう一度入力してください。"
OUT_OF_TIME = "仮のパスワードの期限が過ぎました。システム管理に、新しい仮のパスワードを頼んでください。"
BLOCKED = "このアカウントは使えなくなっています。システム管理に連絡してください。"
NEED_CODE = "確認コードが要ります。認証アプリの6桁か、回復コードを code に入れてください。"
NEED_PASSWORD = "仮のパスワードです。画面からログインし、自分のパスワードを決めてから行ってください。"  # noqa: S105 (a sentence)


@dataclass(frozen=True)
class NotLetIn:
    """Nobody was let in; returned and not raised, so that what was counted stays. ``field`` is where it is shown."""

    message: str
    field: str = "login_name"


def sign_in(
    engine: Engine, login_name: str, password: str, *, knock: Knock, code: str = "", in_one_step: bool = False
) -> NewSession | NotLetIn:
    """Open a session, or say why not. Raises ``TooManyRequests`` while the account or the address is locked.

    Five failures lock an account for 15 minutes. The password is compared outside the writing transaction, because
    argon2 is slow on purpose; what it came to counts only if the account is still open when it is written down.
    ``in_one_step``: a program cannot be led from page to page, so a code that is owed has to come along.
    """
    with open_session(engine, writes=False, operator=True) as session:
        throttle.need_calm(session, knock, login_name)
        user = _find(session, login_name)
        if user is not None and user.locked_until_at and user.locked_until_at > knock.now:
            raise throttle.refused_until(user.locked_until_at, knock.now)
        kept = user.password_hash if user is not None else None
    fits, better = passwords.verify(password, kept)
    with open_session(engine, operator=True) as session:
        if user is None or not user.is_active:
            throttle.forget_old(session, knock)
            throttle.count_address(session, knock)
            throttle.count_name(session, knock, login_name)
            return NotLetIn(WRONG)
        standing = lock_person(session, user)
        if not fits or standing.password_hash != kept:
            return _failed(session, standing, knock, "password", WRONG)
        if better:
            standing.password_hash = better
        return _password_fits(session, standing, knock, code, in_one_step=in_one_step)


def _find(session: Session, login_name: str) -> User | None:
    return session.exec(select(User).where(User.login_name == login_name.strip())).first()


def lock_person(session: Session, user: User) -> User:
    """Return a person's row as it stands, after every other writer: the organisation is locked first, as by all."""
    session.exec(select(Organisation.id).where(Organisation.id == user.organisation_id).with_for_update()).one()
    again = select(User).where(User.id == user.key).with_for_update().execution_options(populate_existing=True)
    return session.exec(again).one()


def _password_fits(
    session: Session, user: User, knock: Knock, code: str, *, in_one_step: bool
) -> NewSession | NotLetIn:
    if user.locked_until_at and user.locked_until_at > knock.now:
        raise throttle.refused_until(user.locked_until_at, knock.now)
    if closed := _why_closed(user, knock):
        return _failed(session, user, knock, *closed, counts=False)
    if in_one_step and user.temporary_until_at:
        return NotLetIn(NEED_PASSWORD, "password")
    way: SignInWay | None = SignInWay.PASSWORD
    if totp.find_factor(session, user) is not None:
        if not in_one_step:
            way = SignInWay.PASSWORD
            return sessions.open_one(session, user, knock, way=way, is_privileged=False, waits_for_code=True)
        if not code.strip():
            return NotLetIn(NEED_CODE, "code")
        way = totp.check(session, user, code, knock.now, knock.store)
    if way is None:
        return _failed(session, user, knock, "code", totp.WRONG_CODE, field="code")
    opened = sessions.open_one(session, user, knock, way=way, is_privileged=is_privileged(session, user, knock))
    opened.login.has_second_factor = way != SignInWay.PASSWORD
    welcome(session, user, knock, opened.login)
    return opened


def _why_closed(user: User, knock: Knock) -> tuple[str, str] | None:
    if user.blocked_at:
        return "blocked", BLOCKED
    if user.temporary_until_at and user.temporary_until_at <= knock.now:
        return "out_of_time", OUT_OF_TIME
    return None


def is_privileged(session: Session, user: User, knock: Knock) -> bool:
    """Return whether the person holds a privileged role today (6-2(6))."""
    organisation = session.exec(select(Organisation).where(Organisation.id == user.organisation_id)).one()
    return knock.rules.is_privileged(load_actor(session, user, day_in_japan(knock.now)), organisation)


def welcome(session: Session, user: User, knock: Knock, login: LoginSession) -> None:
    """Note a completed sign-in; the session keeps what the one before was, to be shown.

    Provisions:
        6-2(4): the last sign-in is shown after signing in.
    """
    login.previous_at, login.previous_address = user.last_login_at, user.last_login_address
    login.failures_before = user.failed_since_login
    user.last_login_at, user.last_login_address = knock.now, knock.address
    user.failed_logins, user.failed_since_login, user.locked_until_at = 0, 0, None
    session.add_all([user, login])
    actor = load_actor(session, user, day_in_japan(knock.now))
    told = {"with": str(login.signed_in_with), "address": knock.address}
    audit.record(_call(session, actor, knock), "signed_in", "user", user.login_name, after=told)


def _failed(
    session: Session,
    user: User,
    knock: Knock,
    why: str,
    message: str,
    *,
    field: str = "login_name",
    counts: bool = True,
) -> NotLetIn:
    """Count and record a failure. The person is not the actor: who it was is not known."""
    throttle.count_address(session, knock)
    is_locked = counts and throttle.count_person(session, knock, user)
    call = _call(session, Actor(user.organisation_id, 0, "", user.department_id, ()), knock)
    audit.record(call, "sign_in_failed", "user", user.login_name, after={"why": why, "address": knock.address})
    if is_locked:
        until: Any = user.locked_until_at
        audit.record(call, "account_locked", "user", user.login_name, after={"until": until.isoformat()})
    return NotLetIn(message, field)


def _call(session: Session, actor: Actor, knock: Knock) -> Call:
    call = Call(session, actor, knock.now, knock.store, knock.source, knock.call_id)
    widen(session)  # failures are counted in rows that belong to no organisation
    return call


def give_code(session: Session, signed: SignedIn, code: str, knock: Knock) -> NewSession | NotLetIn:
    """Complete a sign-in that waits for a code, with a new secret; a wrong code counts like a wrong password.

    Raises ``TooManyRequests`` while the account is locked.
    """
    user = lock_person(session, signed.user)
    if user.locked_until_at and user.locked_until_at > knock.now:
        raise throttle.refused_until(user.locked_until_at, knock.now)
    way = totp.check(session, user, code, knock.now, knock.store)
    if way is None:
        refused = _failed(session, user, knock, "code", totp.WRONG_CODE, field="code")
        if user.locked_until_at:
            signed.session.revoked_at = knock.now
            session.add(signed.session)
        return refused
    is_special = is_privileged(session, user, knock)
    opened = sessions.renew(
        session,
        signed.session,
        user,
        knock.now,
        waits_for_code=False,
        has_second_factor=True,
        is_privileged=is_special,
        signed_in_with=way,
        expires_at=knock.now + knock.rules.longest(is_privileged=is_special),
    )
    welcome(session, user, knock, opened.login)
    if way == SignInWay.RECOVERY_CODE:
        left = totp.count_recovery_codes(session, user)
        title = (
            f"回復コードでログインしました。残りは{left}個です。心当たりがないときは、システム管理に連絡してください"
        )
        notices.tell(session, user, "recovery_code_used", title, knock.now)
    return opened


def change_password(call: Call, signed: SignedIn, current: str, wanted: str, again: str) -> NewSession:
    """Put an own password in the place of the current one, end every other session, and renew this one.

    Raises ``BadInput`` that says for each field what to do.
    """
    user = lock_person(call.session, signed.user)
    faults: dict[str, str] = {}
    if not passwords.verify(current, user.password_hash)[0]:
        faults["current"] = "いまのパスワードが違います。もう一度入力してください。"
    if fault := passwords.fault_of(wanted, login_name=user.login_name):
        faults["wanted"] = fault
    elif wanted == current:
        faults["wanted"] = "いまのパスワードと同じです。別のパスワードにしてください。"
    if again != wanted:
        faults["again"] = "2回の入力が違います。同じものをもう一度入力してください。"
    if faults:
        errors = [FieldError(f"/{name}", "password", message) for name, message in faults.items()]
        raise BadInput(errors[0].message, errors)
    user.password_hash, user.temporary_until_at = passwords.hash_password(wanted), None
    call.session.add(user)
    audit.record(call, "password_changed", "user", user.login_name)
    sessions.end_all(call, user, but=signed.session.key)
    title = "パスワードが変わりました。心当たりがないときは、システム管理に連絡してください"
    notices.tell(call.session, user, "password_changed", title, call.now)
    return sessions.renew(call.session, signed.session, user, call.now)


def enrol(call: Call, signed: SignedIn, code: str, rules: SignInRules) -> tuple[NewSession, list[str]]:
    """Take the person's authenticator into use and return the renewed session with the recovery codes.

    Every other session of the person ends: it was opened without the second factor. Raises ``BadInput``.
    """
    user = lock_person(call.session, signed.user)
    codes = totp.confirm(call, user, code)
    sessions.end_all(call, user, but=signed.session.key)
    title = "認証アプリを登録しました。心当たりがないときは、システム管理に連絡してください"
    notices.tell(call.session, user, "second_factor_enrolled", title, call.now)
    is_special = rules.is_privileged(signed.actor, signed.organisation)
    latest = call.now + rules.longest(is_privileged=is_special)
    opened = sessions.renew(
        call.session,
        signed.session,
        user,
        call.now,
        has_second_factor=True,
        signed_in_with=SignInWay.TOTP,
        is_privileged=is_special,
        expires_at=min(signed.session.expires_at, latest),
    )
    return opened, codes


def give_up_factor(call: Call, signed: SignedIn, current: str, rules: SignInRules) -> None:
    """Take one's own authenticator away; refused to privileged people (6-2(6)). Raises ``BadInput``."""
    user = lock_person(call.session, signed.user)
    if rules.is_privileged(signed.actor, signed.organisation):
        raise NotPermitted(
            "この役割には認証アプリが要ります(6-2(6))。機種を替えるときは、システム管理に登録を外してもらってください。"
        )
    if not passwords.verify(current, user.password_hash)[0]:
        sentence = "いまのパスワードが違います。もう一度入力してください。"
        raise BadInput(sentence, [FieldError("/current", "password", sentence)])
    if totp.remove(call.session, user):
        audit.record(call, "second_factor_removed", "user", user.login_name)
        title = "認証アプリの登録を外しました。心当たりがないときは、システム管理に連絡してください"
        notices.tell(call.session, user, "second_factor_removed", title, call.now)
