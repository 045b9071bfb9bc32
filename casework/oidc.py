"""Signing in at the organisation's identity provider: OpenID Connect, authorization code with PKCE.

The way there is remembered in the database (state, nonce, code verifier), belongs to one browser, and is used once. The
ID token is checked for its signature (asymmetric algorithms only), issuer, audience, nonce and time before anything in
it is read. Who the person is here is decided in ``casework.oidc_people``.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from sqlalchemy import delete
from sqlmodel import Session, col, select

from casework.errors import CaseworkError, NotAuthenticated
from casework.installation import shared_organisation
from casework.sessions import hash_secret
from casework.settings import Settings
from casework.sign_in_rules import Knock
from models.oidc_attempt import OidcAttempt

WITHIN = timedelta(minutes=10)
TIMEOUT_SECONDS = 10.0
ALGORITHMS = ["RS256", "PS256", "ES256"]
WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnreachable(CaseworkError):
    """The identity provider does not answer, or not as it must."""

    kind = "under-maintenance"


class SignInRefused(NotAuthenticated):
    """What came back from the identity provider lets nobody in; the sentence says what to do."""


@dataclass(frozen=True)
class WayThere:
    """Where the browser is sent, and the secret it keeps as a cookie to be known again."""

    address: str
    browser_secret: str


@dataclass(frozen=True)
class Provider:
    """The identity provider as its own document describes it."""

    settings: Settings
    document: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        """Return the issuer exactly as set."""
        return self.settings.oidc_issuer

    def endpoint(self, name: str) -> str:
        """Return the address of an endpoint."""
        return str(self.document[name])


def discover(settings: Settings) -> Provider:
    """Return the identity provider; raises ``ProviderUnreachable`` where it does not answer or is another one.

    An issuer over HTTPS has every endpoint over HTTPS.
    """
    document = _fetch(settings.oidc_issuer.rstrip("/") + WELL_KNOWN)
    missing = [name for name in NEEDED if not isinstance(document.get(name), str)]
    if document.get("issuer") != settings.oidc_issuer or missing:
        raise _unreachable("認証基盤の設定の文書が、設定した発行者のものではありません。")
    wanted = urlsplit(settings.oidc_issuer).scheme
    if any(wanted == "https" and urlsplit(str(document[name])).scheme != "https" for name in NEEDED):
        raise _unreachable("認証基盤の設定の文書に、暗号化されない住所があります。")
    return Provider(settings, document)


def _fetch(address: str) -> Mapping[str, Any]:
    try:
        answer = httpx.get(address, timeout=TIMEOUT_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _unreachable("認証基盤から返事がありません。") from error
    if not isinstance(found, dict):
        raise _unreachable("認証基盤の返事を読み取れません。")
    return found


def _unreachable(what: str) -> ProviderUnreachable:
    return ProviderUnreachable(f"{what}少し待ってから試すか、システム管理に連絡してください。")


def begin(session: Session, provider: Provider, redirect_uri: str, next_path: str, knock: Knock) -> WayThere:
    """Remember a new way to the provider and return where the browser is sent."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415  for this alone
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415  as the line above

    session.exec(delete(OidcAttempt).where(col(OidcAttempt.expires_at) <= knock.now))
    state, nonce, browser = (secrets.token_urlsafe(32) for _ in range(3))
    verifier = secrets.token_urlsafe(64)
    session.add(
        OidcAttempt(
            organisation_id=shared_organisation(session).key,
            state_hash=hash_secret(state),
            browser_hash=hash_secret(browser),
            nonce=nonce,
            code_verifier=verifier,
            next_path=next_path,
            expires_at=knock.now + WITHIN,
        )
    )
    settings = provider.settings
    address = prepare_grant_uri(
        provider.endpoint("authorization_endpoint"),
        settings.oidc_client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=settings.oidc_scopes,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]  # the stubs leave it out
        code_challenge_method="S256",
    )
    return WayThere(address, browser)


