"""ラベルを付ける, ラベルを外す: on the page of one request, service or contract."""

from fastapi import APIRouter
from fastapi.responses import Response

from casework import labels
from casework.errors import BadInput
from casework.ledgers.shelf import find_ledger
from web.forms import Reading
from web.label_part import label_said
from web.visit import PostDep, go_to

router = APIRouter(include_in_schema=False)


@router.post("/lists/{ledger}/{number}/labels", name="label_put")
def put_label(post: PostDep, ledger: str, number: str) -> Response:
    """Put a label on, and go back to the thing."""
    call, reading = post.visit.call, Reading(post.form)
    path = f"{find_ledger(call, ledger).path}/{number}"
    name = label_said(reading, post.form.text("chosen_label"))
    if reading.found:
        raise BadInput(reading.found["new_label"].message)
    labels.put(call, ledger, number, name=name)
    return go_to(path, "label_put")


@router.post("/lists/{ledger}/{number}/labels/removal", name="label_take_off")
def take_label_off(post: PostDep, ledger: str, number: str) -> Response:
    """Take a label off, and go back to the thing."""
    path = f"{find_ledger(post.visit.call, ledger).path}/{number}"
    labels.take_off(post.visit.call, ledger, number, name=post.form.text("label"))
    return go_to(path, "label_taken_off")
