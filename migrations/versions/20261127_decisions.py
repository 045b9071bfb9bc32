"""Steps of a route, recalls, circulation, exceptions, unavoidable cases, suspensions; what must never happen of them.

Revision ID: 20261127_decisions
Revises: 20261127_organisation
"""

import importlib.util
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_decisions"
down_revision = "20261127_organisation"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
OLD_STATES = ["draft", "in_review", "returned", "withdrawn", "approved", "approved_with_conditions", "rejected"]
NEW_STATES = [*OLD_STATES, "revoked"]
OLD_ACTIONS = ["submit", "endorse", "approve", "approve_with_conditions", "return", "reject", "withdraw"]
NEW_ACTIONS = [*OLD_ACTIONS, "agree", "return_to_step", "pass", "view", "amend", "recall", "revoke"]
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "unavoidable_case": "",
    "policy_exception": "organisation_id number",
    "exception_provision": "exception_id provision",
    "service_suspension": "approved_service_id cause cause_id since_at",
    "circulation": "request_id role department_id stage",
}
NEVER_CHANGED = ("exception_provision",)
REPLACED = ("decision_separation_of_duties", "decision_on_current_content", "request_stays_decided")

APPROVALS = "('approve', 'approve_with_conditions')"
STEPS = "('endorse', 'agree', 'approve', 'approve_with_conditions')"
STEPS_AND_PASSES = "('endorse', 'agree', 'approve', 'approve_with_conditions', 'pass')"
# What nobody does to a request of one's own, and what is bound to the version under review.
JUDGEMENTS = "('endorse', 'agree', 'approve', 'approve_with_conditions', 'return', 'return_to_step', 'reject', 'pass', 'view', 'revoke')"
ON_CONTENT = "('endorse', 'agree', 'approve', 'approve_with_conditions', 'return', 'return_to_step', 'reject', 'pass')"
STANDS = (
    "NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes_id = {e}.id AND u.action = 'recall')"
    " AND NOT EXISTS (SELECT 1 FROM request_version w JOIN request_version own ON own.id = {e}.request_version_id"
    " WHERE w.request_id = {e}.request_id AND w.version_no > own.version_no AND w.kept_steps <= {e}.step_no)"
    " AND NOT EXISTS (SELECT 1 FROM decision b WHERE b.request_id = {e}.request_id AND b.action = 'return_to_step'"
    " AND b.id > {e}.id AND b.to_step_no <= {e}.step_no"
    " AND NOT EXISTS (SELECT 1 FROM decision c WHERE c.undoes_id = b.id AND c.action = 'recall'))"
)


