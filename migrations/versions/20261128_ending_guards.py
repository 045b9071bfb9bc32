"""Endings: what the database refuses of rounds, items and endings themselves.

Revision ID: 20261128_ending_guards
Revises: 20261128_endings
"""

from collections.abc import Iterator

from alembic import op

revision = "20261128_ending_guards"
down_revision = "20261128_endings"
branch_labels = None
depends_on = None

SQLITE = "sqlite"
ROADS = "'expiry', 'early', 'bankruptcy', 'shutdown', 'list_removal'"
FINISHED = "('settled', 'excepted')"


def upgrade() -> None:
    for guard in _guards(op.get_bind().dialect.name):
        for statement in _trigger(*guard):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, *_rest in _guards(dialect):
        op.execute(f"DROP TRIGGER {name}" if dialect == SQLITE else f"DROP FUNCTION {name}() CASCADE")


def _guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    yield from _round_guards()
    yield from _item_guards()
    yield from _ending_guards(dialect)


def _round_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "acceptance_round_of_its_own",
        "acceptance_round",
        "INSERT",
        "NEW.result <> 'waiting' OR NOT EXISTS (SELECT 1 FROM ending e WHERE e.id = NEW.ending_id"
        " AND e.state = 'open' AND e.organisation_id = NEW.organisation_id) OR EXISTS (SELECT 1 FROM acceptance_round r"
        " WHERE r.ending_id = NEW.ending_id AND r.result <> 'correction')",
        "acceptance_round: rounds follow one another, each after a correction that was asked for",
    )
    yield (
        "acceptance_round_stays_inspected",
        "acceptance_round",
        "UPDATE",
        "OLD.result <> 'waiting' OR NEW.ending_id <> OLD.ending_id OR NEW.round_no <> OLD.round_no"
        " OR NEW.noticed_on <> OLD.noticed_on OR NEW.due_on <> OLD.due_on",
        "acceptance_round: the notice, its clock and what was found stay",
    )


def _ending_guards(dialect: str) -> Iterator[tuple[str, str, str, str, str]]:
    rows = "json_array_length(r.document_json, '$.information')"
    if dialect != SQLITE:
        rows = "json_array_length(r.document_json::json -> 'information')"
    own = "h.contract_id = NEW.contract_id"
    yield (
        "ending_closed_with_all_data",
        "ending",
        "UPDATE",
        "NEW.state = 'closed' AND NEW.contract_id IS NOT NULL AND ("
        # every kind of information at the contractor itself
        f"(SELECT count(*) FROM data_holding h WHERE {own} AND h.subcontractor_id IS NULL) <"
        f" coalesce((SELECT {rows} FROM contract c JOIN request r ON r.id = c.request_id WHERE c.id = NEW.contract_id), 1)"
        # and the same kinds at every node that may have had them
        " OR EXISTS (SELECT 1 FROM subcontractor s JOIN data_holding h ON h.contract_id = s.contract_id"
        " WHERE s.contract_id = NEW.contract_id AND s.state <> 'refused' AND h.subcontractor_id IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM data_holding k WHERE k.subcontractor_id = s.id AND k.information_no = h.information_no))"
        f" OR EXISTS (SELECT 1 FROM data_holding h WHERE {own} AND h.state NOT IN {FINISHED}))",
        "8-1(4)①(イ): an ending cannot be closed while a copy at any holder is unaccounted for",
    )
    for event in ("INSERT", "UPDATE"):
        yield (
            f"ending_says_its_road_on_{event.lower()}",
            "ending",
            event,
            f"NEW.road NOT IN ({ROADS}) OR (NEW.road <> 'expiry'"
            " AND (length(NEW.road_reason) = 0 OR NEW.road_on IS NULL))",
            "an ending says by which road it comes, since when and why",
        )


def _item_guards() -> Iterator[tuple[str, str, str, str, str]]:
    yield (
        "ending_item_left_out_by_two",
        "ending_item",
        "UPDATE",
        "NEW.state = 'not_applicable' AND OLD.state <> 'not_applicable' AND (NEW.done_by_id IS NULL"
        " OR NEW.confirmed_by_id IS NULL OR NEW.done_by_id = NEW.confirmed_by_id OR NOT NEW.is_leaving_out)",
        "1(8)①: two people leave an item of an ending out",
    )
    yield (
        "ending_item_begins_open",
        "ending_item",
        "INSERT",
        "NEW.state <> 'open'",
        "ending_item: nothing begins settled",
    )
    yield (
        "ending_item_stays_settled",
        "ending_item",
        "UPDATE",
        "(OLD.state <> 'open' AND EXISTS (SELECT 1 FROM ending e WHERE e.id = OLD.ending_id AND e.state = 'open'))"
        " OR (NEW.code <> OLD.code AND NEW.ending_id = OLD.ending_id) OR NEW.needs_evidence <> OLD.needs_evidence"
        " OR NEW.needs_second_checker <> OLD.needs_second_checker",
        "ending_item: what was settled, and what is asked for, stays",
    )
    yield (
        "ending_item_accepted_by_inspection",
        "ending_item",
        "UPDATE",
        "NEW.code = 'acceptance_inspected' AND NEW.state = 'done' AND OLD.state <> 'done' AND NOT EXISTS"
        " (SELECT 1 FROM acceptance_round r WHERE r.ending_id = NEW.ending_id AND r.result = 'passed')",
        "8-1(4)①(ア): accepted only by an inspection that confirmed the measures",
    )


def _trigger(name: str, table: str, event: str, condition: str, message: str) -> Iterator[str]:
    if op.get_bind().dialect.name == SQLITE:
        when = f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
        yield f"{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
