"""The OpenAPI document, taken at its word: whatever it allows is sent to every operation as every role.

No answer is a crash, and no answer has a status that the document does not name. The scene is that of the matrix, so
that addresses lead to things that are there; what is done is undone. Seeds are fixed: the same is sent at every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from api import refused_attempts
from casework import passwords
from casework.database import make_engine
from models.vocabulary import Role
from tests.api.desks import BASE
from tests.matrix.api_calls import API_CALLS
from tests.matrix.cast import Pass, seed_cast
from tests.matrix.conftest import undo
from tests.matrix.doors import Knocking
from tests.matrix.scene import set_scene, versions_of
from tests.office import Office, closing_engine
from web.app import create_site

pytestmark = pytest.mark.slow

EXAMPLES = 3
FIXED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ROLES = tuple(f"{role}@own" for role in Role)


@pytest.fixture(scope="module")
def scene(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knocking]:
    """The site over the scene of the matrix, in which nothing that is done stays done."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "sekisho.sqlite3").write_bytes(sqlite_template.read_bytes())
    with closing_engine(make_engine(f"sqlite:///{folder / 'sekisho.sqlite3'}")) as engine:
        office = Office(engine, folder)
        people = seed_cast(office)
        things = set_scene(office, people)
        site = create_site(office.installation)
        with pytest.MonkeyPatch.context() as patched, TestClient(site, raise_server_exceptions=False) as client:
            patched.setattr(Session, "commit", undo)
            patched.setattr(refused_attempts, "note_refusal", lambda *_: None)  # its tests stand elsewhere
            patched.setattr(passwords, "verify", lambda *_: (False, None))
            yield Knocking(client, people, things, versions_of(office, things))


def operations(site: FastAPI) -> list[Any]:
    """Return every operation of the document."""
    read: list[Any] = list(schemathesis.openapi.from_dict(site.openapi()).get_all_operations())
    found = [result.ok() for result in read]
    return sorted(found, key=lambda operation: str(operation.label))


def headers_of(sent: dict[str, str], held: Pass, version: int, example: int) -> dict[str, str]:
    """Return the fuzzed headers, signed as somebody; half of the time those that guard a write are good ones."""
    kept = {name: value for name, value in sent.items() if name.lower() not in {"authorization", "cookie"}}
    kept = {name: value.encode("ascii", "replace").decode() for name, value in kept.items()}
    if example % 2 == 0:
        kept |= {"If-Match": f'"v{version}"', "Idempotency-Key": f"fuzz-{example}-{held.session_id}"}
    return kept | {"Authorization": f"Bearer {held.secret}"}


def fuzz(scene: Knocking, operation: Any) -> tuple[int, dict[str, str]]:
    """Return how often one operation was asked, and one example of each status that breaks its word."""
    known = set(operation.definition.raw["responses"])
    method, door = operation.method.upper(), f"{operation.method.upper()} {operation.path}"
    example = API_CALLS.get(door.replace(BASE, ""))
    version = scene.versions.get(example.version if example else "", 1)
    asked: list[str] = []
    faults: dict[str, str] = {}

    @FIXED
    @given(case=operation.as_strategy(), is_real=st.booleans(), turn=st.integers(0, 1000))
    def send(case: Any, is_real: bool, turn: int) -> None:  # noqa: FBT001 (drawn by hypothesis)
        sent = case.as_transport_kwargs(base_url="http://testserver")
        url = scene.address_of(door) if is_real else sent["url"]
        rest = {name: sent[name] for name in ("params", "json", "data", "files") if sent.get(name) is not None}
        if isinstance(rest.get("data"), bytes | str):  # a body as it stands is content for the client
            rest["content"] = rest.pop("data")
        if "files" in rest:  # a part is bytes on the wire, whatever the document's example was
            rest["files"] = [(name, (file, str(said).encode())) for name, (file, said, *_) in rest["files"]]
        for who in ROLES:
            headers = headers_of(sent["headers"], scene.people[who], version, turn)
            answer = scene.client.request(method, url, headers=headers, **rest)
            asked.append(who)
            if answer.status_code >= 500 or str(answer.status_code) not in known:
                faults[f"{door}: {answer.status_code}"] = f"as {who}: {answer.text[:160]} {repr(rest)[:200]}"

    send()
    return len(asked), faults


def test_every_operation_keeps_its_word_to_every_role(scene: Knocking) -> None:
    assert isinstance(scene.client.app, FastAPI)

    asked, faults = zip(*(fuzz(scene, each) for each in operations(scene.client.app)), strict=True)

    broken = [f"{what} {how}" for each in faults for what, how in each.items()]
    assert broken == [], "\n".join(broken)
    assert sum(asked) >= EXAMPLES * len(ROLES) * 70
