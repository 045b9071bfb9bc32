"""The lines of 今日やること that come of contracts in the making: drafts, clauses, subcontractors."""

from collections.abc import Iterator, Sequence

from casework.today_contracts import ContractWork, DraftRow, NodeRow
from models.contract import Contract
from web.work import Block, Work


def contract_blocks(seen: ContractWork, drafting: Sequence[Contract]) -> Iterator[Block]:
    """Yield the blocks, also empty ones; a contract with a draft to look through is not said twice."""
    told = {row.contract.key for row in seen.drafts}
    yield Block("approvals", "承認を待っている再委託先", [_node(row) for row in seen.nodes])
    yield Block("gaps", "契約案の突合待ち", [_draft(row) for row in seen.drafts])
    yield Block("clauses", "条項の確認が残っている契約", [_drafting(row) for row in drafting if row.key not in told])


def _draft(row: DraftRow) -> Work:
    contract = row.contract
    return Work(
        "突合",
        contract.number,
        contract.title,
        f"/contracts/{contract.number}/drafts/{row.draft_no}/gap",
        note=f"第{row.draft_no}版・未確認{row.undecided}件",
    )


def _node(row: NodeRow) -> Work:
    contract = row.contract
    return Work(
        "再委託",
        contract.number,
        f"{row.node.name}({contract.title})",
        f"/contracts/{contract.number}/subcontractors",
        note=row.node.work,
    )


def _drafting(row: Contract) -> Work:
    return Work(
        "条項", row.number, row.title, f"/contracts/{row.number}#clauses", note="求める条項を契約書で確かめます"
    )
