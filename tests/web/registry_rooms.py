"""Lists on the pages: brought in, tried, taken in, as the people of the office do it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date

from casework import registry_imports, registry_sync, registry_watch
from casework.registry_sync import SyncWish
from tests.ismap.lists import Row, as_csv
from tests.office import Office
from tests.web.browsing import Page, Visitor

PATIENCE_SECONDS = 20


def take_in(office: Office, rows: Sequence[Row], day: date = date(2026, 11, 20)) -> str:
    """Take a list in as the command does, follow its consequences, and return the code of the newest list."""
    wish = SyncWish(source="一覧.csv", raw=as_csv(rows), acquired_on=day, carried_by="関 のぞみ")
    report = registry_sync.sync(office.installation, wish)
    assert report["refused"] is None, report["refused"]
    registry_watch.follow(office.installation)
    return str(report["snapshot"])


def try_list(visitor: Visitor, rows: Sequence[Row]) -> Page:
    """Bring a list in by the form and return its page once it is finished."""
    page = visitor.open("/ismap/import")
    begun = visitor.press(page, "試し取込をする", files={"file": ("一覧.csv", as_csv(rows))})
    return finished(visitor, begun)


def finished(visitor: Visitor, page: Page) -> Page:
    """Return an import's page when nothing goes on any more, as its own refreshing would show it."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while "Refresh" in page.answer.headers:
        assert time.monotonic() < give_up_at, page.words
        registry_imports.wait_for(page.path.rsplit("/", 1)[-1], 1)
        page = visitor.open(page.path)
    return page


def counts(page: Page) -> dict[str, int]:
    """Return the numbers an import's page shows."""
    found = re.findall(r"(行|使える行|保留した行|追加|変更|削除) (?:<b>)?([0-9,]+)</b>", page.html)
    return {name: int(number.replace(",", "")) for name, number in found}
