"""Files that were attached: always downloaded, never shown inside a page."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import evidence
from web.visit import ExportDep

router = APIRouter(include_in_schema=False)


@router.get("/files/{file_id:int}", name="file")
def download(visit: ExportDep, file_id: int) -> Response:
    """The bytes under the name they came with."""
    row, content = evidence.hand_out(visit.call, file_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=row.media_type, headers=headers)
