"""One running Sekisho: its settings, its database, its files, its clock. Entry points make it; everything gets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, select

from casework import clock
from casework.database import head_revision, make_engine, migrate, open_session
from casework.errors import CaseworkError
from casework.files import FileStore
from casework.settings import Settings
from models.organisation import Organisation

SHARED = "shared"


class DatabaseNotReady(CaseworkError):
    """The database has an older or a newer shape than this program."""

    kind = "under-maintenance"


@dataclass(frozen=True)
class Installation:
    """What a running program holds on to."""

    settings: Settings
    engine: Engine
    store: FileStore
    now: Callable[[], datetime] = clock.now

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


def open_installation(settings: Settings | None = None, *, now: Callable[[], datetime] = clock.now) -> Installation:
    """Return a running installation with a database of the right shape.

    An empty database is migrated at once, so that every command works on a fresh machine without a step before. One
    of another shape is left alone: raises ``DatabaseNotReady`` that names the command.
    """
    chosen = settings or Settings()
    engine = make_engine(chosen.database_address)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        known = "alembic_version" in tables
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    wanted = head_revision()
    if not tables:
        migrate(engine)
        engine.dispose()  # what was opened before knew nothing of the role that the migration makes
    elif current != wanted:
        engine.dispose()
        raise DatabaseNotReady(
            f"データベースの形が違います(いま {current}、必要なのは {wanted})。sekisho migrate を実行してください。"
        )
    installation = Installation(chosen, engine, FileStore(chosen.file_store, chosen.file_rules), now)
    with open_session(engine, operator=True) as session:
        shared_organisation(session)
    return installation


def shared_organisation(session: Session) -> Organisation:
    """Return the built-in organisation that owns public registry facts, making it on first use."""
    found = session.exec(select(Organisation).where(Organisation.code == SHARED)).first()
    if found is None:
        found = Organisation(code=SHARED, name="共有(公的な登録簿)")
        session.add(found)
        session.flush()
    return found
