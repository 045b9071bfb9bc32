"""Endings: every kind of information at every holder, its proof, the acceptance rounds, and the road of an ending.

Revision ID: 20261128_endings
Revises: 20261128_incident_guards
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261128_endings"
down_revision = "20261128_incident_guards"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
STANDS = "a record that stands is never changed or removed"
KEPT: dict[str, tuple[str, ...]] = {
    "data_holding": (),
    "holding_proof": (),
    "acceptance_round": ("ending_id round_no",),
}
TABLES = ("acceptance_round", "holding_proof", "data_holding")
METHODS = "delete format overwrite device_erase crypto_erase degauss shred"
PROOF_TEXTS = "items media serials tool verification done_by witness place issuer difference late_reason"
WHAT_IT_IS = (
    "contract_id information_no information_name confidentiality is_personal rigour tier holder organisation_id"
)
SAID = f"holding_id kind {PROOF_TEXTS} method done_on no_copies_left evidence_id recorded_by_id recorded_at organisation_id"
FINISHED = "('settled', 'excepted')"


def upgrade() -> None:
    op.add_column("ending", sa.Column("road", sa.String(length=20), nullable=False, server_default="expiry"))
    op.add_column("ending", sa.Column("road_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("ending", sa.Column("road_on", sa.Date(), nullable=True))
    op.add_column(
        "ending_item", sa.Column("is_leaving_out", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    _create_holdings()
    _create_proofs()
    _create_rounds()
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
    op.drop_column("ending_item", "is_leaving_out")
    for column in ("road_on", "road_reason", "road"):
        op.drop_column("ending", column)


def _create_holdings() -> None:
    op.create_table(
        "data_holding",
        *_record("data_holding"),
        *_numbers("version contract_id information_no tier"),
        *_numbers("subcontractor_id count_given backup_duty_id", nullable=True),
        *(_text(name) for name in ("information_name", "holder", "media_given", "end_reason")),
        _text("confidentiality", 4),
        _text("rigour", 10),
        _text("state", 10),
        sa.Column("is_personal", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("given_on", "last_used_on", "prove_by_on")),
        _words("data_holding", "state", "held open backups settled excepted"),
        _words("data_holding", "rigour", "strict document plain"),
        _check("data_holding", "place_counts_from_one", "information_no >= 1 AND tier >= 0"),
        _check("data_holding", "contractor_has_no_tier", "(tier = 0) = (subcontractor_id IS NULL)"),
        _check("data_holding", "count_is_not_negative", "count_given IS NULL OR count_given >= 0"),
        _check("data_holding", "end_has_a_last_day_of_use", "state = 'held' OR last_used_on IS NOT NULL"),
        *_keys("data_holding", contract_id="contract", subcontractor_id="subcontractor", backup_duty_id="duty"),
    )
    _index("data_holding", "contract_id", "information_no", "subcontractor_id")
    _index("data_holding", "organisation_id", "state", "id")
    _index("data_holding", "subcontractor_id")


def _create_proofs() -> None:
    op.create_table(
        "holding_proof",
        *_record("holding_proof"),
        *_numbers("version holding_id evidence_id recorded_by_id"),
        *_numbers("count exception_id looked_at_by_id", nullable=True),
        *(_text(name, 20) for name in ("kind", "state", "method")),
        *(_text(name) for name in (*PROOF_TEXTS.split(), "refusal")),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("no_copies_left", sa.Boolean(), nullable=False),
        sa.Column("backup_until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at_at", sa.DateTime(timezone=True), nullable=True),
        _words("holding_proof", "kind", "return deletion backup_erasure never_held exception"),
        _words("holding_proof", "state", "recorded confirmed refused"),
        _check("holding_proof", "method_is_known", f"method = '' OR method IN ({_listed(METHODS)})"),
        _check("holding_proof", "proof_says_of_what", "length(items) > 0"),
        _check(
            "holding_proof",
            "proof_says_who_where_how_many",
            "kind IN ('never_held', 'exception') OR (count IS NOT NULL AND count >= 0 AND length(done_by) > 0"
            " AND length(place) > 0 AND length(issuer) > 0)",
        ),
        _check("holding_proof", "erasure_says_how", "kind NOT IN ('deletion', 'backup_erasure') OR length(method) > 0"),
        _check("holding_proof", "return_leaves_no_copy", "kind <> 'return' OR no_copies_left"),
        _check("holding_proof", "exception_names_its_permission", "kind <> 'exception' OR exception_id IS NOT NULL"),
        _check(
            "holding_proof",
            "backups_end_later",
            "backup_until_on IS NULL OR (kind = 'deletion' AND backup_until_on > done_on)",
        ),
        _check(
            "holding_proof",
            "another_person_looks",
            "state = 'recorded' OR (looked_at_by_id IS NOT NULL AND looked_at_at IS NOT NULL"
            " AND looked_at_by_id <> recorded_by_id)",
        ),
        _check("holding_proof", "refusal_has_a_reason", "state <> 'refused' OR length(refusal) > 0"),
        *_keys(
            "holding_proof",
            holding_id="data_holding",
            exception_id="policy_exception",
            evidence_id="evidence_file",
            recorded_by_id="user_account",
            looked_at_by_id="user_account",
        ),
    )
    _index("holding_proof", "holding_id", "id")
    _index("holding_proof", "organisation_id", "state", "id")


def _create_rounds() -> None:
    op.create_table(
        "acceptance_round",
        *_record("acceptance_round"),
        *_numbers("version ending_id round_no duty_id noted_by_id"),
        *_numbers("inspected_by_id evidence_id", nullable=True),
        _text("result", 20),
        *(_text(name) for name in ("findings", "late_reason")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("noticed_on", "due_on")),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("measures_kept", sa.Boolean(), nullable=False),
        _words("acceptance_round", "result", "waiting passed correction"),
        _check("acceptance_round", "clock_runs_from_the_notice", "round_no >= 1 AND due_on >= noticed_on"),
        _check(
            "acceptance_round",
            "inspection_says_who_when_what",
            "result = 'waiting' OR (inspected_on IS NOT NULL AND inspected_by_id IS NOT NULL AND length(findings) > 0"
            " AND inspected_on >= noticed_on)",
        ),
        _check(
            "acceptance_round",
            "acceptance_confirms_measures",
            "result <> 'passed' OR (measures_kept AND evidence_id IS NOT NULL)",
        ),
        *_keys(
            "acceptance_round",
            ending_id="ending",
            duty_id="duty",
            noted_by_id="user_account",
            inspected_by_id="user_account",
            evidence_id="evidence_file",
        ),
        sa.UniqueConstraint("ending_id", "round_no", name=op.f("uq_acceptance_round_ending_id_round_no")),
    )


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    yield from _holding_guards()
    yield from _proof_guards()
    for table, keys in KEPT.items():
        yield f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {STANDS}"
        if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
            either = "".join(
                f" OR ({' AND '.join(f't.{column} = NEW.{column}' for column in key.split())})" for key in keys
            )
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
            yield f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced"


def _holding_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "data_holding_in_its_place",
        "data_holding",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state <> 'closed'"
        " AND c.organisation_id = NEW.organisation_id) OR (NEW.subcontractor_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM subcontractor s WHERE s.id = NEW.subcontractor_id AND s.contract_id = NEW.contract_id"
        " AND s.tier = NEW.tier))",
        "data_holding: a holder belongs to the tree of its own contract, which is not closed",
    )
    yield (
        "data_holding_once",
        "data_holding",
        "INSERT",
        "EXISTS (SELECT 1 FROM data_holding h WHERE h.contract_id = NEW.contract_id"
        " AND h.information_no = NEW.information_no"
        " AND coalesce(h.subcontractor_id, 0) = coalesce(NEW.subcontractor_id, 0))",
        "data_holding: one row for one kind of information at one holder",
    )
    yield (
        "data_holding_begins_held",
        "data_holding",
        "INSERT",
        "NEW.state NOT IN ('held', 'open')",
        "data_holding: nothing begins settled",
    )
    changed = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in WHAT_IT_IS.split())
    yield (
        "data_holding_stays_what_it_is",
        "data_holding",
        "UPDATE",
        f"{changed} OR coalesce(NEW.subcontractor_id, 0) <> coalesce(OLD.subcontractor_id, 0)",
        "data_holding: what it is about and who holds it stays",
    )
    yield (
        "data_holding_stays_settled",
        "data_holding",
        "UPDATE",
        f"OLD.state IN {FINISHED}",
        "8-1(4)①(イ): what was settled is never changed",
    )
    yield (
        "data_holding_settled_by_proof",
        "data_holding",
        "UPDATE",
        "NEW.state IN ('settled', 'backups') AND NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM holding_proof p"
        " WHERE p.holding_id = NEW.id AND p.state = 'confirmed' AND p.kind IN ('return', 'deletion', 'never_held'))",
        "8-1(4)①(イ): a holding is settled only by proof that a second person confirmed",
    )
    yield (
        "data_holding_waits_for_backups",
        "data_holding",
        "UPDATE",
        "NEW.state = 'settled' AND OLD.state <> 'settled' AND EXISTS (SELECT 1 FROM holding_proof p"
        " WHERE p.holding_id = NEW.id AND p.state = 'confirmed' AND p.backup_until_on IS NOT NULL) AND NOT EXISTS"
        " (SELECT 1 FROM holding_proof q WHERE q.holding_id = NEW.id AND q.state = 'confirmed'"
        " AND q.kind = 'backup_erasure')",
        "8-1(4)①(イ): a holding waits until its backups are gone too",
    )
    yield (
        "data_holding_excepted_by_permission",
        "data_holding",
        "UPDATE",
        "NEW.state = 'excepted' AND OLD.state <> 'excepted' AND NOT EXISTS (SELECT 1 FROM holding_proof p"
        " JOIN policy_exception x ON x.id = p.exception_id JOIN contract c ON c.id = NEW.contract_id"
        " WHERE p.holding_id = NEW.id AND p.state = 'confirmed' AND p.kind = 'exception' AND x.state = 'permitted'"
        " AND x.request_id = c.request_id)",
        "7-4: a holding goes without proof only where the CISO permitted it",
    )


def _proof_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "holding_proof_of_its_own",
        "holding_proof",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM data_holding h WHERE h.id = NEW.holding_id"
        " AND h.organisation_id = NEW.organisation_id AND h.state IN ('open', 'backups')) OR NOT EXISTS"
        " (SELECT 1 FROM evidence_file f WHERE f.id = NEW.evidence_id AND f.organisation_id = NEW.organisation_id)",
        "holding_proof: it is about an open holding of its own organisation, with a file of that organisation",
    )
    yield (
        "holding_proof_begins_recorded",
        "holding_proof",
        "INSERT",
        "NEW.state <> 'recorded'",
        "1(8)①: a proof begins with one person and waits for another",
    )
    yield (
        "holding_proof_method_fits",
        "holding_proof",
        "INSERT",
        "NEW.method IN ('delete', 'format') AND EXISTS (SELECT 1 FROM data_holding h WHERE h.id = NEW.holding_id"
        " AND (h.rigour = 'strict' OR (h.rigour = 'document' AND NEW.method = 'delete')))",
        "2(2)⑩(ア): what can be restored is not erased",
    )
    yield (
        "holding_proof_not_before_last_use",
        "holding_proof",
        "INSERT",
        "NEW.kind IN ('return', 'deletion') AND EXISTS (SELECT 1 FROM data_holding h WHERE h.id = NEW.holding_id"
        " AND NEW.done_on < h.last_used_on)",
        "8-1(4)①(イ): data in use after its deletion was not deleted",
    )
    changed = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in SAID.split())
    maybe = " OR ".join(f"coalesce(NEW.{name}, 0) <> coalesce(OLD.{name}, 0)" for name in ("count", "exception_id"))
    yield (
        "holding_proof_stays_as_said",
        "holding_proof",
        "UPDATE",
        f"OLD.state <> 'recorded' OR {changed} OR {maybe}"
        " OR (NEW.backup_until_on IS NULL) <> (OLD.backup_until_on IS NULL)"
        " OR NEW.backup_until_on <> OLD.backup_until_on",
        "holding_proof: what a proof says stays, and it is looked at once",
    )


def _listed(words: str) -> str:
    return ", ".join(f"'{word}'" for word in words.split())


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> Iterator[str]:
    if op.get_bind().dialect.name == SQLITE:
        when = f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
        yield f"{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return
    kept = "OLD" if event == "DELETE" else "NEW"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN {kept}; END $guard$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    if event == "DELETE":  # TRUNCATE passes row triggers by
        yield f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"


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


def _check(table: str, name: str, condition: str) -> Any:  # noqa: ANN401 (a constraint)
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, words: str) -> Any:  # noqa: ANN401 (a constraint)
    return _check(table, f"{column}_is_known", f"{column} IN ({_listed(words)})")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
