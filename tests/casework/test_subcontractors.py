"""Below a contract: a node is asked for by one and approved by another, tier by tier; audit and ending reach it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework import endings, subcontractors
from casework.errors import BadInput, CaseworkError, NotFound, NotPermitted, StaleVersion, WrongState
from casework.subcontractors import NodeIn
from models.contract import Contract
from models.subcontractor import Subcontractor
from models.vocabulary import SubcontractorState
from tests.casework.draft_desk import outsourced
from tests.casework.test_at_once import race, refused
from tests.office import Office, cloud, outsourcing

FIRST = NodeIn(
    "株式会社ひなた入力", "申込書の入力", "申込者の氏名", "星見ヶ丘市内の事業所", "入退室の管理、持出しの禁止"
)


def asked(
    office: Office, contract: Contract, name: str = FIRST.name, below: Subcontractor | None = None
) -> Subcontractor:
    wish = NodeIn(name, FIRST.work, FIRST.information, FIRST.place, FIRST.measures, below.key if below else None)
    return office.do("procurement", subcontractors.ask_for, contract.number, wish)


def decide(
    office: Office, contract: Contract, node: Subcontractor, by: str = "security_manager", **said: object
) -> Subcontractor:
    facts: dict[str, Any] = {"version": node.version, "is_approved": True} | said
    return office.do(by, subcontractors.decide_node, contract.number, node.key, **facts)


def test_a_node_is_asked_for_by_one_and_approved_by_another(office: Office) -> None:
    contract = outsourced(office)

    node = asked(office, contract)
    approved = decide(office, contract, node)

    assert (node.tier, node.state) == (1, SubcontractorState.REQUESTED)
    assert (approved.state, approved.decided_by_id) == (SubcontractorState.APPROVED, office.user_id("security_manager"))
    (shown,) = office.look("auditor", subcontractors.list_nodes, contract.number).nodes
    assert (shown.entered_by, shown.decided_by, shown.is_in_audit_scope) == ("佐藤 いと", "上田 あき", True)
    deeds = [row[0] for row in office.sql("SELECT action FROM audit_event WHERE action LIKE 'subcontractor%'")]
    assert deeds == ["subcontractor_asked", "subcontractor_decided"]


def test_who_entered_a_node_does_not_approve_it(office: Office) -> None:
    contract = outsourced(office)
    wish = NodeIn("ひなた", "入力")
    node = office.do("security_manager", subcontractors.ask_for, contract.number, wish)

    with pytest.raises(NotPermitted, match="1\\(8\\)①"):
        decide(office, contract, node)
    assert decide(office, contract, node, by="security_officer").state == SubcontractorState.APPROVED


@pytest.mark.parametrize("stranger", ["staff", "procurement", "other_manager", "auditor", "service_manager"])
def test_a_role_that_may_approves_and_no_other(sqlite_office: Office, stranger: str) -> None:
    contract = outsourced(sqlite_office)
    node = sqlite_office.do("security_manager", subcontractors.ask_for, contract.number, FIRST)

    with pytest.raises(NotPermitted):
        decide(sqlite_office, contract, node, by=stranger)
    assert sqlite_office.one("SELECT state FROM subcontractor") == "requested"


def test_below_a_cloud_service_the_officer_decides(sqlite_office: Office) -> None:
    contract = sqlite_office.contract(sqlite_office.approved(subjects=[cloud()]))
    node = asked(sqlite_office, contract)

    with pytest.raises(NotPermitted, match="情報セキュリティ責任者"):
        decide(sqlite_office, contract, node)
    assert decide(sqlite_office, contract, node, by="security_officer").state == SubcontractorState.APPROVED


def test_tier_by_tier_from_above(office: Office) -> None:
    contract = outsourced(office)
    first = asked(office, contract, "一段目")
    second = asked(office, contract, "二段目", below=first)

    with pytest.raises(WrongState, match="一段目"):
        decide(office, contract, second)
    decide(office, contract, first)
    decide(office, contract, second)
    other = asked(office, contract, "別の一段目")

    tree = office.look("auditor", subcontractors.list_nodes, contract.number)
    assert [(node.row.name, node.row.tier, node.parent_name) for node in tree.nodes] == [
        ("一段目", 1, ""),
        ("二段目", 2, "一段目"),
        ("別の一段目", 1, ""),
    ]
    assert [node.is_in_audit_scope for node in tree.nodes] == [True, True, False]
    with pytest.raises(BadInput):
        decide(office, contract, other, is_approved=False)
    decide(office, contract, other, is_approved=False, reason="対策が分からない")
    with pytest.raises(WrongState):
        asked(office, contract, "下", below=other)


def test_an_end_goes_from_below_and_leaves_the_node_in_scope(sqlite_office: Office) -> None:
    office, contract = sqlite_office, outsourced(sqlite_office)
    first = decide(office, contract, asked(office, contract, "一段目"))
    second = decide(office, contract, asked(office, contract, "二段目", below=first))

    def end(node: Subcontractor, days: int = 0) -> Subcontractor:
        facts: dict[str, Any] = {
            "version": node.version,
            "ended_on": office.clock.today + timedelta(days=days),
            "note": "返却済み",
        }
        return office.do("procurement", subcontractors.end_node, contract.number, node.key, **facts)

    with pytest.raises(WrongState, match="二段目"):
        end(first)
    with pytest.raises(BadInput):
        end(second, days=1)
    end(second)
    end(first)

    tree = office.look("auditor", subcontractors.list_nodes, contract.number)
    assert {node.row.state for node in tree.nodes} == {SubcontractorState.ENDED}
    assert all(node.is_in_audit_scope for node in tree.nodes)


def test_what_does_not_fit_together_is_said(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    sqlite_office.do("procurement", subcontractors.ask_for, contract.number, NodeIn("ひなた", "入力"))

    remarks = sqlite_office.look("auditor", subcontractors.list_nodes, contract.number).remarks

    assert any("再委託なし" in said for said in remarks)
    assert any("ひなた: 扱う情報、作業場所、講じさせる対策" in said for said in remarks)


def test_two_who_decide_at_once_make_one_decision(office: Office) -> None:
    contract = outsourced(office)
    node = asked(office, contract)

    outcomes = race(
        lambda: decide(office, contract, node),
        lambda: decide(office, contract, node, by="security_officer", is_approved=False, reason="不明"),
    )

    assert len(refused(outcomes)) == 1
    assert set(refused(outcomes)) <= {WrongState, StaleVersion}
    assert office.one("SELECT count(*) FROM audit_event WHERE action = 'subcontractor_decided'") == 1


def test_the_next_town_neither_sees_nor_decides(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)
    node = asked(sqlite_office, contract)

    for deed in (
        lambda: sqlite_office.look("next_officer", subcontractors.list_nodes, contract.number),
        lambda: decide(sqlite_office, contract, node, by="next_officer"),
        lambda: sqlite_office.do("next_procurement", subcontractors.ask_for, contract.number, FIRST),
    ):
        with pytest.raises(NotFound):
            deed()


def test_a_node_of_another_contract_is_no_parent(sqlite_office: Office) -> None:
    first, second = outsourced(sqlite_office), outsourced(sqlite_office)
    node = asked(sqlite_office, first)

    with pytest.raises(NotFound):
        asked(sqlite_office, second, "下", below=node)


def test_an_approved_node_is_asked_for_at_the_end_whatever_the_request_said(sqlite_office: Office) -> None:
    office = sqlite_office

    def items(*, with_node: bool) -> set[str]:
        contract = office.concluded(office.decide(office.submitted(subjects=[outsourcing()]), "security_manager"))
        if with_node:
            decide(office, contract, asked(office, contract))
        office.do("procurement", endings.open_ending, contract.number, version=contract.version)
        return {item.title for item in office.look("auditor", endings.find_ending, contract.number)[1].items}

    assert any("再委託" in title for title in items(with_node=True) - items(with_node=False))


def test_nothing_is_added_below_a_contract_under_ending(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    sqlite_office.do("procurement", endings.open_ending, contract.number, version=contract.version)

    with pytest.raises(CaseworkError, match="終了手続"):
        asked(sqlite_office, contract)
