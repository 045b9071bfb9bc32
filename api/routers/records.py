from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, PageQuery, StrictRoute
from api.schemas_records import AuditEventOut, VerificationOut, audit_event_out
from casework import audit_views, evidence

router = APIRouter(route_class=StrictRoute)


class AuditQuery(PageQuery):
    """How the record of writes is narrowed."""

    since: date | None = Field(None, description="この日から後")
    actor: str = Field("", max_length=200, description="行った人の名前")
    action: str = Field("", max_length=60)
    object: str = Field("", max_length=80, description="対象の番号。例: R8-0123")


@router.get(
    "/audit-events",
    operation_id="list_audit_events",
    response_model=PageOut[AuditEventOut],
    tags=["監査"],
    summary="書込みの記録を新しい順に一覧する",
)
def list_audit_events(call: CallDep, request: Request, query: Annotated[AuditQuery, Query()]) -> Response:
    """The record of writes, newest first."""
    found = audit_views.list_events(
        call, since=query.since, actor=query.actor, action=query.action, object_number=query.object, wish=query.wish
    )
    return answers.page(request, [audit_event_out(row) for row in found.items], found)


@router.get(
    "/audit-events/verification",
    operation_id="verify_audit_events",
    response_model=VerificationOut,
    tags=["監査"],
    summary="記録のつながりを最初から確かめる",
)
def verify_audit_events(call: CallDep) -> Response:
    """Whether the chain holds."""
    found = audit_views.verify_own(call)
    return answers.body(VerificationOut(events=found.events, ok=found.ok, first_bad=found.first_bad))


@router.get(
    "/files/{file_id}",
    operation_id="download_file",
    tags=["ファイル"],
    summary="ファイルを保存用に受け取る",
)
def download_file(call: CallDep, file_id: int) -> Response:
    """A file's bytes, to be kept."""
    row, content = evidence.read_file(call, file_id)
    return answers.download(content, row.name, row.media_type)
