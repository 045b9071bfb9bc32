from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api import answers
from api.answers import PageOut
from api.authentication import signed_in_call
from api.dependencies import BINARY, CallDep, ExportingCallDep, OnceDep, StrictRoute
from api.schemas_contracts import ClauseCheckOut, clause_check_out
from api.schemas_drafts import (
    ComparisonOut,
    DecisionOut,
    DraftItemOut,
    DraftOut,
    GapOut,
    LeftOutOut,
    PromiseOut,
    TakeUpIn,
    comparison_out,
    decision_out,
    draft_item_out,
    draft_out,
    gaps_out,
    left_out_out,
    promise_out,
    read_stated,
)
from api.uploads import read_uploads
from casework import (
    clause_duties,
    clause_needs,
    contract_drafts,
    contract_papers,
    contracts,
    draft_comparison,
    draft_gaps,
    draft_intake,
    gap_view,
)
from casework.call import Call
from casework.draft_gaps import ReadDraft
from casework.draft_intake import DraftIn
from models.contract_draft import ContractDraft

router = APIRouter(route_class=StrictRoute, tags=["契約案と条項"], prefix="/contracts/{number}")
FilesIn = Annotated[
    list[UploadFile], File(description="1件20MBまで、10件まで。docx、pdf、txt。本文・別記・仕様書の順に")
]


PaperKind = Literal["insertions", "comparison", "letter", "findings", "findings-book"]


class PaperQuery(BaseModel):
    """Which clauses a paper is about, and until when an answer is asked for."""

    model_config = ConfigDict(extra="forbid")

    provisions: str = Field(
        "", max_length=8000, description="条項の番号を空白で区切ったもの。省けば、人が弱い・不足としたもの"
    )
    reply_by: date | None = Field(None, description="お返事の期限。省けば14日後の開庁日")


def read_new_draft(request: Request, number: str, files: FilesIn) -> ReadDraft:
    """Read the files of a new version before the transaction opens that keeps it: writers would wait meanwhile."""
    with signed_in_call(request, writes=False) as call:
        wanted = draft_intake.wanted_for(call, number)
    return draft_gaps.read_draft(read_uploads(files), wanted)


# Stands before the call in every signature: dependencies are solved in that order.
ReadDraftDep = Annotated[ReadDraft, Depends(read_new_draft)]
StatedDep = Annotated[DraftIn, Depends(read_stated)]


@router.get(
    "/drafts",
    operation_id="list_contract_drafts",
    response_model=PageOut[DraftItemOut],
    summary="契約案の版を古い順に一覧する",
)
def list_contract_drafts(call: CallDep, number: str) -> Response:
    """Every version of a contract's draft."""
    return answers.everything([draft_item_out(row) for row in contract_drafts.list_drafts(call, number)])


@router.post(
    "/drafts",
    operation_id="add_contract_draft",
    status_code=201,
    response_model=DraftOut,
    summary="契約案の新しい版を登録し、条項を探す",
    description="機械の見立ては確認になりません。条項ごとに人が決めます。読めないファイルも残し、理由を示します。",
)
def add_contract_draft(read: ReadDraftDep, call: CallDep, once: OnceDep, number: str, stated: StatedDep) -> Response:
    """Keep a new version."""
    return once(lambda: _kept(call, number, draft_intake.add_draft(call, number, stated, read)))


def _kept(call: Call, number: str, draft: ContractDraft) -> Response:
    detail = contract_drafts.draft_detail(call, number, draft.draft_no)
    return answers.created(draft_out(detail), f"/contracts/{number}/drafts/{draft.draft_no}")


@router.get(
    "/drafts/{draft_no}",
    operation_id="get_contract_draft",
    response_model=DraftOut,
    summary="契約案の1つの版を、読み取った本文とともに見る",
)
def get_contract_draft(call: CallDep, number: str, draft_no: int) -> Response:
    """One version with its text."""
    return answers.body(draft_out(contract_drafts.draft_detail(call, number, draft_no)))


@router.get(
    "/drafts/{draft_no}/gaps",
    operation_id="list_draft_gaps",
    response_model=PageOut[GapOut],
    summary="条項ごとの機械の見立てを、人の判断とともに一覧する",
)
def list_draft_gaps(call: CallDep, number: str, draft_no: int) -> Response:
    """The machine's answers on one version."""
    return answers.everything(gaps_out(gap_view.look(call, number, draft_no)))


