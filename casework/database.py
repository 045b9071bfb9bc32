"""Opens the database: one engine, one session per request or job, one commit at its end.

Nobody else commits (style.md section 6). On SQLite a reader begins plainly and a writer begins IMMEDIATE, so that
two writers queue at the door instead of failing half-way.

On PostgreSQL every transaction runs under the role ``sekisho_app``, for which row-level security counts: it sees the
rows of the one organisation named in ``sekisho.organisation``, and without a name none. Jobs that work over all
organisations, and signing in, say so (``operator=True``). ``visible_to`` stays the first wall; this is the second.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

WRITES = "sekisho_writes"
APPLICATION = "sekisho_app"
_FIRST_WITH_SET = 160_000
_SAMPLE_OF_AN_INDEX = 1_000
_MAY_SWITCH = "sekisho_may_switch"
_STAY = "SELECT set_config('sekisho.operator', %s, true), set_config('sekisho.organisation', %s, true)"
_SWITCH = f"{_STAY}, set_config('role', '{APPLICATION}', true)"


def make_engine(address: str) -> Engine:
    """Return an engine for SQLite (WAL, foreign keys on) or PostgreSQL (psycopg)."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
        event.listen(engine, "connect", _look_at_role)
        return engine
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _look_at_role(connection: Any, record: Any) -> None:  # noqa: ANN401 (the driver's own objects)
    # From version 16 on, being a member is not enough to become the role.
    right = "SET" if connection.info.server_version >= _FIRST_WITH_SET else "MEMBER"
    query = "SELECT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = %s AND pg_has_role(current_user, r.oid, %s))"
    record.info[_MAY_SWITCH] = connection.execute(query, (APPLICATION, right)).fetchone()[0]
    connection.rollback()


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
def open_session(
    engine: Engine, *, writes: bool = True, operator: bool = False, organisation_id: int | None = None
) -> Iterator[Session]:
    """Yield a session that is committed when the block ends well and rolled back when it does not.

    On PostgreSQL it sees nothing until a ``Call`` says for which organisation it works, unless ``organisation_id``
    says so at once, or ``operator`` that the work is over all.
    """
    with Session(engine, expire_on_commit=False) as session:
        connection = session.connection(execution_options={WRITES: writes})
        if connection.dialect.name == "postgresql":
            words = _SWITCH if connection.info.get(_MAY_SWITCH) else _STAY
            connection.exec_driver_sql(words, ("on" if operator else "", str(organisation_id or "")))
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


def only_reads(session: Session) -> bool:
    """Return whether a session was opened only to read: what it saw once stays so until its end."""
    return session.connection().get_execution_options().get(WRITES) is False


def confine(session: Session, organisation_id: int) -> None:
    """Let the rest of a transaction see one organisation only (PostgreSQL)."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(_STAY, ("", str(organisation_id or "")))


def widen(session: Session) -> None:
    """Let the rest of a transaction see over all organisations: a person's deed on public facts, which all share."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SELECT set_config('sekisho.operator', 'on', true)")


@contextmanager
def as_operator(session: Session) -> Iterator[None]:
    """Let a few lines of a person's call see over all organisations: whether a name that must be unique is taken."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    connection = session.connection()
    before = connection.exec_driver_sql("SELECT current_setting('sekisho.operator', true)").scalar() or ""
    connection.exec_driver_sql("SELECT set_config('sekisho.operator', 'on', true)")
    yield
    session.flush()
    connection.exec_driver_sql("SELECT set_config('sekisho.operator', %s, true)", (before,))


def learn_statistics(engine: Engine) -> None:
    """Let SQLite count what its indexes tell apart, from a sample; PostgreSQL does so by itself.

    Without it SQLite takes the longest index that fits, and sorts ten thousand rows for a page of fifty.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={_SAMPLE_OF_AN_INDEX}")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def missing_wall(engine: Engine) -> str:
    """Return the SQL that a database administrator has to run once, or "" where row-level security counts for us."""
    if engine.dialect.name != "postgresql":
        return ""
    with engine.connect() as connection:
        if connection.info.get(_MAY_SWITCH):
            return ""
        user = connection.exec_driver_sql("SELECT quote_ident(current_user)").scalar_one()
    return (
        f"CREATE ROLE {APPLICATION} NOLOGIN;"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION};"
        f" GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION};"
        f" GRANT {APPLICATION} TO {user};"
    )


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
