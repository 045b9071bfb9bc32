"""Files out and in: long work, saved filters, what an organisation said of its own ledgers; contracts that ran before.

Revision ID: 20261129_files_out_and_in
Revises: 20261129_duty_posts
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261129_files_out_and_in"
down_revision = "20261129_duty_posts"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
TABLES = ("operation", "saved_filter", "import_memory")
_OPEN_CLAUSE = (
    "EXISTS (SELECT 1 FROM clause_check c WHERE c.contract_id = NEW.id AND c.strength <> 'recommended' AND"
    " (c.state IN ('unchecked', 'weak', 'missing') OR (c.state = 'not_needed' AND c.strength = 'must')))"
)
_CONCLUDED = "OLD.state = 'drafting' AND NEW.state <> 'drafting'"
_CONCLUDED_WORDS = "8-1(2)①(エ): a contract cannot be concluded while a required clause is open"
_FIXED_WORDS = "8-1(2)①(エ): the clauses of a concluded contract stand as they were found"
_FIXED = "EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state <> 'drafting')"
_FIXED_BUT_EXISTING = (
    "EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state <> 'drafting'"
    " AND NOT (c.is_existing AND c.state <> 'closed'))"
)
_DECIDED_WORDS = "8-1(2)①(エ): nothing is decided about the clauses of a concluded contract"
_MOVED = " OR NEW.contract_id <> OLD.contract_id"


def upgrade() -> None:
    _create_tables()
    op.add_column("contract", sa.Column("is_existing", sa.Boolean(), nullable=False, server_default=sa.false()))
    # A contract that ran before is entered as it runs; its clauses are checked afterwards and stay open till then.
    _exchange("contract_concluded_with_clauses", "contract", "UPDATE",
              f"NOT NEW.is_existing AND {_CONCLUDED} AND {_OPEN_CLAUSE}", _CONCLUDED_WORDS)  # fmt: skip
    _exchange("clause_check_fixed_on_insert", "clause_check", "INSERT", _FIXED_BUT_EXISTING, _FIXED_WORDS)
    _exchange("clause_check_fixed_on_update", "clause_check", "UPDATE", _FIXED_BUT_EXISTING + _MOVED, _FIXED_WORDS)
    _exchange("clause_decision_while_drafting", "clause_decision", "INSERT", _FIXED_BUT_EXISTING, _DECIDED_WORDS)
    for guard in _guards():
        for statement in _trigger(*guard):
            op.execute(statement)
    for table in TABLES:
        raise_wall(table)


def downgrade() -> None:
    for name, table, *_rest in _guards():
        _drop(name, table)
    _exchange("contract_concluded_with_clauses", "contract", "UPDATE",
              f"{_CONCLUDED} AND {_OPEN_CLAUSE}", _CONCLUDED_WORDS)  # fmt: skip
    _exchange("clause_check_fixed_on_insert", "clause_check", "INSERT", _FIXED, _FIXED_WORDS)
    _exchange("clause_check_fixed_on_update", "clause_check", "UPDATE", _FIXED + _MOVED, _FIXED_WORDS)
    _exchange("clause_decision_while_drafting", "clause_decision", "INSERT", _FIXED, _DECIDED_WORDS)
    op.drop_column("contract", "is_existing")
    for table in reversed(TABLES):
        take_wall_down(table)
        op.drop_table(table)


def _guards() -> Iterator[tuple[str, str, str, str, str]]:
    for event in ("INSERT", "UPDATE"):
        yield (
            f"contract_existing_is_not_approved_on_{event.lower()}",
            "contract",
            event,
            "NEW.is_existing AND (NEW.request_id IS NOT NULL OR NEW.approved_service_id IS NOT NULL)",
            "8-3(4)②: a contract that ran before rests on no approval",
        )
    yield (
        "contract_stays_existing",
        "contract",
        "UPDATE",
        "NEW.is_existing <> OLD.is_existing",
        "a contract is entered once: as one that ran before, or as one of an approved request",
    )


def _create_tables() -> None:
    op.create_table(
        "operation",
        *_record("operation", asked_by_id="user_account", trial_id="operation"),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ledger", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("result_name", sa.String(), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        _words("operation", "kind", "export import"),
        _words("operation", "state", "queued running succeeded partly_failed failed cancelled"),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_operation_done_is_within_total")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_operation_organisation_id_number")),
    )
    _index("operation", "trial_id")
    _index("operation", "organisation_id", "asked_by_id", "id")
    _index("operation", "organisation_id", "source_sha256")
    _index("operation", "state", "updated_at")
    op.create_table(
        "saved_filter",
        *_record("saved_filter", owner_id="user_account", department_id="department"),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("ledger", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_saved_filter_filter_has_a_name")),
        sa.UniqueConstraint("owner_id", "ledger", "name", name=op.f("uq_saved_filter_owner_id_ledger_name")),
    )
    _index("saved_filter", "department_id")
    op.create_table(
        "import_memory",
        *_record("import_memory", said_by_id="user_account"),
        sa.Column("ledger", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        _words("import_memory", "kind", "mapping correction"),
        sa.UniqueConstraint(
            "organisation_id",
            "ledger",
            "kind",
            "row_key",
            name=op.f("uq_import_memory_organisation_id_ledger_kind_row_key"),
        ),
    )


def _record(table: str, **columns: str) -> Iterator[Any]:
    yield sa.Column("id", sa.Integer(), nullable=False)
    yield sa.Column("organisation_id", sa.Integer(), nullable=False)
    yield sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)
    yield sa.Column("version", sa.Integer(), nullable=False)
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    for column, other in {"organisation_id": "organisation", **columns}.items():
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _words(table: str, column: str, words: str) -> Any:  # noqa: ANN401 (a constraint)
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_is_known"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _exchange(name: str, table: str, event: str, condition: str, message: str) -> None:
    _drop(name, table)
    for statement in _trigger(name, table, event, condition, message):
        op.execute(statement)


def _drop(name: str, table: str) -> None:
    if op.get_bind().dialect.name == SQLITE:
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> Iterator[str]:
    if op.get_bind().dialect.name == SQLITE:
        when = f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
        yield f"{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
