"""An identity provider on loopback: real HTTP, real RS256 keys, PKCE checked, and each thing it may get wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "sekisho-test"
SECRET = "a secret of the test"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


@dataclass
class Issuer:
    """What the provider knows and does. ``says`` are claims besides the usual ones, ``signs`` how a token is signed."""

    address: str
    now: Any
    says: dict[str, Any] = field(default_factory=dict)
    signs: str = "RS256"
    document: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    tokens_given: int = 0
    breaks_off: bool = False

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/end",
        } | self.document

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign the person in at once and return where the browser goes."""
        self.asked = asked
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.address})}"

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if authorization not in {f"Basic {basic}", f"Basic {plain}"}:
            return 401, {"error": "invalid_client"}
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != sent.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        self.tokens_given += 1
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        at: datetime = self.now()
        instant = int(at.timestamp())
        claims: dict[str, Any] = {"iss": self.address, "sub": "subject-1", "aud": CLIENT, "nonce": nonce}
        claims |= {"iat": instant, "exp": instant + 300}
        claims = {name: value for name, value in (claims | self.says).items() if value is not None}
        if self.signs == "none":
            return _joined({"alg": "none"}, claims) + "."
        if self.signs == "HS256":  # the public key taken for a shared secret; libraries refuse to help with that
            signed = _joined({"alg": "HS256", "kid": "k1"}, claims)
            digest = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_encoded(digest)}"
        key = OTHER_KEY if self.signs == "other key" else KEY
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)


def _joined(*parts: dict[str, Any]) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in parts)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def running_issuer(now: Any) -> Iterator[Issuer]:
    """Yield a provider that listens on a free loopback port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}", now)
    server.issuer = issuer  # type: ignore[attr-defined] # the handler finds it there
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined] # put there above
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", issuer.authorize(asked))
            self.end_headers()
        elif parts.path == "/jwks":
            self._answer(200, {"keys": [KEY.as_dict(private=False)]})
        elif parts.path.startswith("/.well-known"):
            self._answer(200, issuer.discovery())
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined] # put there above
        if issuer.breaks_off:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*issuer.exchange(sent, self.headers.get("Authorization", "")))

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""
