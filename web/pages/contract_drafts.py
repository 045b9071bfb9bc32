"""契約案: a new version with its files, and two versions side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.authentication import signed_in_call
from casework import contract_drafts, contracts, draft_comparison, draft_gaps, draft_intake
from casework.contract_rules import need_drafting, need_editor
from casework.draft_comparison import Comparison
from casework.draft_gaps import ReadDraft
from casework.draft_intake import DraftIn
from casework.errors import BadInput, FileRejected
from contract_clauses.library import load_clauses
from models.contract import Contract
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import FormDep, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class NewDraftPage(PageView):
    """The form for a new version."""

    template = "pages/contract_draft_new.html"

    contract: Contract
    next_no: int
    form: Form
    received_on: DateInput
    suggestions: Sequence[date]
    once: str


@dataclass(frozen=True, kw_only=True)
class ComparePage(PageView):
    """Two versions side by side."""

    template = "pages/contract_draft_compare.html"

    found: Comparison
    titles: Mapping[str, str]
    versions: Sequence[tuple[str, str]]


@router.get("/contracts/{number}/drafts/new", name="contract_draft_new")
def ask_draft(visit: VisitDep, number: str) -> Response:
    """The form for a new version."""
    contract = contracts.find_contract(visit.call, number)
    need_editor(visit.call, contract.department_id, to=draft_intake.TO)
    need_drafting(contract)
    return _new_page(visit, contract, Form()).render(visit.request)


def _new_page(visit: Visit, contract: Contract, form: Form, reading: Reading | None = None) -> NewDraftPage:
    newest = contract_drafts.newest_of(visit.call, contract)
    today = DateInput.from_date(visit.call.today)
    return NewDraftPage(
        frame=visit.frame(
            "contracts",
            ("今日やること", "/"),
            ("契約", "/contracts"),
            (contract.number, f"/contracts/{contract.number}"),
            ("契約案を登録する", None),
            quiet=reading is not None,
        ),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        next_no=newest.draft_no + 1 if newest else 1,
        form=form,
        received_on=form.boxes("received_on") if form.has("received_on_year") else today,
        suggestions=reading.suggestions.get("received_on", ()) if reading else (),
        once=form.text("once") or new_once(),
    )


def read_sent_draft(request: Request, number: str, form: FormDep) -> ReadDraft | FileRejected:
    """Read the files before the transaction opens that keeps them; what is no draft is told by the page itself."""
    with signed_in_call(request, csrf_token=form.text("csrf_token"), source="page", writes=False) as call:
        wanted = draft_intake.wanted_for(call, number)
    try:
        return draft_gaps.read_draft(form.several.get("files", ()), wanted)
    except FileRejected as refusal:
        return refusal


# Stands before the post in the signature: dependencies are solved in that order.
SentDep = Annotated[ReadDraft | FileRejected, Depends(read_sent_draft)]


@router.post("/contracts/{number}/drafts/new")
def add_draft(read: SentDep, post: PostDep, number: str) -> Response:
    """Keep a new version, and go on to its clauses."""
    visit, form = post.visit, post.form

    def _add() -> Response:
        reading = Reading(form)
        day = reading.day("received_on", "受け取った日", required=True)
        received_from = reading.need("received_from", "だれから受け取ったか")
        if isinstance(read, FileRejected):
            reading.refuse("files", read.message)
        elif not reading.found:
            try:
                stated = DraftIn(day or date.max, received_from, form.text("note"))
                draft = draft_intake.add_draft(visit.call, number, stated, read)
            except BadInput as refusal:
                reading.take(refusal)
            except FileRejected as refusal:
                reading.refuse("files", refusal.message)
            else:
                return go_to(f"/contracts/{number}/drafts/{draft.draft_no}/gap", "draft_received")
        page = _new_page(visit, contracts.find_contract(visit.call, number), form, reading)
        raise Refused(page.render(visit.request, status_code=422))

    return do_once(post, _add)


@router.get("/contracts/{number}/drafts/{draft_no:int}/compare", name="contract_draft_compare")
def compare(visit: VisitDep, number: str, draft_no: int, against: str = "") -> Response:
    """A version beside an earlier one, the one before unless another is chosen."""
    earlier = int(against) if against.isascii() and against.isdigit() else draft_no - 1
    found = draft_comparison.compare(visit.call, number, earlier, draft_no)
    titles = load_clauses()
    page = ComparePage(
        frame=visit.frame(
            "contracts",
            ("今日やること", "/"),
            ("契約", "/contracts"),
            (number, f"/contracts/{number}"),
            (f"第{earlier}版と第{draft_no}版", None),
        ),
        found=found,
        titles={each.clause: titles[each.clause].title for each in found.clauses if each.clause in titles},
        versions=[(str(no), f"第{no}版") for no in range(1, draft_no)],
    )
    return page.render(visit.request)
