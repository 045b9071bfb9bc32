from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute
from api.schemas_attachments import AttachmentOut, MoveIn, attachment_out, read_words
from api.uploads import read_upload
from casework import attachment_list, attachments
from casework.attachments import NewFiles
from casework.evidence import Caption

router = APIRouter(route_class=StrictRoute, tags=["申請"], prefix="/requests/{number}/attachments")

WordsDep = Annotated[dict[str, Any], Depends(read_words)]
MaybeFileIn = Annotated[
    UploadFile | None, File(description="20MBまで。pdf、docx、xlsx、pptx、csv、txt、png、jpg(許されていれば msg、eml)")
]


@router.get(
    "",
    operation_id="list_request_attachments",
    response_model=PageOut[AttachmentOut],
    summary="添付ファイルを一覧する",
    description="順に並び、差し替える前の版がその後に続きます。",
)
def list_request_attachments(call: CallDep, number: str) -> Response:
    """Files beside a request."""
    return answers.everything([attachment_out(row) for row in attachment_list.list_rows(call, number)])


@router.post(
    "",
    operation_id="attach_to_request",
    status_code=201,
    response_model=AttachmentOut,
    summary="ファイルを添付する",
    description="下書きと差戻しのときは本人が、決裁の後は本人と管理者が行えます。決裁は、提出した時点のファイルに対して"
    "行われます。前に送ったファイルは、file の代わりに reuse にその id を書けば、送り直さずに添付できます。",
)
def attach_to_request(
    call: CallDep,
    once: OnceDep,
    number: str,
    words: WordsDep,
    file: MaybeFileIn = None,
    reuse: Annotated[int | None, Form(ge=1, le=2**31 - 1, description="前に送ったファイルの id")] = None,
) -> Response:
    """Keep a file beside a request."""
    given = NewFiles([read_upload(file)] if file else [], [reuse] if reuse else [])
    return once(lambda: _made(call, number, attachments.attach_files(call, number, given, Caption(**words))[-1].key))


@router.post(
    "/{file_id}/replacements",
    operation_id="replace_attachment",
    status_code=201,
    response_model=AttachmentOut,
    summary="添付を差し替える・題名などを直す",
    description="本人だけが、下書きか差戻しのときに行えます。前の版は残ります。file を省けば題名などだけを直し、"
    "省いた項目は前に書いたものを引き継ぎます。",
)
def replace_attachment(
    call: CallDep, once: OnceDep, number: str, file_id: int, words: WordsDep, file: MaybeFileIn = None
) -> Response:
    """Give a file beside a draft its next version."""
    upload = read_upload(file) if file else None
    return once(lambda: _made(call, number, attachments.replace_file(call, number, file_id, upload, words).key))


@router.post(
    "/{file_id}/moves",
    operation_id="move_attachment",
    status_code=201,
    response_model=PageOut[AttachmentOut],
    summary="添付の順を変える",
    description="本人だけが、下書きか差戻しのときに行えます。新しい順の一覧を返します。",
)
def move_attachment(call: CallDep, once: OnceDep, number: str, file_id: int, wanted: MoveIn) -> Response:
    """Let a file beside a draft take another place."""
    return once(lambda: _moved(call, number, file_id, wanted.place))


def _made(call: CallDep, number: str, file_id: int) -> Response:
    return answers.created(attachment_out(attachment_list.find_row(call, number, file_id)), f"/files/{file_id}")


def _moved(call: CallDep, number: str, file_id: int, place: int) -> Response:
    attachments.move_file(call, number, file_id, place=place)
    answer = list_request_attachments(call, number)
    answer.status_code = 201
    return answer
