"""Who is signed in, and who can be named."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, RoleWord
from casework.accounts import NewSession, SignedIn
from models.department import Department
from models.user import User


class SignInIn(BaseModel):
    """A local account's name and password."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"login_name": "staff", "password": "…"}})

    login_name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=1024)


class UserOut(BaseModel):
    """A person. ``login_name`` is how a person is named elsewhere, for example as manager."""

    login_name: str
    name: str


class SessionOut(BaseModel):
    """A session just opened. The token is told once; it goes into ``Authorization: Bearer``."""

    token: str
    csrf_token: str
    expires_at: Instant
    user: UserOut


class OrganisationOut(BaseModel):
    """The organisation a person belongs to, and the policy it works under."""

    code: str
    name: str
    pack: str


class MeOut(BaseModel):
    """Who is signed in, with the roles that count today."""

    user: UserOut
    organisation: OrganisationOut
    roles: list[RoleWord]
    csrf_token: str
    expires_at: Instant


class PersonOut(BaseModel):
    """A person of the organisation, for naming a manager."""

    login_name: str
    name: str
    department: str


def session_out(opened: NewSession) -> SessionOut:
    """Return a session just opened as it is told."""
    return SessionOut(
        token=opened.secret, csrf_token=opened.csrf_token, expires_at=opened.expires_at, user=user_out(opened.user)
    )


def user_out(user: User) -> UserOut:
    """Return a person as shown."""
    return UserOut(login_name=user.login_name, name=user.name)


def me_out(found: SignedIn) -> MeOut:
    """Return who is signed in as shown."""
    organisation = found.organisation
    return MeOut(
        user=user_out(found.user),
        organisation=OrganisationOut(code=organisation.code, name=organisation.name, pack=organisation.pack),
        roles=sorted(found.actor.roles),
        csrf_token=found.session.csrf_token,
        expires_at=found.session.expires_at,
    )


def person_out(row: tuple[User, Department]) -> PersonOut:
    """Return a person with the section as shown."""
    user, department = row
    return PersonOut(login_name=user.login_name, name=user.name, department=department.name)