@router.get(
    "/drafts/{draft_no}/comparison",
    operation_id="compare_contract_drafts",
    response_model=ComparisonOut,
    summary="前の版と比べる",
)
def compare_contract_drafts(
    call: CallDep,
    number: str,
    draft_no: int,
    against: Annotated[int | None, Query(ge=1, description="比べる前の版。省けば1つ前")] = None,
) -> Response:
    """What became of each clause and article since an earlier version."""
    return answers.body(comparison_out(draft_comparison.compare(call, number, against or draft_no - 1, draft_no)))


@router.get(
    "/drafts/{draft_no}/papers/{kind}",
    operation_id="make_draft_paper",
    response_class=Response,
    responses=BINARY,
    summary="相手方に渡す書類を作る",
    description="insertions=変更履歴付きの修正案、comparison=新旧対照表、letter=修正のお願い、"
    "findings=指摘一覧(Word)、findings-book=指摘一覧(Excel)。庁内のメモは載りません。",
)
def make_draft_paper(
    call: ExportingCallDep, number: str, draft_no: int, kind: PaperKind, query: Annotated[PaperQuery, Query()]
) -> Response:
    """A paper on the weak and missing clauses of a version."""
    made = contract_papers.make_draft_paper(
        call, number, draft_no, kind, provisions=query.provisions.split(), reply_by=query.reply_by
    )
    return answers.download(made.content, made.name, made.media_type)


@router.get(
    "/checklist.{kind}",
    operation_id="make_contract_checklist",
    response_class=Response,
    responses=BINARY,
    summary="条項の確認表をExcel・Word・PDF(A4)で受け取る",
)
def make_contract_checklist(call: ExportingCallDep, number: str, kind: Literal["xlsx", "docx", "pdf"]) -> Response:
    """The checklist of a contract."""
    made = contract_papers.make_checklist(call, number, kind)
    return answers.download(made.content, made.name, made.media_type)


@router.get(
    "/clause-checks/{provision}/decisions",
    operation_id="list_clause_decisions",
    response_model=PageOut[DecisionOut],
    summary="条項についての判断を、古い順にすべて見る",
)
def list_clause_decisions(call: CallDep, number: str, provision: str) -> Response:
    """Everything people decided of one clause."""
    rows, people = gap_view.history(call, number, provision)
    return answers.everything([decision_out(row, people) for row in rows])


@router.get(
    "/clauses-left-out",
    operation_id="list_clauses_left_out",
    response_model=PageOut[LeftOutOut],
    summary="この契約に求めない条項と、その理由を一覧する",
)
def list_clauses_left_out(call: CallDep, number: str) -> Response:
    """What the contract does not need."""
    contract = contracts.find_contract(call, number)
    return answers.everything([left_out_out(row) for row in clause_needs.left_out_of(call, contract)])


@router.post(
    "/clause-checks",
    operation_id="take_up_clause",
    status_code=201,
    response_model=ClauseCheckOut,
    summary="求めない条項を、理由を付けて求める条項に加える",
)
def take_up_clause(call: CallDep, once: OnceDep, number: str, said: TakeUpIn) -> Response:
    """Ask for a clause after all."""
    return once(lambda: _taken_up(call, number, said))


def _taken_up(call: Call, number: str, said: TakeUpIn) -> Response:
    check = clause_needs.take_up_clause(call, number, said.provision, reason=said.reason)
    out = clause_check_out(contracts.contract_detail(call, number), check.provision)
    return answers.created(out, f"/contracts/{number}/clause-checks/{check.provision}", version=check.version)


@router.get(
    "/clause-duties",
    operation_id="list_clause_duties",
    response_model=PageOut[PromiseOut],
    summary="確認した条項から生じる期限を一覧する",
)
def list_clause_duties(call: CallDep, number: str) -> Response:
    """What follows from the confirmed clauses."""
    return answers.everything([promise_out(row) for row in clause_duties.list_promises(call, number)])


@router.post(
    "/clause-duties",
    operation_id="make_clause_duties",
    status_code=201,
    response_model=PageOut[PromiseOut],
    summary="締結した契約の条項を期限にする",
    description="もう期限になっているものは、二度は登録しません。",
)
def make_clause_duties(call: CallDep, once: OnceDep, number: str) -> Response:
    """Enter the duties that follow."""
    return once(lambda: _duties_made(call, number))


def _duties_made(call: Call, number: str) -> Response:
    clause_duties.make_duties(call, number)
    answer = answers.everything([promise_out(row) for row in clause_duties.list_promises(call, number)])
    answer.status_code = 201
    return answer
