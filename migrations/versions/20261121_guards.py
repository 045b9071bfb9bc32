"""What must never happen is refused by the database itself, on SQLite and PostgreSQL alike.

One condition is written once and becomes a trigger in each dialect. SQLite drops triggers when a batch migration
rebuilds their table: a later migration that does so must call ``create_guards`` for that table again.

Revision ID: 20261121_guards
Revises: 20261121_tables
"""

from dataclasses import dataclass

from alembic import op

revision = "20261121_guards"
down_revision = "20261121_tables"
branch_labels = None
depends_on = None

APPROVALS = "('approve', 'approve_with_conditions')"
DECISIONS = "('endorse', 'approve', 'approve_with_conditions', 'return', 'reject')"
APPROVED = "('approved', 'approved_with_conditions')"
SETTLED = "('approved', 'approved_with_conditions', 'rejected', 'withdrawn')"
SQLITE = "sqlite"


@dataclass(frozen=True)
class Guard:
    """One refusal: on this event of this table, when the condition holds, with this message.

    ``only_on`` names the one database whose ways make it necessary.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str
    only_on: str = ""


def _never(table: str, event: str) -> Guard:
    return Guard(
        f"{table}_no_{event.lower()}",
        table,
        event,
        "1 = 1",
        f"{table}: a record that stands is never changed or removed",
    )


def _no_replacing(table: str, *keys: str) -> Guard:
    # INSERT OR REPLACE removes the row that stands without firing its DELETE trigger; PostgreSQL has no such way.
    same = " OR ".join(" AND ".join(f"t.{column} = NEW.{column}" for column in key.split()) for key in ("id", *keys))
    return Guard(
        f"{table}_no_replace",
        table,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {table} t WHERE {same})",
        f"{table}: a record that stands is never replaced",
        only_on=SQLITE,
    )


# Records that nobody deletes, with the keys (beside ``id``) under which a row could be replaced.
KEPT = {
    "decision": (),
    "request_version": ("request_id version_no",),
    "finding": (),
    "audit_event": ("organisation_id seq",),
    "registry_snapshot": ("code",),
    "registry_entry": (),
    "evidence_file": (),
    "request": ("organisation_id number",),
    "approved_service": (),
    "contract": ("organisation_id number",),
    "contract_term": ("contract_id term_no",),
    "ending": ("contract_id",),
    "ending_item": ("ending_id code",),
    "duty_occurrence": ("duty_id nominal_on",),
    "clause_check": ("contract_id provision",),
}
NEVER_CHANGED = (
    "decision",
    "request_version",
    "finding",
    "audit_event",
    "registry_snapshot",
    "registry_entry",
    "evidence_file",
    "contract_term",
)

GUARDS = (
    # 1(8)①: who applies never decides. Neither the applicant nor whoever submitted the version, nor on their behalf.
    Guard(
        "decision_separation_of_duties",
        "decision",
        "INSERT",
        f"NEW.action IN {DECISIONS} AND (EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.request_id AND (r.applicant_id = NEW.decided_by_id OR r.applicant_id = NEW.on_behalf_of_id))"
        " OR EXISTS (SELECT 1 FROM request_version v WHERE v.request_id = NEW.request_id AND (v.submitted_by_id = NEW.decided_by_id OR v.submitted_by_id = NEW.on_behalf_of_id)))",
        "1(8)①: the applicant of a request cannot decide it",
    ),
    Guard(
        "decision_on_current_content",
        "decision",
        "INSERT",
        f"NEW.action IN {DECISIONS} AND NOT EXISTS (SELECT 1 FROM request r JOIN request_version v ON v.request_id = r.id AND v.version_no = r.current_version_no"
        " WHERE r.id = NEW.request_id AND v.id = NEW.request_version_id AND v.content_hash = NEW.content_hash AND r.state = 'in_review' AND r.organisation_id = NEW.organisation_id)",
        "a decision must be bound to the content of the version under review",
    ),
    Guard(
        "request_starts_as_draft",
        "request",
        "INSERT",
        "NEW.state <> 'draft' OR NEW.current_version_no <> 0",
        "a request starts as a draft",
    ),
    Guard(
        "request_approved_by_decision",
        "request",
        "UPDATE",
        f"NEW.state IN {APPROVED} AND (OLD.state <> NEW.state OR OLD.current_version_no <> NEW.current_version_no) AND NOT EXISTS (SELECT 1 FROM decision d JOIN request_version v ON v.id = d.request_version_id"
        f" WHERE d.request_id = NEW.id AND v.version_no = NEW.current_version_no AND d.action IN {APPROVALS} AND d.manager_id IS NOT NULL)",
        "a request is approved only by a decision that names a manager",
    ),
    Guard(
        "request_applicant_is_fixed",
        "request",
        "UPDATE",
        "OLD.current_version_no > 0 AND NEW.applicant_id <> OLD.applicant_id",
        "the applicant of a submitted request cannot be exchanged",
    ),
    Guard(
        "request_stays_decided",
        "request",
        "UPDATE",
        f"OLD.state IN {SETTLED} AND (NEW.state <> OLD.state OR NEW.current_version_no <> OLD.current_version_no)",
        "a request that was decided or withdrawn stays so",
    ),
    Guard(
        "approved_service_keeps_its_decision",
        "approved_service",
        "UPDATE",
        "NEW.decision_id <> OLD.decision_id OR NEW.request_id <> OLD.request_id OR NEW.organisation_id <> OLD.organisation_id",
        "8-3(5)③: an approved service keeps the decision it came from",
    ),
    Guard(
        "approved_service_by_decision",
        "approved_service",
        "INSERT",
        f"NOT EXISTS (SELECT 1 FROM decision d WHERE d.id = NEW.decision_id AND d.request_id = NEW.request_id AND d.action IN {APPROVALS} AND d.organisation_id = NEW.organisation_id)",
        "8-3(5)③: a service is approved only by a decision",
    ),
    Guard(
        "contract_concluded_with_clauses",
        "contract",
        "UPDATE",
        "OLD.state = 'drafting' AND NEW.state <> 'drafting' AND EXISTS (SELECT 1 FROM clause_check c WHERE c.contract_id = NEW.id AND c.strength <> 'recommended' AND (c.state IN ('unchecked', 'weak', 'missing') OR (c.state = 'not_needed' AND c.strength = 'must')))",
        "8-1(2)①(エ): a contract cannot be concluded while a required clause is open",
    ),
    *(
        Guard(
            f"clause_check_fixed_on_{event.lower()}",
            "clause_check",
            event,
            "EXISTS (SELECT 1 FROM contract c WHERE c.id = NEW.contract_id AND c.state <> 'drafting')"
            + (" OR NEW.contract_id <> OLD.contract_id" if event == "UPDATE" else ""),
            "8-1(2)①(エ): the clauses of a concluded contract stand as they were found",
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "contract_goes_forward",
        "contract",
        "UPDATE",
        "NEW.state <> OLD.state AND (NEW.state = 'drafting' OR OLD.state = 'closed')",
        "a contract that was concluded or closed stays so",
    ),
    Guard(
        "contract_starts_as_draft",
        "contract",
        "INSERT",
        "NEW.state <> 'drafting'",
        "a contract starts as a draft",
    ),
    Guard(
        "contract_closed_by_ending",
        "contract",
        "UPDATE",
        "NEW.state = 'closed' AND OLD.state <> 'closed' AND NOT EXISTS (SELECT 1 FROM ending e WHERE e.contract_id = NEW.id AND e.state = 'closed')",
        "8-1(4): a contract is closed only by a completed ending",
    ),
    Guard(
        "ending_starts_open",
        "ending",
        "INSERT",
        "NEW.state <> 'open'",
        "an ending starts open",
    ),
    Guard(
        "ending_closed_when_settled",
        "ending",
        "UPDATE",
        "NEW.state = 'closed' AND (EXISTS (SELECT 1 FROM ending_item i WHERE i.ending_id = NEW.id AND i.state = 'open') OR NOT EXISTS (SELECT 1 FROM ending_item i WHERE i.ending_id = NEW.id))",
        "8-1(4): an ending cannot be closed while an item is open",
    ),
    Guard(
        "ending_stays_closed",
        "ending",
        "UPDATE",
        "OLD.state = 'closed'",
        "a closed ending is never changed",
    ),
    Guard(
        "ending_item_of_open_ending",
        "ending_item",
        "INSERT",
        "EXISTS (SELECT 1 FROM ending e WHERE e.id = NEW.ending_id AND e.state = 'closed')",
        "a closed ending takes no further item",
    ),
    Guard(
        "ending_item_fixed_when_closed",
        "ending_item",
        "UPDATE",
        "NEW.ending_id <> OLD.ending_id OR EXISTS (SELECT 1 FROM ending e WHERE e.id = OLD.ending_id AND e.state = 'closed')",
        "an item stays with its ending, and one of a closed ending is never changed",
    ),
    Guard(
        "duty_occurrence_stays_settled",
        "duty_occurrence",
        "UPDATE",
        "OLD.state <> 'scheduled'",
        "a due date that was settled is never changed",
    ),
    *(_never(table, "UPDATE") for table in NEVER_CHANGED),
    *(_never(table, "DELETE") for table in KEPT),
    *(_no_replacing(table, *keys) for table, keys in KEPT.items()),
)


def _sqlite(guard: Guard) -> list[str]:
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {guard.condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    ]


def _postgresql(guard: Guard) -> list[str]:
    kept = "OLD" if guard.event == "DELETE" else "NEW"
    statements = [
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {kept}; END $guard$",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]
    if guard.event == "DELETE":  # TRUNCATE passes row triggers by
        statements.append(
            f"CREATE TRIGGER {guard.name}_all BEFORE TRUNCATE ON {guard.table} FOR EACH STATEMENT EXECUTE FUNCTION {guard.name}()"
        )
    return statements


def _guards_on(dialect: str) -> tuple[Guard, ...]:
    return tuple(guard for guard in GUARDS if guard.only_on in {"", dialect})


def create_guards(tables: frozenset[str] | None = None) -> None:
    """Create the triggers of all tables, or of those a later migration rebuilt."""
    dialect = op.get_bind().dialect.name
    write = _sqlite if dialect == SQLITE else _postgresql
    for guard in _guards_on(dialect):
        if tables is None or guard.table in tables:
            for statement in write(guard):
                op.execute(statement)


def upgrade() -> None:
    create_guards()


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for guard in _guards_on(dialect):
        if dialect == SQLITE:
            op.execute(f"DROP TRIGGER {guard.name}")
        else:
            op.execute(f"DROP FUNCTION {guard.name}() CASCADE")  # and the triggers that call it
