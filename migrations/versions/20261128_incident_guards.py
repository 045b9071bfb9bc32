"""What must never happen of incidents: a report that changes, time won, a notice untold, a close by one person.

Revision ID: 20261128_incident_guards
Revises: 20261128_incidents
"""

from collections.abc import Iterator

from alembic import op

revision = "20261128_incident_guards"
down_revision = "20261128_incidents"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
# Tables whose rows nobody removes, with the key (beside ``id``) under which a row could be replaced.
KEPT = {
    "incident": "organisation_id number",
    "incident_clock": "incident_id step",
    "incident_party": "",
    "incident_measure": "",
}
NEVER_CHANGED = ("incident_party", "incident_measure")
OF_THE_LAW = "('commission_first', 'commission_final')"


def upgrade() -> None:
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    stands = "a record that stands is never changed or removed"
    yield from _incident_guards()
    yield from _clock_guards()
    yield from _belonging_guards()
    for table in NEVER_CHANGED:
        yield f"{table}_no_update", table, "UPDATE", "1 = 1", f"{table}: {stands}"
    for table, key in KEPT.items():
        yield f"{table}_no_delete", table, "DELETE", "1 = 1", f"{table}: {stands}"
        if dialect == SQLITE:  # INSERT OR REPLACE removes a row without firing its DELETE trigger
            same = " AND ".join(f"t.{column} = NEW.{column}" for column in key.split())
            either = f" OR ({same})" if key else ""
            condition = f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id{either})"
            yield f"{table}_no_replace", table, "INSERT", condition, f"{table}: a record that stands is never replaced"


def _incident_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "incident_starts_reported",
        "incident",
        "INSERT",
        "NEW.state <> 'reported' OR NEW.leak_report <> 'undecided' OR NEW.publication <> 'undecided'",
        "incident: it begins as a report on which nothing is decided",
    )
    yield (
        "incident_keeps_its_report",
        "incident",
        "UPDATE",
        "NEW.number <> OLD.number OR NEW.what <> OLD.what OR NEW.source <> OLD.source OR NEW.informant <> OLD.informant"
        " OR NEW.reported_by_id <> OLD.reported_by_id OR NEW.reported_at <> OLD.reported_at"
        " OR NEW.organisation_id <> OLD.organisation_id",
        "incident: what was reported stays as it was reported",
    )
    yield (
        "incident_is_known_no_later",
        "incident",
        "UPDATE",
        "NEW.known_at > OLD.known_at",
        "incident: the time of knowledge is corrected to an earlier one only",
    )
    yield (
        "incident_goes_its_way",
        "incident",
        "UPDATE",
        "NEW.state <> OLD.state AND NOT ((OLD.state IN ('reported', 'not_incident') AND NEW.state = 'confirmed')"
        " OR (OLD.state = 'reported' AND NEW.state = 'not_incident') OR (OLD.state = 'confirmed' AND NEW.state = 'closing')"
        " OR (OLD.state = 'closing' AND NEW.state IN ('confirmed', 'closed')))",
        "incident: a state follows only from the one before it",
    )
    yield (
        "incident_closed_when_settled",
        "incident",
        "UPDATE",
        "NEW.state IN ('closing', 'closed') AND OLD.state <> NEW.state AND (NEW.cause = '' OR NEW.prevention = '' OR NEW.publication = 'undecided'"
        " OR (NEW.leaked <> 'none' AND NEW.leak_report = 'undecided')"
        " OR NOT EXISTS (SELECT 1 FROM incident_clock c WHERE c.incident_id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM incident_clock c WHERE c.incident_id = NEW.id AND c.state = 'open'))",
        "incident: it is closed when everybody was told and cause, prevention, leak and publication are settled",
    )
    yield (
        "incident_stays_closed",
        "incident",
        "UPDATE",
        "OLD.state = 'closed'",
        "incident: a closed incident stays as it is",
    )


def _clock_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "incident_clock_starts_open",
        "incident_clock",
        "INSERT",
        "NEW.state <> 'open' OR EXISTS (SELECT 1 FROM incident i WHERE i.id = NEW.incident_id AND i.state IN ('closing', 'closed'))",
        "incident_clock: it begins open, on an incident that is not closed",
    )
    yield (
        "incident_clock_stays_settled",
        "incident_clock",
        "UPDATE",
        "OLD.state = 'told' OR (OLD.state = 'not_needed' AND NEW.state <> 'open')",
        "incident_clock: what was told stays as it was told; what was left out is only opened again",
    )
    yield (
        "incident_clock_stays_itself",
        "incident_clock",
        "UPDATE",
        "NEW.incident_id <> OLD.incident_id OR NEW.step <> OLD.step OR NEW.organisation_id <> OLD.organisation_id"
        " OR NEW.to_role <> OLD.to_role OR NEW.provision <> OLD.provision OR NEW.strength <> OLD.strength",
        "incident_clock: a notice keeps its step",
    )
    yield (
        "incident_clock_law_is_not_left_out",
        "incident_clock",
        "UPDATE",
        f"NEW.state = 'not_needed' AND NEW.step IN {OF_THE_LAW} AND EXISTS (SELECT 1 FROM incident i"
        " WHERE i.id = NEW.incident_id AND i.leaked <> 'none' AND i.leak_report <> 'not_needed')",
        "incident_clock: the commission is left out only where it was decided that no report is needed",
    )


def _belonging_guards() -> Iterator[tuple[str, str, str, str, str]]:
    for table in ("incident_clock", "incident_party", "incident_measure"):
        yield (
            f"{table}_of_its_own_incident",
            table,
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = NEW.incident_id AND i.organisation_id = NEW.organisation_id"
            " AND i.state <> 'closed')",
            f"{table}: it belongs to an open incident of its own organisation",
        )
    own = " OR ".join(
        f"(NEW.{other}_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.id = NEW.{other}_id"
        " AND o.organisation_id = NEW.organisation_id))"
        for other in ("provider", "service", "contract")
    )
    yield "incident_party_of_its_own", "incident_party", "INSERT", own, "incident_party: it is of its own organisation"
    yield (
        "incident_measure_of_its_party",
        "incident_measure",
        "INSERT",
        "(NEW.party_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM incident_party p WHERE p.id = NEW.party_id AND p.incident_id = NEW.incident_id))"
        " OR (NEW.answers_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM incident_measure m WHERE m.id = NEW.answers_id"
        " AND m.incident_id = NEW.incident_id AND m.kind IN ('demand', 'suspension') AND m.party_id = NEW.party_id))",
        "incident_measure: it speaks of a party and a demand of the same incident",
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
