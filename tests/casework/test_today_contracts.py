"""今日やること for contracts in the making: drafts to look through, subcontractors that wait for approval."""

from __future__ import annotations

import pytest

from casework import subcontractors, today, today_contracts
from casework.subcontractors import NodeIn
from casework.today_contracts import ContractWork
from models.contract import Contract
from models.subcontractor import Subcontractor
from models.vocabulary import ClauseState
from tests.casework.draft_desk import CLOSED, GAPPY, SECRECY, bring_in, decide, outsourced, reader_at_hand
from tests.office import Office, cloud

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")


def look(office: Office, login_name: str) -> ContractWork:
    return office.look(login_name, today.look_at_today).contract_work


def asked(
    office: Office, contract: Contract, name: str, *, by: str = "procurement", below: Subcontractor | None = None
) -> Subcontractor:
    wish = NodeIn(name, "申込書の入力", parent_id=below.key if below else None)
    return office.do(by, subcontractors.ask_for, contract.number, wish)


def waiting(office: Office, login_name: str) -> list[str]:
    return [row.node.name for row in look(office, login_name).nodes]


def test_a_draft_waits_until_every_clause_is_decided_on_its_newest_version(office: Office) -> None:
    contract, untouched = outsourced(office), outsourced(office)
    bring_in(office, contract, GAPPY)
    bring_in(office, contract, CLOSED)
    decide(office, contract, SECRECY, ClauseState.MISSING)

    (row,) = look(office, "procurement").drafts

    assert (row.contract.number, row.draft_no, row.undecided) == (contract.number, 2, 16)
    assert look(office, "staff").is_empty
    for (provision,) in office.sql("SELECT provision FROM clause_check WHERE state = 'unchecked' AND contract_id = 1"):
        decide(office, contract, provision, ClauseState.MISSING)
    assert look(office, "procurement").drafts == []
    drafting = office.look("procurement", today.look_at_today).contracts_drafting
    assert {row.number for row in drafting} == {contract.number, untouched.number}


def test_a_subcontractor_waits_for_whoever_may_approve_it_now(office: Office) -> None:
    contract = outsourced(office)
    above = asked(office, contract, "ひなた入力")
    before = waiting(office, "security_manager")
    office.do("security_manager", subcontractors.decide_node, contract.number, above.key, version=1, is_approved=True)
    asked(office, contract, "こかげ印刷", below=above)
    asked(office, contract, "みなも運送", by="security_manager")

    assert before == ["ひなた入力"]
    assert waiting(office, "security_manager") == ["こかげ印刷"]
    assert waiting(office, "security_officer") == ["こかげ印刷", "みなも運送"]
    for stranger in ("procurement", "staff", "other_manager", "next_officer"):
        assert waiting(office, stranger) == [], stranger


def test_nothing_below_what_is_not_approved_waits_yet(office: Office) -> None:
    contract = outsourced(office)
    above = asked(office, contract, "ひなた入力")
    asked(office, contract, "こかげ印刷", below=above)

    assert waiting(office, "security_officer") == ["ひなた入力"]


def test_below_a_cloud_service_a_subcontractor_waits_for_the_officers_only(office: Office) -> None:
    contract = office.contract(office.approved(subjects=[cloud()]))
    asked(office, contract, "もりかげ計算機")

    assert waiting(office, "security_manager") == []
    assert waiting(office, "security_officer") == ["もりかげ計算機"]


def test_no_block_is_longer_than_it_may_be(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = outsourced(sqlite_office)
    for no in range(3):
        asked(sqlite_office, contract, f"ひなた{no}")
    monkeypatch.setattr(today_contracts, "MOST", 2)

    assert waiting(sqlite_office, "security_officer") == ["ひなた0", "ひなた1"]
