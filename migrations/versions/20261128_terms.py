"""The chain of terms: what a contract says of its next period, what a person decided of each, no gap in between.

Revision ID: 20261128_terms
Revises: 20261128_ending_guards
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall

revision = "20261128_terms"
down_revision = "20261128_ending_guards"
branch_labels = None
depends_on = None

SQLITE = "sqlite"


def upgrade() -> None:
    _create_renewal_rule()
    _create_term_decision()
    _renewals_so_far()
    for table in ("renewal_rule", "term_decision"):
        raise_wall(table)
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    op.drop_table("term_decision")
    op.drop_table("renewal_rule")


def _create_renewal_rule() -> None:
    op.create_table(
        "renewal_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("allowed_until_on", sa.Date(), nullable=True),
        sa.Column("renews_tacitly", sa.Boolean(), nullable=False),
        sa.Column("tacit_every", sa.String(length=20), nullable=True),
        sa.Column("notice_before", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "basis IN ('single_year', 'long_term', 'debt_burden')", name=op.f("ck_renewal_rule_basis_is_known")
        ),
        sa.CheckConstraint(
            "basis = 'single_year' OR length(authority) > 0",
            name=op.f("ck_renewal_rule_several_years_name_their_authority"),
        ),
        sa.CheckConstraint(
            "basis <> 'debt_burden' OR allowed_until_on IS NOT NULL",
            name=op.f("ck_renewal_rule_debt_burden_has_an_end"),
        ),
        sa.CheckConstraint(
            "NOT renews_tacitly OR tacit_every IS NOT NULL", name=op.f("ck_renewal_rule_tacit_renewal_has_a_length")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_renewal_rule_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_renewal_rule_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_rule")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_renewal_rule_contract_id")),
    )


def _create_term_decision() -> None:
    op.create_table(
        "term_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("choice IN ('renew', 'end', 'tacit')", name=op.f("ck_term_decision_choice_is_known")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_term_decision_{column}_{other}"))
            for column, other in (
                ("organisation_id", "organisation"),
                ("contract_id", "contract"),
                ("term_id", "contract_term"),
                ("decided_by_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_decision")),
    )
    op.create_index(op.f("ix_term_decision_contract_id_id"), "term_decision", ["contract_id", "id"])
    op.create_index(op.f("ix_term_decision_term_id"), "term_decision", ["term_id"])


def _renewals_so_far() -> None:
    # Whoever entered a renewal before stands in the record; the owner of the contract stands for them here.
    op.execute(
        "INSERT INTO term_decision (organisation_id, created_at, contract_id, term_id, choice, decided_by_id,"
        " decided_at, reason) SELECT t.organisation_id, n.created_at, t.contract_id, t.id, 'renew', c.owner_id,"
        " n.created_at, '更新の登録(この仕組みの前)' FROM contract_term t JOIN contract c ON c.id = t.contract_id"
        " JOIN contract_term n ON n.contract_id = t.contract_id AND n.term_no = t.term_no + 1"
    )


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    next_day = "date(p.ends_on, '+1 day')" if dialect == SQLITE else "p.ends_on + 1"
    before = "SELECT 1 FROM contract_term p WHERE p.contract_id = NEW.contract_id AND p.term_no = NEW.term_no - 1"
    yield (
        "contract_term_follows_the_last",
        "contract_term",
        "INSERT",
        f"NEW.term_no > 1 AND NOT EXISTS ({before} AND {next_day} = NEW.starts_on)",
        "a term begins on the day after the last one ends",
    )
    yield (
        "contract_term_renewed_by_a_person",
        "contract_term",
        "INSERT",
        "NEW.term_no > 1 AND NOT EXISTS (SELECT 1 FROM contract_term p JOIN term_decision d ON d.term_id = p.id"
        " WHERE p.contract_id = NEW.contract_id AND p.term_no = NEW.term_no - 1 AND d.choice IN ('renew', 'tacit'))",
        "a next term stands only where a person renewed the last one or confirmed its renewal",
    )
    yield (
        "contract_term_notice_before_its_end",
        "contract_term",
        "INSERT",
        "NEW.notice_on IS NOT NULL AND NEW.notice_on >= NEW.ends_on",
        "notice is given before a term ends",
    )
    yield (
        "term_decision_of_its_own_contract",
        "term_decision",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM contract_term t WHERE t.id = NEW.term_id AND t.contract_id = NEW.contract_id"
        " AND t.organisation_id = NEW.organisation_id)",
        "term_decision: it is about a term of its own contract",
    )
    yield (
        "term_decision_tacit_by_the_contract",
        "term_decision",
        "INSERT",
        "NEW.choice = 'tacit' AND NOT EXISTS (SELECT 1 FROM renewal_rule r WHERE r.contract_id = NEW.contract_id"
        " AND r.renews_tacitly)",
        "term_decision: only a contract that says so renews itself",
    )
    stands = "term_decision: a record that stands is never changed or removed"
    for event in ("UPDATE", "DELETE"):
        yield f"term_decision_no_{event.lower()}", "term_decision", event, "1 = 1", stands
    yield "renewal_rule_no_delete", "renewal_rule", "DELETE", "1 = 1", "renewal_rule: it is changed, never removed"
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        for table, key in (("term_decision", ""), ("renewal_rule", " OR t.contract_id = NEW.contract_id")):
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{key})"
            yield f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced"


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> list[str]:
    if op.get_bind().dialect.name == SQLITE:
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    kept = "OLD" if event == "DELETE" else "NEW"
    statements = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {kept}; END $guard$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
    if event == "DELETE":  # TRUNCATE passes row triggers by
        statements.append(
            f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements
