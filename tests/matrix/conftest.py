"""One office for the whole table: nothing that is tried at a door stays done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from api import refused_attempts
from casework import passwords
from casework.database import make_engine
from tests.matrix.cast import seed_cast
from tests.matrix.doors import Knocking
from tests.matrix.scene import set_scene, versions_of
from tests.office import Office, closing_engine, postgresql_template, sqlite_template
from web.app import create_site

__all__ = ["postgresql_template", "sqlite_template"]


def undo(session: Session) -> None:
    """Take back what a commit would have kept; what was made stays readable for the answer."""
    session.flush()
    session.expunge_all()
    session.rollback()


@pytest.fixture(scope="module")
def doors(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knocking]:
    """The site over the scene; every transaction is undone instead of committed, so the next finds it untouched."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "sekisho.sqlite3").write_bytes(sqlite_template.read_bytes())
    with closing_engine(make_engine(f"sqlite:///{folder / 'sekisho.sqlite3'}")) as engine:
        office = Office(engine, folder)
        people = seed_cast(office)
        scene = set_scene(office, people)
        versions = versions_of(office, scene)
        site = create_site(office.installation)
        with (
            pytest.MonkeyPatch.context() as patched,
            TestClient(site, raise_server_exceptions=False, follow_redirects=False) as client,
        ):
            patched.setattr(Session, "commit", undo)
            patched.setattr(refused_attempts, "note_refusal", lambda *_: None)  # its tests stand elsewhere
            patched.setattr(
                passwords, "verify", lambda *_: (False, None)
            )  # slow on purpose, and not what is asked here
            yield Knocking(client, people, scene, versions)
