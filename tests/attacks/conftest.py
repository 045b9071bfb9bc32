"""The whole site over an office with one of everything, and somebody of every kind before its doors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of
from tests.matrix.cast import seed_cast
from tests.matrix.doors import Knocking
from tests.matrix.scene import set_scene, versions_of
from tests.office import Office, database, office, postgresql_template, sqlite_office, sqlite_template
from tests.sites import site_over

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]


@pytest.fixture
def site(sqlite_office: Office) -> Iterator[TestClient]:
    """The site over an office in which nothing has happened yet."""
    made = site_over(sqlite_office.installation)
    with TestClient(made, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def full_site(sqlite_office: Office, site: TestClient) -> Knocking:
    """The site over the scene of the matrix."""
    people = seed_cast(sqlite_office)
    scene = set_scene(sqlite_office, people)
    return Knocking(site, people, scene, versions_of(sqlite_office, scene))


@pytest.fixture
def staff(site: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(site, sqlite_office, "staff")


@pytest.fixture
def auditor(site: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(site, sqlite_office, "auditor")
