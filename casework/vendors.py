"""One vendor as seen from the whole organisation: its contracts, who works below them, and its services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col

from casework.call import Call
from casework.dossiers import about_provider
from casework.subcontractors import in_order
from casework.tenancy import visible_to
from models.contract import Contract
from models.provider import Provider
from models.service import Service
from models.subcontractor import Subcontractor

MOST = 100


@dataclass(frozen=True)
class Vendor:
    """A vendor with what the actor may see of it, newest first; ``is_cut`` when there is more than is listed.

    ``below`` holds, by the key of a contract, everybody who works below it, parents before children.
    """

    provider: Provider
    contracts: Sequence[Contract]
    below: Mapping[int, Sequence[Subcontractor]]
    services: Sequence[Service]
    is_cut: bool


def vendor_detail(call: Call, provider_id: int) -> Vendor:
    """Return a vendor with its contracts, their trees of re-outsourcing and its services; raises ``NotFound``.

    Provisions:
        8-1(2)①(エ)-09: re-outsourcing is limited, and consented to beforehand.
    """
    provider = about_provider(call, provider_id).provider
    newest = visible_to(call.actor, Contract).where(Contract.provider_id == provider.key)
    contracts = call.session.exec(newest.order_by(col(Contract.id).desc()).limit(MOST + 1)).all()
    keys = [contract.key for contract in contracts]
    nodes = visible_to(call.actor, Subcontractor).where(col(Subcontractor.contract_id).in_(keys))
    rows = call.session.exec(nodes.order_by(col(Subcontractor.id))).all()
    named = visible_to(call.actor, Service).where(Service.provider_id == provider.key)
    services = call.session.exec(named.order_by(col(Service.id).desc()).limit(MOST + 1)).all()
    return Vendor(
        provider,
        contracts[:MOST],
        {key: list(in_order([row for row in rows if row.contract_id == key], None)) for key in keys},
        services[:MOST],
        is_cut=max(len(contracts), len(services)) > MOST,
    )
