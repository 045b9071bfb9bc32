"""Dossiers of services and providers, questionnaires, answers not yet confirmed; what must never happen of them.

Revision ID: 20261127_evidence
Revises: 20261127_decisions
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_evidence"
down_revision = "20261127_decisions"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "dossier_item": "supersedes_id",
    "dossier_provision": "item_id provision",
    "dossier_evaluation": "unavoidable_case_id",
    "dossier_task": "item_id request_id cause",
    "questionnaire": "code",
    "questionnaire_reply": "",
    "questionnaire_key": "organisation_id",
}
NEVER_CHANGED = ("dossier_provision", "dossier_evaluation", "dossier_task", "questionnaire_key")
GONE_WITH_THEIR_REQUEST = ("unconfirmed_answer", "dossier_link")
ITEM_TEXTS = "kind issuer scope sha256 clean_sha256 received_from"
ITEM_KEYS = "service_id provider_id file_id clean_file_id supersedes_id entered_by_id organisation_id"
ITEM_DAYS = "valid_from_on valid_until_on received_on"


def upgrade() -> None:
    _create_dossier()
    _create_questionnaires()
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")
    for table in (
        *GONE_WITH_THEIR_REQUEST,
        "questionnaire_reply",
        "questionnaire_key",
        "questionnaire",
        "dossier_task",
        "dossier_evaluation",
        "dossier_provision",
        "dossier_item",
    ):
        op.drop_table(table)


def _create_dossier() -> None:
    op.create_table(
        "dossier_item",
        *_record("dossier_item"),
        *_numbers("entered_by_id file_id"),
        *_numbers("service_id provider_id clean_file_id supersedes_id withdrawn_by_id", nullable=True),
        _text("kind", 40),
        _text("sha256", 64),
        _text("clean_sha256", 64),
        *(_text(name) for name in ("issuer", "scope", "received_from", "withdrawn_reason")),
        _day("received_on", nullable=False),
        *(_day(name) for name in ("valid_from_on", "valid_until_on", "withdrawn_on")),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        _check("dossier_item", "about_one_thing", "(service_id IS NULL) <> (provider_id IS NULL)"),
        _check("dossier_item", "file_has_its_hash", "length(sha256) = 64"),
        _check("dossier_item", "period_is_ordered", "valid_from_on <= valid_until_on"),
        _check(
            "dossier_item",
            "withdrawal_says_who_and_why",
            "withdrawn_on IS NULL OR (withdrawn_by_id IS NOT NULL AND length(withdrawn_reason) > 0)",
        ),
        *_keys(
            "dossier_item",
            service_id="service",
            provider_id="provider",
            file_id="evidence_file",
            clean_file_id="evidence_file",
            entered_by_id="user_account",
            withdrawn_by_id="user_account",
            supersedes_id="dossier_item",
        ),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_dossier_item_supersedes_id")),
    )
    for column in ("service_id", "provider_id", "valid_until_on"):
        _index("dossier_item", "organisation_id", column, "id")
    op.create_table(
        "dossier_provision",
        *_record("dossier_provision"),
        *_numbers("item_id"),
        _text("provision", 60),
        *_keys("dossier_provision", item_id="dossier_item"),
    )
    _index("dossier_provision", "item_id", "provision", unique=True)
    op.create_table(
        "dossier_evaluation",
        *_record("dossier_evaluation"),
        *_numbers("item_id evaluated_by_id"),
        *_numbers("unavoidable_case_id", nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        _text("reason"),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        _check("dossier_evaluation", "evaluation_has_a_reason", "length(reason) > 0"),
        *_keys(
            "dossier_evaluation",
            item_id="dossier_item",
            evaluated_by_id="user_account",
            unavoidable_case_id="unavoidable_case",
        ),
        sa.UniqueConstraint("unavoidable_case_id", name=op.f("uq_dossier_evaluation_unavoidable_case_id")),
    )
    _index("dossier_evaluation", "item_id")
    op.create_table(
        "dossier_link",
        *_record("dossier_link"),
        *_numbers("request_id item_id"),
        _text("provision", 60),
        *_keys("dossier_link", request_id="request", item_id="dossier_item"),
    )
    _index("dossier_link", "request_id", "provision", "item_id", unique=True)
    _index("dossier_link", "item_id")
    op.create_table(
        "dossier_task",
        *_record("dossier_task"),
        *_numbers("item_id request_id duty_id"),
        _text("cause", 20),
        _day("since_on", nullable=False),
        _words("dossier_task", "cause", "expiry not_accepted withdrawn"),
        *_keys("dossier_task", item_id="dossier_item", request_id="request", duty_id="duty"),
    )
    _index("dossier_task", "item_id", "request_id", "cause", unique=True)
    _index("dossier_task", "request_id")


def _create_questionnaires() -> None:
    op.create_table(
        "questionnaire",
        *_record("questionnaire"),
        *_numbers("request_id made_by_id"),
        _text("code", 32),
        _text("provider_name"),
        _text("service_name"),
        _text("pack", 40),
        _text("edition", 40),
        sa.Column("questions", sa.JSON(), nullable=False),
        _text("checksum", 64),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_used_at", sa.DateTime(timezone=True), nullable=True),
        _check("questionnaire", "link_runs_out", "link_hash IS NULL OR link_expires_at IS NOT NULL"),
        *_keys("questionnaire", request_id="request", made_by_id="user_account"),
        sa.UniqueConstraint("code", name=op.f("uq_questionnaire_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_questionnaire_link_hash")),
    )
    _index("questionnaire", "organisation_id", "request_id", "id")
    op.create_table(
        "questionnaire_reply",
        *_record("questionnaire_reply"),
        *_numbers("questionnaire_id"),
        *_numbers("received_by_id settled_by_id item_id", nullable=True),
        _text("came_by", 20),
        _text("answered_by"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        _text("file_name"),
        _text("sha256", 64),
        _text("state", 20),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _words("questionnaire_reply", "state", "proposed accepted dismissed"),
        _check(
            "questionnaire_reply",
            "settling_says_who_and_when",
            "state = 'proposed' OR (settled_by_id IS NOT NULL AND settled_at IS NOT NULL)",
        ),
        *_keys(
            "questionnaire_reply",
            questionnaire_id="questionnaire",
            received_by_id="user_account",
            settled_by_id="user_account",
            item_id="dossier_item",
        ),
    )
    _index("questionnaire_reply", "questionnaire_id")
    op.create_table(
        "questionnaire_key",
        *_record("questionnaire_key"),
        _text("secret", 64),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_questionnaire_key_organisation_id")),
    )
    op.create_table(
        "unconfirmed_answer",
        *_record("unconfirmed_answer"),
        *_numbers("request_id"),
        *_numbers("reply_id", nullable=True),
        _text("provision", 60),
        _text("origin", 20),
        _text("source"),
        sa.Column("answer", sa.JSON(), nullable=False),
        _words("unconfirmed_answer", "origin", "copied provider"),
        *_keys("unconfirmed_answer", request_id="request", reply_id="questionnaire_reply"),
    )
    _index("unconfirmed_answer", "request_id", "provision", unique=True)


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


def _day(name: str, *, nullable: bool = True) -> Any:  # noqa: ANN401 (a column)
    return sa.Column(name, sa.Date(), nullable=nullable)


def _keys(table: str, **columns: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _check(table: str, name: str, condition: str) -> Any:  # noqa: ANN401 (a constraint)
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, words: str) -> Any:  # noqa: ANN401 (a constraint)
    listed = ", ".join(f"'{word}'" for word in words.split())
    return _check(table, f"{column}_is_known", f"{column} IN ({listed})")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    yield from _dossier_guards()
    yield from _questionnaire_guards()
    for table in NEVER_CHANGED:
        yield f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}"
    for table, key in KEPT.items():
        yield f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}"
        if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
            either = f" OR ({same})" if key else ""
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
            yield f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced"


def _differs(names: str, nothing: str) -> Iterator[str]:
    for name in names.split():
        yield f"coalesce(NEW.{name}, {nothing}) <> coalesce(OLD.{name}, {nothing})"


def _dossier_guards() -> Iterator[tuple[str, str, str, str, str]]:
    said = " OR ".join([*_differs(ITEM_TEXTS, "''"), *_differs(ITEM_KEYS, "0"), *_differs(ITEM_DAYS, "'0001-01-01'")])
    yield (
        "dossier_item_says_the_same",
        "dossier_item",
        "UPDATE",
        f"OLD.withdrawn_on IS NOT NULL OR {said}",
        "dossier_item: evidence is superseded or withdrawn, never changed",
    )
    yield (
        "dossier_item_about_its_own",
        "dossier_item",
        "INSERT",
        "(NEW.service_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM service s WHERE s.id = NEW.service_id AND s.organisation_id = NEW.organisation_id))"
        " OR (NEW.provider_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM provider p WHERE p.id = NEW.provider_id AND p.organisation_id = NEW.organisation_id))"
        " OR (NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dossier_item o WHERE o.id = NEW.supersedes_id AND o.organisation_id = NEW.organisation_id))",
        "dossier_item: evidence is about a service or provider of its own organisation",
    )
    yield (
        "dossier_evaluation_by_another",
        "dossier_evaluation",
        "INSERT",
        "NEW.unavoidable_case_id IS NULL AND EXISTS (SELECT 1 FROM dossier_item i WHERE i.id = NEW.item_id AND i.entered_by_id = NEW.evaluated_by_id)",
        "1(8): who supplied evidence does not evaluate it",
    )
    yield (
        "dossier_evaluation_uses_its_case",
        "dossier_evaluation",
        "INSERT",
        "NEW.unavoidable_case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unavoidable_case u WHERE u.id = NEW.unavoidable_case_id AND u.state = 'permitted' AND u.used_at IS NULL"
        " AND u.part = 'evidence' AND u.object_number = CAST(NEW.item_id AS VARCHAR(20)) AND u.person_id = NEW.evaluated_by_id AND u.organisation_id = NEW.organisation_id)",
        "1(8): an unavoidable case counts only as the CISO permitted it, for one person and one evaluation",
    )
    yield (
        "dossier_evaluation_of_its_own",
        "dossier_evaluation",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM dossier_item i WHERE i.id = NEW.item_id AND i.organisation_id = NEW.organisation_id)",
        "dossier_evaluation: evidence is evaluated within its own organisation",
    )
    yield (
        "dossier_link_within_one_organisation",
        "dossier_link",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM dossier_item i JOIN request r ON r.organisation_id = i.organisation_id WHERE i.id = NEW.item_id AND r.id = NEW.request_id AND i.organisation_id = NEW.organisation_id)",
        "dossier_link: a request leans on evidence of its own organisation only",
    )


def _questionnaire_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "unconfirmed_answer_beside_a_draft",
        "unconfirmed_answer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.request_id AND r.state IN ('draft', 'returned') AND r.organisation_id = NEW.organisation_id)",
        "unconfirmed_answer: it waits beside a draft of its own organisation",
    )
    yield (
        "request_without_unconfirmed_answers",
        "request",
        "UPDATE",
        "NEW.state = 'in_review' AND OLD.state <> 'in_review' AND EXISTS (SELECT 1 FROM unconfirmed_answer a WHERE a.request_id = NEW.id)",
        "request: nothing is submitted while an answer is unconfirmed",
    )
    yield (
        "questionnaire_asks_the_same",
        "questionnaire",
        "UPDATE",
        "NEW.code <> OLD.code OR NEW.request_id <> OLD.request_id OR NEW.checksum <> OLD.checksum OR NEW.edition <> OLD.edition OR NEW.organisation_id <> OLD.organisation_id"
        " OR CAST(NEW.questions AS VARCHAR) <> CAST(OLD.questions AS VARCHAR)",
        "questionnaire: what was asked stays as it was asked",
    )
    yield (
        "questionnaire_link_is_used_once",
        "questionnaire",
        "UPDATE",
        "OLD.link_used_at IS NOT NULL AND (NEW.link_used_at IS NULL OR NEW.link_used_at <> OLD.link_used_at OR coalesce(NEW.link_hash, '') <> coalesce(OLD.link_hash, ''))",
        "questionnaire: a link is used once",
    )
    yield (
        "questionnaire_reply_stays_as_it_came",
        "questionnaire_reply",
        "UPDATE",
        "OLD.state <> 'proposed' OR NEW.questionnaire_id <> OLD.questionnaire_id OR NEW.sha256 <> OLD.sha256 OR NEW.received_at <> OLD.received_at OR NEW.organisation_id <> OLD.organisation_id"
        " OR CAST(NEW.answers AS VARCHAR) <> CAST(OLD.answers AS VARCHAR)",
        "questionnaire_reply: a reply stays as it came and is settled once",
    )


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
