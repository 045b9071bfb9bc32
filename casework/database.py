"""Opens the database: one engine, one session per request or job, one commit at its end.

Nobody else commits (style.md section 6). On SQLite a reader begins plainly and a writer begins IMMEDIATE, so that
two writers queue at the door instead of failing half-way.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

WRITES = "sekisho_writes"


def make_engine(address: str) -> Engine:
    """Return an engine for SQLite (WAL, foreign keys on) or PostgreSQL (psycopg)."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 (the driver's own object)
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's habit breaks DDL and IMMEDIATE
    cursor = connection.cursor()
    # Every thread's connection keeps a page cache of its own: 1 MB is enough where the system caches the file too.
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-1024")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def open_session(engine: Engine, *, writes: bool = True) -> Iterator[Session]:
    """Yield a session that is committed when the block ends well and rolled back when it does not."""
    with Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={WRITES: writes})
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


def migration_folder() -> str:
    """Return where the one chain of migrations lies."""
    return str(Path(__file__).parent.parent / "migrations")


def head_revision() -> str:
    """Return the newest revision of the one chain, read off its files: no worker needs Alembic to know it."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in Path(migration_folder(), "versions").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        revisions.update(re.findall(r'^revision = "(.+)"$', text, re.MULTILINE))
        followed.update(re.findall(r'^down_revision = "(.+)"$', text, re.MULTILINE))
    (head,) = revisions - followed
    return head


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision of the one migration chain, in one transaction."""
    from alembic import command  # noqa: PLC0415  12 MB that only a migration needs
    from alembic.config import Config  # noqa: PLC0415  as the line above

    config = Config()
    config.set_main_option("script_location", migration_folder())
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
