"""The site over the office of ``tests.office``, and a browser for each of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from tests.office import Office, database, office, postgresql_template, sqlite_office, sqlite_template
from tests.sites import site_over
from tests.web.browsing import Visitor

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]

VisitAs = Callable[[str | None], Visitor]


@pytest.fixture
def site(sqlite_office: Office) -> FastAPI:
    return site_over(sqlite_office.installation)


@pytest.fixture
def visit_as(site: FastAPI, sqlite_office: Office) -> VisitAs:
    """Open a browser for somebody of the cast; ``None`` is nobody."""
    return lambda login_name: Visitor(site, sqlite_office, login_name)


@pytest.fixture
def staff(visit_as: VisitAs) -> Visitor:
    return visit_as("staff")


@pytest.fixture
def officer(visit_as: VisitAs) -> Visitor:
    return visit_as("supervising_officer")


@pytest.fixture
def procurement(visit_as: VisitAs) -> Visitor:
    return visit_as("procurement")


@pytest.fixture
def manager(visit_as: VisitAs) -> Visitor:
    return visit_as("service_manager")


@pytest.fixture
def nobody(visit_as: VisitAs) -> Visitor:
    return visit_as(None)
