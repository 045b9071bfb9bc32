"""Runs the one chain of migrations, from the command line or from ``casework.database``, on either database."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import models.tables
from casework.database import make_engine
from casework.settings import Settings
from models.base import UtcDateTime

target_metadata = SQLModel.metadata
TABLES = models.tables.__all__


def _plain_types(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own types as SQLAlchemy's: a migration must still run when the models have moved on."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A migration that waits behind a long reader would stop every writer behind it.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        # Row-level security is forced on the owner too, and a migration works over all organisations.
        connection.execute(text("SELECT set_config('sekisho.operator', 'on', true)"))
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Migrate over the connection that was handed in, or over the one the settings name."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    engine = make_engine(Settings().database_address)
    with engine.connect() as connection:
        _run(connection)
        connection.commit()
    engine.dispose()


run()
