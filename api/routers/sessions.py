from typing import cast

from fastapi import APIRouter, Request, Response

from api import answers
from api.authentication import sign_in_program
from api.dependencies import CallDep, StrictRoute
from api.schemas_people import MeOut, PersonOut, SessionOut, SignInIn, me_out, person_out, session_out
from casework import accounts, sessions
from casework.sessions import SignedIn

router = APIRouter(route_class=StrictRoute, tags=["ログイン"])


@router.post(
    "/sessions",
    operation_id="create_session",
    status_code=201,
    response_model=SessionOut,
    summary="ログインしてトークンを受け取る",
    description="5回続けて間違えると、そのアカウントは15分間ログインできません。"
    "認証アプリを登録している人は、code も送ります。",
)
def create_session(request: Request, who: SignInIn) -> Response:
    """Sign in."""
    opened = sign_in_program(request, who.login_name, who.password, who.code)
    return answers.created(session_out(opened), "/sessions/current")


@router.delete(
    "/sessions/current",
    operation_id="delete_current_session",
    status_code=204,
    summary="ログアウトする",
    description="使っていたトークンは、すぐに使えなくなります。",
)
def delete_current_session(call: CallDep, request: Request) -> Response:
    """Sign out."""
    sessions.sign_out(call, _signed_in(request).session.key)
    return answers.nothing()


@router.get(
    "/me",
    operation_id="get_me",
    response_model=MeOut,
    summary="ログインしている人と、今日の役割を見る",
)
def get_me(_call: CallDep, request: Request) -> Response:
    """Who is signed in, with the roles of today."""
    return answers.body(me_out(_signed_in(request)))


@router.get(
    "/people",
    operation_id="list_people",
    response_model=answers.PageOut[PersonOut],
    summary="組織の職員を一覧する",
    description="管理者の指名に使うログイン名が分かります。",
)
def list_people(call: CallDep) -> Response:
    """The organisation's people."""
    return answers.everything([person_out(row) for row in accounts.list_people(call)])


def _signed_in(request: Request) -> SignedIn:
    return cast("SignedIn", request.state.signed_in)
