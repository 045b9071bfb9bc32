from typing import cast

from fastapi import APIRouter, Request, Response

from api import answers
from api.authentication import installation_of, sign_in_program
from api.dependencies import CallDep, StrictRoute
from api.schemas_accounts import LoginOut, login_out
from api.schemas_people import MeOut, PersonOut, SessionOut, SignInIn, me_out, person_out, session_out
from casework import accounts, sessions, tokens
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
    "/me/sessions",
    operation_id="list_own_sessions",
    response_model=answers.PageOut[LoginOut],
    summary="自分のログインを一覧する",
    description="いま続いているものだけが、最後に使った順に並びます。",
)
def list_own_sessions(call: CallDep, request: Request) -> Response:
    """The caller's own sessions."""
    current = _signed_in(request).session.key
    rows = sessions.list_own(call, installation_of(request).settings.sign_in_rules)
    return answers.everything([login_out(row, current) for row in rows])


@router.delete(
    "/me/sessions/{session_id}",
    operation_id="end_own_session",
    status_code=204,
    summary="自分のログインを1つ終わらせる",
)
def end_own_session(call: CallDep, request: Request, session_id: int) -> Response:
    """End one of the caller's sessions."""
    tokens.need_person(_signed_in(request).actor)
    sessions.end_own(call, session_id)
    return answers.nothing()


@router.delete(
    "/me/sessions",
    operation_id="end_other_sessions",
    status_code=204,
    summary="自分のほかのログインをすべて終わらせる",
    description="この呼出しに使っているログインだけが残ります。",
)
def end_other_sessions(call: CallDep, request: Request) -> Response:
    """End every other session of the caller."""
    found = _signed_in(request)
    sessions.end_all(call, found.user, but=found.session.key)
    return answers.nothing()


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
