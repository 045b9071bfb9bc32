"""The demo town with what comes up in an office besides, so that every page has something to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from casework.database import open_session
from casework.demo import fill
from casework.demo.fill import Login
from casework.installation import Installation
from tests.browser.addresses import TOWN
from tests.browser.inspection import Seats
from tests.browser.serving import demo_town
from tests.browser.town_cases import bring_cases, open_link
from tests.browser.town_files import bring_tables, put_labels
from tests.browser.town_lists import bring_lists


@contextmanager
def whole_town(folder: Path) -> Iterator[Installation]:
    """Yield 星見ヶ丘市 with two public lists, cases and tables brought in; providers answer by link."""
    with demo_town(folder, provider_links=True) as installation:
        bring_lists(installation)
        bring_cases(installation)
        bring_tables(installation)
        put_labels(installation)
        yield installation


def logins_of(installation: Installation) -> dict[str, Login]:
    """Return one login for each role, as ``sekisho demo`` prints them."""
    with open_session(installation.engine, writes=False, operator=True) as session:
        shown = fill.list_logins(session, installation)
    return {login.role: login for login in reversed(shown)}


def words_for_braces(installation: Installation, seats: Seats) -> dict[str, str]:
    """Return what the braces in ``ADDRESSES`` stand for."""
    with open_session(installation.engine, writes=False, operator=True) as session:
        connection = session.connection()
        found = {
            name: str(connection.execute(text(query), {"state": state} if state else {}).scalar_one())
            for name, (query, state) in TOWN.items()
        }
    tasks = seats["staff"].fetch(f"/requests/{found['draft']}/tasks").text()
    topics = re.findall(r'href="(/requests/[^"]+/q/[^"]+)"', tasks)
    return found | {"first_topic": topics[0], "clauses_topic": topics[-1], "token": open_link(installation)}
