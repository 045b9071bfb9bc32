"""Departments with history, posts and who holds them, delegations, handovers; what must never happen of them.

Revision ID: 20261127_organisation
Revises: 20261127_sign_in
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_organisation"
down_revision = "20261127_sign_in"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
ROLES = (
    "staff security_manager system_manager security_officer supervising_officer ciso deputy_ciso service_manager"
    " procurement auditor admin"
)
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "department": "organisation_id code",
    "post": "organisation_id code",
    "post_holder": "",
    "delegation": "",
    "handover": "organisation_id number",
}
GRANT_COLUMNS = ("post_holder_id", "post_name", "delegation_id", "revoked_at")


def upgrade() -> None:
    _posts()
    _delegations()
    _handovers()
    _more_columns()
    _fill_from_what_stands()
    for name, table, event, condition, message in _guards(op.get_bind().dialect.name):
        for statement in _trigger(name, table, event, condition, message):
            op.execute(statement)


def _posts() -> None:
    # Said in SQL, because SQLite takes a key or a check only together with its column.
    op.execute(
        "ALTER TABLE department ADD COLUMN succeeded_by_id INTEGER"
        " CONSTRAINT fk_department_succeeded_by_id_department REFERENCES department (id)"
        " CONSTRAINT ck_department_only_what_ended_is_succeeded"
        " CHECK (succeeded_by_id IS NULL OR ends_on IS NOT NULL)"
    )
    op.add_column("post", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("post", sa.Column("ends_on", sa.Date(), nullable=True))
    op.create_table(
        "post_role",
        *_record("post_role"),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        *_words("post_role", "role", ROLES),
        *_keys("post_role", post_id="post", department_id="department"),
    )
    op.create_table(
        "post_holder",
        *_record("post_holder"),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_concurrent", sa.Boolean(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("post_name", sa.String(), nullable=False),
        sa.Column("department_name", sa.String(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=20), nullable=False),
        _check("post_holder", "period_is_ordered", "ends_on IS NULL OR starts_on <= ends_on"),
        *_keys("post_holder", user_id="user_account", post_id="post", given_by_id="user_account"),
    )
    for table, columns in (
        ("post_role", ("post_id",)),
        ("post_role", ("organisation_id", "post_id")),
        ("post_holder", ("user_id",)),
        ("post_holder", ("post_id",)),
        ("post_holder", ("organisation_id", "user_id")),
        ("post_holder", ("organisation_id", "post_id")),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _delegations() -> None:
    op.create_table(
        "delegation",
        *_record("delegation"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_words("delegation", "state", "requested permitted refused withdrawn revoked"),
        _check("delegation", "period_is_ordered", "starts_on <= ends_on"),
        _check("delegation", "nobody_stands_in_for_oneself", "giver_id <> delegate_id"),
        _check("delegation", "asking_has_a_reason", "length(reason) > 0"),
        _check(
            "delegation",
            "another_person_permits",
            "state IN ('requested', 'withdrawn') OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> giver_id AND decided_by_id <> delegate_id)",
        ),
        _check("delegation", "an_end_says_when", "state NOT IN ('revoked', 'withdrawn') OR ended_at IS NOT NULL"),
        *_keys(
            "delegation",
            giver_id="user_account",
            delegate_id="user_account",
            asked_by_id="user_account",
            decided_by_id="user_account",
            ended_by_id="user_account",
        ),
    )
    for columns in (
        ("giver_id",),
        ("delegate_id",),
        ("organisation_id", "giver_id"),
        ("organisation_id", "delegate_id"),
    ):
        op.create_index(op.f(f"ix_delegation_{'_'.join(columns)}"), "delegation", list(columns))


def _handovers() -> None:
    op.create_table(
        "handover",
        *_record("handover"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        *_words("handover", "state", "planned applied cancelled"),
        _check("handover", "applying_says_when", "state <> 'applied' OR applied_at IS NOT NULL"),
        *_keys("handover", planned_by_id="user_account", cancelled_by_id="user_account"),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_handover_organisation_id_number")),
    )
    op.create_index(op.f("ix_handover_state_day"), "handover", ["state", "day"])


def _more_columns() -> None:
    for column, table in (("post_holder_id", "post_holder"), ("delegation_id", "delegation")):
        op.execute(
            f"ALTER TABLE role_grant ADD COLUMN {column} INTEGER"
            f" CONSTRAINT fk_role_grant_{column}_{table} REFERENCES {table} (id)"
        )
        op.create_index(op.f(f"ix_role_grant_{column}"), "role_grant", [column])
    op.add_column("role_grant", sa.Column("post_name", sa.String(), nullable=False, server_default=""))
    op.add_column("role_grant", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))


def _fill_from_what_stands() -> None:
    """Turn a post's one role into a row, and roles held through posts into holders of these posts."""
    op.execute(
        "INSERT INTO post_role (organisation_id, created_at, post_id, role, department_id)"
        " SELECT p.organisation_id, p.created_at, p.id, p.role, MIN(g.department_id) FROM post p"
        " LEFT JOIN role_grant g ON g.post_id = p.id WHERE p.role <> 'staff'"
        " GROUP BY p.organisation_id, p.created_at, p.id, p.role"
    )
    op.execute(
        "INSERT INTO post_holder (organisation_id, created_at, user_id, post_id, starts_on, ends_on, is_concurrent,"
        " user_name, post_name, department_name, given_by_id, batch)"
        " SELECT g.organisation_id, g.created_at, g.user_id, g.post_id, g.starts_on, g.ends_on, false, u.name, p.name,"
        " d.name, g.given_by_id, '' FROM role_grant g JOIN post p ON p.id = g.post_id"
        " JOIN department d ON d.id = p.department_id JOIN user_account u ON u.id = g.user_id"
        " WHERE g.on_behalf_of_id IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM oidc_grant o WHERE o.role_grant_id = g.id)"
    )
    op.execute(
        "UPDATE role_grant SET post_name = (SELECT p.name FROM post p WHERE p.id = role_grant.post_id),"
        " post_holder_id = (SELECT h.id FROM post_holder h WHERE h.post_id = role_grant.post_id"
        " AND h.user_id = role_grant.user_id AND h.starts_on = role_grant.starts_on)"
        " WHERE post_id IS NOT NULL"
    )
    op.drop_column("post", "role")
    # A right to stand in that was entered before anybody could ask for it is no permission of the CISO.
    op.execute("DELETE FROM role_grant WHERE on_behalf_of_id IS NOT NULL")


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    op.execute("DELETE FROM role_grant WHERE delegation_id IS NOT NULL")
    op.add_column("post", sa.Column("role", sa.String(length=40), nullable=False, server_default="staff"))
    op.execute(
        "UPDATE post SET role = (SELECT MIN(r.role) FROM post_role r WHERE r.post_id = post.id)"
        " WHERE EXISTS (SELECT 1 FROM post_role r WHERE r.post_id = post.id)"
    )
    for column in ("post_holder_id", "delegation_id"):
        op.drop_index(op.f(f"ix_role_grant_{column}"), "role_grant")
    for column in GRANT_COLUMNS:  # each goes with the keys and checks it was added with
        op.drop_column("role_grant", column)
    for table in ("handover", "delegation", "post_holder", "post_role"):
        op.drop_table(table)
    for column in ("starts_on", "ends_on"):
        op.drop_column("post", column)
    op.drop_column("department", "succeeded_by_id")


