"""What signing in needs: second factors, tokens, sessions, failures, the identity provider.

Revision ID: 20261127_sign_in
Revises: 20261126_registry_guards
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_sign_in"
down_revision = "20261126_registry_guards"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
WAYS = "'password', 'totp', 'recovery_code', 'oidc', 'token'"
TABLES = (
    "second_factor",
    "recovery_code",
    "api_token",
    "sign_in_failure",
    "oidc_attempt",
    "oidc_identity",
    "oidc_grant",
)
USER_COLUMNS = ("last_login_address", "failed_since_login", "temporary_until_at", "blocked_at")
SESSION_COLUMNS = (
    "signed_in_at",
    "signed_in_with",
    "waits_for_code",
    "has_second_factor",
    "is_privileged",
    "address",
    "device",
    "previous_at",
    "previous_address",
    "failures_before",
)


def upgrade() -> None:
    _more_columns()
    op.create_table(
        "second_factor",
        *_record("second_factor"),
        _person("second_factor"),
        sa.Column("sealed_secret", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )
    op.create_table(
        "recovery_code",
        *_record("recovery_code"),
        _person("recovery_code"),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_table(
        "api_token",
        *_record("api_token"),
        _person("api_token"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("ending", sa.String(length=8), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_address", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _person("api_token", "revoked_by_id", nullable=True),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_token_secret_hash")),
    )
    op.create_table(
        "sign_in_failure",
        *_record("sign_in_failure"),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("subject", name=op.f("uq_sign_in_failure_subject")),
    )
    _identity_provider()
    for table in ("recovery_code", "api_token", "oidc_identity", "oidc_grant"):
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    op.create_index(op.f("ix_api_token_organisation_id_user_id"), "api_token", ["organisation_id", "user_id"])
    op.create_index(op.f("ix_oidc_attempt_expires_at"), "oidc_attempt", ["expires_at"])
    _keep_demo_open()
    for name, table, event, condition, message in _guards(op.get_bind().dialect.name):
        for statement in _trigger(name, table, event, condition, message):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    for table in reversed(TABLES):
        op.drop_table(table)
    for column in SESSION_COLUMNS:
        op.drop_column("login_session", column)
    for column in USER_COLUMNS:
        op.drop_column("user_account", column)


def _more_columns() -> None:
    instant, no = sa.DateTime(timezone=True), sa.false()
    op.add_column("user_account", sa.Column("last_login_address", sa.String(64), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("failed_since_login", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("user_account", sa.Column("temporary_until_at", instant, nullable=True))
    op.add_column("user_account", sa.Column("blocked_at", instant, nullable=True))
    op.execute(  # said in SQL, because SQLite takes the check only together with its column
        "ALTER TABLE login_session ADD COLUMN signed_in_with VARCHAR(20) DEFAULT 'password' NOT NULL"
        f" CONSTRAINT ck_login_session_signed_in_with_is_known CHECK (signed_in_with IN ({WAYS}))"
    )
    op.add_column("login_session", sa.Column("signed_in_at", instant, nullable=True))
    for name in ("waits_for_code", "has_second_factor", "is_privileged"):
        op.add_column("login_session", sa.Column(name, sa.Boolean(), nullable=False, server_default=no))
    for name, length in (("address", 64), ("device", 200), ("previous_address", 64)):
        op.add_column("login_session", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("login_session", sa.Column("previous_at", instant, nullable=True))
    op.add_column("login_session", sa.Column("failures_before", sa.Integer(), nullable=False, server_default="0"))


def _identity_provider() -> None:
    op.create_table(
        "oidc_attempt",
        *_record("oidc_attempt"),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("code_verifier", sa.String(length=128), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("state_hash", name=op.f("uq_oidc_attempt_state_hash")),
    )
    op.create_table(
        "oidc_identity",
        *_record("oidc_identity"),
        _person("oidc_identity"),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_oidc_identity_issuer_subject")),
    )
    op.create_table(
        "oidc_grant",
        *_record("oidc_grant"),
        sa.Column("role_grant_id", sa.Integer(), nullable=False),
        _person("oidc_grant"),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_grant_id"], ["role_grant.id"], name=op.f("fk_oidc_grant_role_grant_id_role_grant")
        ),
        sa.UniqueConstraint("role_grant_id", name=op.f("uq_oidc_grant_role_grant_id")),
    )


def _keep_demo_open() -> None:
    # A demo town filled before this migration goes on signing in with one step.
    organisation = sa.table("organisation", sa.column("id"), sa.column("settings", sa.JSON()))
    connection = op.get_bind()
    for key, settings in connection.execute(sa.select(organisation.c.id, organisation.c.settings)).all():
        known = json.loads(settings) if isinstance(settings, str) else settings
        if known.get("demo"):
            changed = organisation.update().where(organisation.c.id == key).values(settings={**known, "mfa_roles": []})
            connection.execute(changed)


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


def _person(table: str, column: str = "user_id", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("user_account.id", name=op.f(f"fk_{table}_{column}_user_account"))
    return sa.Column(column, sa.Integer(), key, nullable=nullable)


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    given = ["organisation_id", "user_id", "name", "secret_hash", "ending", "scopes", "addresses", "ends_on"]
    other = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in given)
    distinct = "IS NOT" if dialect == SQLITE else "IS DISTINCT FROM"
    guards = [
        (
            "second_factor_never_goes_back",
            "second_factor",
            "UPDATE",
            "NEW.last_step < OLD.last_step OR NEW.user_id <> OLD.user_id OR NEW.sealed_secret <> OLD.sealed_secret",
            "second_factor: a code that was used never works again",
        ),
        (
            "recovery_code_works_once",
            "recovery_code",
            "UPDATE",
            "OLD.used_at IS NOT NULL OR NEW.user_id <> OLD.user_id OR NEW.code_hash <> OLD.code_hash",
            "recovery_code: a code works once",
        ),
        (
            "api_token_stays_as_given",
            "api_token",
            "UPDATE",
            f"{other} OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at {distinct} OLD.revoked_at)",
            "api_token: what a token may do is fixed when it is made, and a revoked one stays revoked",
        ),
        ("api_token_no_delete", "api_token", "DELETE", "1 = 1", "api_token: a record that stands is never removed"),
        (
            "login_session_stays_ended",
            "login_session",
            "UPDATE",
            f"NEW.user_id <> OLD.user_id OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at {distinct} OLD.revoked_at)",
            "login_session: a session that ended stays ended, and is nobody elses",
        ),
    ]
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        condition = "EXISTS (SELECT 1 FROM api_token t WHERE t.id = NEW.id OR t.secret_hash = NEW.secret_hash)"
        message = "api_token: a record that stands is never replaced"
        guards.append(("api_token_no_replace", "api_token", "INSERT", condition, message))
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
