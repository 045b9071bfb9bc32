"""What the registries' watch must never lose is refused by the database itself, on SQLite and PostgreSQL alike.

Revision ID: 20261126_registry_guards
Revises: 20261126_registry_watch
"""

from alembic import op

revision = "20261126_registry_guards"
down_revision = "20261126_registry_watch"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "registry_import": "code",
    "quarantined_row": "",
    "registry_correction": "",
    "registry_alias": "",
    "registry_change": "",
    "reassessment": "request_id snapshot_id",
}
NEVER_CHANGED = ("registry_correction", "registry_change", "reassessment")


def upgrade() -> None:
    for name, table, event, condition, message in _guards(op.get_bind().dialect.name):
        for statement in _trigger(name, table, event, condition, message):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    guards = [(f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}") for table in NEVER_CHANGED]
    guards += [(f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}") for table in KEPT]
    guards.append(
        (
            "registry_alias_keeps_its_meaning",
            "registry_alias",
            "UPDATE",
            "NEW.organisation_id <> OLD.organisation_id OR NEW.kind <> OLD.kind OR NEW.alias <> OLD.alias OR NEW.listed_as <> OLD.listed_as"
            " OR NEW.provider <> OLD.provider OR NEW.folded_alias <> OLD.folded_alias"
            " OR coalesce(NEW.proposed_by_id, 0) <> coalesce(OLD.proposed_by_id, 0)"
            " OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at <> OLD.confirmed_at OR NEW.confirmed_by_id <> OLD.confirmed_by_id))"
            " OR (OLD.ended_at IS NOT NULL AND NEW.ended_at <> OLD.ended_at)",
            "registry_alias: what an alias means and who confirmed it is never changed; a new one is proposed",
        )
    )
    guards.append(
        (
            "registry_import_keeps_what_came",
            "registry_import",
            "UPDATE",
            "NEW.code <> OLD.code OR (OLD.raw_sha256 <> '' AND NEW.raw_sha256 <> OLD.raw_sha256)"
            " OR coalesce(NEW.brought_by_id, 0) <> coalesce(OLD.brought_by_id, 0)",
            "registry_import: what came and who brought it is never changed",
        )
    )
    guards.append(
        (
            "quarantined_row_keeps_what_came",
            "quarantined_row",
            "UPDATE",
            "NEW.row_hash <> OLD.row_hash OR NEW.snapshot_id <> OLD.snapshot_id OR NEW.reason <> OLD.reason OR (OLD.state <> 'open' AND NEW.state <> OLD.state)",
            "quarantined_row: what came stays as it came, and what is settled stays settled",
        )
    )
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        for table, key in KEPT.items():
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
            either = f" OR ({same})" if key else ""
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
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
