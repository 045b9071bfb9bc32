"""条項から生じる期限: what was read from the confirmed clauses, looked at by a person and entered as duties."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import clause_duties, clause_needs, contracts
from casework.clause_duties import PromiseRow
from casework.contract_rules import RUNNING
from casework.errors import BadInput
from models.contract import Contract
from web.forms import Reading
from web.pages.contracts import stop_at_contract
from web.view import PageView
from web.visit import PostDep, VisitDep, go_to

router = APIRouter(include_in_schema=False)

FEW_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class ClauseDutiesPage(PageView):
    """Every promise with its words, its days, and the duty it has become."""

    template = "pages/clause_duties.html"

    contract: Contract
    rows: Sequence[PromiseRow]
    waiting: int
    can_make: bool
    is_drafting: bool
    few: int = FEW_DAYS


@router.get("/contracts/{number}/clause-duties", name="clause_duties")
def show_clause_duties(visit: VisitDep, number: str) -> Response:
    """What follows from the confirmed clauses."""
    contract = contracts.find_contract(visit.call, number)
    rows = clause_duties.list_promises(visit.call, number)
    page = ClauseDutiesPage(
        frame=visit.frame(
            "contracts",
            ("今日やること", "/"),
            ("契約", "/contracts"),
            (number, f"/contracts/{number}"),
            ("条項から生じる期限", None),
        ),
        contract=contract,
        rows=rows,
        waiting=sum(row.duty is None for row in rows),
        can_make=contract.state in RUNNING and contracts.may_edit(visit.call, contract.department_id),
        is_drafting=contract.state not in RUNNING,
    )
    return page.render(visit.request)


@router.post("/contracts/{number}/clause-duties")
def make_clause_duties(post: PostDep, number: str) -> Response:
    """Enter what was looked at; pressing twice enters nothing twice."""
    clause_duties.make_duties(post.visit.call, number)
    return go_to(f"/contracts/{number}/clause-duties", "clause_duties_made")


@router.post("/contracts/{number}/clauses/taken-up", name="clause_take_up")
def take_up(post: PostDep, number: str) -> Response:
    """Ask for a clause after all."""
    call, reading, provision = post.visit.call, Reading(post.form), post.form.text("provision")
    listed = [row.provision for row in clause_needs.left_out_of(call, contracts.find_contract(call, number))]
    try:
        clause_needs.take_up_clause(call, number, provision, reason=post.form.text("reason"))
    except BadInput as refusal:
        at = listed.index(provision) + 1 if provision in listed else 0
        for error in refusal.errors:
            reading.refuse("reason", error.message, f"taken-{at}")
        stop_at_contract(post.visit, number, reading)
        raise
    return go_to(f"/contracts/{number}#clauses", "clause_taken_up")
