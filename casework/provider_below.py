"""Where a name stands below the providers: what services are built of, and the nodes below contracts, tier by tier."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, cast, func
from sqlmodel import col, or_, select

from casework.call import Call
from casework.subcontractors import IN_SCOPE
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.contract import Contract
from models.request import Request
from models.subcontractor import Subcontractor
from models.vocabulary import ContractState, ServiceState


@dataclass(frozen=True)
class Below:
    """Where a name was found below a provider, in words: by request (what it is built of) and by contract (nodes)."""

    requests: Mapping[int, str]
    contracts: Mapping[int, str]


def look_below(call: Call, key: str) -> Below:
    """Return the requests whose service is built of somebody of that name (8-3(3)⑦), and the contracts' nodes."""
    live = or_(
        col(Request.id).in_(
            select(ApprovedService.request_id).where(
                ApprovedService.organisation_id == call.actor.organisation_id,
                ApprovedService.state != ServiceState.CLOSED,
            )
        ),
        col(Request.id).in_(
            select(Contract.request_id).where(
                Contract.organisation_id == call.actor.organisation_id, Contract.state != ContractState.CLOSED
            )
        ),
    )
    columns: Any = (Request.id, part_of(call, "subjects"))
    query = select(*columns).where(Request.organisation_id == call.actor.organisation_id, live)
    parts = {request_id: _component(subjects, key) for request_id, subjects in call.session.exec(query).all()}
    return Below({each: f"構成 {name}" for each, name in parts.items() if name}, _nodes(call, key))


def _nodes(call: Call, key: str) -> dict[int, str]:
    """Return in words where somebody of that name works, or worked, below a contract that is not closed (8-1(2)①(エ)).

    Who has ended is among them: until its copies are shown to be gone it may still have them.
    """
    columns: Any = (Subcontractor.contract_id, Subcontractor.name, Subcontractor.tier, Subcontractor.ended_on)
    query = (
        select(*columns)
        .join(Contract, col(Contract.id) == col(Subcontractor.contract_id))
        .where(
            Subcontractor.organisation_id == call.actor.organisation_id,
            col(Subcontractor.state).in_(IN_SCOPE),
            Contract.state != ContractState.CLOSED,
        )
        .order_by(col(Subcontractor.contract_id), col(Subcontractor.id))
    )
    found: dict[int, list[str]] = {}
    for contract_id, name, tier, ended_on in call.session.exec(query).all():
        if key in search_key(name):
            over = f"({ended_on.isoformat()}に終了)" if ended_on else ""
            found.setdefault(contract_id, []).append(f"再委託 {tier}段目 {name}{over}")
    return {contract_id: "、".join(words) for contract_id, words in found.items()}


def _component(subjects: object, key: str) -> str:
    """Return the component of a request's subjects that holds the searched name."""
    listed = json.loads(subjects) if isinstance(subjects, str) else subjects
    for subject in listed if isinstance(listed, list) else ():
        for name in subject.get("components") or ():
            if key in search_key(name):
                return str(name)
    return ""


def part_of(call: Call, name: str) -> Any:  # noqa: ANN401 (a column)
    """Return the column with one part of a request's document: the database cuts it out of the text."""
    if call.session.get_bind().dialect.name == "sqlite":
        return func.json_extract(Request.document_json, f"$.{name}")
    return cast(Request.document_json, JSON)[name]
