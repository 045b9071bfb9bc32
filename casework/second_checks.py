"""What waits for a second person at an end: what one recorded and another has to look at (1(8)①, 8-1(4)①(イ))."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from casework.alert_people import People
from casework.clock import day_in_japan
from models.contract import Contract
from models.data_holding import DataHolding
from models.decision import Decision
from models.ending import Ending
from models.ending_item import EndingItem
from models.holding_proof import HoldingProof
from models.vocabulary import EndingState, ItemState, ProofState, Role

PROOF, ITEM = "holding_proof", "ending_item"
OF_THE_SECTION = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)


@dataclass(frozen=True)
class WaitingCheck:
    """One record that waits for another person: who recorded it when, by when it is asked for, and who may look.

    ``user_ids`` are the manager an approval named and the managers of the section; where only whoever recorded it is
    left of them, procurement.
    """

    object_kind: str
    object_id: int
    contract: Contract
    what: str
    recorded_by_id: int
    recorded_on: date
    due_on: date
    user_ids: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """Return what it is about, with the contract's number."""
        return f"{self.contract.number} 2人目の確認: {self.what}"

    @property
    def path(self) -> str:
        """Return the page on which it is looked at."""
        return path_of(self.object_kind, self.contract.number)


def path_of(object_kind: str, number: str) -> str:
    """Return the page on which records of a kind are looked at."""
    return f"/contracts/{number}/{'holdings' if object_kind == PROOF else 'closing'}"


def waiting_checks(session: Session, organisation_id: int, people: People) -> list[WaitingCheck]:
    """Return everything of an organisation that waits for a second person, the most urgent first."""
    found = [*_proofs(session, organisation_id), *_items(session, organisation_id)]
    managers = _managers(session, {row.contract.request_id for row in found})
    told = [replace(row, user_ids=_others(row, people, managers)) for row in found]
    return sorted(told, key=lambda row: (row.due_on, row.object_kind, row.object_id))


def contract_numbers(session: Session, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the number of the contract that records belong to, by kind and key."""
    listed = list(things)
    proofs = [key for kind, key in listed if kind == PROOF]
    items = [key for kind, key in listed if kind == ITEM]
    found: dict[tuple[str, int], str] = {}
    if proofs:
        query = (
            select(HoldingProof.id, Contract.number)
            .join(DataHolding, col(DataHolding.id) == col(HoldingProof.holding_id))
            .join(Contract, col(Contract.id) == col(DataHolding.contract_id))
        )
        rows = session.exec(query.where(col(HoldingProof.id).in_(proofs))).all()
        found |= {(PROOF, key or 0): number for key, number in rows}
    if items:
        of_items = (
            select(EndingItem.id, Contract.number)
            .join(Ending, col(Ending.id) == col(EndingItem.ending_id))
            .join(Contract, col(Contract.id) == col(Ending.contract_id))
        )
        rows = session.exec(of_items.where(col(EndingItem.id).in_(items))).all()
        found |= {(ITEM, key or 0): number for key, number in rows}
    return found


def _proofs(session: Session, organisation_id: int) -> Iterable[WaitingCheck]:
    query = (
        select(HoldingProof, DataHolding, Contract)
        .join(DataHolding, col(DataHolding.id) == col(HoldingProof.holding_id))
        .join(Contract, col(Contract.id) == col(DataHolding.contract_id))
        .where(HoldingProof.organisation_id == organisation_id, HoldingProof.state == ProofState.RECORDED)
    )
    for proof, holding, contract in session.exec(query).all():
        what = f"{holding.holder}「{holding.information_name}」の返却・消去の証拠"
        due_on = holding.prove_by_on or proof.done_on
        yield _check(PROOF, proof.key, contract, what, proof.recorded_by_id, proof.recorded_at, due_on)


def _items(session: Session, organisation_id: int) -> Iterable[WaitingCheck]:
    query = (
        select(EndingItem, Ending, Contract)
        .join(Ending, col(Ending.id) == col(EndingItem.ending_id))
        .join(Contract, col(Contract.id) == col(Ending.contract_id))
        .where(Ending.organisation_id == organisation_id, Ending.state == EndingState.OPEN)
        .where(EndingItem.state == ItemState.OPEN, col(EndingItem.done_by_id).is_not(None))
    )
    for item, ending, contract in session.exec(query).all():
        if item.done_by_id is not None and item.done_at is not None:
            at, due_on = item.done_at, ending.complete_by_on
            yield _check(ITEM, item.key, contract, item.title, item.done_by_id, at, due_on)


def _check(kind: str, key: int, contract: Contract, what: str, by_id: int, at: datetime, due_on: date) -> WaitingCheck:
    return WaitingCheck(kind, key, contract, what, by_id, day_in_japan(at), due_on)


def _managers(session: Session, request_ids: set[int | None]) -> Mapping[int | None, int]:
    query = select(Decision).where(
        col(Decision.request_id).in_([key for key in request_ids if key]), col(Decision.manager_id).is_not(None)
    )
    rows = session.exec(query.order_by(col(Decision.id))).all() if request_ids else []
    return {row.request_id: row.manager_id for row in rows if row.manager_id is not None}


def _others(row: WaitingCheck, people: People, managers: Mapping[int | None, int]) -> tuple[int, ...]:
    contract = row.contract
    wanted: list[int] = []
    if (manager := managers.get(contract.request_id)) is not None:
        named = people.stand_in(contract.organisation_id, manager)
        wanted += [named.user_id] if named else []
    wanted += _holders(contract, people, OF_THE_SECTION)
    able = [user_id for user_id in wanted if user_id != row.recorded_by_id]
    if not able:
        able = [each for each in _holders(contract, people, (Role.PROCUREMENT,)) if each != row.recorded_by_id]
    return tuple(dict.fromkeys(able))


def _holders(contract: Contract, people: People, roles: Sequence[Role]) -> list[int]:
    return [
        told.user_id
        for role in roles
        for told in people.holders(contract.organisation_id, role, contract.department_id)
    ]
