from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, or_
from sqlmodel import Session, col, select

from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role


@dataclass(frozen=True)
class Grant:
    """A role that counts today: for one department, or for the whole organisation (``department_id`` is None).

    ``post`` is the name of the post that gives it, "" for a role given directly.
    """

    role: str
    department_id: int | None
    on_behalf_of_id: int | None = None
    post: str = ""


class Rights:
    """The rights by which a deed was allowed, so that its events say in whose place it was done.

    What is noted after an event was written belongs to the next deed.
    """

    def __init__(self) -> None:
        self._used: list[Grant] = []
        self._is_told = False

    def note(self, grant: Grant) -> None:
        """Remember that a right was used."""
        if self._is_told:
            self._used, self._is_told = [], False
        self._used.append(grant)

    def tell(self) -> None:
        """Remember that an event tells of the deed."""
        self._is_told = True

    @property
    def lent(self) -> Grant | None:
        """Return the right of the deed that counts in somebody's place; None where all are the person's own."""
        return next((grant for grant in self._used if grant.on_behalf_of_id is not None), None)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of one organisation with the roles that count today.

    ``signed_in_with`` is a word of ``SignInWay``. ``token_scopes`` is None for a person in a session; a program with a
    person's token acts within these scopes and never beyond the person's own roles. ``post`` is the first post the
    person holds today.
    """

    organisation_id: int
    user_id: int
    name: str
    department_id: int
    grants: tuple[Grant, ...]
    signed_in_with: str = ""
    token_scopes: frozenset[str] | None = None
    post: str = ""
    rights: Rights = field(default_factory=Rights, compare=False, repr=False)

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles held anywhere in the organisation."""
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: str) -> bool:
        """Return whether one of the roles is held, wherever it counts."""
        return not self.roles.isdisjoint(roles)

    def uses(self, *roles: str) -> bool:
        """Return whether one of the roles is held, and note that what follows is done by it: an own one before others.

        ``has`` only asks.
        """
        held = next((grant for grant in self.grants if grant.role in roles), None)
        if held is not None:
            self.rights.note(held)
        return held is not None

    def post_as(self, role: str) -> str:
        """Return the post through which the person acts in a role: the first that gives it, or the person's first."""
        return next((grant.post for grant in self.grants if grant.role == role and grant.post), self.post)

    def grant_for(self, roles: Iterable[str], department_id: int, *, not_for: int | None = None) -> Grant | None:
        """Return the grant with which this person acts as one of the roles for a department, or None.

        A grant on behalf of ``not_for`` does not count: nobody decides an applicant's request in the applicant's place.
        """
        wanted = tuple(roles)
        for role in wanted:
            for grant in self.grants:
                is_barred = not_for is not None and grant.on_behalf_of_id == not_for
                if grant.role == role and grant.department_id in {None, department_id} and not is_barred:
                    self.rights.note(grant)
                    return grant
        return None


def counts_on(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition for grants that count on a day: from their first to their last day, unless taken away."""
    return and_(
        col(RoleGrant.starts_on) <= today,
        or_(col(RoleGrant.ends_on).is_(None), col(RoleGrant.ends_on) >= today),
        col(RoleGrant.revoked_at).is_(None),
    )


def actor_of(user: User, rows: Iterable[RoleGrant]) -> Actor:
    """Return a person as an actor with the grants given, own ones first; everybody is staff of the own section."""
    grants = [Grant(row.role, row.department_id, row.on_behalf_of_id, row.post_name) for row in rows]
    if not any(grant.role == Role.STAFF and grant.department_id in {None, user.department_id} for grant in grants):
        grants.append(Grant(Role.STAFF, user.department_id))
    own_first = tuple(sorted(grants, key=lambda grant: grant.on_behalf_of_id is not None))
    post = next((grant.post for grant in grants if grant.post and grant.on_behalf_of_id is None), "")
    return Actor(user.organisation_id, user.key, user.name, user.department_id, own_first, post=post)


def load_actor(session: Session, user: User, today: date) -> Actor:
    """Return the person with the roles that count on a day."""
    rows = session.exec(
        select(RoleGrant)
        .where(RoleGrant.user_id == user.key, RoleGrant.organisation_id == user.organisation_id, counts_on(today))
        .order_by(col(RoleGrant.id))
    ).all()
    return actor_of(user, rows)
