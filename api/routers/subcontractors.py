from fastapi import APIRouter, Response

from api import answers
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_subcontractors import NodeDecisionIn, NodeEndIn, NodeEntryIn, NodeOut, TreeOut, node_out, tree_out
from casework import subcontractors
from casework.call import Call
from models.subcontractor import Subcontractor

router = APIRouter(route_class=StrictRoute, tags=["再委託"], prefix="/contracts/{number}/subcontractors")


@router.get(
    "",
    operation_id="list_subcontractors",
    response_model=TreeOut,
    summary="再委託先を段の順に一覧する",
)
def list_subcontractors(call: CallDep, number: str) -> Response:
    """The tree below a contract."""
    return answers.body(tree_out(subcontractors.list_nodes(call, number)))


@router.post(
    "",
    operation_id="ask_for_subcontractor",
    status_code=201,
    response_model=NodeOut,
    summary="再委託先を登録し、承認を求める",
)
def ask_for_subcontractor(call: CallDep, once: OnceDep, number: str, entry: NodeEntryIn) -> Response:
    """Enter a node that waits for approval."""
    return once(lambda: _node(call, number, subcontractors.ask_for(call, number, entry.wish)))


@router.post(
    "/{node_id}/decisions",
    operation_id="decide_subcontractor",
    status_code=201,
    response_model=NodeOut,
    summary="再委託を承認する・承認しない",
    description="登録した本人は承認できません(1(8)①)。クラウドサービスでは情報セキュリティ責任者が決めます。",
)
def decide_subcontractor(
    call: CallDep, once: OnceDep, number: str, node_id: int, version: VersionDep, said: NodeDecisionIn
) -> Response:
    """Approve or refuse a node."""
    facts = {"version": version, **said.model_dump()}
    return once(lambda: _node(call, number, subcontractors.decide_node(call, number, node_id, **facts)))


@router.post(
    "/{node_id}/ends",
    operation_id="end_subcontractor",
    status_code=201,
    response_model=NodeOut,
    summary="再委託の終了を記録する",
)
def end_subcontractor(
    call: CallDep, once: OnceDep, number: str, node_id: int, version: VersionDep, said: NodeEndIn
) -> Response:
    """Record the end of a node's work."""
    facts = {"version": version, **said.model_dump()}
    return once(lambda: _node(call, number, subcontractors.end_node(call, number, node_id, **facts)))


def _node(call: Call, number: str, row: Subcontractor) -> Response:
    node = subcontractors.node_of(call, number, row.key)
    return answers.created(node_out(node), f"/contracts/{number}/subcontractors", version=row.version)
