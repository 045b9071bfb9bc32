"""The alert ledger with its mails: at once or once a morning, seen, escalated, withdrawn. Calendars, webhooks, jobs.

Revision ID: 20261127_alerts
Revises: 20261127_contract_drafts
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261127_alerts"
down_revision = "20261127_contract_drafts"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
WORK_SCHEMA = "procrastinate"
NEW_TABLES = ("alert_letter", "alert_wish", "calendar_feed", "webhook", "webhook_delivery", "job")
STATES = "state IN ('pending', 'sent', 'failed', 'shown', 'withdrawn')"
OLD_STATES = "state IN ('pending', 'sent', 'failed')"
DATED = ("duty_occurrence", "contract")


def upgrade() -> None:
    _create_letters()
    _widen_alerts()
    _create_channels()
    _create_jobs()
    _install_procrastinate()
    for table in DATED:
        op.add_column(table, sa.Column("next_alert_on", sa.Date(), nullable=False, server_default="2000-01-01"))
        op.add_column(table, sa.Column("dated_at", sa.DateTime(timezone=True), nullable=True))
        columns = ["organisation_id", "state", "next_alert_on"]
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    for guard in _guards():
        for statement in _trigger(*guard):
            op.execute(statement)
    for table in NEW_TABLES:
        raise_wall(table)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    if not is_sqlite:
        op.execute(f"DROP SCHEMA {WORK_SCHEMA} CASCADE")
    for name, *_rest in _guards():
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE")
    for table in NEW_TABLES:
        take_wall_down(table)
    for table in DATED:
        op.drop_index(op.f(f"ix_{table}_organisation_id_state_next_alert_on"), table_name=table)
        op.drop_column(table, "dated_at")
        op.drop_column(table, "next_alert_on")
    _narrow_alerts()
    for table in ("job", "webhook_delivery", "webhook", "calendar_feed", "alert_wish", "alert_letter"):
        op.drop_table(table)


def _create_letters() -> None:
    op.create_table(
        "alert_letter",
        *_record("alert_letter"),
        _person("alert_letter"),
        sa.Column("unique_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("may_have_arrived", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_alert_letter_state_is_known")),
        sa.CheckConstraint("kind IN ('digest', 'now')", name=op.f("ck_alert_letter_kind_is_known")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_alert_letter_unique_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_alert_letter_message_id")),
    )
    for columns in (["state", "next_attempt_at"], ["organisation_id", "user_id", "for_on"]):
        op.create_index(op.f(f"ix_alert_letter_{'_'.join(columns)}"), "alert_letter", columns)
    op.create_table(
        "alert_wish",
        *_record("alert_wish"),
        sa.Column("version", sa.Integer(), nullable=False),
        _person("alert_wish"),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("user_id", name=op.f("uq_alert_wish_user_id")),
    )


def _create_channels() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_feed",
        *_record("calendar_feed"),
        _person("calendar_feed"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("shows", sa.String(length=20), nullable=False),
        sa.Column("only_numbers", sa.Boolean(), nullable=False),
        sa.Column("last_read_at", instant, nullable=True),
        sa.Column("revoked_at", instant, nullable=True),
        sa.CheckConstraint("shows IN ('mine', 'section', 'all')", name=op.f("ck_calendar_feed_shows_is_known")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_user_id"), "calendar_feed", ["user_id"])
    op.create_table(
        "webhook",
        *_record("webhook"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("url", "events")),
        sa.Column("state", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sealed_secret", "sealed_previous")),
        sa.Column("previous_until_at", instant, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("disabled_because", sa.Text(), nullable=False),
        _person("webhook", "created_by_id"),
        sa.CheckConstraint("state IN ('active', 'disabled')", name=op.f("ck_webhook_state_is_known")),
    )
    op.create_index(op.f("ix_webhook_organisation_id_id"), "webhook", ["organisation_id", "id"])
    op.create_table(
        "webhook_delivery",
        *_record("webhook_delivery"),
        sa.Column(
            "webhook_id",
            sa.Integer(),
            sa.ForeignKey("webhook.id", name=op.f("fk_webhook_delivery_webhook_id_webhook")),
            nullable=False,
        ),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("event_type", sa.String(length=60), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", instant, nullable=False),
        sa.Column("claimed_until_at", instant, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("delivered_at", instant, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'failed', 'delivered', 'given_up')", name=op.f("ck_webhook_delivery_state_is_known")
        ),
        sa.UniqueConstraint("webhook_id", "cause", name=op.f("uq_webhook_delivery_webhook_id_cause")),
        sa.UniqueConstraint("message_id", name=op.f("uq_webhook_delivery_message_id")),
    )
    for columns in (["state", "next_attempt_at"], ["organisation_id", "webhook_id", "id"]):
        op.create_index(op.f(f"ix_webhook_delivery_{'_'.join(columns)}"), "webhook_delivery", columns)


def _create_jobs() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "job",
        *_record("job"),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until_at", instant, nullable=True),
        sa.Column("claimed_by", sa.String(length=120), nullable=False),
        *(sa.Column(name, instant, nullable=True) for name in ("last_begun_at", "last_success_at")),
        sa.Column("last_seconds", sa.Float(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("last_said", "last_error")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'parked', 'done')", name=op.f("ck_job_state_is_known")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_job_unique_key")),
    )
    op.create_index(op.f("ix_job_state_due_at"), "job", ["state", "due_at"])


def _install_procrastinate() -> None:
    """Let workers on several machines share the work: procrastinate's tables, in a schema of their own.

    They are the installation's, hold no row of an organisation and are reached by workers alone, never by a request;
    so they stand behind no wall between organisations.
    """
    if op.get_bind().dialect.name == SQLITE:
        return
    before = op.get_bind().exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    op.execute(f"CREATE SCHEMA {WORK_SCHEMA}")
    op.execute(f"SET LOCAL search_path TO {WORK_SCHEMA}")
    connection: Any = op.get_bind().connection.driver_connection  # many statements at once: past SQLAlchemy
    connection.execute(SchemaManager.get_schema())
    op.get_bind().exec_driver_sql("SELECT set_config('search_path', %s, true)", (before,))


def _old_alert() -> sa.Table:
    """Return the table as it was, without its check: SQLite makes it anew to take another one."""
    return sa.Table(
        "alert",
        sa.MetaData(),
        *_record("alert"),
        _person("alert"),
        sa.Column("unique_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("send_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("unique_key", name=op.f("uq_alert_unique_key")),
        sa.Index(op.f("ix_alert_organisation_id_user_id_id"), "organisation_id", "user_id", "id"),
        sa.Index(op.f("ix_alert_state_due_on"), "state", "due_on"),
    )


def _widen_alerts() -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    with op.batch_alter_table("alert", copy_from=_old_alert() if is_sqlite else None) as batch_op:
        if not is_sqlite:
            batch_op.drop_constraint(op.f("ck_alert_state_is_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_state_is_known"), STATES)
        batch_op.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("mark", sa.String(60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("post_name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("escalate_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cause_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_alert_letter_id_alert_letter"), "alert_letter", ["letter_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_alert_cause_id_alert"), "alert", ["cause_id"], ["id"])
    for columns in (["letter_id"], ["escalate_on"], ["state", "send_on"]):
        op.create_index(op.f(f"ix_alert_{'_'.join(columns)}"), "alert", columns)


def _narrow_alerts() -> None:
    # What never went and never will says so no longer: the old shape has no word for it.
    op.execute(
        "DELETE FROM alert WHERE state = 'withdrawn' AND id NOT IN (SELECT cause_id FROM alert WHERE cause_id > 0)"
    )
    op.execute("UPDATE alert SET state = 'sent' WHERE state NOT IN ('pending', 'failed')")
    for name in ("letter_id", "escalate_on", "state_send_on"):
        op.drop_index(op.f(f"ix_alert_{name}"), table_name="alert")
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("fk_alert_letter_id_alert_letter"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_alert_cause_id_alert"), type_="foreignkey")
        if op.get_bind().dialect.name != SQLITE:
            batch_op.drop_constraint(op.f("ck_alert_state_is_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_alert_state_is_known"), OLD_STATES)
        for column in ("is_urgent", "mark", "post_name", "letter_id", "seen_at", "escalate_on", "escalated_at", "rung"):
            batch_op.drop_column(column)
        batch_op.drop_column("cause_id")


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


def _guards() -> list[tuple[str, str, str, str]]:
    went = "OLD.state = 'sent' AND NEW.state <> 'sent'"
    fixed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in ("unique_key", "message_id", "subject", "body"))
    feed = "OLD.revoked_at IS NOT NULL OR NEW.user_id <> OLD.user_id OR NEW.secret_hash <> OLD.secret_hash"
    message = "NEW.body <> OLD.body OR NEW.message_id <> OLD.message_id OR NEW.cause <> OLD.cause"
    arrived = "OLD.state = 'delivered' AND NEW.state <> 'delivered'"
    return [
        ("calendar_feed_stays_revoked", "calendar_feed", feed, "calendar_feed: an address that was revoked stays so"),
        ("webhook_delivery_is_fixed", "webhook_delivery", message, "webhook_delivery: it goes again only as written"),
        ("webhook_delivery_arrived", "webhook_delivery", arrived, "webhook_delivery: what arrived has arrived"),
        ("alert_went_once", "alert", went, "alert: what was sent is never sent again"),
        ("alert_letter_went_once", "alert_letter", went, "alert_letter: what was sent is never sent again"),
        ("alert_letter_is_fixed", "alert_letter", fixed, "alert_letter: a mail goes again only as it was written"),
    ]


def _trigger(name: str, table: str, condition: str, message: str) -> list[str]:
    if op.get_bind().dialect.name == SQLITE:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return [f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {condition} {refuse}"]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
