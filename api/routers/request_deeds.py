from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_deeds import (
    AmendmentIn,
    AmendmentPreviewOut,
    CirculationOut,
    DiffOut,
    LaterViewIn,
    ReadIn,
    RecallIn,
    RevocationIn,
    UrgingOut,
    ViewIn,
    circulation_out,
    diff_out,
    preview_out,
)
from api.schemas_requests import RequestStateOut, request_state_out
from casework import circulation, later_views, recalls, request_amending, request_diff, requests, revocations, urging
from models.request import Request as StoredRequest

router = APIRouter(route_class=StrictRoute, tags=["申請"])

VersionNo = Annotated[int, Query(ge=1, description="提出した版の番号")]


@router.get(
    "/requests/{number}/diff",
    operation_id="diff_request_versions",
    response_model=DiffOut,
    summary="2つの版の違いを見る",
)
def diff_request_versions(call: CallDep, number: str, a: VersionNo, b: VersionNo) -> Response:
    """What two versions differ in."""
    _, before, after, found = request_diff.diff(call, number, a=a, b=b)
    return answers.body(diff_out(before, after, found))


@router.post(
    "/requests/{number}/urgings",
    operation_id="urge_request",
    status_code=201,
    response_model=UrgingOut,
    summary="催促する",
    description="申請した本人が、1日に1回だけ、番の人に知らせます。就いている人がいないときは送らず、409で断ります。",
)
def urge_request(call: CallDep, once: OnceDep, number: str) -> Response:
    """Remind those whose turn it is."""
    return once(lambda: answers.created(UrgingOut(told=urging.urge(call, number)), f"/requests/{number}"))


@router.post(
    "/requests/{number}/recalls",
    operation_id="recall_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="引き戻す",
    description="直前に処理した本人だけが、次の人が処理するまで行えます。処理した記録は残ります。",
)
def recall_request(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: RecallIn) -> Response:
    """Take back what one did last."""
    return once(lambda: _made(recalls.recall(call, number, version=version, reason=said.reason)))


@router.post(
    "/requests/{number}/amendments",
    operation_id="amend_request",
    status_code=201,
    response_model=RequestStateOut,
    summary="審査中に直して版を改める",
    description="影響のある変更では、当てはまる順番からの承認が失効し、同じ職に改めて回ります。",
)
def amend_request(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: AmendmentIn) -> Response:
    """Make the next version of a request in review."""
    return once(
        lambda: _made(request_amending.amend(call, number, version=version, document=said.document, reason=said.reason))
    )


@router.post(
    "/requests/{number}/amendment-previews",
    operation_id="preview_amendment",
    response_model=AmendmentPreviewOut,
    summary="直すと、どの承認が失効するかを先に見る",
    description="何も保存しません。",
)
def preview_amendment(call: CallDep, once: OnceDep, number: str, said: AmendmentIn) -> Response:
    """What a change would do."""
    return once(lambda: answers.body(preview_out(request_amending.preview(call, number, said.document))))


@router.post(
    "/requests/{number}/later-views",
    operation_id="pass_over_step",
    status_code=201,
    response_model=RequestStateOut,
    summary="不在の順番を後閲にして先へ進める",
    description="団体の設定で許すときだけです。最後の決裁は後閲にできません。",
)
def pass_over_step(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: LaterViewIn) -> Response:
    """Go on without an absent post."""
    return once(
        lambda: _made(
            later_views.pass_over(
                call,
                number,
                version=version,
                content_hash=said.content_hash,
                step_no=said.step_no,
                reason=said.reason,
            )
        )
    )


@router.post(
    "/requests/{number}/later-views/{decision_id}/confirmations",
    operation_id="view_later",
    status_code=201,
    response_model=RequestStateOut,
    summary="後閲する",
)
def view_later(call: CallDep, once: OnceDep, number: str, decision_id: int, said: ViewIn) -> Response:
    """Confirm afterwards what was passed over."""

    def _viewed() -> Response:
        later_views.view(call, number, passed_id=decision_id, objection=said.objection)
        return _made(requests.find_request(call, number))

    return once(_viewed)


@router.post(
    "/requests/{number}/revocations",
    operation_id="revoke_approval",
    status_code=201,
    response_model=RequestStateOut,
    summary="決裁を取り消す",
    description="統括情報セキュリティ責任者かCISOが行います。元の決裁は残り、利用は停止し、関係する人に知らせます。",
)
def revoke_approval(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: RevocationIn) -> Response:
    """Revoke an approval by a new record."""
    return once(lambda: _made(revocations.revoke(call, number, version=version, reason=said.reason)))


@router.get(
    "/circulations",
    operation_id="list_circulations",
    response_model=PageOut[CirculationOut],
    summary="自分に届いた回覧を一覧する",
)
def list_circulations(call: CallDep) -> Response:
    """What goes round to the caller and is unread."""
    return answers.everything([circulation_out(row) for row in circulation.unread(call)])


@router.post(
    "/circulations/readings",
    operation_id="mark_circulations_read",
    status_code=201,
    response_model=PageOut[CirculationOut],
    summary="回覧を確認済みにする",
    description="30秒のあいだは取り消せます。",
)
def mark_circulations_read(call: CallDep, once: OnceDep, said: ReadIn) -> Response:
    """Say 確認済み."""

    def _marked() -> Response:
        circulation.mark_read(call, said.ids)
        return answers.everything([circulation_out(row) for row in circulation.just_read(call)])

    return once(_marked)


@router.post(
    "/circulations/{circulation_id}/unreadings",
    operation_id="take_reading_back",
    status_code=201,
    response_model=PageOut[CirculationOut],
    summary="確認済みを30秒以内に取り消す",
)
def take_reading_back(call: CallDep, once: OnceDep, circulation_id: int) -> Response:
    """Take 確認済み back."""

    def _taken_back() -> Response:
        circulation.take_back(call, circulation_id)
        return answers.everything([circulation_out(row) for row in circulation.unread(call)])

    return once(_taken_back)


def _made(row: StoredRequest) -> Response:
    return answers.created(request_state_out(row), f"/requests/{row.number}", version=row.version)
