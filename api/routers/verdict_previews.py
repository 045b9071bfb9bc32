from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from api import answers
from api.dependencies import ReadingCallDep, StrictRoute
from api.examples import EVALUATED_DOCUMENT
from casework import verdicts

router = APIRouter(route_class=StrictRoute, tags=["判定"])


@router.post(
    "/verdict-previews",
    operation_id="preview_verdict",
    summary="申請書を判定する。何も保存しない",
    description=(
        "返すものは `sekisho evaluate --json` と同じです。"
        "申請に付く判定は、これに加えて、よりどころの規則が自団体で未整備であることも示します。"
    ),
)
def preview_verdict(
    call: ReadingCallDep,
    document: Annotated[dict[str, Any], Body(examples=[EVALUATED_DOCUMENT])],
    snapshot: Annotated[str | None, Query(max_length=64, description="一覧の取込の番号。省けば最新")] = None,
) -> Response:
    """Judge a document; nothing is stored."""
    return answers.plain(verdicts.assess(call.session, verdicts.read(document), snapshot=snapshot).verdict)
