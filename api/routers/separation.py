from fastapi import APIRouter, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_deeds import CaseIn, CaseOut, PermissionIn, case_out
from casework import decision_settings, separation
from casework.decision_settings import DecisionSettings
from models.unavoidable_case import UnavoidableCase

router = APIRouter(route_class=StrictRoute, tags=["兼務の禁止"])


@router.get(
    "/unavoidable-cases",
    operation_id="list_unavoidable_cases",
    response_model=PageOut[CaseOut],
    summary="やむを得ない兼務を一覧する",
    description="CISO・副CISO・統括情報セキュリティ責任者・監査が見られます(1(8))。",
)
def list_unavoidable_cases(call: CallDep) -> Response:
    """Every unavoidable case."""
    return answers.everything([case_out(row) for row in separation.report(call)])


@router.post(
    "/unavoidable-cases",
    operation_id="ask_unavoidable_case",
    status_code=201,
    response_model=CaseOut,
    summary="やむを得ない兼務の許可を申し出る",
)
def ask_unavoidable_case(call: CallDep, once: OnceDep, said: CaseIn) -> Response:
    """Ask the CISO to permit one deed."""
    return once(
        lambda: _made(
            call,
            separation.ask(call, said.part, object_kind="request", object_number=said.request, reason=said.reason),
        )
    )


@router.post(
    "/unavoidable-cases/{case_id}/permissions",
    operation_id="decide_unavoidable_case",
    status_code=201,
    response_model=CaseOut,
    summary="やむを得ない兼務を許可する・許可しない",
    description="CISOが行います。自分の申出は許可できません。",
)
def decide_unavoidable_case(
    call: CallDep, once: OnceDep, case_id: int, version: VersionDep, said: PermissionIn
) -> Response:
    """Permit or refuse a case."""
    return once(
        lambda: _made(
            call,
            separation.decide_case(call, case_id, version=version, is_permitted=said.is_permitted, note=said.note),
        )
    )


@router.get(
    "/decision-settings",
    operation_id="get_decision_settings",
    response_model=DecisionSettings,
    summary="決裁の設定を見る",
)
def get_decision_settings(call: CallDep, request: Request) -> Response:
    """The organisation's own steps and switches."""
    found = decision_settings.settings_of(call.session, call.actor.organisation_id)
    return answers.one(request, found, found.version)


@router.put(
    "/decision-settings",
    operation_id="save_decision_settings",
    response_model=DecisionSettings,
    summary="決裁の設定を変える",
    description="これから提出される申請に効きます。統括情報セキュリティ責任者とシステム管理の役割を持つ人が行えます。",
)
def save_decision_settings(call: CallDep, version: VersionDep, said: DecisionSettings) -> Response:
    """Keep new settings."""
    kept = decision_settings.save_settings(call, said, version=version)
    return answers.body(kept, version=kept.version)


def _made(call: CallDep, row: UnavoidableCase) -> Response:
    out = case_out(separation.rows_of(call, [row])[0])
    return answers.created(out, f"/unavoidable-cases/{row.key}", version=row.version)
