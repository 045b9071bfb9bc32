"""The parts the tests lean on really are what they say: a PostgreSQL of our own, a browser, no way out."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from pytest_socket import SocketConnectBlockedError

from tests import components
from tests.postgresql import PostgresqlServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.postgresql
def test_each_database_of_the_test_server_is_its_own(postgresql_server: PostgresqlServer) -> None:
    first = postgresql_server.new_database()
    with _open(postgresql_server, first) as connection:
        connection.execute("CREATE TABLE note (text text)")

    copy, empty = postgresql_server.new_database(template=first), postgresql_server.new_database()

    assert _tables(postgresql_server, copy) == ["note"]
    assert _tables(postgresql_server, empty) == []
    postgresql_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        _open(postgresql_server, copy)


@pytest.mark.browser
def test_the_browser_draws_japanese(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<title>関所</title><p>関</p><p>\U0010fffd</p>")

        # A glyph the machine lacks is drawn as a box: the same box as for a character that no font has.
        known, unknown = (page.locator("p").nth(n).screenshot() for n in (0, 1))

        assert page.title() == "関所"
        assert known != unknown


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_test_cannot_call_another_machine() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_missing_part_is_named_with_its_one_command_and_fails() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "tests.components"],
        cwd=ROOT,
        env={**os.environ, "CI": "", components.BROWSER_VARIABLE: "nowhere/chromium"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 1
    assert "apt-get install -y --no-install-recommends chromium\n" in asked.stderr


def _open(server: PostgresqlServer, database: str) -> psycopg.Connection:
    return psycopg.connect(server.url(database).replace("postgresql+psycopg", "postgresql"), autocommit=True)


def _tables(server: PostgresqlServer, database: str) -> list[str]:
    with _open(server, database) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in found]
