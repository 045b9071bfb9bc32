"""The doors of the site: every route that answers, and knocking at one of them as one of the cast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.authentication import CSRF_HEADER, SESSION_COOKIE
from tests.matrix.api_calls import API_CALLS
from tests.matrix.calls import API, USUAL, WORDS
from tests.matrix.cast import NOBODY, Pass
from tests.matrix.example import Example
from tests.matrix.page_calls import PAGE_CALLS

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_keys = count(1)


def doors_of(site: FastAPI) -> list[str]:
    """Return every route of the site as ``METHOD path``, in the site's own order."""
    return list(dict.fromkeys(f"{method} {path}" for method, path in _walk(site.routes)))


def _walk(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if hasattr(route, "effective_candidates"):  # a router taken in: FastAPI keeps it whole
            yield from _walk(route.effective_candidates())
        elif getattr(route, "methods", None):
            yield from ((method, route.path) for method in sorted(route.methods - {"HEAD"}))


@dataclass(frozen=True)
class Knocking:
    """Everything that is needed to try a door."""

    client: TestClient
    people: Mapping[str, Pass]
    scene: Mapping[str, Any]
    versions: Mapping[str, int]

    def status(self, door: str, who: str) -> int:
        """Return what the site answers to one of the cast at a door."""
        return self.send(door, who).status_code

    def send(self, door: str, who: str, *, extra: Mapping[str, Any] | None = None) -> httpx2.Response:
        """Knock, with a body that would be carried out for who may; ``extra`` is put into a JSON body besides."""
        method, _, path = door.partition(" ")
        is_api = path.startswith(API)
        known = API_CALLS if is_api else PAGE_CALLS
        example = known.get(f"{method} {path.removeprefix(API)}", Example())
        version = self.versions.get(example.version, 1)
        headers: dict[str, str] = {}
        held = self.people.get(who)
        if held:
            headers["Cookie"] = f"{SESSION_COOKIE}={held.secret}"
        if is_api:
            headers |= {"Idempotency-Key": f"k{next(_keys)}"}
            headers |= {"If-Match": f'"v{version}"'} if method != "GET" and example.version else {}
            headers |= {CSRF_HEADER: held.csrf_token} if held else {}
        body: dict[str, Any] = {}
        if method != "GET" and not is_api:
            usual = {"csrf_token": held.csrf_token if held else ""}
            usual |= {"version": str(version)} if example.version else {}
            body["data"] = usual | {name: self._filled(value, version) for name, value in example.form.items()}
        elif example.form:
            body["data"] = dict(example.form)
        if example.json is not None:
            body["json"] = self._filled(example.json, version)
            if extra:
                body["json"] = {**body["json"], **extra}
        if example.files:
            body["files"] = dict(example.files)
        return self.client.request(method, self._address(path, example), headers=headers, **body)

    def address_of(self, door: str) -> str:
        """Return the address of a door that leads to things of the scene, without a query."""
        method, _, path = door.partition(" ")
        known = API_CALLS if path.startswith(API) else PAGE_CALLS
        example = known.get(f"{method} {path.removeprefix(API)}", Example())
        return self._address(path, Example(example.things, words=example.words))

    def lie(self, door: str, who: str, lie: dict[str, str]) -> httpx2.Response:
        """Knock as a browser would that another site leads: with the cookie, and with what the lie says."""
        method, _, path = door.partition(" ")
        held = self.people[who]
        said = lie.pop("csrf", "")
        token = held.csrf_token if said == "own" else said
        headers = {"Cookie": f"{SESSION_COOKIE}={held.secret}", "Idempotency-Key": f"k{next(_keys)}", **lie}
        headers |= {CSRF_HEADER: token} if token else {}
        data = {"csrf_token": token} if token else {}
        return self.client.request(method, self._address(path, Example()), headers=headers, data=data)

    def _address(self, path: str, example: Example) -> str:
        def _thing(found: re.Match[str]) -> str:
            name = found[1]
            if name in example.things:
                return quote(str(self.scene[example.things[name]]), safe="")
            if name in example.words:
                return example.words[name]
            if name in WORDS:
                return WORDS[name]
            local = path.removeprefix(API)
            key = next(key for start, parameter, key in USUAL if parameter == name and local.startswith(start))
            return quote(str(self.scene[key]), safe="")

        address = _PARAMETER.sub(_thing, path)
        query = re.sub(r"\$(\w+)", lambda found: quote(str(self.scene[found[1]])), example.query)
        return f"{address}?{query}" if query else address

    def _filled(self, stated: Any, version: int) -> Any:
        if isinstance(stated, str) and stated.startswith("$"):
            return version if stated == "$version" else self.scene[stated[1:]]
        if isinstance(stated, Mapping):
            return {name: self._filled(value, version) for name, value in stated.items()}
        if isinstance(stated, list):
            return [self._filled(value, version) for value in stated]
        return stated


def everybody(people: Mapping[str, Pass]) -> list[str]:
    """Return everybody who knocks, and nobody in particular."""
    return [*people, NOBODY]
