from fastapi import APIRouter, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_delegations import DelegationDecisionIn, DelegationIn, DelegationOut, ScopeOut, delegation_out
from casework import delegations
from casework.call import Call
from models.delegation import Delegation

router = APIRouter(route_class=StrictRoute, tags=["代理"])


@router.get(
    "/delegations",
    operation_id="list_delegations",
    response_model=PageOut[DelegationOut],
    summary="代理を一覧する",
    description="自分がかかわるもの。CISO・副CISO・統括情報セキュリティ責任者・監査・システム管理はすべて(1(1)④)。",
)
def list_delegations(call: CallDep) -> Response:
    """The delegations that concern the caller."""
    return answers.everything([delegation_out(row) for row in delegations.list_delegations(call)])


@router.get(
    "/delegation-scopes",
    operation_id="list_delegation_scopes",
    response_model=PageOut[ScopeOut],
    summary="自分が任せられる役割を一覧する",
)
def list_scopes(call: CallDep) -> Response:
    """The rights of the caller's own that can be handed on."""
    parts = delegations.own_parts(call)
    return answers.everything([ScopeOut(code=p.code, role=p.role, department=p.department) for p in parts])


@router.get(
    "/delegations/{delegation_id}",
    operation_id="get_delegation",
    response_model=DelegationOut,
    summary="代理を1件見る",
)
def get_delegation(call: CallDep, request: Request, delegation_id: int) -> Response:
    """One delegation."""
    row = delegations.find_delegation(call, delegation_id)
    return answers.one(request, delegation_out(delegations.rows_of(call, [row])[0]), row.version)


@router.post(
    "/delegations",
    operation_id="ask_delegation",
    status_code=201,
    response_model=DelegationOut,
    summary="代理の許可を申し出る",
)
def ask_delegation(call: CallDep, once: OnceDep, said: DelegationIn) -> Response:
    """Ask the CISO."""
    return once(lambda: _made(call, delegations.ask(call, said.stated())))


@router.post(
    "/delegations/{delegation_id}/decisions",
    operation_id="decide_delegation",
    status_code=201,
    response_model=DelegationOut,
    summary="代理を許可する・許可しない",
    description="CISOが行います。自分がかかわる代理は許可できません。",
)
def decide_delegation(
    call: CallDep, once: OnceDep, delegation_id: int, version: VersionDep, said: DelegationDecisionIn
) -> Response:
    """Permit or refuse."""
    return once(
        lambda: _made(
            call,
            delegations.decide(call, delegation_id, version=version, is_permitted=said.is_permitted, note=said.note),
        )
    )


@router.post(
    "/delegations/{delegation_id}/withdrawals",
    operation_id="withdraw_delegation",
    status_code=201,
    response_model=DelegationOut,
    summary="代理の申出を取り下げる",
)
def withdraw_delegation(call: CallDep, once: OnceDep, delegation_id: int, version: VersionDep) -> Response:
    """Take a request back."""
    return once(lambda: _made(call, delegations.withdraw(call, delegation_id, version=version)))


@router.post(
    "/delegations/{delegation_id}/revocations",
    operation_id="revoke_delegation",
    status_code=201,
    response_model=DelegationOut,
    summary="代理をすぐに終える",
)
def revoke_delegation(call: CallDep, once: OnceDep, delegation_id: int, version: VersionDep) -> Response:
    """End a delegation at once."""
    return once(lambda: _made(call, delegations.revoke(call, delegation_id, version=version)))


def _made(call: Call, row: Delegation) -> Response:
    out = delegation_out(delegations.rows_of(call, [row])[0])
    return answers.created(out, f"/delegations/{row.key}", version=row.version)
