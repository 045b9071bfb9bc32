"""再委託: the tree below a contract, a new node, its approval by another person, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import contracts, subcontractors
from casework.contract_rules import need_editor
from casework.errors import BadInput
from casework.subcontractors import Node, NodeIn, Tree
from models.vocabulary import SubcontractorState
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

PATH = "/contracts/{number}/subcontractors"


@dataclass(frozen=True)
class NodeRow:
    """One node with the form that is open for it: to decide, or to record its end."""

    node: Node
    stem: str
    form: Form
    can_end: bool


@dataclass(frozen=True, kw_only=True)
class SubcontractorsPage(PageView):
    """The tree, and the form for a new node."""

    template = "pages/subcontractors.html"

    tree: Tree
    rows: Sequence[NodeRow]
    can_edit: bool
    can_add: bool
    parents: Sequence[tuple[str, str]]
    form: Form
    requested_on: DateInput
    ended_on: Mapping[str, DateInput]
    suggestions: Mapping[str, Sequence[Any]]
    once: str


@router.get(PATH, name="subcontractors")
def show_subcontractors(visit: VisitDep, number: str) -> Response:
    """The tree below a contract."""
    return _page(visit, number).render(visit.request)


def _page(visit: Visit, number: str, form: Form | None = None, reading: Reading | None = None) -> SubcontractorsPage:
    tree = subcontractors.list_nodes(visit.call, number)
    typed = form or Form()
    can_edit = contracts.may_edit(visit.call, tree.contract.department_id)
    today = DateInput.from_date(visit.call.today)
    rows = [
        NodeRow(
            node,
            f"node-{node.row.key}",
            typed if typed.text("node") == str(node.row.key) else Form(),
            can_edit and node.row.state == SubcontractorState.APPROVED,
        )
        for node in tree.nodes
    ]
    standing = [row.node.row for row in rows if row.node.row.state in subcontractors.STANDING]
    own = typed if not typed.has("node") else Form()
    return SubcontractorsPage(
        frame=visit.frame(
            "contracts",
            ("今日やること", "/"),
            ("契約", "/contracts"),
            (number, f"/contracts/{number}"),
            ("再委託", None),
            quiet=reading is not None,
        ),
        errors=reading.errors if reading else FormErrors(),
        tree=tree,
        rows=rows,
        can_edit=can_edit,
        can_add=can_edit and tree.contract.state in subcontractors.OPEN_CONTRACTS,
        parents=[(str(row.key), f"{row.name}({row.tier}段目)の下") for row in standing],
        form=own,
        requested_on=_boxes(own, "requested_on", today),
        ended_on={row.stem: _boxes(row.form, f"{row.stem}-ended_on", today) for row in rows},
        suggestions=reading.suggestions if reading else {},
        once=own.text("once") or new_once(),
    )


def _boxes(form: Form, name: str, usual: DateInput) -> DateInput:
    return form.boxes(name) if form.has(f"{name}_year") else usual


def _stop(visit: Visit, number: str, reading: Reading) -> None:
    if reading.found:
        raise Refused(_page(visit, number, reading.form, reading).render(visit.request, status_code=422))


@router.post(PATH)
def ask_for(post: PostDep, number: str) -> Response:
    """Enter a node that waits for approval."""
    visit, form = post.visit, post.form

    def _ask() -> Response:
        reading = Reading(form)
        parent, day = form.text("parent"), reading.day("requested_on", "申出の日")
        _stop(visit, number, reading)
        texts = {name: form.text(name) for name in ("name", "work", "information", "place", "measures")}
        wish = NodeIn(**texts, parent_id=int(parent) if parent.isdigit() else None, requested_on=day)
        try:
            subcontractors.ask_for(visit.call, number, wish)
        except BadInput as refusal:
            reading.take(refusal)
            _stop(visit, number, reading)
            raise
        return go_to(f"/contracts/{number}/subcontractors", "subcontractor_asked")

    return do_once(post, _ask)


@router.post(PATH + "/{node_id:int}/decision", name="subcontractor_decide")
def decide(post: PostDep, number: str, node_id: int) -> Response:
    """Approve or refuse a node."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    stem = f"node-{node_id}"
    if form.text("outcome") not in {"approved", "refused"}:
        reading.refuse("outcome", "承認するかどうかを選んでください。", f"{stem}-outcome")
    _stop(visit, number, reading)
    try:
        subcontractors.decide_node(
            visit.call,
            number,
            node_id,
            version=reading.version(),
            is_approved=form.text("outcome") == "approved",
            reason=form.text("reason"),
        )
    except BadInput as refusal:
        for error in refusal.errors:
            reading.refuse(error.pointer.strip("/"), error.message, f"{stem}-{error.pointer.strip('/')}")
        _stop(visit, number, reading)
        raise
    return go_to(f"/contracts/{number}/subcontractors", "subcontractor_decided")


@router.post(PATH + "/{node_id:int}/end", name="subcontractor_end")
def end(post: PostDep, number: str, node_id: int) -> Response:
    """Record the end of a node's work."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    contract = contracts.find_contract(visit.call, number)
    need_editor(visit.call, contract.department_id, to="再委託の終了を記録する")
    field = f"node-{node_id}-ended_on"
    day = reading.day(field, "終わった日", required=True)
    _stop(visit, number, reading)
    try:
        subcontractors.end_node(
            visit.call,
            number,
            node_id,
            version=reading.version(),
            ended_on=day or visit.call.today,
            note=form.text("note"),
        )
    except BadInput as refusal:
        reading.take(refusal, {"/ended_on": field})
        _stop(visit, number, reading)
        raise
    return go_to(f"/contracts/{number}/subcontractors", "subcontractor_ended")
