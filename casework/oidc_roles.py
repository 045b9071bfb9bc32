"""What a claim of the identity provider means here: roles, or posts with theirs, as the installation's mapping says.

The mapping is JSON, in ``SEKISHO_OIDC_ROLES`` itself or in the file it names::

    {"claim": "groups", "grants": {"joho-kacho": [{"post": "joho-kacho"}], "kansa": [{"role": "auditor"}]}}
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from casework import audit, holdings
from casework.call import Call
from casework.errors import CaseworkError
from models.department import Department
from models.oidc_grant import OidcGrant
from models.post import Post
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

_ROLES = frozenset(Role)
_DAY = timedelta(days=1)


class MappingUnreadable(CaseworkError):
    """The setting that says what claims mean cannot be read; nobody is let in with roles guessed."""

    kind = "under-maintenance"


@dataclass(frozen=True)
class Meaning:
    """One thing a value of the claim gives: a post by its code, or a role for a section or for the whole."""

    said: str
    role: str = ""
    department: str = ""
    post: str = ""


@dataclass(frozen=True)
class RoleMapping:
    """The claim that is looked at, and what its values give."""

    claim: str = ""
    meanings: tuple[Meaning, ...] = ()

    def of(self, claims: Mapping[str, Any]) -> list[Meaning]:
        """Return what a person's claims give."""
        given = claims.get(self.claim, ()) if self.claim else ()
        values = {str(value) for value in ([given] if isinstance(given, str) else given)}
        return [meaning for meaning in self.meanings if meaning.said in values]


def read_mapping(setting: str) -> RoleMapping:
    """Return the mapping from the setting, or none where nothing is set. Raises ``MappingUnreadable``.

    >>> read_mapping('{"claim": "groups", "grants": {"kansa": [{"role": "auditor"}]}}').meanings[0].role
    'auditor'
    """
    if not setting.strip():
        return RoleMapping()
    try:
        stated = json.loads(setting if setting.lstrip().startswith("{") else Path(setting).read_text(encoding="utf-8"))
        found = tuple(Meaning(said, **each) for said, listed in stated["grants"].items() for each in listed)
        claim = str(stated["claim"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable("形を読み取れません") from error
    if any(bool(meaning.role) == bool(meaning.post) for meaning in found):
        raise _unreadable("1件ごとに、role か post のどちらか1つを書いてください")
    if unknown := {meaning.role for meaning in found if meaning.role} - _ROLES:
        raise _unreadable(f"役割「{'、'.join(sorted(unknown))}」はありません")
    return RoleMapping(claim, found)


def _unreadable(what: str) -> MappingUnreadable:
    return MappingUnreadable(
        f"認証基盤の役割の対応(SEKISHO_OIDC_ROLES)を使えません。{what}。システム管理に連絡してください。"
    )


def settle_roles(call: Call, user: User, meanings: Sequence[Meaning]) -> None:
    """Give the roles that the provider says from today and end those it said before and says no longer."""
    wanted = {_key(grant): grant for grant in _grants(call.session, user, meanings, call.today)}
    held = call.session.exec(
        select(OidcGrant, RoleGrant)
        .join(RoleGrant, col(RoleGrant.id) == col(OidcGrant.role_grant_id))
        .where(OidcGrant.organisation_id == user.organisation_id, OidcGrant.user_id == user.key)
        .where(col(RoleGrant.ends_on).is_(None))
    ).all()
    before = sorted(grant.role for _, grant in held)
    for note, grant in held:
        if wanted.pop(_key(grant), None) is None:
            _end(call.session, note, grant, call.today)
    for grant in wanted.values():
        call.session.add(grant)
        call.session.flush()
        said = next(meaning.said for meaning in meanings if _fits(meaning, grant))
        note = OidcGrant(
            organisation_id=user.organisation_id, role_grant_id=grant.key, user_id=user.key, said=said[:200]
        )
        call.session.add(note)
    call.session.flush()
    after = sorted(grant.role for grant in _held(call.session, user))
    if before != after:
        told = {"roles": after}
        audit.record(call, "roles_from_provider", "user", user.login_name, before={"roles": before}, after=told)


def _held(session: Session, user: User) -> Iterable[RoleGrant]:
    query = select(RoleGrant).join(OidcGrant, col(OidcGrant.role_grant_id) == col(RoleGrant.id))
    return session.exec(query.where(OidcGrant.user_id == user.key, col(RoleGrant.ends_on).is_(None))).all()


def _end(session: Session, note: OidcGrant, grant: RoleGrant, today: date) -> None:
    if grant.starts_on < today:
        grant.ends_on = today - _DAY
        session.add(grant)
        return
    # It began today: a period cannot end before it begins, and a role that is gone must not count today.
    session.delete(note)
    session.flush()
    session.delete(grant)


def _grants(session: Session, user: User, meanings: Sequence[Meaning], today: date) -> Iterable[RoleGrant]:
    for meaning in meanings:
        common: dict[str, Any] = {"organisation_id": user.organisation_id, "user_id": user.key, "starts_on": today}
        if meaning.post:
            post = session.exec(
                select(Post).where(Post.organisation_id == user.organisation_id, Post.code == meaning.post)
            ).first()
            if post is None:
                raise _unreadable(f"職「{meaning.post}」はありません")
            for given in holdings.roles_of(session, post):
                yield RoleGrant(
                    **common,
                    role=given.role,
                    post_id=post.key,
                    post_name=post.name,
                    department_id=given.department_id,
                )
            continue
        section = session.exec(
            select(Department).where(
                Department.organisation_id == user.organisation_id, Department.code == meaning.department
            )
        ).first()
        if meaning.department and section is None:
            raise _unreadable(f"課「{meaning.department}」はありません")
        yield RoleGrant(**common, role=meaning.role, department_id=section.key if section else None)


def _key(grant: RoleGrant) -> tuple[str, int | None, int | None]:
    return grant.role, grant.department_id, grant.post_id


def _fits(meaning: Meaning, grant: RoleGrant) -> bool:
    return bool(grant.post_id) if meaning.post else meaning.role == grant.role
