"""What the desk after an outage or a breach costs: of 5,000 contracts every tenth hangs on the one asked about."""

# ruff: noqa: S608
# The SQL is the bench's own.

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casework import provider_desk, subcontractors
from casework.database import make_engine, migrate, open_session
from casework.subcontractors import NodeIn
from tests.bench.bar import Bar, machine
from tests.bench.run import empty_databases, say
from tests.office import Office, closing_engine, cloud, seed

MOST_SECONDS, ROUNDS, EVERY = 2.0, 3, 10
ASKED: dict[str, dict[str, str]] = {
    "provider": {"provider": "△△株式会社"},
    "component": {"subcontractor": "星空データ基盤"},
    "node": {"subcontractor": "株式会社ひなた入力"},
}
REQUEST = (
    "title, search_key, state, department_id, applicant_id, document_json, pack, overall, governed_by, waits_for_role,"
    " waits_at, current_version_no, drafted_on, version, created_at, organisation_id"
)
SERVICE = "name, search_key, provider_id, service_model, registry_key, version, created_at, organisation_id"
GUARDS = (
    ("request_starts_as_draft", "request"),
    ("approved_service_by_decision", "approved_service"),
    ("contract_starts_as_draft", "contract"),
    ("subcontractor_begins_requested", "subcontractor"),
)


def multiply(office: Office, contracts: int, every: int = 1) -> None:
    """Multiply the one approved use and its contract; only each so many hangs on the same provider, component, node."""
    counting = f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {contracts})"
    for guard, _table in GUARDS:
        office.sql(f"DROP FUNCTION {guard}() CASCADE" if office.is_postgresql else f"DROP TRIGGER {guard}")
    office.sql(
        "INSERT INTO provider (organisation_id, created_at, version, name, search_key, corporate_number, contact)"
        " SELECT organisation_id, created_at, 1, 'よその会社', 'よその会社', '', '' FROM provider"
    )
    theirs = f"CASE WHEN i % {every} = 0 THEN provider_id ELSE (SELECT max(id) FROM provider) END"
    built = f"CASE WHEN i % {every} = 0 THEN document_json ELSE REPLACE(document_json, '星空', '青空') END"
    for table, columns, own in (
        ("request", REQUEST, REQUEST.replace("document_json", built)),
        ("service", SERVICE, SERVICE.replace("provider_id", theirs)),
    ):
        office.sql(f"INSERT INTO {table} (number, {columns}) {counting} SELECT 'X-' || i, {own} FROM {table}, n")
    office.sql(
        "INSERT INTO approved_service (organisation_id, created_at, version, request_id, decision_id, service_id,"
        " manager_id, state, approved_on, confidentiality) SELECT a.organisation_id, a.created_at, 1, r.id,"
        " a.decision_id, s.id, a.manager_id, 'active', a.approved_on, a.confidentiality FROM approved_service a,"
        " request r JOIN service s ON s.number = r.number WHERE r.number LIKE 'X-%'"
    )
    office.sql(
        "INSERT INTO contract (organisation_id, created_at, version, number, title, search_key, state, department_id,"
        " provider_id, request_id, approved_service_id, owner_id, ends_on) SELECT c.organisation_id, c.created_at, 1,"
        " r.number, c.title, c.search_key, c.state, c.department_id, s.provider_id, r.id, a.id, c.owner_id, c.ends_on"
        " FROM contract c, request r JOIN approved_service a ON a.request_id = r.id"
        " JOIN service s ON s.id = a.service_id WHERE r.number LIKE 'X-%' AND c.number = 'K8-0001'"
    )
    office.sql(
        "INSERT INTO subcontractor (organisation_id, created_at, version, contract_id, tier, name, work, information,"
        " place, measures, state, requested_on, entered_by_id, decided_by_id, decided_at, reason, ended_note)"
        " SELECT s.organisation_id, s.created_at, 1, c.id, 1, CASE WHEN c.provider_id = o.provider_id THEN s.name"
        " ELSE 'よその下請' END, s.work, '', '', '', s.state, s.requested_on, s.entered_by_id,"
        " s.decided_by_id, s.decided_at, '', ''"
        " FROM subcontractor s JOIN contract o ON o.id = s.contract_id, contract c WHERE c.number LIKE 'X-%'"
    )


def in_use(office: Office) -> None:
    """Put one service in use, built of a component, with one sub-contractor below its contract."""
    contract = office.concluded(office.approved(subjects=[cloud(components=["星空データ基盤"])]))
    made = office.do("procurement", subcontractors.ask_for, contract.number, NodeIn("株式会社ひなた入力", "入力"))
    facts: dict[str, Any] = {"version": made.version, "is_approved": True}
    office.do("security_officer", subcontractors.decide_node, contract.number, made.key, **facts)


@dataclass(frozen=True)
class DeskRun:
    """How long the desk took for each thing asked about, and how many uses stood on it."""

    contracts: int
    seconds: dict[str, float]
    rows: dict[str, int]

    def bars(self) -> list[Bar]:
        """Return the bars of the issue with this run's figures."""
        words = f"desk over {self.contracts:,} contracts"
        return [Bar(f"{words}: {name}", value, MOST_SECONDS, "s") for name, value in self.seconds.items()]

    def as_json(self) -> dict[str, Any]:
        """Return the run as one JSON document."""
        return {**asdict(self), "bars": [bar.as_json() for bar in self.bars()], "machine": machine()}

    def as_lines(self) -> list[str]:
        """Return the run as lines for a terminal."""
        return [
            f"desk: {', '.join(f'{name} {rows} uses' for name, rows in self.rows.items())}",
            "",
            *map(_line, self.bars()),
        ]


def _line(bar: Bar) -> str:
    return bar.line


def run_desk(database: str, contracts: int) -> DeskRun:
    """Measure the desk; everything lies in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-bench-")))
        address = stack.enter_context(stack.enter_context(empty_databases(database, folder))("desk"))
        engine = stack.enter_context(closing_engine(make_engine(address)))
        migrate(engine)
        with open_session(engine, operator=True) as session:
            seed(session)
        office = Office(engine, folder)
        say(f"loading {contracts} contracts ...")
        in_use(office)
        multiply(office, contracts, EVERY)
        office.sql("ANALYZE")  # as a database does of itself after a while
        found = {name: _seconds(office, named) for name, named in ASKED.items()}
    return DeskRun(
        contracts, {name: each[0] for name, each in found.items()}, {name: each[1] for name, each in found.items()}
    )


def _seconds(office: Office, named: dict[str, str]) -> tuple[float, int]:
    taken, rows = [], 0
    for _ in range(ROUNDS):  # the best counts: other work may go on beside it
        begun = time.perf_counter()
        rows = len(office.look("staff", provider_desk.desk, **named).rows)
        taken.append(time.perf_counter() - begun)
    return round(min(taken), 3), rows
