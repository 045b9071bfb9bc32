"""One served office for all tests of a file; its people come signed in, each at a browser of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from api.authentication import SESSION_COOKIE
from casework.database import make_engine
from tests.browser.people import Person, at_a_desk
from tests.browser.serving import serving
from tests.office import PASSWORD, Office, closing_engine
from tests.web.browsing import hand_session


@dataclass
class OpenOffice:
    """The office of ``tests.office`` behind an address. What one test entered stays for the next: use own requests."""

    office: Office
    address: str
    browser: Browser
    leaving: ExitStack

    def person(self, login_name: str, *, has_script: bool = True) -> Person:
        """Return somebody who is signed in already."""
        desk = at_a_desk(self.browser, self.address, login_name, PASSWORD, has_script=has_script)
        person = self.leaving.enter_context(desk)
        secret = hand_session(self.office, login_name)
        person.page.context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.address}])
        return person


@contextmanager
def open_office(browser: Browser, template: Path, folder: Path) -> Iterator[OpenOffice]:
    """Yield a served copy of the seeded office; at the end everybody goes home."""
    path = folder / "sekisho.sqlite3"
    shutil.copy(template, path)
    with closing_engine(make_engine(f"sqlite:///{path}")) as engine:
        office = Office(engine, folder)
        with serving(office.installation) as address, ExitStack() as leaving:
            yield OpenOffice(office, address, browser, leaving)
