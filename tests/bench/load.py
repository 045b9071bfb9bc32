"""Fills a database with thousands of rows of each kind: a few made by the use cases, the rest copies of them.

The guards stay on while loading. A copy walks the same way as its model: it starts as a draft, gets its version and
its findings, comes under review, gets its decision, and only then is approved; a contract is drafted, gets its terms
and its settled clauses, and is then concluded. Every row has its audit event, and the chain holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select, text
from sqlmodel import col
from sqlmodel import select as select_rows

from casework import audit
from casework.audit_scheme import hash_line, line_of
from casework.clock import now
from casework.database import WRITES, open_session
from casework.search import grams_of
from ismap.names import search_key
from models.audit_event import AuditEvent
from models.base import Record
from models.contract import Contract
from models.number_series import NumberSeries
from models.organisation import Organisation
from models.provider import Provider
from models.request import Request
from models.search_gram import SearchGram
from models.service import Service
from tests.office import Office, StandingClock, outsourcing, seed

FIRST = (
    "こもれび", "あさつゆ", "ほしぞら", "かすみ", "ひざし", "さざなみ", "つばさ",
    "のろし", "ふでばこ", "ゆりかご", "きつつき", "わたぐも", "せせらぎ", "まつりごよみ",
    "しらべ", "あしあと", "かげえ", "いろり", "みはらし", "つづら",
)  # fmt: skip
SECOND = (
    "予約", "申込", "届出", "図書", "健診", "名簿", "台帳", "相談", "連絡", "写真",
    "講座", "会議", "勤怠", "文書", "地図", "集計", "翻訳", "調査", "点検", "配信",
    "見守り", "納付", "証明", "案内", "募集", "記録", "保管", "更新", "訓練", "窓口",
)  # fmt: skip
SEARCHED = "こもれび図書"
PROVIDERS = 400
AT_ONCE = 5000
# Of ten requests one stays a draft, three are under review, six are approved. One contract in ten is a draft.
DRAFTS, REVIEWED = 1, 4


@dataclass(frozen=True)
class Loaded:
    """What the measurements need to know of a loaded database."""

    rows: int
    requests: list[tuple[str, str]] = field(default_factory=list)  # under review: number, content hash
    one: dict[str, str] = field(default_factory=dict)  # a number of each kind


@dataclass(frozen=True)
class _Model:
    """One request and one contract made by the use cases, by their keys."""

    request_id: int
    contract_id: int


def load(engine: Engine, folder: Path, rows: int) -> Loaded:
    """Fill a migrated, empty database and return what was entered."""
    with open_session(engine, operator=True) as session:
        seed(session)
    office = Office(engine, folder, StandingClock(now()))
    cloud = office.concluded(office.approved())
    paper = office.approved("security_manager", subjects=[outsourcing()])
    models = [_model(cloud), _model(office.concluded(paper))]
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        services = _load_services(connection, rows)
        for number, model in enumerate(models):
            share = rows * 6 // 10 if number == 0 else rows - rows * 6 // 10
            first = 1 if number == 0 else rows * 6 // 10 + 1
            requests = _load_requests(connection, model, range(first, first + share), services)
            _load_contracts(connection, model, range(first, first + share), requests)
        _load_audit(connection, rows)
        _set_numbers(connection, rows)
        connection.commit()
        if not office.is_postgresql:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        loaded = _describe(connection, rows)
    if office.is_postgresql:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    _check_chain(engine)
    return loaded


def _model(contract: Contract) -> _Model:
    if contract.request_id is None:
        raise RuntimeError("the model contract has no request")
    return _Model(contract.request_id, contract.key)


def table_of(model: type[Record]) -> Table:
    """Return the table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined] # SQLModel hides it
    return table


def name_of(number: int) -> str:
    """Return the name of the n-th thing; the same two words come back every 600."""
    return f"{FIRST[number % 20]}{SECOND[number // 20 % 30]} {number:05}"


