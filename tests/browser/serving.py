"""The real site on a free loopback port, in a thread of this process so that its clock can be set."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from casework.demo import fill
from casework.installation import Installation, open_installation
from casework.settings import Settings
from web.app import create_site

DEMO_MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan, a Friday
START_SECONDS = 20


@contextmanager
def serving(installation: Installation) -> Iterator[str]:
    """Yield the address of the site over an installation; it is taken down at the end."""
    place = socket.create_server(("127.0.0.1", 0))
    # Browsers keep connections open; they are not waited for.
    config = uvicorn.Config(create_site(installation), log_level="error", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    try:
        _wait_for(server)
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        place.close()


def _wait_for(server: uvicorn.Server) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > give_up_at:
            raise TimeoutError("the site did not start")
        time.sleep(0.02)


@contextmanager
def demo_town(folder: Path, *, provider_links: bool = False) -> Iterator[Installation]:
    """Yield an installation that holds 星見ヶ丘市, filled anew in ``folder``, on a day that stands still."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'sekisho.sqlite3'}", data_dir=folder, provider_links=provider_links
    )
    installation = open_installation(settings, now=lambda: DEMO_MORNING)
    try:
        fill.fill(installation)
        yield installation
    finally:
        installation.close()
