"""What every test folder may ask for: a PostgreSQL server, a browser, and no way out of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import components
from tests.postgresql import PostgresqlServer, memory_folder, running_server

_LOOPBACK = "127.0.0.0/8,::1,localhost"
# As root Chromium has no sandbox; the rest keeps it from calling its maker.
_BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let tests reach loopback and socket files, and nothing else (read by pytest-socket right after)."""
    config.option.allow_hosts = _LOOPBACK
    config.option.allow_unix_socket = True
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what tests start would compile everything anew, each time
    if place := memory_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # pytest's own way to say where tests keep files


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with slow tests first: of two workers none is left alone with a long one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One server per test process; ``new_database()`` gives each test its own database."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium per test process; tests open their own contexts with ``browser.new_context()``."""
    executable = components.require(components.find_chromium)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(executable), args=_BROWSER_FLAGS)
        yield chromium
        chromium.close()
