"""What must never happen is refused by the database, whoever speaks to it: raw SQL, on both databases.

Every attack is tried twice: it is refused, and with its one guard taken away it goes through. So each test would fail
if its guard were broken, and no guard hides behind another.
"""

# ruff: noqa: S608
# The SQL is the test's own.

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from casework.database import WRITES, make_engine
from tests.migrations.attacks import ATTACKS, CLOSE, OPEN_ENDING, TWO_CHECKERS, Attack, approve_service, decide
from tests.migrations.ending_attacks import CONFIRMED_ALONE
from tests.migrations.scene import set_scene
from tests.office import Office, closing_engine
from tests.postgresql import PostgresqlServer


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The scene on either database; attacks are rolled back, so all tests share it."""
    folder = tmp_path_factory.mktemp("scene")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "sekisho.sqlite3")
        address = f"sqlite:///{folder / 'sekisho.sqlite3'}"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        address = server.url(server.new_database(template=request.getfixturevalue("postgresql_template")))
    with closing_engine(make_engine(address)) as engine:
        office = Office(engine, folder)
        set_scene(office)
        yield office


@pytest.fixture
def connection(scene: Office) -> Iterator[Connection]:
    """A connection whose transaction is never committed."""
    with scene.engine.connect().execution_options(**{WRITES: True}) as opened:
        yield opened
        opened.rollback()


def run(connection: Connection, statement: str) -> int:
    # Not ``text``: its colons would be parameters, and these statements have none.
    return connection.exec_driver_sql(statement).rowcount


def take_away(connection: Connection, guard: str) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    run(connection, f"DROP TRIGGER {guard}" if is_sqlite else f"DROP FUNCTION {guard}() CASCADE")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.title)
def test_the_database_refuses(attack: Attack, connection: Connection) -> None:
    *before, last = attack.statements
    for statement in before:
        assert run(connection, statement) > 0

    with pytest.raises(DBAPIError) as refused:
        run(connection, last)

    assert message_of(connection, attack.guard) in str(refused.value)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.title)
def test_without_its_guard_the_deed_goes_through(attack: Attack, connection: Connection) -> None:
    take_away(connection, attack.guard)

    changed = [run(connection, statement) for statement in attack.statements]

    assert min(changed) > 0


def message_of(connection: Connection, guard: str) -> str:
    """Return the sentence of a guard as the database holds it."""
    if connection.in_transaction():
        connection.rollback()
    query = (
        "SELECT sql FROM sqlite_master WHERE name = :name"
        if connection.dialect.name == "sqlite"
        else "SELECT prosrc FROM pg_proc WHERE proname = :name"
    )
    source: str = connection.execute(text(query), {"name": guard}).scalar_one()
    start = "RAISE(ABORT, '" if connection.dialect.name == "sqlite" else "RAISE EXCEPTION '"
    return source.partition(start)[2].partition("'")[0]


def test_every_guard_is_attacked(connection: Connection) -> None:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
        " WHERE NOT tgisinternal AND pronamespace = 'public'::regnamespace"  # procrastinate's are its own
    )
    guards = set(connection.execute(text(query)).scalars())

    attacked = {attack.guard for attack in ATTACKS}
    # A row that others point to cannot be deleted with or without a guard; replacing has a test of its own.
    behind_keys = {f"{table}_no_delete" for table in ("request_version", "registry_snapshot", "approved_service",
                                                      "contract", "ending")}  # fmt: skip

    assert {name for name in guards if not name.endswith("_no_replace")} - attacked == behind_keys


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (decide(manager="nobody"), "approval_names_a_manager"),
        (decide(manager="nobody", action="approve_with_conditions"), "approval_names_a_manager"),
        (decide(hash="''", version="NULL"), "decision_is_bound_to_content"),
        (decide(action="nod"), "action_is_known"),
        ("UPDATE clause_check SET state = 'waived' WHERE state = 'unchecked'", "leaving_out_needs_a_reason"),
        (CLOSE.replace("closed_by_id = opened_by_id, ", "") + OPEN_ENDING, "closing_says_who_and_when"),
        ("UPDATE ending_item SET state = 'done' WHERE state = 'open'", "done_says_who"),
        (
            "UPDATE ending_item SET needs_evidence = true, state = 'done', done_by_id = 1 WHERE state = 'open'",
            "done_has_evidence",
        ),
        (TWO_CHECKERS, "deletion_has_two_checkers"),
        ("UPDATE duty_occurrence SET state = 'done' WHERE state = 'scheduled'", "done_says_who_and_when"),
        ("UPDATE duty_occurrence SET state = 'waived' WHERE state = 'scheduled'", "waiver_has_a_reason"),
        (CONFIRMED_ALONE, "another_person_looks"),
        (
            "UPDATE acceptance_round SET result = 'passed', measures_kept = false WHERE result = 'waiting'",
            "acceptance_confirms_measures",
        ),
        ("UPDATE request SET state = 'lost'", "state_is_known"),
        ("UPDATE role_grant SET ends_on = '2020-01-01'", "period_is_ordered"),
    ],
)
def test_a_row_that_says_too_little_is_refused(statement: str, constraint: str, connection: Connection) -> None:
    for guard in (
        "decision_on_current_content",
        "decision_at_a_place_of_its_route",
        "ending_closed_when_settled",
        "ending_closed_with_all_data",
        "ending_item_stays_settled",
        "clause_check_by_decision",
    ):
        take_away(connection, guard)  # so that the row itself is what is refused

    with pytest.raises(DBAPIError, match=constraint):
        run(connection, statement)


def test_a_service_cannot_be_approved_without_a_manager(connection: Connection) -> None:
    decision = "(SELECT id FROM decision d WHERE d.request_id = r.id AND d.action = 'approve')"

    with pytest.raises(DBAPIError, match="manager_id"):
        run(connection, approve_service("R8-0003", decision, manager="NULL"))


@pytest.mark.parametrize("table", ["audit_event", "clause_left_out", "ending_item", "finding", "duty_occurrence"])
def test_records_cannot_be_replaced_or_emptied_at_a_stroke(table: str, connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        stroke, guard = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = 1", f"{table}_no_replace"
    else:
        stroke, guard = f"TRUNCATE {table}", f"{table}_no_delete"

    refusal = "a record that stands is never|cannot truncate a table referenced"
    with pytest.raises(DBAPIError, match=refusal) as refused:
        run(connection, stroke)
    connection.rollback()
    if "referenced" in str(refused.value):
        return  # the reference to it holds already
    take_away(connection, guard)

    run(connection, stroke)  # so it was that guard


@pytest.mark.parametrize("key", ["id", "code"])
def test_a_row_cannot_be_replaced_under_its_second_key_either(key: str, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        return  # has no such statement

    columns = (
        "created_at, version, ending_id, code, position, provision, title, state, needs_evidence, "
        "needs_second_checker, evidence_fields, details, note, organisation_id"
    )
    chosen = f"id, {columns}" if key == "id" else columns

    with pytest.raises(DBAPIError, match="ending_item: a record that stands is never replaced"):
        run(connection, f"INSERT OR REPLACE INTO ending_item ({chosen}) SELECT {chosen} FROM ending_item")