def insert_rows(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while chunk := list(islice(rows, AT_ONCE)):
        connection.execute(table.insert(), chunk)


def row_of(connection: Connection, model: type[Record], key: int) -> dict[str, Any]:
    table = table_of(model)
    found = connection.execute(select(table).where(table.c.id == key)).mappings().one()
    return {name: value for name, value in found.items() if name != "id"}


def _organisation(connection: Connection) -> int:
    return int(connection.execute(text("SELECT id FROM organisation WHERE code = 'hoshimigaoka'")).scalar_one())


def keys_above(connection: Connection, table: Table, above: int) -> list[int]:
    return list(connection.execute(select(table.c.id).where(table.c.id > above).order_by(table.c.id)).scalars())


def newest_key(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def _index(connection: Connection, kind: str, named: dict[int, str]) -> None:
    table: Table = SearchGram.__table__  # type: ignore[attr-defined] # SQLModel hides it
    organisation = _organisation(connection)
    rows = (
        {"organisation_id": organisation, "object_kind": kind, "object_id": key, "gram": gram}
        for key, name in named.items()
        for gram in grams_of(search_key(name))
    )
    insert_rows(connection, table, rows)


def _load_services(connection: Connection, rows: int) -> list[int]:
    provider, service = table_of(Provider), table_of(Service)
    common = {"organisation_id": _organisation(connection), "version": 1, "created_at": now()}
    named = [f"見本第{number}合同会社" for number in range(1, min(PROVIDERS, rows) + 1)]
    above = newest_key(connection, provider)
    empty = {"corporate_number": "", "contact": ""}
    insert_rows(
        connection, provider, (common | empty | {"name": name, "search_key": search_key(name)} for name in named)
    )
    providers = keys_above(connection, provider, above)
    above = newest_key(connection, service)
    insert_rows(
        connection,
        service,
        (
            common
            | {
                "number": f"B8-{number:05}",
                "name": name_of(number),
                "search_key": search_key(name_of(number)),
                "provider_id": providers[number % len(providers)],
                "service_model": "saas",
                "registry_key": "",
            }
            for number in range(1, rows + 1)
        ),
    )
    keys = keys_above(connection, service, above)
    _index(connection, "service", {key: name_of(number) for number, key in enumerate(keys, start=1)})
    return keys


def _load_requests(connection: Connection, model: _Model, numbers: range, services: list[int]) -> list[int]:
    table = table_of(Request)
    fresh = {"state": "draft", "current_version_no": 0, "version": 2, "waits_for_role": "", "waiting_since_at": None}
    like = row_of(connection, Request, model.request_id) | fresh
    above = newest_key(connection, table)
    insert_rows(
        connection,
        table,
        (
            like
            | {
                "number": f"B8-{number:05}",
                "title": name_of(number),
                "search_key": search_key(name_of(number)),
            }
            for number in numbers
        ),
    )
    keys = keys_above(connection, table, above)
    _index(connection, "request", {key: name_of(number) for number, key in zip(numbers, keys, strict=True)})
    _walk_requests(connection, model.request_id, above, services[0] - keys[0] + numbers[0] - 1)
    return keys


def copy_rows(connection: Connection, table: str, joined: str, given: dict[str, str], facts: dict[str, Any]) -> None:
    """Insert copies of ``o`` rows of a table; ``given`` are the columns that differ, as SQL."""
    names = [column.name for column in Record.metadata.tables[table].columns if column.name != "id"]
    quoted = {name: f'"{name}"' for name in names}
    values = ", ".join(given.get(name, f"o.{quoted[name]}") for name in names)
    columns = ", ".join(quoted.values())
    connection.execute(text(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} o {joined}"), facts)  # noqa: S608 (names are ours)


def _walk_requests(connection: Connection, like: int, above: int, service_shift: int) -> None:
    facts = {"like": like, "above": above}
    new = "JOIN request r ON r.id > :above WHERE o.request_id = :like AND r.id % 10 >= "
    roles = connection.execute(
        text("SELECT decided_as FROM decision WHERE request_id = :like AND action = 'approve'"), {"like": like}
    ).scalar_one()
    copy_rows(connection, "request_version", f"{new} {DRAFTS}", {"request_id": "r.id"}, facts)
    connection.execute(
        text(
            "UPDATE request SET state = 'in_review', current_version_no = 1, waits_for_role = :roles,"
            " waiting_since_at = :at WHERE id > :above AND id % 10 >= :drafts"
        ),
        {"roles": roles, "at": now().replace(tzinfo=None), "above": above, "drafts": DRAFTS},
    )
    versions = (
        "JOIN request_version old ON old.id = o.request_version_id AND old.request_id = :like"
        " JOIN request_version v ON v.request_id > :above"
    )
    copy_rows(connection, "finding", versions, {"request_version_id": "v.id"}, facts)
    to_version = {"request_id": "r.id", "request_version_id": "v.id"}
    with_version = (
        "JOIN request r ON r.id > :above JOIN request_version v ON v.request_id = r.id WHERE o.request_id = :like"
    )
    copy_rows(connection, "decision", f"{with_version} AND o.action = 'submit'", to_version, facts)
    decided = f"{with_version} AND o.action = 'approve' AND r.id % 10 >= {REVIEWED}"
    copy_rows(connection, "decision", decided, to_version, facts)
    connection.execute(
        text(
            "UPDATE request SET state = 'approved', version = 3, waits_for_role = '', waiting_since_at = NULL"
            " WHERE id > :above AND id % 10 >= :reviewed"
        ),
        {"above": above, "reviewed": REVIEWED},
    )
    approved = (
        "JOIN request r ON r.id > :above JOIN decision d ON d.request_id = r.id AND d.action = 'approve'"
        " WHERE o.request_id = :like"
    )
    service = f"r.id + {service_shift}"
    given = {"request_id": "r.id", "decision_id": "d.id", "service_id": service}
    copy_rows(connection, "approved_service", approved, given, facts)


def _load_contracts(connection: Connection, model: _Model, numbers: range, requests: list[int]) -> None:
    table = table_of(Contract)
    approved = {
        row.request_id: row.id
        for row in connection.execute(
            text("SELECT id, request_id FROM approved_service WHERE request_id >= :first"), {"first": requests[0]}
        )
    }
    settled = [key for key in requests if key % 10 >= REVIEWED]
    like = row_of(connection, Contract, model.contract_id) | {"state": "drafting", "concluded_on": None, "version": 1}
    above = newest_key(connection, table)
    rows = []
    for at, number in enumerate(numbers):
        request = settled[at % len(settled)]
        name = f"{name_of(number)} 契約"
        named = {"number": f"BK8-{number:05}", "title": name, "search_key": search_key(name)}
        rows.append(like | named | {"request_id": request, "approved_service_id": approved.get(request)})
    insert_rows(connection, table, iter(rows))
    keys = keys_above(connection, table, above)
    _index(connection, "contract", {key: row["title"] for key, row in zip(keys, rows, strict=True)})
    facts = {"like": model.contract_id, "above": above}
    new = "JOIN contract c ON c.id > :above WHERE o.contract_id = :like"
    copy_rows(connection, "contract_term", new, {"contract_id": "c.id"}, facts)
    copy_rows(connection, "clause_check", new, {"contract_id": "c.id"}, facts)
    day = {"day": now().date(), "above": above}
    concluded = (
        "UPDATE contract SET state = 'concluded', concluded_on = :day, version = 2 WHERE id > :above AND id % 10 > 0"
    )
    connection.execute(text(concluded), day)


def _load_audit(connection: Connection, rows: int) -> None:
    """Enter one event for each row, chained as the product chains them."""
    organisation = _organisation(connection)
    head = connection.execute(
        text("SELECT chain_seq, chain_hash FROM organisation WHERE id = :id"), {"id": organisation}
    ).one()
    seq, previous = int(head.chain_seq), str(head.chain_hash)
    table, at = table_of(AuditEvent), now()
    names = [column.name for column in table.columns if column.name != "id"]
    chained = []
    for kind, action in (
        ("service", "service_entered"),
        ("request", "request_drafted"),
        ("contract", "contract_entered"),
    ):
        for number in range(1, rows + 1):
            seq += 1
            event = AuditEvent(
                organisation_id=organisation,
                seq=seq,
                at=at,
                actor_name="計測",
                source="bench",
                action=action,
                object_kind=kind,
                object_number=f"B8-{number:05}",
                before={},
                after={"title": name_of(number)},
                previous_hash=previous,
                hash="",
                hash_version=1,
                created_at=at,
            )
            event.hash = previous = hash_line(line_of(event))
            chained.append({name: getattr(event, name) for name in names})
    insert_rows(connection, table, iter(chained))
    connection.execute(
        text("UPDATE organisation SET chain_seq = :seq, chain_hash = :hash WHERE id = :id"),
        {"seq": seq, "hash": previous, "id": organisation},
    )


def _set_numbers(connection: Connection, rows: int) -> None:
    # New rows are numbered after those loaded, so that no series starts small.
    table = table_of(NumberSeries)
    connection.execute(table.update().values(last_number=table.c.last_number + rows))


def _describe(connection: Connection, rows: int) -> Loaded:
    waiting = connection.execute(
        text(
            "SELECT r.number, v.content_hash FROM request r JOIN request_version v ON v.request_id = r.id"
            " WHERE r.state = 'in_review' AND r.waits_for_role = 'supervising_officer' ORDER BY r.id"
        )
    ).all()
    middle = rows // 2
    return Loaded(
        rows,
        [(str(row.number), str(row.content_hash)) for row in waiting],
        {"requests": f"B8-{middle:05}", "services": f"B8-{middle:05}", "contracts": f"BK8-{middle:05}"},
    )


def _check_chain(engine: Engine) -> None:
    with open_session(engine, writes=False, operator=True) as session:
        town = session.exec(select_rows(Organisation).where(col(Organisation.code) == "hoshimigaoka")).one()
        if not audit.verify(session, town).ok:
            raise RuntimeError("the loaded audit chain does not hold")
