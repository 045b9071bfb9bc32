"""What waits for somebody about contracts: drafts to look through, subcontractors to approve."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from casework import subcontractors
from casework.call import Call
from casework.tenancy import visible_to
from casework.today_kinds import Kind
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.request import Request
from models.subcontractor import Subcontractor
from models.vocabulary import ClauseState, ContractState, Role, SubcontractorState

MOST = 20
LOOKED_AT = 200  # of these the ones the actor may decide are picked; more wait only where nobody ever approves


@dataclass(frozen=True)
class DraftRow:
    """A contract whose newest draft has clauses nobody has decided."""

    contract: Contract
    draft_no: int
    undecided: int


@dataclass(frozen=True)
class NodeRow:
    """A subcontractor that waits for approval, below which contract."""

    contract: Contract
    node: Subcontractor


@dataclass(frozen=True)
class ContractWork:
    """What one person has before them about contracts in the making; each part is short."""

    drafts: Sequence[DraftRow]
    nodes: Sequence[NodeRow]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits."""
        return not any((self.drafts, self.nodes))


def look(call: Call, kinds: frozenset[Kind]) -> ContractWork:
    """Return what waits for the actor; bounded in every part, and asked only for the kinds that are there."""
    approves = Kind.SUBCONTRACTOR in kinds and call.actor.has(*subcontractors.APPROVERS)
    return ContractWork(
        drafts=_drafts(call) if call.actor.has(Role.PROCUREMENT) else (),
        nodes=_nodes(call) if approves else (),
    )


def _drafts(call: Call) -> list[DraftRow]:
    newest = (
        select(col(ContractDraft.contract_id).label("contract_id"), func.max(ContractDraft.draft_no).label("draft_no"))
        .where(ContractDraft.organisation_id == call.actor.organisation_id)
        .group_by(col(ContractDraft.contract_id))
        .subquery()
    )
    undecided = (
        select(col(ClauseCheck.contract_id).label("contract_id"), func.count().label("how_many"))
        .where(ClauseCheck.organisation_id == call.actor.organisation_id, ClauseCheck.state == ClauseState.UNCHECKED)
        .group_by(col(ClauseCheck.contract_id))
        .subquery()
    )
    query = (
        visible_to(call.actor, Contract)
        .join(newest, newest.c.contract_id == col(Contract.id))
        .join(undecided, undecided.c.contract_id == col(Contract.id))
        .where(Contract.state == ContractState.DRAFTING)
        .order_by(col(Contract.id))
        .limit(MOST)
        .add_columns(newest.c.draft_no, undecided.c.how_many)
    )
    return [DraftRow(contract, draft_no, how_many) for contract, draft_no, how_many in call.session.execute(query)]


def _nodes(call: Call) -> list[NodeRow]:
    """Return the nodes the actor may approve now: entered by another, and what is above them approved."""
    above = aliased(Subcontractor)
    query = (
        visible_to(call.actor, Subcontractor)
        .join(Contract, col(Contract.id) == col(Subcontractor.contract_id))
        .join(Request, col(Request.id) == col(Contract.request_id), isouter=True)
        .join(above, col(above.id) == col(Subcontractor.parent_id), isouter=True)
        .where(
            Subcontractor.state == SubcontractorState.REQUESTED,
            Subcontractor.entered_by_id != call.actor.user_id,
            or_(col(Subcontractor.parent_id).is_(None), col(above.state) == SubcontractorState.APPROVED),
            _of_their_section(call),
        )
        .order_by(col(Subcontractor.requested_on), col(Subcontractor.id))
        .limit(LOOKED_AT)
        .add_columns(Contract, Request)
    )
    found = [
        NodeRow(contract, node)
        for node, contract, request in call.session.execute(query)
        if call.actor.grant_for(
            subcontractors.approvers_for(request), contract.department_id, not_for=node.entered_by_id
        )
    ]
    return found[:MOST]


def _of_their_section(call: Call) -> ColumnElement[bool]:
    sections = {grant.department_id for grant in call.actor.grants if grant.role in subcontractors.APPROVERS}
    theirs = col(Contract.department_id).in_([section for section in sections if section is not None])
    return or_(theirs, None in sections)
