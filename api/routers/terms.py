from datetime import date

from fastapi import APIRouter, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute, VersionDep
from api.schemas_contracts import ContractOut, contract_out
from api.schemas_terms import (
    ClosedDayIn,
    ClosedDayOut,
    NonRenewalIn,
    RenewalRuleIn,
    TacitRenewalIn,
    TermPlanOut,
    closed_day_out,
    term_plan_out,
)
from casework import closed_days, contracts, term_plan, term_settings, terms
from casework.call import Call
from casework.term_settings import TermSettings, TermSettingsIn
from models.contract import Contract

router = APIRouter(route_class=StrictRoute, tags=["契約"])


@router.get(
    "/contracts/{number}/term-plan",
    operation_id="get_term_plan",
    response_model=TermPlanOut,
    summary="契約の更新の見込みと、終わりから逆算した予定を見る",
    description="standing は日が変わると変わるので、If-None-Match には答えません。",
)
def get_term_plan(call: CallDep, number: str) -> Response:
    """How the contract's last term stands today."""
    detail = contracts.contract_detail(call, number)
    view = terms.view_of(detail, call.today, closed_days.closed_for(call))
    numbers = {term.key: term.term_no for term in detail.terms}
    decided = [(numbers[row.term_id], row) for row in detail.decisions]
    planned = term_plan.rows_of(call, detail.contract)
    return answers.body(term_plan_out(view, detail.rule, decided, planned), version=detail.contract.version)


@router.put(
    "/contracts/{number}/renewal-rule",
    operation_id="set_renewal_rule",
    response_model=ContractOut,
    summary="更新の定め(自動更新、通知の時期、長期継続契約・債務負担行為)を登録する",
    description="版は契約の版です。登録済みの期間は変わりません。",
)
def set_renewal_rule(call: CallDep, number: str, version: VersionDep, rule: RenewalRuleIn) -> Response:
    """Keep what the contract says of its next period."""
    terms.set_rule(call, number, rule.stated(), version=version)
    detail = contracts.contract_detail(call, number)
    return answers.body(contract_out(detail), version=detail.contract.version)


@router.post(
    "/contracts/{number}/tacit-renewals",
    operation_id="confirm_tacit_renewal",
    status_code=201,
    response_model=ContractOut,
    summary="自動更新を確認する(更新を確認)",
    description="通知の期限を過ぎた後に、1期間ずつ確認します。確認されるまで、次の期間は加わりません。",
)
def confirm_tacit_renewal(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, seen: TacitRenewalIn
) -> Response:
    """Confirm that a contract renewed itself by one term."""
    return once(lambda: _made(call, terms.confirm_tacit(call, number, version=version, note=seen.note)))


@router.post(
    "/contracts/{number}/non-renewals",
    operation_id="decide_not_to_renew",
    status_code=201,
    response_model=ContractOut,
    summary="更新しないと決める",
    description="自動更新の定めがあるときは、相手に知らせた日が要ります。",
)
def decide_not_to_renew(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, decision: NonRenewalIn
) -> Response:
    """Write down that no term follows."""
    return once(
        lambda: _made(
            call,
            terms.decide_end(call, number, version=version, reason=decision.reason, noticed_on=decision.noticed_on),
        )
    )


@router.get(
    "/term-settings",
    operation_id="get_term_settings",
    response_model=TermSettings,
    summary="契約の期間の設定を見る",
)
def get_term_settings(call: CallDep, request: Request) -> Response:
    """The cap on long terms and how early the work for an end begins."""
    found = term_settings.settings_of(call.session, call.actor.organisation_id)
    return answers.one(request, found, found.version)


@router.put(
    "/term-settings",
    operation_id="save_term_settings",
    response_model=TermSettings,
    summary="契約の期間の設定を変える",
    description="これから登録する期間に効きます。統括情報セキュリティ責任者とシステム管理の役割を持つ人が行えます。",
)
def save_term_settings(call: CallDep, version: VersionDep, said: TermSettingsIn) -> Response:
    """Keep new settings."""
    kept = term_settings.save_settings(call, said, version=version)
    return answers.body(kept, version=kept.version)


@router.get(
    "/closed-days",
    operation_id="list_closed_days",
    response_model=PageOut[ClosedDayOut],
    summary="団体が登録した閉庁日を一覧する",
    description="土日・祝日・12月29日から1月3日のほかに閉じる日です。",
)
def list_closed_days(call: CallDep) -> Response:
    """The office's own closed days."""
    return answers.everything([closed_day_out(row) for row in closed_days.list_closed_days(call)])


@router.post(
    "/closed-days",
    operation_id="enter_closed_day",
    status_code=201,
    response_model=ClosedDayOut,
    summary="閉庁日を登録する",
    description="その日に当たる期限は、前の開庁日に移ります。システム管理の役割を持つ人が行えます。",
)
def enter_closed_day(call: CallDep, once: OnceDep, closed: ClosedDayIn) -> Response:
    """Enter a day on which the office is closed."""
    return once(
        lambda: answers.created(
            closed_day_out(closed_days.enter_closed_day(call, day=closed.day, name=closed.name)), "/closed-days"
        )
    )


@router.delete(
    "/closed-days/{day}",
    operation_id="remove_closed_day",
    status_code=204,
    summary="これからの閉庁日を取り消す",
    description="その日を避けていた期限は、元の日に戻ります。",
)
def remove_closed_day(call: CallDep, day: date) -> Response:
    """Take a closed day to come back."""
    closed_days.remove_closed_day(call, day)
    return answers.nothing()


def _made(call: Call, contract: Contract) -> Response:
    detail = contracts.contract_detail(call, contract.number)
    return answers.created(contract_out(detail), f"/contracts/{contract.number}", version=contract.version)
