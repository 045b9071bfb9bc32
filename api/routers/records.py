from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, ExportingCallDep, PageQuery, StrictRoute
from api.schemas_records import AuditEventOut, HeadOut, VerificationOut, audit_event_out
from casework import attachment_list, audit_bundle, audit_views
from casework.audit_views import EventFilter

router = APIRouter(route_class=StrictRoute)
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


class AuditQuery(PageQuery):
    """How the record of writes is narrowed."""

    since: date | None = Field(None, description="この日から")
    until: date | None = Field(None, description="この日まで")
    actor: str = Field("", max_length=200, description="行った人の名前(一部でもよい)")
    action: str = Field("", max_length=60)
    object: str = Field("", max_length=80, description="対象の番号。例: R8-0123")
    text: str = Field("", max_length=200, description="記録のどこかにある語句")

    @property
    def wanted(self) -> EventFilter:
        """Return the condition as casework takes it."""
        return EventFilter(self.since, self.until, self.actor, self.action, object_number=self.object, text=self.text)


class ExportQuery(AuditQuery):
    """What of the record is to be exported, and as what."""

    format: Literal["bundle", "csv"] = Field("bundle", description="bundle=検証つきの一式(zip)、csv=表")


@router.get(
    "/audit-events",
    operation_id="list_audit_events",
    response_model=PageOut[AuditEventOut],
    tags=["監査"],
    summary="書込みの記録を新しい順に一覧する",
)
def list_audit_events(call: CallDep, request: Request, query: Annotated[AuditQuery, Query()]) -> Response:
    """The record of writes, newest first."""
    found = audit_views.list_events(call, query.wanted, wish=query.wish)
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
    "/audit-events/head",
    operation_id="read_audit_head",
    response_model=HeadOut,
    tags=["監査"],
    summary="ある日の記録の先頭を読む",
    description="その日の最後の記録の番号とハッシュです。決裁シートや毎朝の知らせに載ったものと比べられます。",
)
def read_audit_head(call: CallDep, day: date | None = None) -> Response:
    """The head of a day."""
    found = audit_views.head_of(call, day)
    return answers.body(HeadOut(day=found.day, seq=found.seq, hash=found.hash))


@router.get(
    "/audit-events/proof",
    operation_id="prove_audit_events",
    tags=["監査"],
    summary="ある範囲の記録を、つながりの証明とともに受け取る",
    description="書き出したことも記録されます。1回に2000件までです。",
)
def prove_audit_events(
    call: ExportingCallDep,
    from_seq: Annotated[int, Query(alias="from", ge=1, le=2**31 - 1, description="最初の番号")],
    upto_seq: Annotated[int, Query(alias="to", ge=1, le=2**31 - 1, description="最後の番号")],
) -> Response:
    """A range of the record with what proves it."""
    return answers.plain(audit_bundle.proof_of(call, from_seq, upto_seq))


@router.get(
    "/audit-events/export",
    operation_id="export_audit_events",
    responses=BINARY,
    tags=["監査"],
    summary="記録を書き出す",
    description="条件がなければ連鎖のすべて、あれば合う記録の抜粋です。書き出したことも記録されます。",
)
def export_audit_events(call: ExportingCallDep, query: Annotated[ExportQuery, Query()]) -> Response:
    """The record as a file."""
    export = audit_bundle.export_table if query.format == "csv" else audit_bundle.export_bundle
    made = export(call, query.wanted)
    return answers.download(made.content, made.name, made.media_type)


@router.get(
    "/files/{file_id}",
    operation_id="download_file",
    responses=BINARY,
    tags=["ファイル"],
    summary="ファイルを保存用に受け取る",
)
def download_file(call: ExportingCallDep, file_id: int) -> Response:
    """A file's bytes, to be kept."""
    file = attachment_list.hand_out(call, file_id)
    return answers.download(file.content, file.name, file.media_type)
