from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, PageQuery, StrictRoute, VersionDep
from api.openapi_parts import COMPLETION_BODY
from api.schemas_duties import (
    CompletionIn,
    DutyEventIn,
    ObligationOut,
    ObligationStateOut,
    WaiverIn,
    obligation_out,
    obligation_state_out,
)
from api.uploads import read_completion
from casework import corrective, duties
from casework.evidence import Upload
from models.duty_occurrence import DutyOccurrence

router = APIRouter(route_class=StrictRoute, tags=["期限"])

CompletionDep = Annotated[tuple[CompletionIn, Upload | None], Depends(read_completion)]


class ObligationQuery(PageQuery):
    """How the list of due dates is narrowed."""

    fiscal_year: int | None = Field(None, ge=1989, le=2200, description="年度(4月の年)")
    due_before: date | None = Field(None, description="この日より前に期限が来るもの")
    mine: bool = Field(default=False, description="自分が担当のものだけ")
    is_open: bool | None = Field(None, description="済んでいないもの(true)、済んだもの(false)")


@router.get(
    "/obligations",
    operation_id="list_obligations",
    response_model=PageOut[ObligationOut],
    summary="期限を早い順に一覧する",
)
def list_obligations(call: CallDep, request: Request, query: Annotated[ObligationQuery, Query()]) -> Response:
    """Due dates, soonest first."""
    found = duties.list_occurrences(
        call,
        fiscal_year=query.fiscal_year,
        due_before=query.due_before,
        owner_id=call.actor.user_id if query.mine else None,
        is_open=query.is_open,
        wish=query.wish,
    )
    return answers.page(request, [obligation_out(row) for row in found.items], found)


@router.get(
    "/obligations/{obligation_id}",
    operation_id="get_obligation",
    response_model=ObligationOut,
    summary="期限を1件見る",
    description="state は日が変わると変わるので、If-None-Match には答えません。",
)
def get_obligation(call: CallDep, obligation_id: int) -> Response:
    """One due date."""
    row = duties.find_occurrence(call, obligation_id)
    return answers.body(obligation_out(row), version=row.occurrence.version)


@router.post(
    "/obligations/{obligation_id}/completions",
    operation_id="complete_obligation",
    status_code=201,
    response_model=ObligationStateOut,
    openapi_extra=COMPLETION_BODY,
    summary="実施した日と確認した内容を記録して、済みにする",
    description="証拠のファイルは multipart/form-data の file で送ります。",
)
def complete_obligation(
    call: CallDep, once: OnceDep, obligation_id: int, version: VersionDep, done: CompletionDep
) -> Response:
    """Record that a duty was done."""
    stated, upload = done
    return once(
        lambda: _settled(
            corrective.complete(
                call,
                obligation_id,
                version=version,
                done_on=stated.done_on,
                note=stated.note,
                upload=upload,
                wanting=stated.finding,
            )
        )
    )


@router.post(
    "/obligations/{obligation_id}/waivers",
    operation_id="waive_obligation",
    status_code=201,
    response_model=ObligationStateOut,
    summary="理由を残して、この期限の実施を免除する",
    description="統括情報セキュリティ責任者だけが行えます。",
)
def waive_obligation(
    call: CallDep, once: OnceDep, obligation_id: int, version: VersionDep, waiver: WaiverIn
) -> Response:
    """Let one due date fall."""
    return once(lambda: _settled(duties.waive(call, obligation_id, version=version, reason=waiver.reason)))


@router.post(
    "/duties/{duty_id}/events",
    operation_id="report_duty_event",
    status_code=201,
    response_model=ObligationStateOut,
    summary="義務のきっかけになる出来事を記録する",
    description="対応の期限が1件加わります。",
)
def report_duty_event(call: CallDep, once: OnceDep, duty_id: int, event: DutyEventIn) -> Response:
    """Enter that an event duty's event happened."""
    return once(lambda: _settled(duties.report_event(call, duty_id, **event.model_dump())))


def _settled(row: DutyOccurrence) -> Response:
    return answers.created(obligation_state_out(row), f"/obligations/{row.key}", version=row.version)