def take_attempt(session: Session, state: str, browser_secret: str, knock: Knock) -> OidcAttempt:
    """Return the way this browser began, and forget it: it is used once, whatever comes of it.

    Raises ``SignInRefused`` for a state that is not known, is over, or was begun by another browser.
    """
    query = select(OidcAttempt).where(OidcAttempt.state_hash == hash_secret(state)).with_for_update()
    found = session.exec(query).first()
    if found is None or found.expires_at <= knock.now:
        raise SignInRefused("認証基盤でのログインをやり直してください。始めてから時間がたったか、一度使われています。")
    if not hmac.compare_digest(found.browser_hash, hash_secret(browser_secret)):
        raise SignInRefused("このログインは、別の端末か別の窓で始められたものです。この画面から始め直してください。")
    session.delete(found)
    session.flush()
    session.expunge(found)
    return found


def fetch_claims(
    provider: Provider, attempt: OidcAttempt, code: str, redirect_uri: str, knock: Knock
) -> dict[str, Any]:
    """Return what the provider says of the person, after every check; raises ``SignInRefused``."""
    settings = provider.settings
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": attempt.code_verifier,
        "client_id": settings.oidc_client_id,
    }
    secret = settings.oidc_client_secret.get_secret_value()
    # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
    proof = httpx.BasicAuth(quote_plus(settings.oidc_client_id), quote_plus(secret)) if secret else None
    address = provider.endpoint("token_endpoint")
    try:
        answer = httpx.post(address, data=sent, auth=proof, timeout=TIMEOUT_SECONDS, follow_redirects=False)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _unreachable("認証基盤から返事がありません。") from error
    if not answer.is_success or not isinstance(said, dict):
        raise SignInRefused("認証基盤がログインを認めませんでした。始めからやり直してください。")
    return check_id_token(provider, str(said.get("id_token", "")), attempt.nonce, knock)


def check_id_token(provider: Provider, id_token: str, nonce: str, knock: Knock) -> dict[str, Any]:
    """Return the claims of an ID token that holds; raises ``SignInRefused`` for any other.

    Source:
        OpenID Connect Core 1.0 section 3.1.3.7. ``alg`` none and symmetric algorithms are never accepted.
    """
    from joserfc import jwt  # noqa: PLC0415  imported only where somebody signs in this way
    from joserfc.errors import JoseError  # noqa: PLC0415  as the line above
    from joserfc.jwk import KeySet  # noqa: PLC0415  as the line above

    settings = provider.settings
    try:
        keys = KeySet.import_key_set(dict(_fetch(provider.endpoint("jwks_uri"))))  # type: ignore[arg-type]  # as it came
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
        registry = jwt.JWTClaimsRegistry(
            now=int(knock.now.timestamp()),
            leeway=settings.oidc_leeway_seconds,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": settings.oidc_client_id},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignInRefused("認証基盤からの証明を確かめられません。システム管理に連絡してください。") from error
    audience = claims["aud"]
    others = isinstance(audience, list) and len(audience) > 1
    if (others or "azp" in claims) and claims.get("azp") != settings.oidc_client_id:
        raise SignInRefused("認証基盤からの証明は、別のシステムに宛てたものです。システム管理に連絡してください。")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefused("認証基盤からの証明は、このログインのものではありません。始めからやり直してください。")
    return dict(claims)


def has_second_factor(settings: Settings, claims: Mapping[str, Any]) -> bool:
    """Return whether the provider says, in ``acr`` or ``amr``, that a second factor was given, where that is set."""
    wanted = set(settings.oidc_mfa_values.split())
    methods = claims.get("amr", [])
    said = {str(claims.get("acr", ""))} | {str(each) for each in (methods if isinstance(methods, list) else [methods])}
    return not wanted.isdisjoint(said)


def way_out(provider: Provider, back_to: str) -> str | None:
    """Return where a person signs out of the provider too, or None where it has no such page."""
    address = provider.document.get("end_session_endpoint")
    if not isinstance(address, str):
        return None
    said = urlencode({"client_id": provider.settings.oidc_client_id, "post_logout_redirect_uri": back_to})
    return f"{address}{'&' if '?' in address else '?'}{said}"
