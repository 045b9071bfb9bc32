"""Somebody at the door of an office, an authenticator in the hand, and what happens when signing in is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import pyotp

from casework import sessions, sign_in
from casework.sessions import NewSession, SignedIn
from casework.sign_in import NotLetIn
from casework.sign_in_rules import Knock
from tests.office import PASSWORD, Office


def knock(office: Office, address: str = "192.0.2.7", device: str = "test browser") -> Knock:
    """Return somebody who knocks at the clock's instant."""
    return Knock(office.clock(), office.store, "test", office.settings.sign_in_rules, address, device)


def try_to_enter(
    office: Office, login_name: str = "staff", password: str = PASSWORD, *, address: str = "192.0.2.7", code: str = ""
) -> NewSession | NotLetIn:
    """Return what one try to sign in came to; with a code, in one step as a program does."""
    at_the_door = knock(office, address)
    return sign_in.sign_in(office.engine, login_name, password, knock=at_the_door, code=code, in_one_step=bool(code))


def enter(
    office: Office, login_name: str = "staff", password: str = PASSWORD, *, address: str = "192.0.2.7"
) -> NewSession:
    """Return the session of somebody who gets in."""
    opened = try_to_enter(office, login_name, password, address=address)
    assert isinstance(opened, NewSession)
    return opened


def read(office: Office, secret: str) -> SignedIn:
    """Return who a session's secret belongs to."""
    with office.session() as session:
        return sessions.read_session(session, secret, now=office.clock(), rules=office.settings.sign_in_rules)


@dataclass(frozen=True)
class Authenticator:
    """What a person's telephone knows."""

    secret: str

    def code(self, at: datetime) -> str:
        return pyotp.TOTP(self.secret).at(at)


def set_privileges(office: Office, *roles: str) -> None:
    """Let these roles need a second factor in both towns, as where nothing is set in the organisation itself."""
    listed = ", ".join(f'"{role}"' for role in roles)
    office.sql("UPDATE organisation SET settings = :settings", settings=f'{{"mfa_roles": [{listed}]}}')


def codes_in(text: str) -> list[str]:
    """Return the recovery codes that stand in a page."""
    return re.findall(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", text)
