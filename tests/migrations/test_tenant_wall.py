"""The second wall on PostgreSQL: whatever the program asks, the database shows one organisation its own rows only."""

# ruff: noqa: S608
# The SQL is the test's own.

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, select

from casework.database import APPLICATION, as_operator, make_engine, migrate, missing_wall, open_session
from models import tables
from models.request import Request
from models.user import User
from tests.migrations.scene import set_scene
from tests.office import Office, closing_engine, seed
from tests.postgresql import PostgresqlServer

pytestmark = pytest.mark.postgresql
OURS, NEXT = 2, 3
OF_ORGANISATIONS = sorted(
    name for name, table in SQLModel.metadata.tables.items() if "organisation_id" in table.columns and tables
)
ROW_LEVEL = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = :table"
POLICIES = "SELECT count(*) FROM pg_policies WHERE tablename = :table AND policyname = :table || '_of_its_organisation'"


@pytest.fixture(scope="module")
def scene(
    postgresql_server: PostgresqlServer, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The scene of our town, and a request and a contract of the next one."""
    address = postgresql_server.url(postgresql_server.new_database(template=postgresql_template))
    with closing_engine(make_engine(address)) as engine:
        office = Office(engine, tmp_path_factory.mktemp("wall"))
        set_scene(office)
        office.draft("next_staff")
        yield office


@contextmanager
def as_application(engine: Engine, organisation: object = "", operator: str = "") -> Iterator[Connection]:
    """A connection as the application has it, with raw SQL; nothing of it is kept."""
    with engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {APPLICATION}"))
        for name, value in (("organisation", organisation), ("operator", operator)):
            connection.execute(text(f"SELECT set_config('sekisho.{name}', :value, true)"), {"value": str(value)})
        yield connection
        connection.rollback()


def count(connection: Connection, table: str, where: str = "true") -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())


def filled(office: Office) -> list[str]:
    return [table for table in OF_ORGANISATIONS if office.one(f"SELECT count(*) FROM {table}") > 0]


@pytest.mark.parametrize("table", OF_ORGANISATIONS)
def test_every_table_of_organisations_has_its_wall(scene: Office, table: str) -> None:
    assert scene.one(ROW_LEVEL, table=table) is True, f"{table}: migrations.tenant_wall.raise_wall is missing"
    assert scene.one(POLICIES, table=table) == 1


def test_whoever_names_no_organisation_sees_nothing_of_any(scene: Office) -> None:
    public = {table for table in OF_ORGANISATIONS if table.startswith(("registry_", "quarantined_row"))}

    with as_application(scene.engine) as connection:
        seen = {table: count(connection, table) for table in filled(scene) if table not in public}
        towns = connection.execute(text("SELECT code FROM organisation")).scalars().all()

    assert len(seen) > 20
    assert set(seen.values()) == {0}
    assert towns == ["shared"]


def test_our_town_sees_all_of_its_own_and_nothing_else(scene: Office) -> None:
    with as_application(scene.engine, OURS) as connection:
        for table in filled(scene):
            own = scene.one(f"SELECT count(*) FROM {table} WHERE organisation_id = {OURS}")
            assert count(connection, table, f"organisation_id = {OURS}") == own, table
            assert count(connection, table, f"organisation_id = {NEXT}") == 0, table


def test_public_facts_are_read_by_all_and_written_by_none_of_the_towns(scene: Office) -> None:
    with as_application(scene.engine, NEXT) as connection:
        seen = count(connection, "registry_entry")
        changed = connection.execute(text("UPDATE registry_entry SET provider = 'x'")).rowcount

    assert (seen, changed) == (1, 0)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO department (organisation_id, created_at, code, name) VALUES ({NEXT}, now(), 'x', 'x')",
        f"UPDATE request SET organisation_id = {NEXT}",
        "INSERT INTO organisation (created_at, code, name, pack, contact) VALUES (now(), 'x', 'x', '', '')",
    ],
)
def test_nothing_is_written_for_another_organisation(scene: Office, statement: str) -> None:
    with (
        as_application(scene.engine, OURS) as connection,
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("deed", ["UPDATE request SET title = 'x' WHERE organisation_id = {0}",
                                  "DELETE FROM login_session WHERE organisation_id = {0}",
                                  "DELETE FROM role_grant WHERE organisation_id = {0}"])  # fmt: skip
def test_rows_of_another_organisation_are_neither_changed_nor_deleted(scene: Office, deed: str) -> None:
    with as_application(scene.engine, OURS) as connection:
        assert connection.execute(text(deed.format(NEXT))).rowcount == 0


def test_a_job_that_says_so_sees_all(scene: Office) -> None:
    with as_application(scene.engine, operator="on") as connection:
        assert count(connection, "user_account") == scene.one("SELECT count(*) FROM user_account")


def test_the_setting_ends_with_its_transaction(scene: Office) -> None:
    with scene.call("staff", writes=False) as call:
        assert call.session.connection().execute(text("SELECT current_user")).scalar() == APPLICATION
    with open_session(scene.engine) as session:
        assert session.exec(select(User)).all() == []


def test_a_use_case_that_forgot_its_condition_still_sees_one_town(scene: Office) -> None:
    with scene.call("next_staff", writes=False) as call:
        found = call.session.exec(select(Request)).all()

    assert {row.organisation_id for row in found} == {NEXT}


def test_a_few_lines_may_look_over_all_and_no_more_than_they(scene: Office) -> None:
    with scene.call("next_staff", writes=False) as call:
        with as_operator(call.session):
            wide = len(call.session.exec(select(User.id)).all())
        narrow = len(call.session.exec(select(User.id)).all())

    assert (wide, narrow) == (16, 3)


def test_the_application_cannot_take_the_wall_down(scene: Office) -> None:
    for statement in (
        "ALTER TABLE request DISABLE ROW LEVEL SECURITY",
        "DROP POLICY request_of_its_organisation ON request",
        "DROP TABLE request",
        "TRUNCATE request CASCADE",
        "UPDATE alembic_version SET version_num = 'x'",
    ):
        with as_application(scene.engine, OURS) as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))


@pytest.fixture
def modest(postgresql_server: PostgresqlServer) -> Iterator[Engine]:
    """A database whose owner is no superuser and may make no roles."""
    name = postgresql_server.new_database()
    with closing_engine(make_engine(postgresql_server.url(name))) as engine, engine.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS modest"))
        connection.execute(text("CREATE ROLE modest LOGIN"))
        connection.execute(text(f'ALTER DATABASE "{name}" OWNER TO modest'))
        connection.execute(text("ALTER SCHEMA public OWNER TO modest"))
        connection.commit()
    with closing_engine(make_engine(postgresql_server.url(name).replace("sekisho@", "modest@"))) as engine:
        migrate(engine)
        with open_session(engine, operator=True) as session:
            seed(session)
        yield engine
    postgresql_server.drop_database(name)
    with closing_engine(make_engine(postgresql_server.url("postgres"))) as engine, engine.connect() as connection:
        connection.execute(text("DROP OWNED BY modest"))
        connection.execute(text("DROP ROLE modest"))
        connection.commit()


def test_an_owner_that_may_make_no_role_is_held_by_the_wall_too_and_told_what_is_missing(modest: Engine) -> None:
    with open_session(modest, writes=False) as session:
        nobody = session.exec(select(User)).all()
    with open_session(modest, writes=False, organisation_id=NEXT) as session:
        neighbours = session.exec(select(User)).all()

    assert (len(nobody), len(neighbours)) == (0, 3)
    assert f"GRANT {APPLICATION} TO modest;" in missing_wall(modest)


def test_what_is_missing_is_mended_by_the_sql_that_was_told(
    modest: Engine, postgresql_server: PostgresqlServer
) -> None:
    told = missing_wall(modest).removeprefix(f"CREATE ROLE {APPLICATION} NOLOGIN;")  # another database has made it
    name = str(modest.url.database)
    with closing_engine(make_engine(postgresql_server.url(name))) as engine, engine.connect() as connection:
        connection.exec_driver_sql(told)
        connection.commit()
    modest.dispose()

    with open_session(modest, writes=False, organisation_id=NEXT) as session:
        assert session.connection().execute(text("SELECT current_user")).scalar() == APPLICATION
        assert len(session.exec(select(User)).all()) == 3
    assert missing_wall(modest) == ""
