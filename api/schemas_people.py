"""Who is signed in, and who can be named."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, RoleWord, SignInWord
from casework.sessions import NewSession, SignedIn
from models.department import Department
from models.login_session import LoginSession
from models.user import User


class SignInIn(BaseModel):
    """A local account's name and password."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"login_name": "staff", "password": "…"}})

    login_name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=1024)
    code: str = Field("", max_length=40, description="認証アプリの6桁か回復コード。登録している人だけ")


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


class LastSignInOut(BaseModel):
    """The sign-in before this session, and how often signing in failed in between (6-2(4))."""

    at: Instant | None
    address: str
    failures_since: int


class MeOut(BaseModel):
    """Who is signed in, with the roles that count today. A program with a token has scopes and no session."""

    user: UserOut
    organisation: OrganisationOut
    roles: list[RoleWord]
    signed_in_with: SignInWord
    scopes: list[str] | None = Field(None, description="トークンのとき、許された範囲")
    csrf_token: str | None = None
    expires_at: Instant | None = None
    last_sign_in: LastSignInOut | None = None


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
    organisation, login, scopes = found.organisation, found.login, found.actor.token_scopes
    return MeOut(
        user=user_out(found.user),
        organisation=OrganisationOut(code=organisation.code, name=organisation.name, pack=organisation.pack),
        roles=sorted(found.actor.roles),
        signed_in_with=found.actor.signed_in_with,
        scopes=None if scopes is None else sorted(scopes),
        csrf_token=login.csrf_token if login else None,
        expires_at=login.expires_at if login else None,
        last_sign_in=last_sign_in_out(login) if login else None,
    )


def last_sign_in_out(login: LoginSession) -> LastSignInOut:
    """Return what 6-2(4) has shown after signing in."""
    return LastSignInOut(at=login.previous_at, address=login.previous_address, failures_since=login.failures_before)


def person_out(row: tuple[User, Department]) -> PersonOut:
    """Return a person with the section as shown."""
    user, department = row
    return PersonOut(login_name=user.login_name, name=user.name, department=department.name)
