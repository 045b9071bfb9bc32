"""Incidents with the clocks of their chain, the parties they touch, what was done.

Revision ID: 20261128_incidents
Revises: 20261127_alerts
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tenant_wall import raise_wall, take_wall_down

revision = "20261128_incidents"
down_revision = "20261127_alerts"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
TABLES = ("incident", "incident_clock", "incident_party", "incident_measure")
STRENGTHS = "must as_needed recommended"
NEW_WORD = "incident"


def upgrade() -> None:
    _change_causes(lambda words: [*words, NEW_WORD])
    _create_incident()
    _create_clock()
    _create_party_and_measure()
    for table in TABLES:
        raise_wall(table)


def downgrade() -> None:
    for table in TABLES:
        take_wall_down(table)
    for table in reversed(TABLES):
        op.drop_table(table)
    _change_causes(lambda words: [word for word in words if word != NEW_WORD])


def _create_incident() -> None:
    op.create_table(
        "incident",
        *_record("incident"),
        *_numbers("version department_id reported_by_id"),
        *_numbers(
            "assessed_by_id people_affected leak_decided_by_id published_by_id closing_proposed_by_id closed_by_id",
            nullable=True,
        ),
        _text("number", 20),
        *(_string(name) for name in ("title", "informant", "leak_grounds")),
        *(_text(name, 20) for name in ("source", "state", "leaked", "leak_report", "publication")),
        *(
            _text(name)
            for name in (
                "what",
                "assessment",
                "leak_reason",
                "publication_reason",
                "cause",
                "prevention",
                "closing_note",
            )
        ),
        *_instants("known_at reported_at", nullable=False),
        *_instants("happened_at informant_knew_at assessed_at leak_decided_at publication_at closed_at"),
        sa.Column("is_cloud", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        _words("incident", "state", "reported confirmed not_incident closing closed"),
        _words("incident", "source", "staff contractor provider citizen"),
        _words("incident", "leaked", "unknown none personal specific_personal"),
        _words("incident", "leak_report", "undecided needed not_needed"),
        _words("incident", "publication", "undecided publish withhold"),
        *_incident_checks(),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_incident_organisation_id_number")),
        *_keys(
            "incident",
            department_id="department",
            reported_by_id="user_account",
            assessed_by_id="user_account",
            leak_decided_by_id="user_account",
            published_by_id="user_account",
            closing_proposed_by_id="user_account",
            closed_by_id="user_account",
        ),
    )
    _index("incident", "organisation_id", "state", "id")
    _index("incident", "organisation_id", "id")
    _index("incident", "department_id")
    _index("incident", "reported_by_id")


def _incident_checks() -> list[Any]:
    said = {
        "report_says_what": "length(title) > 0 AND length(what) > 0",
        "people_are_counted": "people_affected IS NULL OR people_affected >= 0",
        "leak_decision_says_who": "leak_report = 'undecided' OR (leak_decided_by_id IS NOT NULL AND leak_decided_at IS NOT NULL)",
        "no_report_without_a_reason": "leak_report <> 'not_needed' OR (length(leak_reason) > 0 AND leak_grounds = '' AND (people_affected IS NULL OR people_affected <= 100))",
        "publication_says_who_and_why": "publication = 'undecided' OR (published_by_id IS NOT NULL AND publication_at IS NOT NULL AND length(publication_reason) > 0)",
        "assessment_says_who_and_why": "state NOT IN ('confirmed', 'not_incident', 'closing', 'closed') OR (assessed_by_id IS NOT NULL AND assessed_at IS NOT NULL AND length(assessment) > 0)",
        "another_person_reads_before_the_close": "state <> 'closed' OR (closing_proposed_by_id IS NOT NULL AND closed_by_id IS NOT NULL AND closed_at IS NOT NULL AND closed_by_id <> closing_proposed_by_id)",
    }
    return [_check("incident", name, condition) for name, condition in said.items()]


def _create_clock() -> None:
    op.create_table(
        "incident_clock",
        *_record("incident_clock"),
        *_numbers("version incident_id position"),
        *_numbers("recorded_by_id", nullable=True),
        _text("step", 40),
        _text("from_role", 40),
        _text("to_role", 40),
        _text("provision", 60),
        _text("strength", 20),
        _text("state", 20),
        _text("basis"),
        _text("note"),
        *(_string(name) for name in ("title", "told_by", "told_to", "told_how")),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("counts_days", sa.Boolean(), nullable=False),
        sa.Column("aim_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_instants("due_at", nullable=False),
        *_instants("told_at recorded_at"),
        _words("incident_clock", "state", "open told not_needed"),
        _words("incident_clock", "strength", STRENGTHS),
        _check(
            "incident_clock",
            "telling_says_who_whom_and_when",
            "state <> 'told' OR (told_at IS NOT NULL AND length(told_to) > 0 AND recorded_by_id IS NOT NULL AND length(told_by) > 0)",
        ),
        _check(
            "incident_clock",
            "leaving_out_has_a_reason",
            "state <> 'not_needed' OR (length(note) > 0 AND recorded_by_id IS NOT NULL)",
        ),
        sa.UniqueConstraint("incident_id", "step", name=op.f("uq_incident_clock_incident_id_step")),
        *_keys("incident_clock", incident_id="incident", recorded_by_id="user_account"),
    )
    _index("incident_clock", "organisation_id", "state", "due_on")
    _index("incident_clock", "state", "due_on")


def _create_party_and_measure() -> None:
    op.create_table(
        "incident_party",
        *_record("incident_party"),
        *_numbers("incident_id added_by_id"),
        *_numbers("provider_id service_id contract_id", nullable=True),
        _text("role", 20),
        _string("name"),
        _string("contact"),
        _words("incident_party", "role", "contractor provider subcontractor"),
        _check("incident_party", "party_has_a_name", "length(name) > 0"),
        *_keys(
            "incident_party",
            incident_id="incident",
            provider_id="provider",
            service_id="service",
            contract_id="contract",
            added_by_id="user_account",
        ),
    )
    _index("incident_party", "incident_id", "id")
    _index("incident_party", "organisation_id", "provider_id")
    op.create_table(
        "incident_measure",
        *_record("incident_measure"),
        *_numbers("incident_id recorded_by_id"),
        *_numbers("party_id answers_id", nullable=True),
        _text("kind", 20),
        _text("text"),
        *_instants("taken_at", nullable=False),
        _words("incident_measure", "kind", "containment recovery instruction demand suspension resumption answer"),
        _check("incident_measure", "measure_says_what", "length(text) > 0"),
        _check(
            "incident_measure",
            "demand_names_its_party",
            "kind NOT IN ('demand', 'suspension', 'answer') OR party_id IS NOT NULL",
        ),
        _check("incident_measure", "answer_names_its_demand", "kind <> 'answer' OR answers_id IS NOT NULL"),
        *_keys(
            "incident_measure",
            incident_id="incident",
            party_id="incident_party",
            answers_id="incident_measure",
            recorded_by_id="user_account",
        ),
    )
    _index("incident_measure", "incident_id", "id")


def _change_causes(change: Any) -> None:  # noqa: ANN401 (list to list of words)
    """Add to or take from the words of ``service_suspension.cause``, whatever else stands there.

    SQLite cannot alter a CHECK, and rebuilding the table would lose its triggers; its manual (ALTER TABLE, section 7)
    allows to write a changed CHECK into the schema instead.
    """
    name, bind = "ck_service_suspension_cause_is_known", op.get_bind()
    if bind.dialect.name != SQLITE:
        said = bind.execute(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
        ).scalar_one()
        listed = ", ".join(f"'{word}'" for word in change(re.findall(r"'(\w+)'", said)))
        op.drop_constraint(op.f(name), "service_suspension", type_="check")
        op.create_check_constraint(op.f(name), "service_suspension", f"cause IN ({listed})")
        return
    schema: str = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'service_suspension'"
    ).scalar_one()
    found = re.search(rf"CONSTRAINT {name} CHECK \(cause IN \(([^)]*)\)\)", schema)
    assert found, schema  # noqa: S101 (a migration that finds another shape must stop)
    listed = ", ".join(f"'{word}'" for word in change(re.findall(r"'(\w+)'", found[1])))
    changed = schema[: found.start(1)] + listed + schema[found.end(1) :]
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'service_suspension'", (changed,)
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")


def _record(table: str) -> list[Any]:
    return [
        *_numbers("id organisation_id"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_keys(table, organisation_id="organisation"),
    ]


def _numbers(names: str, *, nullable: bool = False) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names.split()]


def _instants(names: str, *, nullable: bool = True) -> list[Any]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names.split()]


def _text(name: str, length: int = 0) -> Any:  # noqa: ANN401 (a column)
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _string(name: str) -> Any:  # noqa: ANN401 (a column)
    return sa.Column(name, sa.String(), nullable=False)


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


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
