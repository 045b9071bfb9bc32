"""A PostgreSQL server that lives as long as a test session, on a socket file and with nothing kept safe."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from tests import components

_START_SECONDS = 30.0
_OWNER = "sekisho"
# Nothing here outlives the session, so nothing is made safe against a power cut.
_RUN_OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "log_min_messages=fatal",
    "autovacuum=off",
)
_MEMORY = Path("/dev/shm")  # noqa: S108 (each folder in it is made by mkdtemp)
_KNOWS_STRATEGIES = 150_000
_ROOMY_BYTES = 4 * 1024**3


@dataclass
class PostgresqlServer:
    """Hands out databases of one running server."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of a database."""
        return f"postgresql+psycopg://{_OWNER}@/{database}?host={self.folder}"

    def new_database(self, template: str | None = None) -> str:
        """Create a database, empty or a copy of ``template`` (which nobody may be using), and return its name."""
        name = f"test_{next(self._numbers)}"
        copied = f' TEMPLATE "{template}"' if template else ""
        with self._connect() as connection:
            if template and connection.info.server_version >= _KNOWS_STRATEGIES:
                copied += " STRATEGY file_copy"  # ten times as fast in memory as writing the copy to the log
            connection.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is still connected to it."""
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def is_awake(self) -> bool:
        """Return whether the server answers."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=_OWNER, dbname="postgres", autocommit=True)


def memory_folder() -> Path | None:
    """Return a folder whose files lie in memory, if this machine has one with room: copies in it cost little."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOMY_BYTES:
        return None
    return _MEMORY


@contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    """Start a server with a fresh cluster and stop it at the end. Raises ``ComponentMissing`` without PostgreSQL."""
    binaries = components.require(components.find_postgresql)
    folder = Path(tempfile.mkdtemp(prefix="sekisho-pg-", dir=memory_folder()))
    if owner := _ordinary_user():
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = PostgresqlServer(folder)
    data = str(folder / "data")
    make = ["initdb", "-D", data, "-U", _OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    serve = ["postgres", "-D", data, "-k", str(folder), *(f"--{option}" for option in _RUN_OPTIONS)]
    process = None
    try:
        if _start(binaries, make, folder).wait() != 0:
            raise RuntimeError(f"initdb failed:\n{_log(folder)}")
        process = _start(binaries, serve, folder)
        _wait_until_awake(server, process)
        yield server
    finally:
        if process:
            process.send_signal(signal.SIGINT)  # "fast": open connections are ended, not waited for
            process.wait(timeout=_START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs as an ordinary user, its output going to the folder's log."""
    owner = _ordinary_user()
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [str(binaries / command[0]), *command[1:]],
            stdout=log,
            stderr=log,
            cwd=folder,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")


def _ordinary_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as: PostgreSQL refuses root. ``None`` means as we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _wait_until_awake(server: PostgresqlServer, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not server.is_awake():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"PostgreSQL did not start:\n{_log(server.folder)}")
        time.sleep(0.05)
