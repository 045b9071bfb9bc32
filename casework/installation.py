"""One running Sekisho: its settings, its database, its files, its clock. Entry points make it; everything gets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlmodel import Session, select

from casework import clock
from casework.database import make_engine, migrate, migration_folder, open_session
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
        current = MigrationContext.configure(connection).get_current_revision()
        is_empty = current is None and not inspect(connection).get_table_names()
    wanted = ScriptDirectory(migration_folder()).get_current_head()
    if is_empty:
        migrate(engine)
    elif current != wanted:
        engine.dispose()
        raise DatabaseNotReady(
            f"データベースの形が違います(いま {current}、必要なのは {wanted})。sekisho migrate を実行してください。"
        )
    installation = Installation(chosen, engine, FileStore(chosen.file_store), now)
    with open_session(engine) as session:
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
