"""Who a person of the identity provider is here: known by issuer and subject, linked by mail, made, or nobody."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework import audit, oidc, sessions, totp
from casework.actor import Actor
from casework.call import Call
from casework.installation import SHARED
from casework.oidc_roles import read_mapping, settle_roles
from casework.sessions import NewSession
from casework.settings import Settings
from casework.sign_in import BLOCKED, NotLetIn, is_privileged, lock_person, welcome
from casework.sign_in_rules import Knock
from models.department import Department
from models.oidc_identity import OidcIdentity
from models.organisation import Organisation
from models.user import User
from models.vocabulary import SignInWay

UNKNOWN = (
    "認証基盤では確かめられましたが、関所にあなたのアカウントがありません。"
    "システム管理に、アカウントを作るよう頼んでください。"
)
NO_ORGANISATION = "認証基盤の人をどの組織に入れるかが設定されていません。システム管理に連絡してください。"
LONGEST_SUBJECT = 255


def let_in(session: Session, settings: Settings, claims: Mapping[str, Any], knock: Knock) -> NewSession | NotLetIn:
    """Open a session for the person of checked claims, or say why not; what failed is recorded.

    No account is made silently: only where ``oidc_provision`` is on. By mail address only where ``oidc_match_email``
    is on and the provider says it has verified the address.
    """
    organisation = _organisation(session, settings)
    if organisation is None:
        return NotLetIn(NO_ORGANISATION)
    session.exec(select(Organisation.id).where(Organisation.id == organisation.key).with_for_update()).one()
    nobody = Call(session, Actor(organisation.key, 0, "", 0, ()), knock.now, knock.store, knock.source, knock.call_id)
    user = _find_user(nobody, settings, organisation, claims)
    if user is None:
        return _refused(nobody, claims, knock, "unknown", UNKNOWN)
    user = lock_person(session, user)
    if not user.is_active or user.blocked_at:
        return _refused(nobody, claims, knock, "blocked", BLOCKED)
    settle_roles(nobody, user, read_mapping(settings.oidc_roles).of(claims))
    has_factor = oidc.has_second_factor(settings, claims)
    if not has_factor and totp.find_factor(session, user) is not None:
        way = SignInWay.OIDC
        return sessions.open_one(session, user, knock, way=way, is_privileged=False, waits_for_code=True)
    is_special = is_privileged(session, user, knock)
    opened = sessions.open_one(session, user, knock, way=SignInWay.OIDC, is_privileged=is_special)
    opened.login.has_second_factor = has_factor
    welcome(session, user, knock, opened.login)
    return opened


def _organisation(session: Session, settings: Settings) -> Organisation | None:
    """Return the organisation whose people the provider knows: the one set, or the only one there is."""
    query = select(Organisation).where(Organisation.code != SHARED)
    if settings.oidc_organisation:
        query = query.where(Organisation.code == settings.oidc_organisation)
    found = session.exec(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _find_user(call: Call, settings: Settings, organisation: Organisation, claims: Mapping[str, Any]) -> User | None:
    subject = str(claims["sub"])
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        return None
    known = call.session.exec(
        select(User)
        .join(OidcIdentity, col(OidcIdentity.user_id) == col(User.id))
        .where(OidcIdentity.issuer == settings.oidc_issuer, OidcIdentity.subject == subject)
        .where(User.organisation_id == organisation.key)
    ).first()
    if known is not None:
        return known
    user = _by_email(call, settings, claims) or _made(call, settings, claims)
    if user is not None:
        call.session.add(
            OidcIdentity(
                organisation_id=organisation.key, user_id=user.key, issuer=settings.oidc_issuer, subject=subject
            )
        )
        call.session.flush()
        audit.record(call, "identity_linked", "user", user.login_name, after={"issuer": settings.oidc_issuer})
    return user


def _by_email(call: Call, settings: Settings, claims: Mapping[str, Any]) -> User | None:
    """Return the only person of the organisation with the verified address who is not linked yet, or None."""
    email = str(claims.get("email", "")).strip().casefold()
    if not settings.oidc_match_email or not email or claims.get("email_verified") is not True:
        return None
    linked = select(OidcIdentity.user_id).where(OidcIdentity.issuer == settings.oidc_issuer)
    query = select(User).where(
        User.organisation_id == call.actor.organisation_id,
        func.lower(col(User.email)) == email,
        col(User.id).not_in(linked),
    )
    found = call.session.exec(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _made(call: Call, settings: Settings, claims: Mapping[str, Any]) -> User | None:
    """Return an account made from the claims where that is on, without a password and without any role of its own."""
    login_name = str(claims.get(settings.oidc_login_claim, "")).strip()
    section = _section(call, str(claims.get(settings.oidc_department_claim, "")).strip())
    is_taken = call.session.exec(select(User.id).where(User.login_name == login_name)).first() is not None
    if not settings.oidc_provision or not login_name or is_taken or section is None:
        return None
    user = User(
        organisation_id=call.actor.organisation_id,
        login_name=login_name[:80],
        name=str(claims.get("name", "")).strip() or login_name,
        email=str(claims.get("email", "")).strip(),
        password_hash="",
        department_id=section.key,
    )
    call.session.add(user)
    call.session.flush()
    audit.record(call, "user_entered", "user", user.login_name, after={"name": user.name, "department": section.name})
    return user


def _section(call: Call, said: str) -> Department | None:
    if not said:
        return None
    query = select(Department).where(Department.organisation_id == call.actor.organisation_id)
    return call.session.exec(query.where((col(Department.code) == said) | (col(Department.name) == said))).first()


def _refused(call: Call, claims: Mapping[str, Any], knock: Knock, why: str, message: str) -> NotLetIn:
    told = {"why": why, "with": str(SignInWay.OIDC), "address": knock.address}
    audit.record(call, "sign_in_failed", "user", str(claims["sub"])[:80], after=told)
    return NotLetIn(message)
