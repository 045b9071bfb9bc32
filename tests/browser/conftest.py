"""The site of ``tests.office`` for stories, and the site of the demo town for walks over every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from casework.demo.fill import Login
from casework.installation import Installation
from tests.browser.inspection import Seats
from tests.browser.people import Person, at_a_desk
from tests.browser.serving import serving
from tests.browser.whole_town import logins_of, whole_town, words_for_braces
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
    """星見ヶ丘市, filled once, with what comes up in an office besides."""
    with whole_town(tmp_path_factory.mktemp("demo")) as installation:
        yield installation


@pytest.fixture(scope="session")
def demo_address(demo: Installation) -> Iterator[str]:
    with serving(demo) as address:
        yield address


@pytest.fixture(scope="session")
def logins(demo: Installation) -> dict[str, Login]:
    """One login for each role of the demo town, as ``sekisho demo`` prints them."""
    return logins_of(demo)


@pytest.fixture(scope="module")
def seats(browser: Browser, demo_address: str, logins: dict[str, Login]) -> Iterator[Seats]:
    """The people of the demo town, each with a browser of their own."""
    seated = Seats(browser, demo_address, logins)
    yield seated
    for seat in seated.values():
        seat.context.close()


@pytest.fixture(scope="module")
def town(demo: Installation, seats: Seats) -> dict[str, str]:
    """What the braces in ``ADDRESSES`` stand for."""
    return words_for_braces(demo, seats)
