"""Files that were attached: downloaded, and looked at only on a page of their own that may run and load nothing."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import download
from casework import attachment_list, file_preview
from casework.file_preview import Preview
from web.view import CONTENT_SECURITY_POLICY, PageView
from web.visit import ExportDep, VisitDep

router = APIRouter(include_in_schema=False)

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
# Nothing runs and no form is sent; the site's own cookies and styles still reach the page, and files may be saved.
SANDBOXED_PAGE = f"{CONTENT_SECURITY_POLICY}; sandbox allow-same-origin allow-downloads"
KEPT_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, kw_only=True)
class PreviewPage(PageView):
    """One file to look at: a picture as it is, a PDF as its text."""

    template = "pages/file_preview.html"

    file_id: int
    preview: Preview


@router.get("/files/{file_id:int}", name="file")
def download_file(visit: ExportDep, file_id: int) -> Response:
    """The bytes, to be kept under a name that says what they are."""
    file = attachment_list.hand_out(visit.call, file_id)
    answer = download(file.content, file.name, file.media_type)
    answer.headers["Cache-Control"] = KEPT_PRIVATE["Cache-Control"]
    return answer


@router.get("/files/{file_id:int}/preview", name="file_preview")
def show_preview(visit: ExportDep, file_id: int) -> Response:
    """A picture or the text of a PDF."""
    preview = file_preview.preview_of(visit.call, file_id)
    answer = PreviewPage(frame=visit.frame("", quiet=True), file_id=file_id, preview=preview).render(visit.request)
    answer.headers["Content-Security-Policy"] = SANDBOXED_PAGE
    return answer


@router.get("/files/{file_id:int}/picture", name="file_picture")
def show_picture(visit: VisitDep, file_id: int) -> Response:
    """The bytes of a picture for its preview; whatever else they are, they stay a picture."""
    media_type, content = file_preview.picture_of(visit.call, file_id)
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": SANDBOX, **KEPT_PRIVATE}
    return Response(content, media_type=media_type, headers=headers)
