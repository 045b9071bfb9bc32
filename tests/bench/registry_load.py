"""Enters the uses that were planned. In each town the use cases make one request of each kind; the rest are copies.

A copy has the whole document and the whole verdict of its model with another service's names and number in them, and
walks the same way past the guards. Findings, search grams and audit events of the copies are left out: following a
list reads none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby
from typing import Any

from sqlalchemy import Connection, text

from casework import contracts
from casework.clock import now
from casework.contracts import TermIn
from casework.database import WRITES, open_session
from ismap.names import fold_name, search_key
from models.contract import Contract
from models.provider import Provider
from models.request import Request
from models.service import Service
from models.vocabulary import Role
from tests.bench.load import copy_rows, insert_rows, keys_above, newest_key, row_of, table_of
from tests.bench.registry_ledger import KINDS, LIKE, TOWNS, Use, number_of, unlisted_names
from tests.bench.registry_lists import PROVIDERS, Row, provider_of
from tests.office import Office, _seed_town, cloud

CONTRACT_EVERY = 10  # of the uses that were approved, so many have one contract
_TERM = TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2027, 12, 28))
_PLANNED = (
    "CREATE TEMPORARY TABLE planned (request_id INTEGER PRIMARY KEY, state VARCHAR(20), name TEXT, provider TEXT,"
    " number TEXT, folded TEXT, service_id INTEGER)"
)
_NEW = "JOIN planned p ON 1 = 1"


@dataclass(frozen=True)
class Model:
    """A request that the use cases made and that was approved, with what its copies have other than it."""

    request: Request
    contract: Contract
    name: str
    row: Row


def seed_towns(office: Office) -> None:
    """Enter four towns, each with who asks for a service, who approves it and who looks after it."""
    with open_session(office.engine, operator=True) as session:
        for code, name in TOWNS.items():
            officer = ((Role.SUPERVISING_OFFICER, None), (Role.PROCUREMENT, None))
            people = {
                f"{code}_staff": (f"{name} 職員", "kosodate", ()),
                f"{code}_officer": (f"{name} 統括", "joho", officer),
                f"{code}_manager": (f"{name} 管理者", "joho", ((Role.SERVICE_MANAGER, "joho"),)),
            }
            _seed_town(session, code, name, people)


def load_uses(office: Office, uses: Sequence[Use], rows: list[Row]) -> None:
    """Enter the planned uses, town by town and kind by kind, on top of a list that was taken in."""
    models = {(code, kind): _model(office, code, kind, rows[-1]) for code in TOWNS for kind in KINDS}
    numbers = map(number_of, count())
    office.engine.dispose()
    with office.engine.connect().execution_options(**{WRITES: True}) as connection:
        if not office.is_postgresql:
            _hurry(connection)
        connection.exec_driver_sql(_PLANNED)
        for code, of_town in groupby(uses, key=lambda use: use.town):
            town = list(of_town)
            services = _load_services(connection, models[code, "linked"].request.organisation_id, town)
            for kind, of_kind in groupby(town, key=lambda use: use.kind):
                _load_copies(connection, models[code, kind], list(of_kind), services, numbers)
                connection.commit()
        connection.exec_driver_sql("DROP TABLE planned")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _hurry(connection: Connection) -> None:
    # The file is thrown away when loading fails: nothing is kept safe meanwhile, and indexes stay in memory.
    connection.rollback()
    for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-200000"):
        connection.connection.cursor().execute(f"PRAGMA {pragma}")


def _model(office: Office, code: str, kind: str, row: Row) -> Model:
    name = {"unlisted": unlisted_names()[0], "similar": row["サービス名"] + LIKE}.get(kind, row["サービス名"])
    stated = {"scheme": "ISMAP", "registration_number": row["登録番号"], "status": "registered"}
    subject = cloud(name=name, provider=row["事業者"], registry=stated if kind == "stated" else "auto")
    submitted = office.submitted(f"{code}_staff", title=f"{name}の利用", subjects=[subject])
    request = office.decide(submitted, f"{code}_officer", manager=f"{code}_manager")
    facts: dict[str, Any] = {"title": f"{name}契約", "contractor": row["事業者"], "term": _TERM}
    contract = office.do(f"{code}_officer", contracts.create_contract, request_number=request.number, **facts)
    return Model(request, contract, name, row)


def _load_services(connection: Connection, organisation_id: int, uses: Sequence[Use]) -> dict[str, int]:
    """Enter each service a town uses once; return their keys by name."""
    common = {"organisation_id": organisation_id, "version": 1, "created_at": now()}
    above = newest_key(connection, table_of(Provider))
    companies = [provider_of(number) for number in range(PROVIDERS)]
    empty = {"corporate_number": "", "contact": ""}
    of_all = (common | empty | {"name": name, "search_key": search_key(name)} for name in companies)
    insert_rows(connection, table_of(Provider), of_all)
    providers = dict(zip(companies, keys_above(connection, table_of(Provider), above), strict=True))
    named = {use.name: use for use in uses}
    above = newest_key(connection, table_of(Service))
    services = (
        common
        | {
            "number": f"C8-{number:05}",
            "name": name,
            "search_key": search_key(name),
            "provider_id": providers[use.row["事業者"]],
            "service_model": "saas",
            "registry_key": use.number if use.kind in {"linked", "stated"} else "",
        }
        for number, (name, use) in enumerate(named.items(), start=1)
    )
    insert_rows(connection, table_of(Service), services)
    return dict(zip(named, keys_above(connection, table_of(Service), above), strict=True))


def _load_copies(
    connection: Connection, model: Model, uses: Sequence[Use], services: dict[str, int], numbers: Iterator[str]
) -> None:
    table = table_of(Request)
    fresh = {"state": "draft", "current_version_no": 0, "version": 2, "waits_for_role": "", "waiting_since_at": None}
    like = row_of(connection, Request, model.request.key) | fresh
    above = newest_key(connection, table)
    insert_rows(connection, table, (like | _named(model, use, next(numbers)) for use in uses))
    keys = keys_above(connection, table, above)
    connection.execute(text("DELETE FROM planned"))
    connection.execute(
        text("INSERT INTO planned VALUES (:request_id, :state, :name, :provider, :number, :folded, :service_id)"),
        [
            {
                "request_id": key,
                "state": use.state,
                "name": use.name,
                "provider": use.row["事業者"],
                "number": use.row["登録番号"],
                "folded": fold_name(use.name),
                "service_id": services[use.name],
            }
            for key, use in zip(keys, uses, strict=True)
            if use.state != "draft"
        ],
    )
    _walk(connection, model)


def _named(model: Model, use: Use, number: str) -> dict[str, str]:
    document = model.request.document_json.replace(model.name, use.name)
    document = document.replace(model.row["事業者"], use.row["事業者"])
    return {
        "number": number,
        "title": f"{use.name}の利用",
        "search_key": search_key(f"{use.name}の利用{use.name}"),
        "document_json": document.replace(model.row["登録番号"], use.row["登録番号"]),
    }


def _walk(connection: Connection, model: Model) -> None:
    """Submit what is more than a draft, index it, decide what was decided, and enter the contracts."""
    facts = {
        "like": model.request.key,
        "name": model.name,
        "provider": model.row["事業者"],
        "number": model.row["登録番号"],
    }

    def _renamed(column: str) -> str:
        return f"replace(replace(replace({column}, :name, p.name), :provider, p.provider), :number, p.number)"

    texts = {column: _renamed(f"o.{column}") for column in ("document_json", "verdict_json")}
    where = "WHERE o.request_id = :like"
    copy_rows(connection, "request_version", f"{_NEW} {where}", {"request_id": "p.request_id", **texts}, facts)
    _set_state(connection, "in_review", "1 = 1", ", current_version_no = 1")
    version = f"{_NEW} JOIN request_version v ON v.request_id = p.request_id {where}"
    given = {"request_id": "p.request_id", "request_version_id": "v.id"}
    copy_rows(connection, "decision", f"{version} AND o.action = 'submit'", given, facts)
    use = {"request_id": "p.request_id", "folded_name": "p.folded", "entry_key": _renamed("o.entry_key")}
    copy_rows(connection, "registry_use", f"{_NEW} {where}", use, facts)
    approved = "p.state = 'approved'"
    copy_rows(connection, "decision", f"{version} AND o.action = 'approve' AND {approved}", given, facts)
    refusing = given | {"action": "'reject'"}
    copy_rows(connection, "decision", f"{version} AND o.action = 'approve' AND p.state = 'rejected'", refusing, facts)
    for state in ("approved", "rejected", "withdrawn"):
        _set_state(connection, state, f"p.state = '{state}'")
    decided = f"{_NEW} JOIN decision d ON d.request_id = p.request_id AND d.action = 'approve' {where}"
    given = {"request_id": "p.request_id", "decision_id": "d.id", "service_id": "p.service_id"}
    copy_rows(connection, "approved_service", decided, given, facts)
    _load_contracts(connection, model, facts)


def _set_state(connection: Connection, state: str, of: str, more: str = "") -> None:
    planned = f"SELECT p.request_id FROM planned p WHERE {of}"  # noqa: S608 (the words are ours)
    connection.execute(
        text(f"UPDATE request SET state = :state, version = version + 1{more} WHERE id IN ({planned})"),  # noqa: S608 (as above)
        {"state": state},
    )


def _load_contracts(connection: Connection, model: Model, facts: dict[str, Any]) -> None:
    above = newest_key(connection, table_of(Contract))
    approved = (
        f"{_NEW} JOIN approved_service a ON a.request_id = p.request_id WHERE o.id = :contract AND a.id % :every = 0"
    )
    given = {
        "number": "'CK8-' || p.request_id",
        "title": "p.name || '契約'",
        "search_key": "p.folded",
        "request_id": "p.request_id",
        "approved_service_id": "a.id",
    }
    of = {"contract": model.contract.key, "every": CONTRACT_EVERY}
    copy_rows(connection, "contract", approved, given, facts | of)
    for table in ("contract_term", "clause_check"):
        new = "JOIN contract c ON c.id > :above WHERE o.contract_id = :contract"
        copy_rows(connection, table, new, {"contract_id": "c.id"}, of | {"above": above})
