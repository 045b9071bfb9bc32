from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import BINARY, CallDep, ExportingCallDep, OnceDep, PageQuery, StrictRoute, VersionDep
from api.examples import REQUEST_DOCUMENT
from api.schemas_requests import (
    DecisionIn,
    RequestItemOut,
    RequestOut,
    RequestStateOut,
    SubmissionIn,
    VersionOut,
    WithdrawalIn,
    request_item_out,
    request_out,
    request_state_out,
    version_of,
    version_out,
)
from casework import decisions, request_views, requests, specification_papers
from casework.labels import LONGEST
from models.request import Request as StoredRequest
from models.vocabulary import RequestState

router = APIRouter(route_class=StrictRoute, tags=["申請"], prefix="/requests")

DocumentIn = Annotated[dict[str, Any], Body(examples=[REQUEST_DOCUMENT], description="申請書(request document)")]
AnswersIn = Annotated[
    dict[str, dict[str, Any]],
    Body(
        max_length=5000,
        examples=[{"8-3(3)②(ア)": {"answer": "yes", "evidence": "利用規約 第12条", "valid_until": "2027-03-31"}}],
        description="条項の番号 → 回答。書かない条項はそのまま残り、空の回答({})は前の回答を消します",
    ),
]


class RequestQuery(PageQuery):
    """How the list of requests is narrowed."""

    q: str = Field("", max_length=200, description="件名・サービス名・事業者名の一部")
    state: RequestState | None = None
    department: str = Field("", max_length=200, description="申請課の名前")
    label: str = Field("", max_length=LONGEST, description="付いているラベル")


@router.get(
    "",
    operation_id="list_requests",
    response_model=PageOut[RequestItemOut],
    summary="申請を新しい順に一覧する",
)
def list_requests(call: CallDep, request: Request, query: Annotated[RequestQuery, Query()]) -> Response:
    """Requests, newest first."""
    found = request_views.list_requests(
        call,
        words=query.q,
        state=query.state or "",
        department=query.department,
        label=query.label,
        wish=query.wish,
    )
    return answers.page(request, [request_item_out(row) for row in found.items], found)


@router.post(
    "",
    operation_id="create_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="下書きを作る",
    description="書きかけでもかまいません。読み取れない内容と、知らない見出しは受け付けません。",
)
def create_request(
    call: CallDep,
    once: OnceDep,
    document: DocumentIn,
    copied_from: Annotated[str | None, Query(max_length=20, description="写し元の申請の番号")] = None,
) -> Response:
    """Store a new draft."""
    return once(lambda: _made(requests.create_request(call, document, copied_from=copied_from)))


@router.get(
    "/{number}",
    operation_id="get_request",
    response_model=RequestOut,
    summary="申請を1件見る",
)
def get_request(call: CallDep, request: Request, number: str) -> Response:
    """One request."""
    detail = request_views.request_detail(call, number)
    return answers.one(request, request_out(detail), detail.row.request.version)


@router.patch(
    "/{number}",
    operation_id="update_request",
    response_model=RequestStateOut,
    summary="下書きの申請書を書き直す",
    description="申請書全体を置き換えます。本人だけが、下書きか差戻しのときに行えます。",
)
def update_request(call: CallDep, number: str, version: VersionDep, document: DocumentIn) -> Response:
    """Replace a draft's document."""
    return _state(requests.update_request(call, number, version=version, document=document))


@router.patch(
    "/{number}/answers",
    operation_id="update_request_answers",
    response_model=RequestStateOut,
    summary="回答だけを足す・直す・消す",
)
def update_request_answers(call: CallDep, number: str, version: VersionDep, given: AnswersIn) -> Response:
    """Merge answers into a draft."""
    return _state(requests.save_answers(call, number, version=version, answers=given))


@router.post(
    "/{number}/submissions",
    operation_id="submit_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="提出する",
    description=(
        "申請書を版として固定し、判定を付けて決裁に回します。差し戻された申請は、指摘の1件ごとに答えが要ります。"
    ),
)
def submit_request(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, submission: SubmissionIn
) -> Response:
    """Fix the document as a version and send it on its route."""
    return once(lambda: _made(requests.submit_request(call, number, version=version, replies=submission.replies)))


@router.post(
    "/{number}/withdrawals",
    operation_id="withdraw_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="決裁の前に取り下げる",
)
def withdraw_request(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, withdrawal: WithdrawalIn
) -> Response:
    """Take a request back."""
    return once(lambda: _made(requests.withdraw_request(call, number, version=version, reason=withdrawal.reason)))


@router.post(
    "/{number}/decisions",
    operation_id="decide_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="決裁する",
    description=(
        "読んだ版(If-Match と seen)そのものへの決裁です。"
        "申請した本人は決裁できません(1(8)①)。"
        "承認は管理者を指名します。"
    ),
)
def decide_request(call: CallDep, once: OnceDep, number: str, version: VersionDep, decision: DecisionIn) -> Response:
    """Decide the content that was read."""
    return once(lambda: _made(decisions.decide(call, number, version=version, deciding=decision.deciding(version))))


@router.get(
    "/{number}/versions",
    operation_id="list_request_versions",
    response_model=PageOut[VersionOut],
    summary="提出した版を一覧する",
)
def list_request_versions(call: CallDep, number: str) -> Response:
    """Submitted versions."""
    detail = request_views.request_detail(call, number)
    return answers.everything([version_out(row) for row in detail.versions])


@router.get(
    "/{number}/verdicts",
    operation_id="list_request_verdicts",
    response_model=PageOut[VersionOut],
    summary="版ごとの判定を一覧する",
)
def list_request_verdicts(call: CallDep, number: str) -> Response:
    """Verdicts, version by version."""
    return list_request_versions(call, number)


@router.get(
    "/{number}/verdicts/current",
    operation_id="get_current_verdict",
    summary="いまの判定を見る",
    description="下書きと差戻しでは今日の時点の判定、提出後は提出した版の判定です。",
)
def get_current_verdict(call: CallDep, number: str) -> Response:
    """The verdict as of today, or that of the submitted version."""
    return answers.plain(request_views.request_detail(call, number).verdict)


@router.get(
    "/{number}/verdicts/{version_no}",
    operation_id="get_request_verdict",
    summary="提出した版の判定を、記録されたまま見る",
)
def get_request_verdict(call: CallDep, number: str, version_no: int) -> Response:
    """A submitted version's verdict, as it was recorded."""
    return answers.stored_json(version_of(request_views.request_detail(call, number), version_no).verdict_json)


@router.get(
    "/{number}/specification.docx",
    operation_id="make_request_specification",
    response_class=Response,
    responses=BINARY,
    summary="調達仕様書の別紙(情報セキュリティの要件)をWordで作る",
)
def make_request_specification(call: ExportingCallDep, number: str) -> Response:
    """The annex to the procurement specification of a request."""
    made = specification_papers.make_specification(call, number)
    return answers.download(made.content, made.name, made.media_type)


def _made(row: StoredRequest) -> Response:
    return answers.created(request_state_out(row), f"/requests/{row.number}", version=row.version)


def _state(row: StoredRequest) -> Response:
    return answers.body(request_state_out(row), version=row.version)
