from typing import Annotated

from fastapi import APIRouter, Depends, File, Response, UploadFile

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute
from api.schemas_evidence import EvaluationIn, EvidenceOut, EvidenceWithdrawalIn, evidence_out, read_evidence
from api.uploads import FileIn, read_upload
from casework import dossiers
from casework.call import Call
from casework.dossiers import EvidenceIn
from casework.evidence import Upload

router = APIRouter(route_class=StrictRoute, tags=["証拠の台帳"])

StatedDep = Annotated[EvidenceIn, Depends(read_evidence)]
CleanIn = Annotated[UploadFile | None, File(description="無害化した後のファイル")]


@router.get(
    "/services/{number}/evidence",
    operation_id="list_service_evidence",
    response_model=PageOut[EvidenceOut],
    summary="サービスとその事業者の証拠を一覧する",
)
def list_service_evidence(call: CallDep, number: str) -> Response:
    """All evidence about a service and its provider."""
    rows = dossiers.list_about(call, dossiers.about_service(call, number))
    return answers.everything([evidence_out(row) for row in rows])


@router.post(
    "/services/{number}/evidence",
    operation_id="enter_service_evidence",
    status_code=201,
    response_model=EvidenceOut,
    summary="サービスの証拠を登録する",
    description="登録した本人は評価できません(1(8)①)。",
)
def enter_service_evidence(
    call: CallDep, once: OnceDep, number: str, stated: StatedDep, file: FileIn, clean: CleanIn = None
) -> Response:
    """Enter evidence about a service."""
    return once(
        lambda: _made(
            call,
            dossiers.enter(
                call, dossiers.about_service(call, number), stated, read_upload(file), clean=_optional(clean)
            ).key,
        )
    )


@router.get(
    "/providers/{provider_id}/evidence",
    operation_id="list_provider_evidence",
    response_model=PageOut[EvidenceOut],
    summary="事業者の証拠を一覧する",
)
def list_provider_evidence(call: CallDep, provider_id: int) -> Response:
    """All evidence about a provider."""
    rows = dossiers.list_about(call, dossiers.about_provider(call, provider_id))
    return answers.everything([evidence_out(row) for row in rows])


@router.post(
    "/providers/{provider_id}/evidence",
    operation_id="enter_provider_evidence",
    status_code=201,
    response_model=EvidenceOut,
    summary="事業者の証拠を登録する",
    description="登録した本人は評価できません(1(8)①)。",
)
def enter_provider_evidence(
    call: CallDep, once: OnceDep, provider_id: int, stated: StatedDep, file: FileIn, clean: CleanIn = None
) -> Response:
    """Enter evidence about a provider."""
    return once(
        lambda: _made(
            call,
            dossiers.enter(
                call, dossiers.about_provider(call, provider_id), stated, read_upload(file), clean=_optional(clean)
            ).key,
        )
    )


@router.get(
    "/evidence/{item_id}",
    operation_id="get_evidence",
    response_model=EvidenceOut,
    summary="証拠を1件見る",
)
def get_evidence(call: CallDep, item_id: int) -> Response:
    """One piece of evidence; how it stands depends on the day, so no ETag is promised to hold."""
    return answers.body(evidence_out(dossiers.find_item(call, item_id)))


@router.post(
    "/evidence/{item_id}/evaluations",
    operation_id="evaluate_evidence",
    status_code=201,
    response_model=EvidenceOut,
    summary="証拠を採用する・採用しない",
    description="登録した本人は評価できません(1(8)①)。採用しないと、根拠にしている申請に見直しの期限が出ます。",
)
def evaluate_evidence(call: CallDep, once: OnceDep, item_id: int, said: EvaluationIn) -> Response:
    """Accept a piece of evidence, or do not."""
    return once(
        lambda: _made(call, dossiers.evaluate(call, item_id, is_accepted=said.is_accepted, reason=said.reason).item_id)
    )


@router.post(
    "/evidence/{item_id}/replacements",
    operation_id="replace_evidence",
    status_code=201,
    response_model=EvidenceOut,
    summary="新しい証拠に差し替える",
    description="前の証拠は「差替え済み」として残ります。",
)
def replace_evidence(
    call: CallDep, once: OnceDep, item_id: int, stated: StatedDep, file: FileIn, clean: CleanIn = None
) -> Response:
    """Enter a newer piece in the place of another."""
    return once(
        lambda: _made(call, dossiers.replace_item(call, item_id, stated, read_upload(file), clean=_optional(clean)).key)
    )


@router.post(
    "/evidence/{item_id}/withdrawals",
    operation_id="withdraw_evidence",
    status_code=201,
    response_model=EvidenceOut,
    summary="証拠を取り下げる",
    description="記録は残ります。根拠にしている申請に見直しの期限が出ます。",
)
def withdraw_evidence(call: CallDep, once: OnceDep, item_id: int, said: EvidenceWithdrawalIn) -> Response:
    """Withdraw a piece of evidence."""
    return once(lambda: _made(call, dossiers.withdraw(call, item_id, reason=said.reason).key))


def _optional(file: UploadFile | None) -> Upload | None:
    return read_upload(file) if file and file.filename else None


def _made(call: Call, item_id: int) -> Response:
    return answers.created(evidence_out(dossiers.find_item(call, item_id)), f"/evidence/{item_id}")
