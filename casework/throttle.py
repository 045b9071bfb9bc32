"""How often signing in failed: from an address, for a name nobody has, for a person. Counting stays in the database."""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from casework import notices
from casework.clock import day_in_japan
from casework.errors import TooManyRequests
from casework.installation import shared_organisation
from casework.sign_in_rules import ADDRESS_WINDOW, FAILURES_ALLOWED, LOCK, Knock
from models.sign_in_failure import SignInFailure
from models.user import User

KEPT = timedelta(days=1)


def need_calm(session: Session, knock: Knock, login_name: str) -> None:
    """Raise ``TooManyRequests`` while the address, or a name nobody has, is refused for its failures."""
    asked = [_of_address(knock), _of_name(login_name)]
    rows = session.exec(select(SignInFailure).where(col(SignInFailure.subject).in_(asked))).all()
    for row in rows:
        if row.blocked_until_at and row.blocked_until_at > knock.now:
            raise refused_until(row.blocked_until_at, knock.now, is_address=row.subject == asked[0])


def refused_until(until: datetime, now: datetime, *, is_address: bool = False) -> TooManyRequests:
    """Return the refusal that says how long to wait, in the same words whether or not anybody has the name."""
    wait = ceil((until - now).total_seconds())
    why = "この端末や回線からのログインの失敗が続いた" if is_address else "続けて間違えた"
    return TooManyRequests(
        f"{why}ため、{ceil(wait / 60)}分ほどログインを止めています。"
        "時間をおいて試すか、システム管理に連絡してください。",
        retry_after=wait,
    )


def count_address(session: Session, knock: Knock) -> None:
    """Count one failure from an address; many within a quarter of an hour refuse the address for as long."""
    if not knock.rules.address_failures or not knock.address:
        return
    row = _row(session, _of_address(knock), knock.now)
    if row.began_at + ADDRESS_WINDOW <= knock.now:
        row.failures, row.began_at = 0, knock.now
    row.failures += 1
    if row.failures >= knock.rules.address_failures:
        row.failures, row.blocked_until_at = 0, knock.now + ADDRESS_WINDOW
    session.add(row)


def count_name(session: Session, knock: Knock, login_name: str) -> None:
    """Count one failure of a name nobody has, so that a lock does not tell who exists."""
    row = _row(session, _of_name(login_name), knock.now)
    row.failures += 1
    if row.failures >= FAILURES_ALLOWED:
        row.failures, row.blocked_until_at = 0, knock.now + LOCK
    session.add(row)


def count_person(session: Session, knock: Knock, user: User) -> bool:
    """Count one failure of a person and return whether it locked the account; the person and administrators are told.

    Provisions:
        6-2(4): failures are counted until the next sign-in, which shows how many there were.
    """
    user.failed_logins += 1
    user.failed_since_login += 1
    is_locked = user.failed_logins >= FAILURES_ALLOWED
    if is_locked:
        user.failed_logins, user.locked_until_at = 0, knock.now + LOCK
        minutes = int(LOCK.total_seconds() // 60)
        where = f"({knock.address} から)" if knock.address else ""
        notices.tell(
            session,
            user,
            "account_locked",
            f"ログインの失敗が{FAILURES_ALLOWED}回続いたため、あなたのログインを{minutes}分止めました{where}。"
            "心当たりがないときは、システム管理に連絡してください",
            knock.now,
        )
        for keeper in notices.administrators(session, user.organisation_id, day_in_japan(knock.now)):
            if keeper.id != user.id:
                title = f"{user.name}さんのログインを、失敗が続いたため{minutes}分止めました{where}"
                notices.tell(session, keeper, "account_locked", title, knock.now, about=user)
    session.add(user)
    return is_locked


def forget_old(session: Session, knock: Knock) -> None:
    """Remove what was counted long ago."""
    session.exec(delete(SignInFailure).where(col(SignInFailure.began_at) < knock.now - KEPT))


def _row(session: Session, subject: str, now: datetime) -> SignInFailure:
    # Two first failures at once would meet at the unique key; SQLite's writers stand in line anyway.
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big", signed=True)
        session.exec(select(func.pg_advisory_xact_lock(number)))
    row = session.exec(select(SignInFailure).where(SignInFailure.subject == subject)).first()
    if row is None:
        row = SignInFailure(organisation_id=shared_organisation(session).key, subject=subject, began_at=now)
        session.add(row)
        session.flush()
    return row


def _of_address(knock: Knock) -> str:
    return f"address:{knock.address}"


def _of_name(login_name: str) -> str:
    return f"name:{hashlib.sha256(login_name.strip().encode()).hexdigest()}"
