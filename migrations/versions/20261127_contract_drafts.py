"""Contract drafts: what came in, what the machine found, what people said, what follows; and the subcontractors.

Revision ID: 20261127_contract_drafts
Revises: 20261127_tenant_wall
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261127_contract_drafts"
down_revision = "20261127_tenant_wall"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
# Tables whose rows nobody removes, with the keys (beside ``id``) under which a row could be replaced.
KEPT: dict[str, tuple[str, ...]] = {
    "contract_draft": ("contract_id draft_no",),
    "draft_reading": ("draft_id",),
    "draft_gap": ("draft_id provision",),
    "clause_decision": (),
    "clause_left_out": ("contract_id provision",),
    "clause_duty": ("contract_id promise", "duty_id"),
    "subcontractor": (),
}
NEVER_CHANGED = (
    "contract_draft",
    "draft_reading",
    "draft_gap",
    "clause_decision",
    "clause_left_out",
    "clause_duty",
)
TABLES = (
    "clause_duty",
    "subcontractor",
    "draft_gap",
    "clause_decision",
    "clause_left_out",
    "draft_reading",
    "contract_draft",
)
NEW_OF_CHECK = ("note_outside", "note_inside", "machine_result", "draft_no", "needed_because")
CLAUSE_WORDS = "unchecked present weak missing waived not_needed"
ASKED_TEXTS = "name work information place measures"
ASKED_KEYS = "contract_id parent_id tier entered_by_id organisation_id"


def upgrade() -> None:
    for name in ("needed_because", "note_inside", "note_outside"):
        op.add_column("clause_check", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("clause_check", sa.Column("draft_no", sa.Integer(), nullable=True))
    op.add_column("clause_check", sa.Column("machine_result", sa.String(length=20), nullable=False, server_default=""))
    _create_drafts()
    _create_decisions()
    _create_contract_parts()
    for table in reversed(TABLES):
        raise_wall(table)
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    for table in TABLES:
        take_wall_down(table)
        op.drop_table(table)
    for column in NEW_OF_CHECK:
        op.drop_column("clause_check", column)


def _create_drafts() -> None:
    op.create_table(
        "contract_draft",
        *_record("contract_draft"),
        *_numbers("contract_id draft_no entered_by_id"),
        sa.Column("received_on", sa.Date(), nullable=False),
        *(_text(name) for name in ("received_from", "note", "problem")),
        sa.Column("is_readable", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("cautions", "parameters")),
        *(_text(name, 64) for name in ("content_hash", "reading_hash", "analysis_hash")),
        _check("contract_draft", "draft_no_counts_from_one", "draft_no >= 1"),
        _check("contract_draft", "unreadable_says_why", "is_readable OR length(problem) > 0"),
        *_keys("contract_draft", contract_id="contract", entered_by_id="user_account"),
        _unique("contract_draft", "contract_id", "draft_no"),
    )
    _index("contract_draft", "organisation_id", "contract_id", "draft_no")
    op.create_table(
        "draft_reading",
        *_record("draft_reading"),
        *_numbers("draft_id"),
        _text("text"),
        sa.Column("tree", sa.JSON(), nullable=False),
        *_keys("draft_reading", draft_id="contract_draft"),
        _unique("draft_reading", "draft_id"),
    )


def _create_decisions() -> None:
    op.create_table(
        "clause_decision",
        *_record("clause_decision"),
        *_numbers("contract_id check_id decided_by_id"),
        *_numbers("draft_id", nullable=True),
        _text("state", 20),
        *(_text(name) for name in ("place", "reason", "note_inside", "note_outside")),
        _text("machine_result", 20),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        _words("clause_decision", "state", CLAUSE_WORDS),
        _check(
            "clause_decision",
            "leaving_out_needs_a_reason",
            "state NOT IN ('waived', 'not_needed') OR length(reason) > 0",
        ),
        *_keys(
            "clause_decision",
            contract_id="contract",
            check_id="clause_check",
            draft_id="contract_draft",
            decided_by_id="user_account",
        ),
    )
    _index("clause_decision", "check_id", "id")
    _index("clause_decision", "contract_id", "id")
    op.create_table(
        "draft_gap",
        *_record("draft_gap"),
        *_numbers("draft_id"),
        *_numbers("earlier_decision_id", nullable=True),
        _text("provision", 60),
        _text("clause", 80),
        _text("result", 20),
        sa.Column("score", sa.Float(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("missing_elements", "spans")),
        *(_text(name) for name in ("reason", "earlier_place")),
        sa.Column("earlier_holds", sa.Boolean(), nullable=False),
        _words("draft_gap", "result", "present weak missing unreadable"),
        *_keys("draft_gap", draft_id="contract_draft", earlier_decision_id="clause_decision"),
        _unique("draft_gap", "draft_id", "provision"),
    )
    op.create_table(
        "clause_left_out",
        *_record("clause_left_out"),
        *_numbers("contract_id"),
        _text("provision", 60),
        _text("clause", 80),
        _text("strength", 20),
        _text("reason"),
        _words("clause_left_out", "strength", "must as_needed recommended"),
        _check("clause_left_out", "leaving_out_needs_a_reason", "length(reason) > 0"),
        *_keys("clause_left_out", contract_id="contract"),
        _unique("clause_left_out", "contract_id", "provision"),
    )


def _create_contract_parts() -> None:
    op.create_table(
        "clause_duty",
        *_record("clause_duty"),
        *_numbers("contract_id duty_id"),
        _text("promise", 160),
        _text("provision", 60),
        _text("clause", 80),
        *(_text(name) for name in ("place", "quote")),
        *_keys("clause_duty", contract_id="contract", duty_id="duty"),
        _unique("clause_duty", "contract_id", "promise"),
        _unique("clause_duty", "duty_id"),
    )
    op.create_table(
        "subcontractor",
        *_record("subcontractor"),
        *_numbers("version contract_id tier entered_by_id"),
        *_numbers("parent_id decided_by_id ended_by_id", nullable=True),
        *(_text(name) for name in (*ASKED_TEXTS.split(), "reason", "ended_note")),
        _text("state", 20),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        _words("subcontractor", "state", "requested approved refused ended"),
        _check("subcontractor", "tier_fits_its_parent", "(tier = 1) = (parent_id IS NULL) AND tier >= 1"),
        _check("subcontractor", "node_says_who_does_what", "length(name) > 0 AND length(work) > 0"),
        _check(
            "subcontractor",
            "another_person_decides",
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> entered_by_id)",
        ),
        _check("subcontractor", "refusal_has_a_reason", "state <> 'refused' OR length(reason) > 0"),
        _check(
            "subcontractor",
            "end_says_who_and_when",
            "state <> 'ended' OR (ended_on IS NOT NULL AND ended_by_id IS NOT NULL)",
        ),
        *_keys(
            "subcontractor",
            contract_id="contract",
            parent_id="subcontractor",
            entered_by_id="user_account",
            decided_by_id="user_account",
            ended_by_id="user_account",
        ),
    )
    _index("subcontractor", "organisation_id", "contract_id", "id")
    _index("subcontractor", "parent_id")


def _record(table: str) -> list[Any]:
    return [
        *_numbers("id organisation_id"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_keys(table, organisation_id="organisation"),
    ]


def _numbers(names: str, *, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names.split()]


def _text(name: str, length: int = 0) -> Any:  # noqa: ANN401 (a column)
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _keys(table: str, **columns: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _unique(table: str, *columns: str) -> Any:  # noqa: ANN401 (a constraint)
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> Any:  # noqa: ANN401 (a constraint)
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, words: str) -> Any:  # noqa: ANN401 (a constraint)
    listed = ", ".join(f"'{word}'" for word in words.split())
    return _check(table, f"{column}_is_known", f"{column} IN ({listed})")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    yield from _draft_guards()
    yield from _decision_guards()
    yield from _subcontractor_guards()
    for table in NEVER_CHANGED:
        yield f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}"
    for table, keys in KEPT.items():
        yield f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}"
        if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
            either = "".join(
                f" OR ({' AND '.join(f't.{column} = NEW.{column}' for column in key.split())})" for key in keys
            )
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
            yield f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced"


def _draft_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "contract_draft_while_drafting",
        "contract_draft",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state = 'drafting'"
        " AND c.organisation_id = NEW.organisation_id)",
        "contract_draft: a draft belongs to a contract of its own organisation that is being drafted",
    )
    yield (
        "contract_draft_counts_on",
        "contract_draft",
        "INSERT",
        "NEW.draft_no <> 1 + (SELECT count(*) FROM contract_draft d WHERE d.contract_id = NEW.contract_id)",
        "contract_draft: versions are numbered one after the other",
    )
    for table in ("draft_reading", "draft_gap"):
        yield (
            f"{table}_of_its_own",
            table,
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM contract_draft d WHERE d.id = NEW.draft_id"
            " AND d.organisation_id = NEW.organisation_id)",
            f"{table}: it belongs to a draft of its own organisation",
        )


def _decision_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "clause_decision_of_its_own",
        "clause_decision",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM clause_check k WHERE k.id = NEW.check_id AND k.contract_id = NEW.contract_id"
        " AND k.organisation_id = NEW.organisation_id) OR (NEW.draft_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM contract_draft d WHERE d.id = NEW.draft_id AND d.contract_id = NEW.contract_id))",
        "clause_decision: it is about a clause and a draft of its own contract",
    )
    yield (
        "clause_decision_while_drafting",
        "clause_decision",
        "INSERT",
        "EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state <> 'drafting')",
        "8-1(2)①(エ): nothing is decided about the clauses of a concluded contract",
    )
    yield (
        "clause_check_by_decision",
        "clause_check",
        "UPDATE",
        "NEW.state <> OLD.state AND NEW.state <> 'unchecked' AND NOT EXISTS (SELECT 1 FROM clause_decision d"
        " WHERE d.check_id = NEW.id AND d.state = NEW.state AND d.decided_by_id = NEW.decided_by_id"
        " AND d.id = (SELECT max(e.id) FROM clause_decision e WHERE e.check_id = NEW.id))",
        "clause_check: only what a person decided counts",
    )
    yield (
        "clause_duty_of_its_contract",
        "clause_duty",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM duty d JOIN contract c ON c.id = d.contract_id WHERE d.id = NEW.duty_id"
        " AND c.id = NEW.contract_id AND c.organisation_id = NEW.organisation_id AND c.state <> 'drafting')",
        "clause_duty: only a concluded contract makes duties, and they are its own",
    )


def _subcontractor_guards() -> Iterator[tuple[str, str, str, str, str]]:
    texts = [f"NEW.{name} <> OLD.{name}" for name in ASKED_TEXTS.split()]
    keys = [f"coalesce(NEW.{name}, 0) <> coalesce(OLD.{name}, 0)" for name in ASKED_KEYS.split()]
    decided = "(OLD.state <> 'requested' AND coalesce(NEW.decided_by_id, 0) <> coalesce(OLD.decided_by_id, 0))"
    yield (
        "subcontractor_in_its_place",
        "subcontractor",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id"
        " AND c.organisation_id = NEW.organisation_id) OR (NEW.parent_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM subcontractor p WHERE p.id = NEW.parent_id AND p.contract_id = NEW.contract_id"
        " AND p.tier + 1 = NEW.tier))",
        "subcontractor: a node hangs on its own contract, one tier below its parent",
    )
    yield (
        "subcontractor_begins_requested",
        "subcontractor",
        "INSERT",
        "NEW.state <> 'requested'",
        "subcontractor: nobody is approved without having been asked for",
    )
    yield (
        "subcontractor_stays_as_asked",
        "subcontractor",
        "UPDATE",
        " OR ".join([*texts, *keys, decided]),
        "subcontractor: what was asked for and who decided stays",
    )
    yield (
        "subcontractor_goes_forward",
        "subcontractor",
        "UPDATE",
        "NEW.state <> OLD.state AND NOT (OLD.state = 'requested' AND NEW.state IN ('approved', 'refused'))"
        " AND NOT (OLD.state = 'approved' AND NEW.state = 'ended')",
        "subcontractor: its life goes forward only",
    )
    yield (
        "subcontractor_below_an_approved_one",
        "subcontractor",
        "UPDATE",
        "NEW.state = 'approved' AND OLD.state <> 'approved' AND NEW.parent_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM subcontractor p WHERE p.id = NEW.parent_id AND p.state = 'approved')",
        "subcontractor: nobody is approved below somebody who is not",
    )


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> list[str]:
    if op.get_bind().dialect.name == SQLITE:
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    kept = "OLD" if event == "DELETE" else "NEW"
    statements = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN {kept}; END $guard$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
    if event == "DELETE":  # TRUNCATE passes row triggers by
        statements.append(
            f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements
