"""The record: posts in events, a scheme of hashes that lets a value be blacked out, retention, samples, refusals.

The two guards of ``audit_event`` are made anew: an event may lose a value to a redaction that was permitted, and may be
deleted once its day has passed and an anchor stands for it. Nothing else of it ever changes.

Revision ID: 20261127_record
Revises: 20261127_evidence
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_record"
down_revision = "20261127_evidence"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
EVENT_STANDS = "audit_event: a record that stands is never changed or removed"
FIXED = (
    "id", "organisation_id", "created_at", "seq", "at", "actor_name", "acted_as", "post", "on_behalf_of", "source",
    "action", "object_kind", "object_number", "call_id", "previous_hash", "hash", "hash_version",
)  # fmt: skip
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "audit_anchor": "organisation_id upto_seq",
    "audit_redaction": "",
    "audit_sample": "organisation_id number",
    "audit_sample_item": "sample_id position",
}
NEVER_CHANGED = ("audit_anchor", "audit_sample")


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("post", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("audit_event", sa.Column("hash_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("audit_event", sa.Column("keep_until_on", sa.Date(), nullable=True))
    op.add_column("audit_event", sa.Column("salts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("audit_event", sa.Column("redacted", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(op.f("ix_audit_event_organisation_id_at"), "audit_event", ["organisation_id", "at"])
    _retention_tables()
    _sample_tables()
    dialect = op.get_bind().dialect.name
    for name in ("audit_event_no_update", "audit_event_no_delete"):
        _drop(name)
    for name, table, event, condition, message in _guards(dialect):
        for statement in _trigger(name, table, event, condition, message):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        _drop(name)
    for table in ("refusal_tally", "audit_sample_item", "audit_sample", "audit_redaction", "audit_anchor"):
        op.drop_table(table)
    op.drop_index(op.f("ix_audit_event_organisation_id_at"), table_name="audit_event")
    for column in ("redacted", "salts", "keep_until_on", "hash_version", "post"):
        op.drop_column("audit_event", column)
    for event in ("update", "delete"):
        for statement in _trigger(f"audit_event_no_{event}", "audit_event", event.upper(), "1 = 1", EVENT_STANDS):
            op.execute(statement)


def _retention_tables() -> None:
    op.create_table(
        "audit_anchor",
        *_record("audit_anchor"),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("upto_seq", sa.Integer(), nullable=False),
        sa.Column("upto_hash", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _person("audit_anchor", "made_by_id"),
        _instant("made_at"),
        _check("audit_anchor", "range_is_ordered", "from_seq >= 1 AND from_seq <= upto_seq"),
        _unique("audit_anchor", "organisation_id", "upto_seq"),
    )
    op.create_table(
        "audit_redaction",
        *_record("audit_redaction"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        _person("audit_redaction", "asked_by_id"),
        _instant("asked_at"),
        _person("audit_redaction", "decided_by_id", nullable=True),
        _instant("decided_at", nullable=True),
        _check("audit_redaction", "state_is_known", "state IN ('asked', 'permitted', 'refused')"),
        _check("audit_redaction", "side_is_known", "side IN ('before', 'after')"),
        _check("audit_redaction", "redaction_has_a_reason", "length(reason) > 0"),
        _check(
            "audit_redaction",
            "redaction_has_two_people",
            "state = 'asked' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL AND decided_by_id <> asked_by_id)",
        ),
    )
    op.create_index(
        op.f("ix_audit_redaction_organisation_id_event_seq"), "audit_redaction", ["organisation_id", "event_seq"]
    )
    op.create_table(
        "refusal_tally",
        *_record("refusal_tally"),
        _person("refusal_tally", "user_id"),
        sa.Column("what_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        _instant("first_at"),
        _instant("last_at"),
        sa.Column("more", sa.Integer(), nullable=False),
        _unique("refusal_tally", "organisation_id", "user_id", "what_hash"),
    )


def _sample_tables() -> None:
    op.create_table(
        "audit_sample",
        *_record("audit_sample"),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("population", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("population_size", sa.Integer(), nullable=False),
        sa.Column("population_hash", sa.String(length=64), nullable=False),
        _person("audit_sample", "drawn_by_id"),
        _instant("drawn_at"),
        _check("audit_sample", "population_is_known", "population IN ('requests', 'decisions', 'contracts')"),
        _check("audit_sample", "period_is_ordered", "from_on <= until_on"),
        _check("audit_sample", "sample_has_a_seed", "length(seed) > 0"),
        _unique("audit_sample", "organisation_id", "number"),
    )
    op.create_table(
        "audit_sample_item",
        *_record("audit_sample_item"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object_number", sa.String(length=80), nullable=False),
        sa.Column("request_number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _person("audit_sample_item", "checked_by_id", nullable=True),
        _instant("checked_at", nullable=True),
        _check("audit_sample_item", "state_is_known", "state IN ('remaining', 'sound', 'objection')"),
        _check(
            "audit_sample_item",
            "checked_says_who",
            "state = 'remaining' OR (checked_by_id IS NOT NULL AND checked_at IS NOT NULL)",
        ),
        _check("audit_sample_item", "an_objection_says_what", "state <> 'objection' OR length(note) > 0"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["audit_sample.id"], name=op.f("fk_audit_sample_item_sample_id_audit_sample")
        ),
        _unique("audit_sample_item", "sample_id", "position"),
    )
    op.create_index(op.f("ix_audit_sample_item_sample_id"), "audit_sample_item", ["sample_id"])


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


def _person(table: str, column: str, *, nullable: bool = False) -> Any:  # noqa: ANN401 (a column with its key)
    key = sa.ForeignKey("user_account.id", name=op.f(f"fk_{table}_{column}_user_account"))
    return sa.Column(column, sa.Integer(), key, nullable=nullable)


def _instant(column: str, *, nullable: bool = False) -> Any:  # noqa: ANN401 (a column)
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    guards = [
        ("audit_event_no_update", "audit_event", "UPDATE", _is_no_redaction(), EVENT_STANDS),
        ("audit_event_no_delete", "audit_event", "DELETE", _is_too_early(dialect), EVENT_STANDS),
        (
            "audit_anchor_on_the_chain",
            "audit_anchor",
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.organisation_id = NEW.organisation_id AND e.seq = NEW.upto_seq AND e.hash = NEW.upto_hash)",
            "audit_anchor: an anchor holds the hash of the event it stands for",
        ),
        (
            "audit_redaction_stays_settled",
            "audit_redaction",
            "UPDATE",
            "OLD.state <> 'asked' OR NEW.organisation_id <> OLD.organisation_id OR NEW.event_seq <> OLD.event_seq OR NEW.side <> OLD.side"
            " OR NEW.field <> OLD.field OR NEW.reason <> OLD.reason OR NEW.asked_by_id <> OLD.asked_by_id",
            "audit_redaction: what was asked for stays, and what is settled stays settled",
        ),
        (
            "audit_redaction_starts_asked",
            "audit_redaction",
            "INSERT",
            "NEW.state <> 'asked'",
            "audit_redaction: a redaction is asked for before it is permitted",
        ),
        (
            "audit_sample_item_stays_checked",
            "audit_sample_item",
            "UPDATE",
            "OLD.state <> 'remaining' OR NEW.sample_id <> OLD.sample_id OR NEW.position <> OLD.position OR NEW.object_number <> OLD.object_number"
            " OR NEW.request_number <> OLD.request_number OR NEW.organisation_id <> OLD.organisation_id",
            "audit_sample_item: what was drawn stays drawn, and what was checked stays checked",
        ),
        # 1(8)②: who is audited does not audit; here, whoever applied for or decided a case, unless the CISO permitted it.
        (
            "audit_sample_item_not_by_the_audited",
            "audit_sample_item",
            "UPDATE",
            "NEW.state <> 'remaining' AND EXISTS (SELECT 1 FROM request r WHERE r.organisation_id = NEW.organisation_id AND r.number = NEW.request_number"
            " AND (r.applicant_id = NEW.checked_by_id OR EXISTS (SELECT 1 FROM decision d WHERE d.request_id = r.id AND d.decided_by_id = NEW.checked_by_id)))"
            " AND NOT EXISTS (SELECT 1 FROM unavoidable_case u WHERE u.organisation_id = NEW.organisation_id AND u.part = 'audit' AND u.state = 'permitted'"
            " AND u.object_number = NEW.request_number AND u.person_id = NEW.checked_by_id)",
            "1(8)②: who applied for or decided a case does not audit it",
        ),
    ]
    guards += [(f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}") for table in NEVER_CHANGED]
    guards += [(f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}") for table in KEPT]
    if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
        for table, key in KEPT.items():
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
            either = f" OR ({same})" if key else ""
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
            guards.append(
                (f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced")
            )
    return guards


def _is_no_redaction() -> str:
    changed = [f"NEW.{column} <> OLD.{column}" for column in FIXED]
    changed += [f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ("actor_id", "keep_until_on")]
    size = "length(CAST({}.redacted AS text))"
    permitted = (
        "EXISTS (SELECT 1 FROM audit_redaction r WHERE r.organisation_id = OLD.organisation_id"
        " AND r.event_seq = OLD.seq AND r.state = 'permitted')"
    )
    return f"{' OR '.join(changed)} OR {size.format('NEW')} <= {size.format('OLD')} OR NOT {permitted}"


def _is_too_early(dialect: str) -> str:
    # Events of the first scheme carry no day of their own: ten years. The database's clock counts, not the caller's.
    anchored = "EXISTS (SELECT 1 FROM audit_anchor a WHERE a.organisation_id = OLD.organisation_id AND OLD.seq BETWEEN a.from_seq AND a.upto_seq)"
    if dialect == SQLITE:
        return f"coalesce(OLD.keep_until_on, date(OLD.at, '+10 years')) >= CURRENT_DATE OR NOT {anchored}"
    day = "coalesce(OLD.keep_until_on, CAST(OLD.at + interval '10 years' AS date))"
    return f"TG_OP = 'TRUNCATE' OR {day} >= CURRENT_DATE OR NOT {anchored}"


def _drop(name: str) -> None:
    is_sqlite = op.get_bind().dialect.name == SQLITE
    op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE")


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
