"""The office of ``tests.office`` behind the API, and a desk for each of its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.api.desks import Desk, desk_of
from tests.office import Office, database, office, postgresql_template, sqlite_office, sqlite_template
from tests.sites import api_over

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]


@pytest.fixture
def client(sqlite_office: Office) -> Iterator[TestClient]:
    """A client that nobody is signed in with."""
    with TestClient(api_over(sqlite_office.installation), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def staff(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "staff")


@pytest.fixture
def officer(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "supervising_officer")


@pytest.fixture
def procurement(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "procurement")


@pytest.fixture
def manager(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "service_manager")


@pytest.fixture
def auditor(client: TestClient, sqlite_office: Office) -> Desk:
    return desk_of(client, sqlite_office, "auditor")


@pytest.fixture
def neighbour(client: TestClient, sqlite_office: Office) -> Desk:
    """Somebody of the next town who may do nearly everything there."""
    return desk_of(client, sqlite_office, "next_procurement")
