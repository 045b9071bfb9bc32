"""The lines of an ending: which come from the pack, which from its road, and which follow from other records.

Lines about data follow from the holdings, the acceptance line from its inspection: nobody ticks them by hand.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import col

from casework import audit
from casework.call import Call
from casework.data_holdings import HoldingRow
from casework.ending_access import document_of, ending_of, pack_of, rules_for
from casework.tenancy import visible_to
from models.contract import Contract
from models.ending import Ending
from models.ending_item import EndingItem
from models.holding_proof import HoldingProof
from models.subcontractor import Subcontractor
from models.vocabulary import EndingRoad, ItemState, SubcontractorState
from policy.ending_rules import RoadItem
from policy.endings import EndingItem as Demanded
from policy.endings import ending_items

SUBCONTRACTORS = "subcontractors_erased"
DATA_ITEMS = ("returned_and_erased", "all_copies_erased", SUBCONTRACTORS)
ACCEPTANCE = "acceptance_inspected"
PERMISSION = "disposal_permitted"
ACCOUNTS = "accounts_removed"


def items_of(call: Call, ending: Ending) -> list[EndingItem]:
    """Return the lines of an ending in order."""
    query = visible_to(call.actor, EndingItem).where(EndingItem.ending_id == ending.key)
    return list(call.session.exec(query.order_by(col(EndingItem.position))).all())


def make_items(call: Call, contract: Contract, ending: Ending) -> list[EndingItem]:
    """Return the lines an ending begins with: the pack's, those about access, and those of its road."""
    demanded = list(_demanded(call, contract))
    rules = rules_for(call, contract)
    if _gave_access(document_of(call, contract)["subjects"]):
        _insert(demanded, rules.contractor_accounts, after=(ACCOUNTS, *DATA_ITEMS))
    _insert(demanded, rules.connection_keys, after=(rules.contractor_accounts.id, ACCOUNTS))
    demanded += road_items(call, contract, EndingRoad(ending.road), demanded)
    return [_item(ending, item, position) for position, item in enumerate(demanded, start=1)]


def _insert(demanded: list[Demanded], item: RoadItem, *, after: Sequence[str]) -> None:
    """Insert a line below the first of some lines that is there, on the same provision; nothing without any."""
    places = {each.id: no for no, each in enumerate(demanded)}
    place = next((places[name] for name in after if name in places), None)
    if place is not None and item.id not in places:
        demanded.insert(place + 1, _added(item, demanded[place].provision))