def upgrade() -> None:
    _drop_guards(REPLACED)
    _exchange_words("decision", "action", OLD_ACTIONS, NEW_ACTIONS)
    _exchange_words("request", "state", OLD_STATES, NEW_STATES)
    for name in ("step_no", "to_step_no", "undoes_id", "unavoidable_case_id"):
        op.add_column("decision", sa.Column(name, sa.Integer(), nullable=True))
    op.create_index(op.f("ix_decision_undoes_id"), "decision", ["undoes_id"])
    op.create_index(op.f("ix_decision_unavoidable_case_id"), "decision", ["unavoidable_case_id"], unique=True)
    for column in (
        sa.Column("extra_steps", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("steps_count", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("kept_steps", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("needs_distinct_people", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("allows_later_view", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("needs_exception", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("request_version", column)
    op.add_column("request", sa.Column("waits_at", sa.String(length=400), nullable=False, server_default=""))
    op.add_column("duty", sa.Column("is_condition", sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill_from_what_stands()
    _create_tables()
    _create_guards()


def _fill_from_what_stands() -> None:
    """Say of running requests where they wait, and of duties which of them are conditions of an approval."""
    place = "CAST(department_id AS VARCHAR(20))"
    op.execute(
        f"UPDATE request SET waits_at = REPLACE(waits_for_role, ' ', '@' || {place} || ' ') || '@' || {place}"
        " WHERE waits_for_role <> ''"
    )
    op.execute("UPDATE duty SET is_condition = true WHERE basis = '承認の条件'")


def _create_tables() -> None:
    op.create_table(
        "unavoidable_case",
        *_record("unavoidable_case"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_number", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_duty_id", sa.Integer(), nullable=True),
        *_words("unavoidable_case", "state", "requested permitted refused"),
        *_words("unavoidable_case", "part", "decide_own two_steps evidence deletion audit"),
        _check("unavoidable_case", "asking_has_a_reason", "length(reason) > 0"),
        _check(
            "unavoidable_case",
            "another_person_permits",
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL AND decided_by_id <> person_id)",
        ),
        *_keys("unavoidable_case", request_id="request", person_id="user_account", decided_by_id="user_account",
               review_duty_id="duty"),
    )  # fmt: skip
    op.create_index(
        op.f("ix_unavoidable_case_organisation_id_state_id"), "unavoidable_case", ["organisation_id", "state", "id"]
    )
    op.create_index(op.f("ix_unavoidable_case_request_id_person_id"), "unavoidable_case", ["request_id", "person_id"])
    op.create_table(
        "policy_exception",
        *_record("policy_exception"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("alternative", sa.Text(), nullable=False),
        sa.Column("wished_until_on", sa.Date(), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("permit_by_on", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        *_words("policy_exception", "state", "requested permitted refused"),
        _check(
            "policy_exception", "asking_says_why_and_what_instead", "length(reason) > 0 AND length(alternative) > 0"
        ),
        _check(
            "policy_exception",
            "another_person_permits",
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL AND decided_by_id <> asked_by_id)",
        ),
        _check("policy_exception", "permission_has_a_last_day", "state <> 'permitted' OR until_on IS NOT NULL"),
        _check(
            "policy_exception",
            "emergency_says_when",
            "NOT is_emergency OR (taken_on IS NOT NULL AND permit_by_on IS NOT NULL)",
        ),
        *_keys("policy_exception", request_id="request", asked_by_id="user_account", decided_by_id="user_account"),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_policy_exception_organisation_id_number")),
    )
    op.create_index(
        op.f("ix_policy_exception_organisation_id_state_id"), "policy_exception", ["organisation_id", "state", "id"]
    )
    op.create_index(op.f("ix_policy_exception_request_id"), "policy_exception", ["request_id"])
    op.create_table(
        "exception_provision",
        *_record("exception_provision"),
        sa.Column("exception_id", sa.Integer(), nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        *_keys("exception_provision", exception_id="policy_exception"),
        sa.UniqueConstraint("exception_id", "provision", name=op.f("uq_exception_provision_exception_id_provision")),
    )
    op.create_table(
        "service_suspension",
        *_record("service_suspension"),
        sa.Column("approved_service_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=False),
        *_words("service_suspension", "cause", "condition exception revoked"),
        *_keys("service_suspension", approved_service_id="approved_service"),
        sa.UniqueConstraint(
            "approved_service_id", "cause", "cause_id", "since_at",
            name=op.f("uq_service_suspension_approved_service_id_cause_cause_id_since_at"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_service_suspension_approved_service_id"), "service_suspension", ["approved_service_id"])
    op.create_index(
        op.f("ix_service_suspension_organisation_id_lifted_at"), "service_suspension", ["organisation_id", "lifted_at"]
    )
    op.create_table(
        "circulation",
        *_record("circulation"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        *_keys("circulation", request_id="request", department_id="department", seen_by_id="user_account"),
        sa.UniqueConstraint(
            "request_id", "role", "department_id", "stage",
            name=op.f("uq_circulation_request_id_role_department_id_stage"),
        ),
    )  # fmt: skip
    op.create_index(
        op.f("ix_circulation_organisation_id_seen_at_id"), "circulation", ["organisation_id", "seen_at", "id"]
    )


def downgrade() -> None:
    _drop_guards([name for name, *_rest in _guards(op.get_bind().dialect.name)])
    for table in ("circulation", "service_suspension", "exception_provision", "policy_exception", "unavoidable_case"):
        op.drop_table(table)
    op.drop_column("duty", "is_condition")
    op.drop_column("request", "waits_at")
    for name in [
        "extra_steps",
        "steps_count",
        "kept_steps",
        "needs_distinct_people",
        "allows_later_view",
        "needs_exception",
    ]:
        op.drop_column("request_version", name)
    op.drop_index(op.f("ix_decision_unavoidable_case_id"), "decision")
    op.drop_index(op.f("ix_decision_undoes_id"), "decision")
    for name in ("step_no", "to_step_no", "undoes_id", "unavoidable_case_id"):
        op.drop_column("decision", name)
    _exchange_words("request", "state", NEW_STATES, OLD_STATES)
    _exchange_words("decision", "action", NEW_ACTIONS, OLD_ACTIONS)
    first = _first_guards()
    write = first._sqlite if op.get_bind().dialect.name == SQLITE else first._postgresql  # noqa: SLF001 (its own way of writing a guard)
    for guard in first.GUARDS:
        if guard.name in REPLACED:
            for statement in write(guard):
                op.execute(statement)


def _first_guards() -> Any:  # noqa: ANN401 (a module)
    """Return the first migration of guards; its name begins with a digit, so it cannot be imported by name."""
    path = Path(__file__).with_name("20261121_guards.py")
    spec = importlib.util.spec_from_file_location("first_guards", path)
    assert spec is not None and spec.loader is not None  # noqa: PT018, S101 (the file lies beside this one)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _exchange_words(table: str, column: str, old: list[str], new: list[str]) -> None:
    """Exchange the closed list of words of a column.

    SQLite cannot alter a CHECK, and rebuilding a table that others point to would lose its triggers and meet its
    foreign keys. Its manual (ALTER TABLE, section 7) allows to write a changed CHECK into the schema instead.
    """
    name = f"ck_{table}_{column}_is_known"
    listed = {words: ", ".join(f"'{word}'" for word in words) for words in (tuple(old), tuple(new))}
    if op.get_bind().dialect.name != SQLITE:
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"{column} IN ({listed[tuple(new)]})")
        return
    bind = op.get_bind()
    schema: str = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).scalar_one()
    pattern = re.compile(rf"(CONSTRAINT {name} CHECK \({column} IN \()[^)]*(\)\))")
    changed, count = pattern.subn(rf"\g<1>{listed[tuple(new)]}\g<2>", schema)
    assert count == 1, schema  # noqa: S101 (a migration that finds another shape must stop)
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (changed, table))
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")


def _record(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_keys(table, organisation_id="organisation"),
    ]


def _keys(table: str, **columns: str) -> list[Any]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _check(table: str, name: str, condition: str) -> Any:  # noqa: ANN401 (a constraint)
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _words(table: str, column: str, words: str) -> list[Any]:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return [_check(table, f"{column}_is_known", f"{column} IN ({listed})")]


def _guards(dialect: str) -> list[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    guards = [*_decision_guards(), *_case_guards()]
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


def _decision_guards() -> list[tuple[str, str, str, str, str]]:
    current = "SELECT 1 FROM request_version v WHERE v.id = NEW.request_version_id"
    done = (
        "(SELECT count(DISTINCT e.step_no) FROM decision e WHERE e.request_id = NEW.request_id"
        " AND e.action IN ('endorse', 'agree', 'pass') AND e.step_no < v.steps_count - 1 AND "
        + STANDS.format(e="e")
        + ")"
    )
    return [
        (
            "decision_separation_of_duties",
            "decision",
            "INSERT",
            f"NEW.action IN {JUDGEMENTS} AND (NEW.unavoidable_case_id IS NULL OR NEW.on_behalf_of_id IS NOT NULL) AND (EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.request_id AND (r.applicant_id = NEW.decided_by_id OR r.applicant_id = NEW.on_behalf_of_id))"
            " OR EXISTS (SELECT 1 FROM request_version v WHERE v.request_id = NEW.request_id AND (v.submitted_by_id = NEW.decided_by_id OR v.submitted_by_id = NEW.on_behalf_of_id)))",
            "1(8)①: the applicant of a request cannot decide it",
        ),
        (
            "decision_distinct_people",
            "decision",
            "INSERT",
            f"NEW.action IN {STEPS} AND NEW.unavoidable_case_id IS NULL AND EXISTS ({current} AND v.needs_distinct_people) AND EXISTS (SELECT 1 FROM decision e WHERE e.request_id = NEW.request_id AND e.action IN {STEPS}"
            " AND e.step_no <> NEW.step_no AND (e.decided_by_id IN (NEW.decided_by_id, NEW.on_behalf_of_id) OR e.on_behalf_of_id IN (NEW.decided_by_id, NEW.on_behalf_of_id)) AND "
            + STANDS.format(e="e")
            + ")",
            "1(8): two steps of one route are taken by two people",
        ),
        (
            "decision_uses_its_case",
            "decision",
            "INSERT",
            "NEW.unavoidable_case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unavoidable_case u WHERE u.id = NEW.unavoidable_case_id AND u.state = 'permitted' AND u.used_at IS NULL"
            " AND u.request_id = NEW.request_id AND u.person_id = NEW.decided_by_id AND u.organisation_id = NEW.organisation_id)",
            "1(8): an unavoidable case counts only as the CISO permitted it, for one person and one decision",
        ),
        (
            "decision_on_current_content",
            "decision",
            "INSERT",
            f"NEW.action IN {ON_CONTENT} AND NOT EXISTS (SELECT 1 FROM request r JOIN request_version v ON v.request_id = r.id AND v.version_no = r.current_version_no"
            " WHERE r.id = NEW.request_id AND v.id = NEW.request_version_id AND v.content_hash = NEW.content_hash AND r.state = 'in_review' AND r.organisation_id = NEW.organisation_id)",
            "a decision must be bound to the content of the version under review",
        ),
        (
            "decision_at_a_place_of_its_route",
            "decision",
            "INSERT",
            f"NEW.action IN {STEPS_AND_PASSES} AND NOT EXISTS ({current} AND ((NEW.action IN {APPROVALS} AND (NEW.step_no = v.steps_count - 1 OR (NEW.step_no IS NULL AND v.steps_count = 1)))"
            f" OR (NEW.action NOT IN {APPROVALS} AND NEW.step_no >= 0 AND NEW.step_no < v.steps_count - 1)))",
            "a step is taken at a place of its route, and only the last one decides",
        ),
        (
            "decision_after_the_whole_route",
            "decision",
            "INSERT",
            f"NEW.action IN {APPROVALS} AND EXISTS ({current} AND {done} < v.steps_count - 1)",
            "an approval comes after every other step of its route",
        ),
        (
            "decision_passes_where_allowed",
            "decision",
            "INSERT",
            f"NEW.action = 'pass' AND NOT EXISTS ({current} AND v.allows_later_view)",
            "a step is passed over only where the organisation allows it",
        ),
        (
            "decision_needs_its_exception",
            "decision",
            "INSERT",
            f"NEW.action IN {APPROVALS} AND EXISTS (SELECT 1 FROM request_version v JOIN finding f ON f.request_version_id = v.id WHERE v.id = NEW.request_version_id AND v.needs_exception"
            " AND f.result = 'not_met' AND f.strength = 'must' AND NOT EXISTS (SELECT 1 FROM policy_exception x JOIN exception_provision p ON p.exception_id = x.id"
            " WHERE x.request_id = NEW.request_id AND p.provision = f.provision AND (x.state = 'permitted' OR (x.state = 'requested' AND x.is_emergency))))",
            "7-4(1): what is against the policy is approved only with an exception",
        ),
        (
            "decision_undoes_what_it_may",
            "decision",
            "INSERT",
            "NEW.action IN ('recall', 'view', 'revoke') AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = NEW.undoes_id AND d.request_id = NEW.request_id"
            " AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes_id = d.id AND u.action = NEW.action)"
            f" AND ((NEW.action = 'revoke' AND d.action IN {APPROVALS}) OR (NEW.action = 'view' AND d.action = 'pass')"
            " OR (NEW.action = 'recall' AND d.decided_by_id = NEW.decided_by_id AND d.action IN ('submit', 'amend', 'endorse', 'agree', 'pass', 'return', 'return_to_step')"
            " AND NOT EXISTS (SELECT 1 FROM decision later WHERE later.request_id = d.request_id AND later.id > d.id AND later.action <> 'view'))))",
            "only what was done last is recalled, by who did it; only an approval is revoked, only what was passed is viewed",
        ),
        (
            "request_stays_decided",
            "request",
            "UPDATE",
            "OLD.state IN ('approved', 'approved_with_conditions', 'rejected', 'withdrawn', 'revoked') AND (NEW.current_version_no <> OLD.current_version_no OR (NEW.state <> OLD.state"
            f" AND NOT (NEW.state = 'revoked' AND OLD.state IN ('approved', 'approved_with_conditions') AND EXISTS (SELECT 1 FROM decision d JOIN decision a ON a.id = d.undoes_id WHERE d.request_id = NEW.id AND d.action = 'revoke' AND a.action IN {APPROVALS}))))",
            "a request that was decided or withdrawn stays so",
        ),
        (
            "request_revoked_after_approval",
            "request",
            "UPDATE",
            "NEW.state = 'revoked' AND OLD.state NOT IN ('approved', 'approved_with_conditions', 'revoked')",
            "only an approved request is revoked",
        ),
        (
            "request_rejected_by_decision",
            "request",
            "UPDATE",
            "NEW.state = 'rejected' AND OLD.state IN ('draft', 'in_review', 'returned') AND NOT EXISTS (SELECT 1 FROM decision d JOIN request_version v ON v.id = d.request_version_id"
            " WHERE d.request_id = NEW.id AND v.version_no = NEW.current_version_no AND d.action = 'reject')",
            "a request is rejected only by a decision",
        ),
    ]


def _case_guards() -> list[tuple[str, str, str, str, str]]:
    return [
        *(
            (
                f"{table}_starts_requested",
                table,
                "INSERT",
                "NEW.state <> 'requested'",
                f"{table}: it is asked for before it is permitted",
            )
            for table in ("unavoidable_case", "policy_exception")
        ),
        (
            "unavoidable_case_keeps_what_was_asked",
            "unavoidable_case",
            "UPDATE",
            "NEW.part <> OLD.part OR coalesce(NEW.request_id, 0) <> coalesce(OLD.request_id, 0) OR NEW.person_id <> OLD.person_id OR NEW.reason <> OLD.reason OR NEW.object_number <> OLD.object_number OR NEW.organisation_id <> OLD.organisation_id"
            " OR (OLD.state <> 'requested' AND (NEW.state <> OLD.state OR NEW.decided_by_id <> OLD.decided_by_id)) OR (OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL OR NEW.used_at <> OLD.used_at))",
            "unavoidable_case: what was asked, permitted and used is never changed",
        ),
        (
            "policy_exception_keeps_what_was_asked",
            "policy_exception",
            "UPDATE",
            "NEW.number <> OLD.number OR coalesce(NEW.request_id, 0) <> coalesce(OLD.request_id, 0) OR NEW.reason <> OLD.reason OR NEW.alternative <> OLD.alternative OR NEW.asked_by_id <> OLD.asked_by_id OR NEW.organisation_id <> OLD.organisation_id"
            " OR NEW.is_emergency <> OLD.is_emergency OR coalesce(NEW.permit_by_on, NEW.wished_until_on) <> coalesce(OLD.permit_by_on, OLD.wished_until_on)"
            " OR (OLD.state <> 'requested' AND (NEW.state <> OLD.state OR NEW.decided_by_id <> OLD.decided_by_id OR coalesce(NEW.until_on, NEW.wished_until_on) <> coalesce(OLD.until_on, OLD.wished_until_on)))",
            "policy_exception: what was asked and permitted is never changed; a new one is asked for",
        ),
        (
            "exception_provision_before_permission",
            "exception_provision",
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM policy_exception x WHERE x.id = NEW.exception_id AND x.state = 'requested' AND x.organisation_id = NEW.organisation_id)",
            "exception_provision: a permitted exception covers no more than was asked",
        ),
        (
            "service_suspension_is_lifted_once",
            "service_suspension",
            "UPDATE",
            "OLD.lifted_at IS NOT NULL OR OLD.cause = 'revoked' OR NEW.approved_service_id <> OLD.approved_service_id OR NEW.cause <> OLD.cause OR NEW.cause_id <> OLD.cause_id OR NEW.since_at <> OLD.since_at OR NEW.reason <> OLD.reason",
            "service_suspension: it is lifted once, and what was revoked is never lifted",
        ),
        (
            "approved_service_stays_suspended",
            "approved_service",
            "UPDATE",
            "OLD.state <> 'active' AND NEW.state = 'active' AND EXISTS (SELECT 1 FROM service_suspension s WHERE s.approved_service_id = NEW.id AND s.lifted_at IS NULL)",
            "an approved service is active again when every suspension is lifted",
        ),
        (
            "circulation_keeps_its_reader",
            "circulation",
            "UPDATE",
            "NEW.request_id <> OLD.request_id OR NEW.role <> OLD.role OR NEW.department_id <> OLD.department_id OR NEW.stage <> OLD.stage OR NEW.sent_at <> OLD.sent_at",
            "circulation: what was sent round stays as it was sent",
        ),
    ]


def _create_guards() -> None:
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def _drop_guards(names: Any) -> None:  # noqa: ANN401 (any iterable of names)
    dialect = op.get_bind().dialect.name
    for name in names:
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")


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
