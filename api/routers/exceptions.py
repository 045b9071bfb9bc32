from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, PageQuery, StrictRoute, VersionDep
from api.schemas_exceptions import (
    ExceptionAskedIn,
    ExceptionOut,
    ExceptionPermissionIn,
    ExceptionReviewIn,
    exception_out,
)
from casework import exceptions
from models.policy_exception import PolicyException
from models.vocabulary import PermissionState

router = APIRouter(route_class=StrictRoute, tags=["例外措置"], prefix="/exceptions")


class ExceptionQuery(PageQuery):
    """How the register is narrowed."""

    state: PermissionState | None = None


@router.get(
    "",
    operation_id="list_exceptions",
    response_model=PageOut[ExceptionOut],
    summary="例外措置を新しい順に一覧する",
)
def list_exceptions(call: CallDep, request: Request, query: Annotated[ExceptionQuery, Query()]) -> Response:
    """The register of exceptions."""
    found = exceptions.list_exceptions(call, state=query.state or "", wish=query.wish)
    return answers.page(request, [exception_out(row) for row in found.items], found)


@router.post(
    "",
    operation_id="ask_exception",
    status_code=201,
    response_model=ExceptionOut,
    summary="例外措置を申請する・緊急の措置を報告する",
    description="情報セキュリティ管理者か情報システム管理者が行います(7-4(1)、7-4(2))。",
)
def ask_exception(call: CallDep, once: OnceDep, said: ExceptionAskedIn) -> Response:
    """Ask for an exception."""
    return once(lambda: _made(call, exceptions.ask(call, said.stated())))


@router.get(
    "/{number}",
    operation_id="get_exception",
    response_model=ExceptionOut,
    summary="例外措置を1件見る",
)
def get_exception(call: CallDep, number: str) -> Response:
    """One exception; how it stands depends on the day, so no ETag is promised to hold."""
    row = exceptions.find_exception(call, number)
    return answers.body(exception_out(row), version=row.exception.version)


@router.post(
    "/{number}/permissions",
    operation_id="decide_exception",
    status_code=201,
    response_model=ExceptionOut,
    summary="例外措置を許可する・許可しない",
    description="CISOが行います。申請した本人は許可できません(1(8)①)。",
)
def decide_exception(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, said: ExceptionPermissionIn
) -> Response:
    """Permit or refuse an exception."""
    return once(
        lambda: _made(
            call,
            exceptions.decide_exception(
                call,
                number,
                version=version,
                is_permitted=said.is_permitted,
                until_on=said.until_on,
                note=said.note,
            ),
        )
    )


@router.post(
    "/{number}/reviews",
    operation_id="review_exception",
    status_code=201,
    response_model=ExceptionOut,
    summary="例外措置を点検する",
)
def review_exception(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, said: ExceptionReviewIn
) -> Response:
    """Record a periodic review."""
    return once(
        lambda: _made(
            call,
            exceptions.review(call, number, version=version, note=said.note, next_review_on=said.next_review_on),
        )
    )


def _made(call: CallDep, row: PolicyException) -> Response:
    out = exception_out(exceptions.rows_of(call, [row])[0])
    return answers.created(out, f"/exceptions/{row.number}", version=row.version)