def _gave_access(subjects: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a contractor may have been let into a system; only who said no to all of it was not."""
    return any(
        subject["type"] == "outsourcing"
        and (
            subject.get("privileged_access") is not False
            or subject.get("activities") != []
            or bool(subject.get("provides_system_function"))
        )
        for subject in subjects
    )


def road_items(
    call: Call, contract: Contract, road: EndingRoad, known: Sequence[Demanded | EndingItem]
) -> list[Demanded]:
    """Return the lines a road adds to those that are known."""
    codes = {item.id if isinstance(item, Demanded) else item.code for item in known}
    basis = known[0].provision if known else ""
    added = rules_for(call, contract).roads[road].items
    return [_added(item, basis) for item in added if item.id not in codes]


def _added(item: RoadItem, provision: str) -> Demanded:
    return Demanded(
        id=item.id,
        provision=provision,
        title=item.title,
        needs_evidence="file" in item.evidence_fields,
        needs_second_checker=False,
        evidence_fields=item.evidence_fields,
    )


def add_road_items(call: Call, contract: Contract, ending: Ending) -> None:
    """Add what the road of an ending under way asks for besides."""
    known = items_of(call, ending)
    added = road_items(call, contract, EndingRoad(ending.road), known)
    call.session.add_all(_item(ending, item, len(known) + no) for no, item in enumerate(added, start=1))
    call.session.flush()


def _item(ending: Ending, item: Demanded, position: int) -> EndingItem:
    return EndingItem(
        organisation_id=ending.organisation_id,
        ending_id=ending.key,
        code=item.id,
        position=position,
        provision=item.provision,
        title=item.title,
        needs_evidence=item.needs_evidence,
        needs_second_checker=item.needs_second_checker,
        evidence_fields=list(item.evidence_fields),
    )


def _demanded(call: Call, contract: Contract) -> tuple[Demanded, ...]:
    """Return what the pack wants shown at the end of this use; what nobody stated keeps its line on the list.

    Whoever was approved below the contractor counts, whatever the request said.
    """
    document, pack = document_of(call, contract), pack_of(call, contract)
    subjects, information = document["subjects"], document["information"]
    stated = {str(row["confidentiality"]) for row in information}
    said = [subject.get("subcontracting", "unknown") for subject in subjects]
    has_nodes = _has_worked(call, contract)
    is_known = has_nodes or all(each is False for each in said) or any(each is True for each in said)
    return ending_items(
        pack,
        subject_kinds={subject["type"] for subject in subjects},
        confidentiality=next(each.id for each in pack.file.confidentiality if each.id in stated),  # highest first
        personal=any(row.get("personal") or row.get("specific_personal") for row in information),
        has_subcontractors=(has_nodes or True in said) if is_known else None,
        is_it_work=any(
            subject["type"] == "cloud" or subject.get("activities") != [] or subject.get("provides_system_function")
            for subject in subjects
        ),
    )


def _has_worked(call: Call, contract: Contract) -> bool:
    query = visible_to(call.actor, Subcontractor).where(
        Subcontractor.contract_id == contract.key, Subcontractor.state != SubcontractorState.REFUSED
    )
    return call.session.exec(query).first() is not None


def follows_from_data(item: EndingItem, rows: Sequence[HoldingRow]) -> bool:
    """Return whether a line follows from the holdings: that of subcontractors only where there are any."""
    if item.code == SUBCONTRACTORS:
        return any(row.holding.tier > 0 for row in rows)
    return item.code in DATA_ITEMS


def holdings_for(item: EndingItem, items: Sequence[EndingItem], rows: Sequence[HoldingRow]) -> Sequence[HoldingRow]:
    """Return the holdings a line about data stands for: its tiers, or every tier where no line is for those below."""
    is_split = any(each.code == SUBCONTRACTORS for each in items)
    return [row for row in rows if not is_split or (row.holding.tier > 0) == (item.code == SUBCONTRACTORS)]


def carry_data(call: Call, contract: Contract, rows: Sequence[HoldingRow], proof: HoldingProof | None = None) -> None:
    """Settle the lines about data once every holding they stand for is settled, with the last proof as evidence.

    ``proof`` is the one that was confirmed last; without it the newest confirmed one of the holdings counts.
    """
    ending = ending_of(call, contract)
    if ending is None:
        return
    items = items_of(call, ending)
    for item in items:
        if item.state == ItemState.OPEN and follows_from_data(item, rows):
            theirs = holdings_for(item, items, rows)
            if all(row.is_finished for row in theirs):
                _settle_by(call, contract, item, theirs, proof or _last(theirs))


def _last(rows: Sequence[HoldingRow]) -> HoldingProof:
    confirmed: Iterator[HoldingProof] = (
        proof for row in rows for proof in row.proofs if proof.looked_at_by_id is not None
    )
    return max(confirmed, key=lambda proof: proof.key)


def _settle_by(
    call: Call, contract: Contract, item: EndingItem, rows: Sequence[HoldingRow], proof: HoldingProof
) -> None:
    item.state, item.note = ItemState.DONE, f"{len(rows)}欄のすべてについて証拠を確かめた。"
    item.done_by_id, item.done_at = proof.recorded_by_id, proof.recorded_at
    item.confirmed_by_id, item.confirmed_at = proof.looked_at_by_id, proof.looked_at_at
    item.evidence_id = proof.evidence_id
    save_item(call, contract.number, item, "ending_item_confirmed")


def save_item(call: Call, number: str, item: EndingItem, action: str) -> EndingItem:
    """Keep a changed line and record the change."""
    item.version += 1
    call.session.add(item)
    call.session.flush()
    after = {"state": item.state, "note": item.note, "details": item.details, "is_leaving_out": item.is_leaving_out}
    audit.record(call, action, "contract", f"{number} {item.code}", after=after)
    return item
