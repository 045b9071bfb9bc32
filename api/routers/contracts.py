from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, PageQuery, StrictRoute, VersionDep
from api.schemas_contracts import (
    ClauseCheckItemOut,
    ClauseCheckOut,
    ClauseDecisionIn,
    ConclusionIn,
    ContractIn,
    ContractItemOut,
    ContractOut,
    OperationIn,
    PeriodIn,
    clause_check_out,
    clause_checks_out,
    contract_item_out,
    contract_out,
)
from casework import contracts, operation
from casework.call import Call
from casework.labels import LONGEST
from models.contract import Contract
from models.vocabulary import ContractState

router = APIRouter(route_class=StrictRoute, tags=["契約"], prefix="/contracts")


class ContractQuery(PageQuery):
    """How the list of contracts is narrowed."""

    q: str = Field("", max_length=200, description="件名・相手方の名前の一部")
    state: ContractState | None = None
    label: str = Field("", max_length=LONGEST, description="付いているラベル")


@router.get(
    "",
    operation_id="list_contracts",
    response_model=PageOut[ContractItemOut],
    summary="契約を新しい順に一覧する",
)
def list_contracts(call: CallDep, request: Request, query: Annotated[ContractQuery, Query()]) -> Response:
    """Contracts, newest first."""
    found = contracts.list_contracts(call, words=query.q, state=query.state or "", label=query.label, wish=query.wish)
    return answers.page(request, [contract_item_out(row) for row in found.items], found)


@router.post(
    "",
    operation_id="create_contract",
    status_code=201,
    response_model=ContractOut,
    summary="承認された申請の契約を登録する",
    description="判定が求める条項が、確認の一覧として付きます。",
)
def create_contract(call: CallDep, once: OnceDep, contract: ContractIn) -> Response:
    """Enter a contract for an approved request, with the clauses its verdict requires."""
    return once(lambda: _made(call, contracts.create_contract(call, **contract.facts())))


@router.get(
    "/{number}",
    operation_id="get_contract",
    response_model=ContractOut,
    summary="契約を1件見る",
)
def get_contract(call: CallDep, request: Request, number: str) -> Response:
    """One contract with its periods."""
    detail = contracts.contract_detail(call, number)
    return answers.one(request, contract_out(detail), detail.contract.version)


@router.post(
    "/{number}/terms",
    operation_id="renew_contract",
    status_code=201,
    response_model=ContractOut,
    summary="次の期間を加えて更新する",
    description="前の期間はそのまま残ります。次の期間は、前の期間の翌日から始めます。",
)
def renew_contract(call: CallDep, once: OnceDep, number: str, version: VersionDep, period: PeriodIn) -> Response:
    """Add the next period."""
    return once(lambda: _made(call, contracts.renew(call, number, version=version, term=period.term)))


@router.post(
    "/{number}/conclusions",
    operation_id="conclude_contract",
    status_code=201,
    response_model=ContractOut,
    summary="締結済みにする",
    description="求められる条項がすべて確認され、利用承認の日以降であることが要ります(8-3(4)②)。",
)
def conclude_contract(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, conclusion: ConclusionIn
) -> Response:
    """Conclude a contract."""
    return once(
        lambda: _made(call, contracts.conclude(call, number, version=version, concluded_on=conclusion.concluded_on))
    )


@router.post(
    "/{number}/operations",
    operation_id="begin_operation",
    status_code=201,
    response_model=ContractOut,
    summary="運用の開始を記録する",
    description="運用を始める前に整える手順(8-3(6)③ など)がすべて済んでいることが要ります。",
)
def begin_operation(call: CallDep, once: OnceDep, number: str, version: VersionDep, begun: OperationIn) -> Response:
    """Record that the operation began."""
    return once(lambda: _made(call, operation.begin_operation(call, number, version=version, began_on=begun.began_on)))


@router.get(
    "/{number}/clause-checks",
    operation_id="list_clause_checks",
    response_model=PageOut[ClauseCheckItemOut],
    summary="求められる条項と、その確認を一覧する",
)
def list_clause_checks(call: CallDep, number: str) -> Response:
    """Required clauses and what was found of them."""
    return answers.everything(clause_checks_out(contracts.contract_detail(call, number)))


@router.get(
    "/{number}/clause-checks/{provision}",
    operation_id="get_clause_check",
    response_model=ClauseCheckOut,
    summary="条項の確認を1件見る",
)
def get_clause_check(call: CallDep, request: Request, number: str, provision: str) -> Response:
    """One clause check."""
    check = clause_check_out(contracts.contract_detail(call, number), provision)
    return answers.one(request, check, check.version)


@router.put(
    "/{number}/clause-checks/{provision}",
    operation_id="decide_clause_check",
    response_model=ClauseCheckOut,
    summary="条項の確認を決める",
    description="present と weak には契約書の場所、waived と not_needed には理由が要ります。",
)
def decide_clause_check(
    call: CallDep, number: str, provision: str, version: VersionDep, decision: ClauseDecisionIn
) -> Response:
    """Record what was found of a clause."""
    contracts.decide_clause(call, number, provision, version=version, **decision.model_dump())
    check = clause_check_out(contracts.contract_detail(call, number), provision)
    return answers.body(check, version=check.version)


def _made(call: Call, contract: Contract) -> Response:
    detail = contracts.contract_detail(call, contract.number)
    return answers.created(contract_out(detail), f"/contracts/{contract.number}", version=contract.version)
