"""Calling the API as one person: token, keys and versions are put on by the desk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi.testclient import TestClient
from sqlmodel import select

from casework.accounts import hash_secret
from models.login_session import LoginSession
from models.user import User
from tests.office import Office

BASE = "/api/v1"
_keys = count(1)


@dataclass
class Desk:
    """One person at the API."""

    client: TestClient
    token: str
    csrf_token: str
    login_name: str
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, *, version: int | None = None, key: str | None = None, **said: Any
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **said.pop("headers", {})}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        if key:
            headers["Idempotency-Key"] = key
        return self.client.request(method, BASE + quote(path, safe="/?=&%"), headers=headers, **said)

    def get(self, path: str, **said: Any) -> httpx2.Response:
        return self.send("GET", path, **said)

    def post(self, path: str, json: Any = None, *, key: str | None = None, **said: Any) -> httpx2.Response:
        body = {} if json is None else {"json": json}
        return self.send("POST", path, key=key or f"key-{next(_keys)}", **body, **said)

    def patch(self, path: str, json: Any, **said: Any) -> httpx2.Response:
        return self.send("PATCH", path, json=json, **said)

    def put(self, path: str, json: Any, **said: Any) -> httpx2.Response:
        return self.send("PUT", path, json=json, **said)


def desk_of(client: TestClient, office: Office, login_name: str) -> Desk:
    """Sign somebody in without the cost of a password."""
    token, csrf_token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    with office.session(writes=True) as session:
        user = session.exec(select(User).where(User.login_name == login_name)).one()
        session.add(
            LoginSession(
                organisation_id=user.organisation_id,
                secret_hash=hash_secret(token),
                user_id=user.key,
                csrf_token=csrf_token,
                last_seen_at=office.clock(),
                expires_at=office.clock() + timedelta(hours=12),
            )
        )
    return Desk(client, token, csrf_token, login_name)


def made(answer: httpx2.Response) -> dict[str, Any]:
    """Return what was made, or fail with what was said instead."""
    assert answer.status_code in {200, 201}, answer.text
    body: dict[str, Any] = answer.json()
    return body


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Return a refusal after looking that it is one, of this kind, in Japanese."""
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8", answer.text
    assert answer.headers["content-language"] == "ja"
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/problems/{code.replace('_', '-')}"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["detail"].endswith("。")
    return body
