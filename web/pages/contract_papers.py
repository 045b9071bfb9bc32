"""書類: what is made of weak and missing clauses for the other side, the checklist, the annex to procure by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import answers
from casework import contract_papers, gap_view, specification_papers
from casework.calendar import open_day_on_or_after
from casework.closed_days import closed_for
from casework.contract_drafts import DraftDetail
from casework.contract_papers import ANSWER_WITHIN, CHECKLISTS, PAPERS, Candidate, Made
from casework.errors import NotFound
from web.dates import DateInput, DateRefused
from web.view import FieldError, FormErrors, PageView
from web.visit import ExportDep, Refused, Visit, VisitDep

router = APIRouter(include_in_schema=False)

TOLD: Mapping[str, str] = {
    "insertions": "案そのものに、足りない定めを変更履歴として書き加えたWord。相手方が1件ずつ承諾できます",
    "comparison": "いまの案と、直した案を並べた表(Word)",
    "letter": "修正をお願いする文書(Word)。お返事の期限を入れます",
    "findings": "根拠・求める内容・文例だけの一覧(Word)",
    "findings-book": "同じ一覧(Excel)",
}


@dataclass(frozen=True, kw_only=True)
class PapersPage(PageView):
    """Which clauses, and which paper."""

    template = "pages/contract_papers.html"

    detail: DraftDetail
    rows: Sequence[Candidate]
    chosen: Sequence[str]
    papers: Sequence[tuple[str, str, str]]
    reply_by: DateInput
    suggestions: Sequence[date]


@router.get("/contracts/{number}/drafts/{draft_no:int}/papers", name="contract_draft_papers")
def show_papers(visit: VisitDep, number: str, draft_no: int) -> Response:
    """The weak and missing clauses of a version, and what can be made of them."""
    return _papers_page(visit, number, draft_no).render(visit.request)


def _papers_page(
    visit: Visit, number: str, draft_no: int, chosen: Sequence[str] | None = None, errors: FormErrors | None = None
) -> PapersPage:
    view = gap_view.look(visit.call, number, draft_no)
    rows = contract_papers.candidates(view)
    usual = [each.row.check.provision for each in contract_papers.chosen_of(view, ())] if rows else []
    typed = _boxes(visit.request)
    return PapersPage(
        frame=visit.frame(
            "contracts",
            ("今日やること", "/"),
            ("契約", "/contracts"),
            (number, f"/contracts/{number}"),
            (f"契約案 第{draft_no}版", f"/contracts/{number}/drafts/{draft_no}/gap"),
            ("書類", None),
        ),
        errors=errors or FormErrors(),
        detail=view.detail,
        rows=rows,
        chosen=usual if chosen is None else chosen,
        papers=[(kind, title, TOLD[kind]) for kind, (title, _) in PAPERS.items()],
        reply_by=DateInput.from_date(open_day_on_or_after(visit.call.today + ANSWER_WITHIN, closed_for(visit.call)))
        if typed.is_empty
        else typed,
        suggestions=(),
    )


def _boxes(request: Request) -> DateInput:
    return DateInput.from_form(dict(request.query_params), "reply_by")


@router.get("/contracts/{number}/drafts/{draft_no:int}/paper", name="contract_draft_paper")
def make_paper(visit: ExportDep, number: str, draft_no: int, kind: str = "") -> Response:
    """One paper about the clauses chosen; that it left is an event."""
    if kind not in PAPERS:
        raise NotFound("その書類はありません。一覧から選び直してください。")
    chosen = visit.request.query_params.getlist("provision")
    found, boxes = [], _boxes(visit.request)
    reply_by = None
    try:
        reply_by = None if boxes.is_empty else boxes.to_date()
    except DateRefused as refusal:
        found.append(FieldError("reply_by", refusal.message, f"reply_by-{refusal.part}"))
    if reply_by is not None and reply_by < visit.call.today:
        found.append(FieldError("reply_by", "お返事の期限は今日以降の日にしてください。"))
    if not chosen:
        found.append(FieldError("provision", "書類に載せる条項を選んでください。"))
    if found:
        page = _papers_page(visit, number, draft_no, chosen, FormErrors(tuple(found)))
        raise Refused(page.render(visit.request, status_code=422))
    return _hand_out(
        contract_papers.make_draft_paper(
            visit.call, number, draft_no, kind, provisions=chosen, reply_by=reply_by if kind == "letter" else None
        )
    )


@router.get("/contracts/{number}/checklist.{kind}", name="contract_checklist")
def make_checklist(visit: ExportDep, number: str, kind: str) -> Response:
    """The checklist of a contract as Excel, Word or PDF."""
    if kind not in CHECKLISTS:
        raise NotFound("その形の確認表はありません。Excel、Word、PDF から選んでください。")
    return _hand_out(contract_papers.make_checklist(visit.call, number, kind))


@router.get("/requests/{number}/specification.docx", name="request_specification")
def make_specification(visit: ExportDep, number: str, inside: str = "") -> Response:
    """The annex to the procurement specification of a request; with ``inside=1`` its answers too, for the file."""
    return _hand_out(specification_papers.make_specification(visit.call, number, shows_answers=inside == "1"))


def _hand_out(made: Made) -> Response:
    return answers.download(made.content, made.name, made.media_type)
