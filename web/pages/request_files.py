"""The files beside a draft: attached, put in order by buttons, replaced by a next version."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from casework import attachments, request_views
from casework.errors import FileRejected
from casework.evidence import Upload
from web.pages.request import request_page
from web.view import FormErrors
from web.visit import Post, PostDep, Refused, go_to

router = APIRouter(include_in_schema=False)


@router.post("/requests/{number}/attachments", name="request_attach")
def attach(post: PostDep, number: str) -> Response:
    """Attach a file to a draft."""
    upload = post.form.files.get("file") or Upload("", b"")
    _take(post, number, "file", lambda: attachments.attach_to_request(post.visit.call, number, upload))
    return go_to(f"/requests/{number}#files", "attached")


@router.post("/requests/{number}/attachments/{file_id:int}/replacement", name="request_replace_file")
def replace(post: PostDep, number: str, file_id: int) -> Response:
    """Give a file beside a draft its next version; the earlier one stays readable."""
    upload = post.form.files.get("file") or Upload("", b"")
    _take(post, number, f"file-{file_id}", lambda: attachments.replace_file(post.visit.call, number, file_id, upload))
    return go_to(f"/requests/{number}#files", "file_replaced")


@router.post("/requests/{number}/attachments/{file_id:int}/move", name="request_move_file")
def move(post: PostDep, number: str, file_id: int) -> Response:
    """Let a file beside a draft change places with its neighbour."""
    attachments.move_file(post.visit.call, number, file_id, up=post.form.text("way") == "up")
    return go_to(f"/requests/{number}#attachment-{file_id}", "file_moved")


def _take(post: Post, number: str, field: str, deed: Callable[[], object]) -> None:
    """Do what takes a file; where it cannot be taken, say so at its field on the request's page."""
    try:
        deed()
    except FileRejected as refusal:
        detail = request_views.request_detail(post.visit.call, number)
        page = request_page(post.visit, detail, errors=FormErrors.of({field: refusal.message}))
        raise Refused(page.render(post.visit.request, 422)) from refusal
