"""回覧: 確認済みにする for several at once, and the way back for half a minute."""

from fastapi import APIRouter
from fastapi.responses import Response

from casework import circulation
from web.visit import PostDep, do_once, go_to

router = APIRouter(include_in_schema=False)


@router.post("/circulations/read", name="circulations_read")
def mark_read(post: PostDep) -> Response:
    """Say 確認済み to every slip that was ticked."""

    def _marked() -> Response:
        chosen = [int(text) for text in post.form.listed("slip") if text.isascii() and text.isdigit()]
        circulation.mark_read(post.visit.call, chosen)
        return go_to("/", "circulation_read" if chosen else "")

    return do_once(post, _marked)


@router.post("/circulations/{slip_id:int}/unread", name="circulation_unread")
def take_back(post: PostDep, slip_id: int) -> Response:
    """Take one's own 確認済み back."""

    def _taken_back() -> Response:
        circulation.take_back(post.visit.call, slip_id)
        return go_to("/", "circulation_unread")

    return do_once(post, _taken_back)
