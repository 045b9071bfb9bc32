"""What replay and the organisation's own rules need: pack contents in use, organisation items, own policy texts.

Revision ID: 20261122_policy_records
Revises: 20261121_guards
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_policy_records"
down_revision = "20261121_guards"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "pack_edition_used": "organisation_id content_hash edition",
    "policy_text": "organisation_id pack load_no provision",
    "organisation_item": "organisation_id pack provision",
}
NEVER_CHANGED = ("pack_edition_used", "policy_text")


def upgrade() -> None:
    op.add_column("request_version", sa.Column("missing_rules", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "pack_edition_used",
        *_record("pack_edition_used"),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "organisation_id",
            "content_hash",
            "edition",
            name=op.f("uq_pack_edition_used_organisation_id_content_hash_edition"),
        ),
    )
    op.create_table(
        "organisation_item",
        *_record("organisation_item"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "made_on IS NULL OR length(document) > 0", name=op.f("ck_organisation_item_what_is_made_is_named")
        ),
        sa.CheckConstraint(
            "next_review_on IS NULL OR made_on IS NOT NULL",
            name=op.f("ck_organisation_item_only_what_is_made_is_reviewed"),
        ),
        sa.CheckConstraint("next_review_on >= made_on", name=op.f("ck_organisation_item_review_follows_making")),
        sa.UniqueConstraint(
            "organisation_id", "pack", "provision", name=op.f("uq_organisation_item_organisation_id_pack_provision")
        ),
    )
    op.create_table(
        "policy_text",
        *_record("policy_text"),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("load_no", sa.Integer(), nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.UniqueConstraint(
            "organisation_id",
            "pack",
            "load_no",
            "provision",
            name=op.f("uq_policy_text_organisation_id_pack_load_no_provision"),
        ),
    )
    for name, table, event, condition, message in _guards(op.get_bind().dialect.name):
        for statement in _trigger(name, table, event, condition, message):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    for table in KEPT:
        op.drop_table(table)
    op.drop_column("request_version", "missing_rules")


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


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    guards = [(f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}") for table in NEVER_CHANGED]
    guards += [(f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}") for table in KEPT]
    guards.append(
        (
            "organisation_item_stays_its_own",
            "organisation_item",
            "UPDATE",
            "NEW.organisation_id <> OLD.organisation_id OR NEW.pack <> OLD.pack OR NEW.provision <> OLD.provision OR NEW.version <= OLD.version",
            "organisation_item: an item stays with its organisation and provision, and every change is a new version",
        )
    )
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        for table, key in KEPT.items():
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
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
