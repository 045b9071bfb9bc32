from fastapi import APIRouter, Response

from api import answers
from api.dependencies import CallDep, StrictRoute
from api.schemas_accounts import NewTokenOut, TokenOut, TokenWish, new_token_out, token_out
from casework import tokens

router = APIRouter(prefix="/tokens", route_class=StrictRoute, tags=["トークン"])


@router.get(
    "",
    operation_id="list_tokens",
    response_model=answers.PageOut[TokenOut],
    summary="自分のトークンを一覧する",
    description="取り消したものと期限の過ぎたものも並びます。",
)
def list_tokens(call: CallDep) -> Response:
    """The caller's own tokens."""
    tokens.need_person(call.actor)
    return answers.everything([token_out(row) for row in tokens.list_own(call)])


@router.post(
    "",
    operation_id="create_token",
    status_code=201,
    response_model=NewTokenOut,
    summary="トークンを作る",
    description=(
        "token はこの応答で1回だけ示します。使える範囲は、作った人のその日の役割と scopes の両方で許されるものです。"
        "Idempotency-Key は使いません(応答を保存すると、トークンそのものが残るためです)。"
    ),
)
def create_token(call: CallDep, wish: TokenWish) -> Response:
    """Make a token."""
    row, secret = tokens.create_token(call, wish.wish)
    return answers.created(new_token_out(row, secret), f"/tokens/{row.key}")


@router.delete(
    "/{token_id}",
    operation_id="revoke_token",
    status_code=204,
    summary="トークンを取り消す",
    description="すぐに使えなくなります。記録は残ります。",
)
def revoke_token(call: CallDep, token_id: int) -> Response:
    """Revoke a token."""
    tokens.revoke_token(call, token_id)
    return answers.nothing()
