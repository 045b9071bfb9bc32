"""What a person sees and orders about the own account: sessions and tokens."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, SignInWord
from casework.tokens import SCOPES, TokenIn, scope_label
from models.api_token import ApiToken
from models.login_session import LoginSession

_SCOPE_WORDS = "、".join(f"{scope}={scope_label(scope)}" for scope in SCOPES)


class LoginOut(BaseModel):
    """One of the person's sessions that hold."""

    id: int
    device: str
    address: str
    signed_in_with: SignInWord
    signed_in_at: Instant | None
    last_used_at: Instant
    expires_at: Instant
    is_current: bool


class TokenWish(BaseModel):
    """What a token is to be allowed. Without ``ends_on`` it ends with the fiscal year."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "財務会計との連携",
                "kind": "read_only",
                "scopes": ["contracts:read"],
                "addresses": ["192.0.2.0/24"],
                "ends_on": "2027-03-31",
            }
        },
    )

    name: str = Field(min_length=1, max_length=80, description="何に使うか")
    kind: Literal["read_only", "read_write"] = Field("read_only", description="read_only=読むだけ、read_write=読み書き")
    scopes: list[str] = Field(min_length=1, max_length=len(SCOPES), description=f"許す範囲({_SCOPE_WORDS})")
    addresses: list[str] = Field([], max_length=20, description="使ってよいアドレス。空なら、どこからでも")
    ends_on: date | None = Field(None, description="使える最後の日。1年以内。省くと年度の末日")

    @property
    def wish(self) -> TokenIn:
        """Return the wish as casework takes it."""
        return TokenIn(self.name, self.scopes, self.kind == "read_only", self.addresses, self.ends_on)


class TokenOut(BaseModel):
    """A token without its secret: ``ending`` are its last four letters, to tell it from others."""

    id: int
    name: str
    ending: str
    scopes: list[str]
    addresses: list[str]
    ends_on: date
    created_at: Instant
    last_used_at: Instant | None
    last_used_address: str
    revoked_at: Instant | None


class NewTokenOut(TokenOut):
    """A token just made. ``token`` is told this once; it goes into ``Authorization: Bearer``, never into an address."""

    token: str


def login_out(row: LoginSession, current_id: int | None) -> LoginOut:
    """Return a session as shown."""
    return LoginOut(
        id=row.key,
        device=row.device,
        address=row.address,
        signed_in_with=row.signed_in_with,
        signed_in_at=row.signed_in_at,
        last_used_at=row.last_seen_at,
        expires_at=row.expires_at,
        is_current=row.id == current_id,
    )


def token_out(row: ApiToken) -> TokenOut:
    """Return a token as shown."""
    return TokenOut.model_validate(_facts(row))


def new_token_out(row: ApiToken, secret: str) -> NewTokenOut:
    """Return a token just made, with its secret."""
    return NewTokenOut.model_validate(_facts(row) | {"token": secret})


def _facts(row: ApiToken) -> dict[str, object]:
    return {
        "id": row.key,
        "name": row.name,
        "ending": row.ending,
        "scopes": row.scopes.split(),
        "addresses": row.addresses.split(),
        "ends_on": row.ends_on,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
        "last_used_address": row.last_used_address,
        "revoked_at": row.revoked_at,
    }
