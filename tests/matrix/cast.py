"""Who stands before every door: each role in the section of the case, in another section, and in the next town.

Behind them wait those who stand in for somebody of the cast: they hold nothing of their own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, select

from casework import delegations
from casework.delegations import GIVABLE, Asking
from casework.sessions import hash_secret
from models.department import Department
from models.login_session import LoginSession
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role
from tests.office import Office

OWN, OTHER, NEXT = "own", "other", "next"
TOWNS = {OWN: "hoshimigaoka", OTHER: "hoshimigaoka", NEXT: "tonari"}
SECTIONS = {OWN: "kosodate", OTHER: "keiyaku", NEXT: "kosodate"}
# Roles that count for one section; the others count for the whole organisation wherever their holder works.
OF_A_SECTION = frozenset({Role.STAFF, Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, Role.SERVICE_MANAGER})
NOBODY = "out"
# The widest of the wide roles stands for all of them in the other section. Next door one person holds every role at
# once: what is closed to that person is closed to whoever holds fewer.
EVERY_ROLE = "every_role"
CAST = (
    *(f"{role}@{OWN}" for role in Role),
    *(f"{role}@{OTHER}" for role in (*sorted(OF_A_SECTION), Role.CISO)),
    f"{Role.STAFF}@{NEXT}",
    f"{EVERY_ROLE}@{NEXT}",
)


def stand_in_for(name: str) -> str:
    """Return who stands in for somebody of the cast."""
    return f"代理:{name}"


def post_of(role: str) -> str:
    """Return the post that gives a role."""
    return f"{role}の職"


@dataclass(frozen=True)
class Pass:
    """With what somebody of the cast is let in."""

    secret: str
    csrf_token: str
    session_id: int


def seed_cast(office: Office) -> dict[str, Pass]:
    """Enter everybody of the cast, one role each, signed in; then who stands in for one of our town."""
    with office.session(writes=True) as session:
        people = {name: _enter(office, session, name) for name in CAST}
        lenders = [f"{role}@{OWN}" for role in GIVABLE]
        people |= {stand_in_for(name): _enter(office, session, name, stands_in=True) for name in lenders}
    for name in lenders:
        with office.call(name, writes=False) as call:
            (part,) = delegations.own_parts(call)
        days = (date(2026, 11, 20), date(2027, 3, 31))
        asked = office.do(name, delegations.ask, Asking(stand_in_for(name), (part.code,), *days, "出張のため"))
        office.do("ciso", delegations.decide, asked.key, version=1, is_permitted=True, note="")
    return people


def _enter(office: Office, session: Session, of_cast: str, *, stands_in: bool = False) -> Pass:
    role, _, place = of_cast.partition("@")
    town = session.exec(select(Organisation).where(Organisation.code == TOWNS[place])).one()
    section = session.exec(
        select(Department).where(Department.organisation_id == town.key, Department.code == SECTIONS[place])
    ).one()
    name = stand_in_for(of_cast) if stands_in else of_cast
    user = User(
        organisation_id=town.key,
        login_name=name,
        name=name,
        email=f"{role}.{place}{'.2' if stands_in else ''}@example.jp",
        password_hash="",
        department_id=section.key,
    )
    session.add(user)
    session.flush()
    session.add_all(
        RoleGrant(
            organisation_id=town.key,
            user_id=user.key,
            role=each,
            department_id=section.key if role in OF_A_SECTION else None,
            starts_on=date(2026, 4, 1),
            post_name=post_of(role),
        )
        for each in ((), Role if role == EVERY_ROLE else (role,))[not stands_in]
    )
    login = LoginSession(
        organisation_id=town.key,
        secret_hash=hash_secret(secret := secrets.token_urlsafe(16)),
        user_id=user.key,
        csrf_token=secrets.token_urlsafe(16),
        last_seen_at=office.clock(),
        expires_at=office.clock() + timedelta(hours=12),
    )
    session.add(login)
    session.flush()
    return Pass(secret, login.csrf_token, login.key)
