"""Hands that work through an ending: for tests that need one opened, proved, settled or closed."""

from datetime import date
from typing import Any

from casework import data_holdings, endings, holding_proofs
from casework.data_holdings import HoldingRow
from casework.evidence import Upload
from models.contract import Contract
from models.ending_item import EndingItem
from models.holding_proof import HoldingProof
from models.vocabulary import ErasureMethod, HoldingState, ProofKind
from policy.ending_rules import Proof
from tests.office import Office

PDF = Upload("証明書.pdf", b"%PDF-1.7 x")
LAST_DAY = date(2028, 3, 31)
AFTER = date(2028, 4, 3)


def certificate(**said: Any) -> Proof:
    """Return a deletion certificate that counts for personal information."""
    usual: dict[str, Any] = {
        "kind": ProofKind.DELETION,
        "items": "予約の記録と複製のすべて",
        "done_on": AFTER,
        "count": 1248,
        "method": ErasureMethod.CRYPTO_ERASE,
        "verification": "復号できないことを確かめた",
        "done_by": "運用部の担当者",
        "witness": "契約係",
        "place": "国内のデータセンター",
        "issuer": "△△株式会社",
    }
    return Proof(**(usual | said))


def opened(office: Office, contract: Contract | None = None, **facts: Any) -> Contract:
    """Open the ending of a contract; the clock stands after its last day unless the facts say another one."""
    found = contract or office.concluded()
    office.do("service_manager", endings.open_ending, found.number, version=found.version, **facts)
    if office.clock.today < AFTER:
        office.clock.set_day(AFTER)
    return found


def holdings_of(office: Office, number: str) -> list[HoldingRow]:
    """Return the holdings of a contract."""
    return office.look("auditor", data_holdings.list_holdings, number)[1]


def items_of(office: Office, number: str) -> dict[str, EndingItem]:
    """Return the items of an ending by code."""
    _, detail = office.look("procurement", endings.find_ending, number)
    return {item.code: item for item in detail.items}


def record(
    office: Office, number: str, row: HoldingRow, proof: Proof | None = None, by: str = "service_manager"
) -> HoldingProof:
    """Record a proof on a holding as it stands now."""
    now = next(each for each in holdings_of(office, number) if each.holding.id == row.holding.id)
    return office.do(
        by,
        holding_proofs.record_proof,
        number,
        now.holding.key,
        version=now.holding.version,
        proof=proof or certificate(),
        upload=PDF,
    )


def confirm(office: Office, number: str, proof: HoldingProof, by: str = "procurement") -> HoldingProof:
    """Confirm a proof as the second person."""
    return office.do(by, holding_proofs.look_at, number, proof.key, version=proof.version, is_confirmed=True)


def prove_all(office: Office, number: str) -> None:
    """Settle every holding with a certificate that two people saw."""
    for row in holdings_of(office, number):
        if row.holding.state == HoldingState.OPEN:
            confirm(office, number, record(office, number, row))


def settle(office: Office, number: str, item: EndingItem, by: str = "service_manager") -> EndingItem:
    """Record one item with all it asks for."""
    return office.do(
        "security_manager" if item.code == "disposal_permitted" else by,
        endings.settle_item,
        number,
        item.code,
        version=item.version,
        note="確かめた",
        details={name: "2028-04-03" for name in item.evidence_fields if name != "file"},
        upload=PDF,
    )


def settle_all(office: Office, number: str, *, but: str = "") -> None:
    """Settle every item that is still open, by two people where it takes two."""
    for item in items_of(office, number).values():
        if item.code != but and item.state == "open":
            done = settle(office, number, item)
            if item.needs_second_checker:
                office.do("security_manager", endings.confirm_item, number, item.code, version=done.version)


def close(office: Office, number: str, by: str = "service_manager") -> None:
    """Close an ending."""
    _, detail = office.look(by, endings.find_ending, number)
    office.do(by, endings.close_ending, number, version=detail.ending.version)
