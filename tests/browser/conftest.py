"""The site of ``tests.office`` for stories, and the site of the demo town for walks over every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from casework.installation import Installation
from tests.browser.people import Person, at_a_desk
from tests.browser.serving import demo_town, serving
from tests.browser.town_cases import bring_cases
from tests.browser.town_files import bring_tables
from tests.browser.town_lists import bring_lists
from tests.office import PASSWORD, Office, database, office, postgresql_template, sqlite_office, sqlite_template

__all__ = ["database", "office", "postgresql_template", "sqlite_office", "sqlite_template"]


class Desks:
    """Seats people of one site, each with a browser of their own."""

    def __init__(self, browser: Browser, address: str, password: str) -> None:
        self.address = address
        self._seat = ExitStack()
        self._browser, self._password = browser, password

    def person(self, login_name: str, *, has_script: bool = True) -> Person:
        """Return somebody who is not signed in yet."""
        desk = at_a_desk(self._browser, self.address, login_name, self._password, has_script=has_script)
        return self._seat.enter_context(desk)

    def close(self) -> None:
        """Everybody goes home."""
        self._seat.close()


@pytest.fixture
def desks(browser: Browser, sqlite_office: Office) -> Iterator[Desks]:
    """Desks for the people of a fresh office, whose clock the test may set."""
    with serving(sqlite_office.installation) as address:
        seated = Desks(browser, address, PASSWORD)
        yield seated
        seated.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """星見ヶ丘市, filled once, with two public lists and what comes up around decisions; providers answer by link."""
    with demo_town(tmp_path_factory.mktemp("demo"), provider_links=True) as installation:
        bring_lists(installation)
        bring_cases(installation)
        bring_tables(installation)
        yield installation


@pytest.fixture(scope="session")
def demo_address(demo: Installation) -> Iterator[str]:
    with serving(demo) as address:
        yield address
