"""Calling the API as one person: token, keys and versions are put on by the desk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

import httpx2
from fastapi.testclient import TestClient
from sqlmodel import select

from casework.sessions import hash_secret
from models.login_session import LoginSession
from models.user import User
from tests.office import Office

BASE = "/api/v1"
_keys = count(1)


class Sent(TypedDict, total=False):
    """What may go with a call."""

    version: int
    headers: dict[str, str]
    json: object
    content: str | bytes
    data: dict[str, str]
    files: dict[str, tuple[str, bytes, str]]


@dataclass
class Desk:
    """One person at the API."""

    client: TestClient
    token: str
    csrf_token: str

    def send(self, method: str, path: str, *, key: str = "", **sent: Unpack[Sent]) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", **sent.pop("headers", {})}
        if "version" in sent:
            headers["If-Match"] = f'"v{sent.pop("version")}"'
        if key:
            headers["Idempotency-Key"] = key
        rest: dict[str, Any] = dict(sent)
        return self.client.request(method, BASE + quote(path, safe="/?=&%"), headers=headers, **rest)

    def get(self, path: str, **sent: Unpack[Sent]) -> httpx2.Response:
        return self.send("GET", path, **sent)

    def post(self, path: str, body: object = None, *, key: str = "", **sent: Unpack[Sent]) -> httpx2.Response:
        """Post with a key of its own, unless one is given."""
        if body is not None:
            sent["json"] = body
        return self.send("POST", path, key=key or f"key-{next(_keys)}", **sent)

    def patch(self, path: str, body: object, **sent: Unpack[Sent]) -> httpx2.Response:
        sent["json"] = body
        return self.send("PATCH", path, **sent)

    def put(self, path: str, body: object, **sent: Unpack[Sent]) -> httpx2.Response:
        sent["json"] = body
        return self.send("PUT", path, **sent)


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
    return Desk(client, token, csrf_token)


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
