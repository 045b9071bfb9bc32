"""The one chain of migrations, from nothing to the end and back, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from casework.database import make_engine, migrate, migration_folder
from casework.installation import DatabaseNotReady, open_installation
from casework.settings import Settings
from tests.office import closing_engine
from tests.postgresql import PostgresqlServer

GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def engine(empty_database: str) -> Iterator[Engine]:
    with closing_engine(make_engine(empty_database)) as opened:
        yield opened


def config_on(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", migration_folder())
    config.attributes["connection"] = connection
    return config


def shape_of(engine: Engine) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all tables and of all guards."""
    with engine.connect() as connection:
        tables = frozenset(inspect(connection).get_table_names()) - {"alembic_version"}
        guards = frozenset(connection.execute(text(GUARDS[engine.dialect.name])).scalars())
    return tables, guards


def test_an_empty_database_gets_every_table_and_guard_and_nothing_is_left_to_migrate(engine: Engine) -> None:
    migrate(engine)

    tables, guards = shape_of(engine)
    assert {"request", "decision", "contract", "ending_item", "audit_event"} <= tables
    assert {"decision_separation_of_duties", "ending_closed_when_settled", "audit_event_no_delete"} <= guards
    with engine.connect() as connection:
        command.check(config_on(connection))  # raises where the models say more than the chain made


def test_down_to_nothing_and_up_again_comes_to_the_same(engine: Engine) -> None:
    migrate(engine)
    before = shape_of(engine)

    with engine.connect() as connection:
        command.downgrade(config_on(connection), "base")
        connection.commit()
    emptied = shape_of(engine)
    migrate(engine)

    assert emptied == (frozenset(), frozenset())
    assert shape_of(engine) == before


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    before = shape_of(engine)

    migrate(engine)

    assert shape_of(engine) == before


def test_a_lock_timeout_does_not_outlive_the_migration(engine: Engine) -> None:
    migrate(engine)

    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"


def test_a_fresh_installation_migrates_itself(empty_database: str, tmp_path: Path) -> None:
    installation = open_installation(Settings(database_url=empty_database, data_dir=tmp_path))

    with closing_engine(installation.engine):
        assert "request" in shape_of(installation.engine)[0]


def test_a_database_of_another_shape_is_left_alone_and_the_command_is_named(
    empty_database: str, tmp_path: Path
) -> None:
    with closing_engine(make_engine(empty_database)) as engine:
        migrate(engine, "20261121_tables")
        before = shape_of(engine)

        with pytest.raises(DatabaseNotReady, match="sekisho migrate"):
            open_installation(Settings(database_url=empty_database, data_dir=tmp_path))

        assert shape_of(engine) == before