def _record(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, words: str) -> list[sa.CheckConstraint]:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return [_check(table, f"{column}_is_known", f"{column} IN ({listed})")]


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _changed(*columns: str) -> str:
    # JSON has no equality on PostgreSQL, and NULL equals nothing: compared as texts.
    return " OR ".join(
        f"COALESCE(CAST(NEW.{each} AS TEXT), '') <> COALESCE(CAST(OLD.{each} AS TEXT), '')" for each in columns
    )


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    behind = (
        "NEW.on_behalf_of_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation d WHERE d.id = NEW.delegation_id"
        " AND d.state = 'permitted' AND d.giver_id = NEW.on_behalf_of_id AND d.delegate_id = NEW.user_id"
        " AND NEW.starts_on >= d.starts_on AND NEW.ends_on <= d.ends_on)"
    )
    by_ciso = (
        "NEW.state = 'permitted' AND OLD.state <> 'permitted' AND NOT EXISTS (SELECT 1 FROM role_grant g"
        " WHERE g.user_id = NEW.decided_by_id AND g.organisation_id = NEW.organisation_id AND g.role = 'ciso'"
        " AND g.revoked_at IS NULL)"
    )
    fixed = "organisation_id giver_id delegate_id scope starts_on ends_on reason asked_by_id asked_at"
    settled = (
        f"{_changed(*fixed.split())} OR NEW.version <= OLD.version"
        " OR (OLD.decided_by_id IS NOT NULL AND (NEW.decided_by_id IS NULL OR NEW.decided_by_id <> OLD.decided_by_id))"
        " OR (NEW.state <> OLD.state AND NOT (OLD.state = 'requested' AND NEW.state <> 'revoked')"
        " AND NOT (OLD.state = 'permitted' AND NEW.state = 'revoked'))"
    )
    guards = [(f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}") for table in KEPT]
    guards += [
        (
            "department_keeps_its_name",
            "department",
            "UPDATE",
            f"{_changed('organisation_id', 'code', 'name', 'starts_on')}"
            f" OR (OLD.succeeded_by_id IS NOT NULL AND ({_changed('succeeded_by_id', 'ends_on')}))",
            "department: a section that is renamed or merged ends, and another succeeds it",
        ),
        (
            "post_stays_its_own",
            "post",
            "UPDATE",
            f"{_changed('organisation_id', 'code')} OR (NEW.department_id <> OLD.department_id AND NOT EXISTS"
            " (SELECT 1 FROM department d WHERE d.id = OLD.department_id AND d.succeeded_by_id = NEW.department_id))",
            "post: a post stays with its code and its section, or goes to the one that succeeds it",
        ),
        (
            "post_holder_stays_its_own",
            "post_holder",
            "UPDATE",
            _changed(
                "organisation_id",
                "user_id",
                "post_id",
                "starts_on",
                "is_concurrent",
                "user_name",
                "post_name",
                "department_name",
            ),
            "post_holder: who held a post since when, under which names, is never changed",
        ),
        (
            "role_grant_behind_a_delegation",
            "role_grant",
            "INSERT",
            behind,
            "role_grant: nobody acts in the place of another without a delegation that the CISO permitted",
        ),
        (
            "role_grant_stays_its_own",
            "role_grant",
            "UPDATE",
            f"{_changed('organisation_id', 'user_id', 'on_behalf_of_id', 'delegation_id')}"
            " OR (NEW.delegation_id IS NOT NULL AND"
            f" ({_changed('role', 'department_id', 'starts_on')} OR NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on"
            " OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL)))",
            "role_grant: a role stays with its person, and a role in the place of another only becomes less",
        ),
        (
            "delegation_starts_asked",
            "delegation",
            "INSERT",
            "NEW.state <> 'requested' OR NEW.decided_by_id IS NOT NULL",
            "delegation: a delegation begins as a request",
        ),
        ("delegation_by_the_ciso", "delegation", "UPDATE", by_ciso, "delegation: only the CISO permits a delegation"),
        (
            "delegation_stays_settled",
            "delegation",
            "UPDATE",
            settled,
            "delegation: what was asked for and decided is never changed",
        ),
        (
            "handover_stays_settled",
            "handover",
            "UPDATE",
            f"OLD.state <> 'planned' OR {_changed('organisation_id', 'number', 'day', 'source_sha256', 'rows')}",
            "handover: what was planned is cancelled or applied, never changed",
        ),
    ]
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        for table, key in KEPT.items():
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split()) or "1 = 0"
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id OR ({same}))"
            message = f"{table}: a record that stands is never replaced"
            guards.append((f"{table}_no_replace", table, "INSERT", condition, message))
    return guards


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> list[str]:
    if op.get_bind().dialect.name == SQLITE:
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
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
